import * as fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import type { Mark } from '../../shared/attendance/model.ts'
import { findSheet, sheetEntity } from '../../shared/attendance/store.ts'
import { eachDay } from '../../shared/kernel/dates.ts'
import { familyPartition } from '../../shared/platform/keys.ts'
import type { FamilyId } from '../../shared/platform/schemas.ts'
import { planningEntity } from '../../shared/reservations/store.ts'
import { cessonTown, openCesson } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { letterIn, mark, MEALS, send, write } from './fixture.ts'

const { table, documents } = await freshTable()

const LEO = ['leo', 'RESTAURATION', 'REPAS'] as const
const LUCAS = ['lucas', 'RESTAURATION', 'REPAS'] as const

const plannings = async (familyId: FamilyId) =>
  planningEntity.pick(await table.query({ partition: familyPartition(familyId) }))

beforeAll(async () => {
  await openCesson(table)
})

it('holds the register and the plannings together, in whatever order marks arrive', async () => {
  const day = { ...MEALS, date: '2025-09-09' } as const
  const now = new Date('2025-09-09T18:00:00Z')
  const states = fc.constantFrom<Mark['state'][]>('present', 'absent', 'excused')
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ state: states, minute: fc.integer({ min: 10, max: 14 }) }), {
        minLength: 1,
        maxLength: 5,
      }),
      fc.constantFrom('a', 'l', '.', 'c'),
      async (said, booked) => {
        const { familyId } = await anotherFamily(table)
        await write(table, familyId, { [`leo RESTAURATION REPAS ${day.date}`]: booked })
        const marks = said.map(({ state, minute }, index) =>
          mark(familyId, 'leo', state, {
            markedAt: `2025-09-09T10:${String(minute)}:00.000Z`,
            markId: `device-${String(index)}`,
          }),
        )
        for (const each of marks) await send(table, [each], { parameters: day, now })
        const last = marks.toSorted((a, b) =>
          `${a.markedAt} ${a.markId}` < `${b.markedAt} ${b.markId}` ? -1 : 1,
        )
        const { entries } = await findSheet(table, day)
        const entry = entries.find((each) => each.familyId === familyId)
        expect(entry).toMatchObject({ state: last.at(-1)?.state, booked })
        // The same marks at once in another family come to the same letter.
        const twin = await anotherFamily(table)
        await write(table, twin.familyId, { [`leo RESTAURATION REPAS ${day.date}`]: booked })
        await send(
          table,
          marks.map((each) => ({ ...each, familyId: twin.familyId })),
          { parameters: day, now },
        )
        expect(await letterIn(table, familyId, LEO, day.date)).toBe(
          await letterIn(table, twin.familyId, LEO, day.date),
        )
      },
    ),
    { numRuns: 8 },
  )
})

it.each([
  ['of today', '2025-09-15', '2025-12-31', undefined],
  ['of a month that is over', '2026-01-05', '2026-07-03', new Date('2026-08-20T10:30:00Z')],
] as const)('leaves one register and its letters after a crash at any call: %s', async (...row) => {
  const [, from, to, later] = row
  const meals = cessonTown.catalogue.activities.find(({ id }) => id === MEALS.activityId)
  if (meals === undefined) throw new Error('The demo town has no meals')
  // A sheet of its own for each crash.
  const days = eachDay(from, to).filter(
    (date) => cessonTown.calendars.stateOf(meals, date) === 'open',
  )
  const crashes = await crashEverywhere({
    clients: [documents],
    scenario: async () => {
      const [one, other] = [await anotherFamily(table), await anotherFamily(table)]
      const date = days.shift() ?? to
      const parameters = { ...MEALS, date }
      await write(table, one.familyId, { [`leo RESTAURATION REPAS ${date}`]: 'a' })
      const at = { markedAt: `${date}T10:00:00.000Z` }
      const marks = [
        mark(one.familyId, 'leo', 'absent', at),
        mark(other.familyId, 'leo', 'present', at),
        mark(other.familyId, 'lucas', 'absent', at),
      ]
      return {
        run: () => send(table, marks, { parameters, now: later ?? new Date(`${date}T10:30:00Z`) }),
        check: async (answer) => {
          expect(answer.marks).toHaveLength(3)
          const items = await table.query({ partition: ['ATTENDANCE', 'RESTAURATION', date] })
          expect(sheetEntity.pick(items)).toMatchObject([{ version: 1 }])
          expect(await letterIn(table, one.familyId, LEO, date)).toBe('u')
          expect(await letterIn(table, other.familyId, LEO, date)).toBe('e')
          expect(await letterIn(table, other.familyId, LUCAS, date)).toBe('.')
          expect((await plannings(one.familyId)).map(({ version }) => version)).toEqual([2])
          expect((await plannings(other.familyId)).map(({ version }) => version)).toEqual([1])
        },
      }
    },
  })
  expect(crashes.map(({ operation }) => operation)).toContain('TransactWriteItems')
})
