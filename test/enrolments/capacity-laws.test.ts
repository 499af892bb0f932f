import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  activityIdSchema,
  childIdSchema,
  enrolmentIdSchema,
  groupIdSchema,
} from '../../shared/platform/schemas.ts'
import { readWholeFile } from '../../shared/families/read-file.ts'
import { enrolmentWrites } from '../../shared/families/change-enrolment.ts'
import { changeGroup } from '../../shared/reservations/change-group.ts'
import { GUIDE_MORNING } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { clubTown, enrolling, limited, type Family } from './fixture.ts'

const { table, documents } = await freshTable()

type Cases = ReturnType<typeof enrolling>

const codeOf = (error: unknown): string =>
  error instanceof Object && 'code' in error ? String(error.code) : String(error)

const enrolledOf = async (cases: Cases, families: readonly Family[]) =>
  (await Promise.all(families.map(({ familyId }) => cases.enrolled(familyId)))).flat()

describe('the capacity of a group', () => {
  it('is never exceeded, whatever families ask, staff decide and end, in whatever order; what ends is free for another', async () => {
    const step = fc.record({
      family: fc.nat(4),
      act: fc.constantFrom('ask', 'accept', 'refuse', 'end', 'cancel'),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          capacity: fc.integer({ min: 0, max: 3 }),
          decision: fc.constantFrom('automatic', 'staff'),
          batches: fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { maxLength: 6 }),
        }),
        async ({ capacity, decision, batches }) => {
          const cases = enrolling(table, clubTown({ decision, groups: [limited(capacity)] }))
          const families = await Promise.all(Array.from({ length: 5 }, () => anotherFamily(table)))
          const numbers = new Map<number, number>()
          let keys = 0
          for (const batch of batches) {
            await Promise.allSettled(
              batch.map(async ({ family: index, act }) => {
                const family = families[index]
                if (family === undefined) throw new Error('No family')
                keys += 1
                if (act === 'ask') {
                  const { number } = await cases.ask(family, {}, { key: `attempt-${keys}` })
                  numbers.set(index, number)
                  return
                }
                const number = numbers.get(index) ?? 0
                if (act === 'accept') await cases.decide(family, number, { outcome: 'accepted' })
                if (act === 'refuse') {
                  await cases.decide(family, number, { outcome: 'refused', message: 'Non' })
                }
                const day = act === 'cancel' ? '2025-09-02' : '2025-12-17'
                if (act === 'end' || act === 'cancel') {
                  await cases.end(family, `request-${number}`, day)
                }
              }),
            )
            const inFull = (await enrolledOf(cases, families)).filter(
              ({ until }) => until === '2026-07-01',
            )
            expect(inFull.length).toBeLessThanOrEqual(capacity)
          }
          // All that is enrolled to the end takes a place, and the rest of them are there.
          const held = (await enrolledOf(cases, families)).filter(
            ({ until }) => until === '2026-07-01',
          ).length
          const others = await Promise.all(
            Array.from({ length: capacity - held + 1 }, () => anotherFamily(table)),
          )
          const outcomes: string[] = []
          for (const other of others) {
            outcomes.push(
              await cases
                .ask(other)
                .then(({ state, number }) =>
                  state === 'pending'
                    ? cases
                        .decide(other, number, { outcome: 'accepted' })
                        .then((decided) => decided.state)
                    : state,
                )
                .catch(codeOf),
            )
          }
          expect(outcomes).toEqual([
            ...Array.from({ length: capacity - held }, () => 'accepted'),
            'group-full',
          ])
        },
      ),
      { numRuns: 8 },
    )
  }, 60_000)

  it('is not exceeded by families who ask at the same moment, and none of its places stays empty', async () => {
    const cases = enrolling(table, clubTown({ decision: 'automatic', groups: [limited(3)] }))
    const families = await Promise.all(Array.from({ length: 10 }, () => anotherFamily(table)))
    const ask = async (family: Family): Promise<string> => {
      const outcome = await cases.ask(family).then(({ state }) => state, codeOf)
      return outcome === 'StaleReadError: enrolments' ? ask(family) : outcome
    }
    const outcomes = await Promise.all(families.map(ask))
    expect(outcomes.filter((outcome) => outcome === 'accepted')).toHaveLength(3)
    expect(outcomes.filter((outcome) => outcome === 'group-full')).toHaveLength(7)
    expect(await enrolledOf(cases, families)).toHaveLength(3)
  })

  it('counts the children who came with the town’s file', async () => {
    const club = clubTown({ decision: 'automatic', groups: [limited(2)] })
    const cases = enrolling(table, club)
    const [first, second, third] = [
      await anotherFamily(table),
      await anotherFamily(table),
      await anotherFamily(table),
    ]
    const { file } = await readWholeFile(table, first.familyId)
    await table.transact(
      enrolmentWrites(file, [
        {
          familyId: first.familyId,
          enrolmentId: enrolmentIdSchema.parse('by-file'),
          childId: childIdSchema.parse('leo'),
          activityId: activityIdSchema.parse(club.club),
          groupId: groupIdSchema.parse('GRANDS'),
          from: '2025-09-03',
          until: '2026-07-01',
        },
      ]),
    )
    expect(await cases.ask(second)).toMatchObject({ state: 'accepted' })
    await expect(cases.ask(third)).rejects.toMatchObject({ code: 'group-full' })
  })
})

describe('a child who moves to another group', () => {
  it('gives its place back and takes one there, or stays', async () => {
    const club = clubTown({ decision: 'automatic', groups: [limited(1), limited(1, 'PETITS')] })
    const cases = enrolling(table, club)
    const [first, second, third] = [
      await anotherFamily(table),
      await anotherFamily(table),
      await anotherFamily(table),
    ]
    const move = async (family: Family, groupId: string) => {
      const [enrolment] = await cases.enrolled(family.familyId)
      if (enrolment === undefined) throw new Error('Not enrolled')
      return changeGroup(
        { table, town: club.town },
        {
          parameters: enrolment,
          body: { groupId: groupIdSchema.parse(groupId), from: '2025-11-05' },
          now: GUIDE_MORNING,
        },
      )
    }
    await cases.ask(first)
    await cases.ask(second, { groupId: 'PETITS' })
    await expect(move(first, 'PETITS')).rejects.toMatchObject({ code: 'group-full' })
    const [held] = await cases.enrolled(second.familyId)
    await cases.end(second, held?.enrolmentId ?? '', '2025-10-01')
    await move(first, 'PETITS')
    expect(await cases.ask(second, { from: '2025-10-02' }, { key: 'second-again' })).toMatchObject({
      state: 'accepted',
      groupId: 'GRANDS',
    })
    for (const groupId of ['GRANDS', 'PETITS']) {
      await expect(
        cases.ask(third, { groupId }, { key: `third-${groupId}` }),
      ).rejects.toMatchObject({ code: 'group-full' })
    }
  })
})

describe('what a change of group has ended', () => {
  it('holds no place, and gives none back when its last day is corrected', async () => {
    const groups = [limited(1), limited(2, 'PETITS')]
    const club = clubTown({ decision: 'automatic', groups })
    const cases = enrolling(table, club)
    const [first, second, third] = [
      await anotherFamily(table),
      await anotherFamily(table),
      await anotherFamily(table),
    ]
    const { enrolmentId = '' } = await cases.ask(first)
    await changeGroup(
      { table, town: club.town },
      {
        parameters: {
          familyId: first.familyId,
          enrolmentId: enrolmentIdSchema.parse(enrolmentId),
        },
        body: { groupId: groupIdSchema.parse('PETITS'), from: '2025-11-05' },
        now: GUIDE_MORNING,
      },
    )
    expect(await cases.ask(second)).toMatchObject({ state: 'accepted' })
    await cases.end(first, enrolmentId, '2025-10-01')
    await expect(cases.ask(third)).rejects.toMatchObject({ code: 'group-full' })
    const [begun] = await cases.enrolled(first.familyId)
    await cases.end(first, begun?.enrolmentId ?? '', '2025-12-17')
    for (const family of [second, third]) {
      const asked = cases.ask(
        family,
        { groupId: 'PETITS', childId: 'lucas' },
        { key: 'lucas-too-1' },
      )
      await expect(asked).resolves.toMatchObject({ state: 'accepted' })
    }
  })

  it('gives no place back a second time when it changes its group in its turn', async () => {
    const groups = [limited(1), limited(2, 'PETITS')]
    const club = clubTown({ decision: 'automatic', groups })
    const cases = enrolling(table, club)
    const [first, second, third] = [
      await anotherFamily(table),
      await anotherFamily(table),
      await anotherFamily(table),
    ]
    const { enrolmentId = '' } = await cases.ask(first)
    const leave = (from: '2025-11-05' | '2025-10-15') =>
      changeGroup(
        { table, town: club.town },
        {
          parameters: {
            familyId: first.familyId,
            enrolmentId: enrolmentIdSchema.parse(enrolmentId),
          },
          body: { groupId: groupIdSchema.parse('PETITS'), from },
          now: GUIDE_MORNING,
        },
      )
    await leave('2025-11-05')
    expect(await cases.ask(second)).toMatchObject({ state: 'accepted' })
    await leave('2025-10-15')
    await expect(cases.ask(third)).rejects.toMatchObject({ code: 'group-full' })
  })
})

describe('wherever it breaks', () => {
  /** A group of one place, of a family with a rival who gets the place that is left, or not. */
  const world = async (decision: 'automatic' | 'staff') => {
    const cases = enrolling(table, clubTown({ decision, groups: [limited(1)] }))
    return { cases, family: await anotherFamily(table), rival: await anotherFamily(table) }
  }

  it('a request that the rule accepts enrols once and takes one place', async () => {
    await crashEverywhere({
      clients: [documents],
      scenario: async () => {
        const { cases, family, rival } = await world('automatic')
        return {
          run: () => cases.ask(family),
          check: async ({ state }) => {
            expect(state).toBe('accepted')
            expect(await cases.enrolled(family.familyId)).toHaveLength(1)
            await expect(cases.ask(rival)).rejects.toMatchObject({ code: 'group-full' })
          },
        }
      },
    })
  }, 60_000)

  it('a change of group gives one place back and takes one', async () => {
    const crashes = await crashEverywhere({
      clients: [documents],
      scenario: async () => {
        const groups = [limited(1), limited(1, 'PETITS')]
        const club = clubTown({ decision: 'automatic', groups })
        const cases = enrolling(table, club)
        const family = await anotherFamily(table)
        await cases.ask(family)
        const [enrolment] = await cases.enrolled(family.familyId)
        if (enrolment === undefined) throw new Error('Not enrolled')
        const call = {
          parameters: enrolment,
          body: { groupId: groupIdSchema.parse('PETITS'), from: '2025-11-05' },
          now: GUIDE_MORNING,
        } as const
        return {
          run: () => changeGroup({ table, town: club.town }, call),
          check: async () => {
            // The id of what a change begins comes first.
            expect(await cases.enrolled(family.familyId)).toMatchObject([
              { groupId: 'PETITS', from: '2025-11-05' },
              { groupId: 'GRANDS', until: '2025-11-04' },
            ])
            const [first, second] = [await anotherFamily(table), await anotherFamily(table)]
            expect(await cases.ask(first)).toMatchObject({ state: 'accepted' })
            for (const groupId of ['GRANDS', 'PETITS']) {
              await expect(
                cases.ask(second, { groupId }, { key: `second-${groupId}` }),
              ).rejects.toMatchObject({ code: 'group-full' })
            }
          },
        }
      },
    })
    expect(crashes.map(({ operation }) => operation)).toContain('TransactWriteItems')
  }, 120_000)

  it('a decision of staff enrols once and takes one place', async () => {
    await crashEverywhere({
      clients: [documents],
      scenario: async () => {
        const { cases, family, rival } = await world('staff')
        const { number } = await cases.ask(family)
        const other = await cases.ask(rival)
        return {
          run: () => cases.decide(family, number, { outcome: 'accepted' }),
          check: async ({ state }) => {
            expect(state).toBe('accepted')
            expect(await cases.enrolled(family.familyId)).toHaveLength(1)
            await expect(
              cases.decide(rival, other.number, { outcome: 'accepted' }),
            ).rejects.toMatchObject({ code: 'group-full' })
          },
        }
      },
    })
  }, 60_000)

  it.each(['2025-12-17', '2025-09-02'])(
    'an end on %s gives one place back',
    async (lastDay) => {
      await crashEverywhere({
        clients: [documents],
        scenario: async () => {
          const { cases, family, rival } = await world('automatic')
          const { enrolmentId = '' } = await cases.ask(family)
          const third = await anotherFamily(table)
          return {
            run: () => cases.end(family, enrolmentId, lastDay),
            check: async () => {
              expect(await cases.ask(rival)).toMatchObject({ state: 'accepted' })
              await expect(cases.ask(third)).rejects.toMatchObject({ code: 'group-full' })
            },
          }
        },
      })
    },
    60_000,
  )
})
