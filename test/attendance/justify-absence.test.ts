import { beforeAll, describe, expect, it } from 'vitest'
import { justifyAbsence } from '../../shared/attendance/justify-absence.ts'
import { justifyAbsenceRoute } from '../../shared/attendance/routes.ts'
import type { IsoDate } from '../../shared/kernel/dates.ts'
import type { FamilyId } from '../../shared/platform/schemas.ts'
import { cessonTown, openCesson } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { ids, letterIn, write } from './fixture.ts'

const { table, documents } = await freshTable()

const LEO = ['leo', 'RESTAURATION', 'REPAS'] as const

const justify = async (
  familyId: FamilyId,
  period: { from: IsoDate; to: IsoDate; receivedOn: IsoDate },
  { now = new Date('2025-09-12T10:00:00Z'), child = 'leo', activity = 'RESTAURATION' } = {},
) =>
  justifyAbsenceRoute.reply.parse(
    await justifyAbsence(
      { table, town: cessonTown },
      {
        parameters: { familyId },
        body: { ...period, childId: ids.child(child), activityId: ids.activity(activity) },
        now,
      },
    ),
  )

/** Absent on Monday and Tuesday, away on Thursday without anybody noting it, booked on Friday. */
const weekOf = async () => {
  const { familyId } = await anotherFamily(table)
  await write(table, familyId, {
    'leo RESTAURATION REPAS 2025-09-08': 'u',
    'leo RESTAURATION REPAS 2025-09-09': 'u',
    'leo RESTAURATION REPAS 2025-09-11': 'a',
    'leo RESTAURATION REPAS 2025-09-12': 'a',
  })
  return familyId
}

const week = { from: '2025-09-08', to: '2025-09-12' } as const

beforeAll(async () => {
  await openCesson(table)
})

describe('a certificate that came in time', () => {
  it('excuses the days that are over and today, and leaves those to come [guide 50]', async () => {
    const familyId = await weekOf()
    const now = new Date('2025-09-11T10:00:00Z')
    expect(await justify(familyId, { ...week, receivedOn: '2025-09-11' }, { now })).toEqual({
      familyId,
      childId: 'leo',
      activityId: 'RESTAURATION',
      days: ['2025-09-08', '2025-09-09', '2025-09-11'].map((date) => ({
        date,
        unitIds: ['REPAS'],
      })),
    })
    expect(await letterIn(table, familyId, LEO, '2025-09-08')).toBe('j')
    expect(await letterIn(table, familyId, LEO, '2025-09-11')).toBe('j')
    expect(await letterIn(table, familyId, LEO, '2025-09-12')).toBe('a')
  })

  it('gives the same answer again and changes nothing', async () => {
    const familyId = await weekOf()
    const once = await justify(familyId, { ...week, receivedOn: '2025-09-10' })
    expect(await justify(familyId, { ...week, receivedOn: '2025-09-10' })).toEqual(once)
    expect(await letterIn(table, familyId, LEO, '2025-09-12')).toBe('j')
  })

  it('excuses days of a month that is over too, for the next invoice to correct', async () => {
    const familyId = await weekOf()
    const now = new Date('2025-10-02T10:00:00Z')
    await justify(familyId, { ...week, receivedOn: '2025-09-10' }, { now })
    expect(await letterIn(table, familyId, LEO, '2025-09-08')).toBe('j')
  })

  it('does not touch days that the child had not booked', async () => {
    const familyId = await weekOf()
    await write(table, familyId, { 'leo RESTAURATION REPAS 2025-09-09': 'e' })
    const { days } = await justify(familyId, { ...week, receivedOn: '2025-09-10' })
    expect(days.map(({ date }) => date)).toEqual(['2025-09-08', '2025-09-11', '2025-09-12'])
    expect(await letterIn(table, familyId, LEO, '2025-09-09')).toBe('e')
  })

  it('leaves the excuse whole after a crash at any call', async () => {
    const crashes = await crashEverywhere({
      clients: [documents],
      scenario: async () => {
        const familyId = await weekOf()
        return {
          run: () => justify(familyId, { ...week, receivedOn: '2025-09-10' }),
          check: async ({ days }) => {
            expect(days).toHaveLength(4)
            for (const { date } of days) {
              expect(await letterIn(table, familyId, LEO, date)).toBe('j')
            }
          },
        }
      },
    })
    expect(crashes.map(({ operation }) => operation)).toContain('TransactWriteItems')
  })
})

describe('the town’s number of days, five here, from the first day of absence', () => {
  it.each([
    ['2025-09-08', true],
    ['2025-09-13', true],
    ['2025-09-14', false],
    ['2025-09-30', false],
  ] as const)('a certificate that came on %s: in time is %s', async (receivedOn, inTime) => {
    const familyId = await weekOf()
    const now = new Date('2025-09-30T10:00:00Z')
    const justified = justify(familyId, { ...week, receivedOn }, { now })
    if (inTime) await expect(justified).resolves.toBeDefined()
    else {
      await expect(justified).rejects.toMatchObject({
        code: 'certificate-late',
        detail:
          'Un justificatif se remet sous 5 jour(s) : il était attendu le 13/09/2025 au plus tard.',
      })
      expect(await letterIn(table, familyId, LEO, '2025-09-08')).toBe('u')
    }
  })
})

describe('refusals', () => {
  it('an absence from what nobody had booked', async () => {
    const { familyId } = await anotherFamily(table)
    await expect(justify(familyId, { ...week, receivedOn: '2025-09-10' })).rejects.toMatchObject({
      code: 'nothing-to-change',
    })
  })

  it.each([
    ['to', { from: '2025-09-09', to: '2025-09-08', receivedOn: '2025-09-09' }],
    ['to', { from: '2025-09-08', to: '2026-09-09', receivedOn: '2025-09-09' }],
    ['receivedOn', { ...week, receivedOn: '2025-09-13' }],
  ] as const)('a period that cannot be, at %s', async (field, period) => {
    const familyId = await weekOf()
    await expect(justify(familyId, period)).rejects.toMatchObject({
      code: 'period-out-of-range',
      faults: [{ pointer: `/body/${field}` }],
    })
  })

  it('a child, a family or an activity that the town does not know', async () => {
    const familyId = await weekOf()
    const period = { ...week, receivedOn: '2025-09-10' } as const
    await expect(justify(familyId, period, { child: 'max' })).rejects.toMatchObject({
      code: 'invalid-request',
      faults: [{ pointer: '/body/childId' }],
    })
    await expect(justify(ids.family('none'), period)).rejects.toMatchObject({ code: 'not-found' })
    await expect(justify(familyId, period, { activity: 'NONE' })).rejects.toMatchObject({
      code: 'not-found',
    })
  })
})
