import * as fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import { Calendars, type TownCatalogue } from '../../shared/catalogue/calendar.ts'
import { activitySchema, type Activity } from '../../shared/catalogue/model.ts'
import type { FamilyFile } from '../../shared/families/model.ts'
import {
  eachDay,
  mondayOf,
  weekdayOf,
  type IsoDate,
  type Weekday,
} from '../../shared/kernel/dates.ts'
import { PortalError, StaleReadError } from '../../shared/kernel/errors.ts'
import type { Roster } from '../../shared/places/model.ts'
import {
  EMPTY_WEEK,
  holderKey,
  slotKey,
  slotsOfUnits,
  slotsOn,
  withSlots,
} from '../../shared/places/rules.ts'
import { familyPartition } from '../../shared/platform/keys.ts'
import {
  activityIdSchema,
  childIdSchema,
  enrolmentIdSchema,
  unitIdSchema,
  type UnitId,
} from '../../shared/platform/schemas.ts'
import { slotsHeld } from '../../shared/reservations/claims.ts'
import { decideRequests } from '../../shared/reservations/decide-requests.ts'
import { readLine, writeLine, yearsOf, type Years } from '../../shared/reservations/lines.ts'
import { LETTERS, type Planning, type Wish } from '../../shared/reservations/model.ts'
import {
  planHousehold,
  yearInForce,
  type PlannedEnrolment,
} from '../../shared/reservations/plan-household.ts'
import { occupies } from '../../shared/reservations/rules.ts'
import { planningEntity, submissionEntity } from '../../shared/reservations/store.ts'
import { submitWishes } from '../../shared/reservations/submit-wishes.ts'
import { cesson, cessonTown, GUIDE_MORNING, openCesson, ticked } from '../support/cesson.ts'
import type { DUPONT } from '../support/cesson.ts'
import { anotherFamily } from '../support/families.ts'
import {
  APRES_MIDI,
  GRANDS,
  JOURNEE,
  limitedTown,
  MATIN,
  MONDAY,
  PETITS,
  VACANCES,
} from '../support/limited.ts'
import { memoryTable } from '../support/memory-table.ts'

const [model] = cesson.families
const [firstChild] = model?.children ?? []
if (model === undefined || firstChild === undefined) throw new Error('The demo town has no family')
const { familyId } = model

/** Two weeks of holidays, Monday to Friday; of the second one there is no roster yet. */
const DAYS = eachDay(MONDAY, '2025-10-31').filter((date) => weekdayOf(date) <= 5)
const WEEKDAYS = [1, 2, 3, 4, 5] as const satisfies readonly Weekday[]
const SLOTS = [0, 1]
const CHILDREN = ['anna', 'ben', 'chloe'] as const

/** Units of a day that do not exclude each other. */
const combinations = fc.constantFrom<readonly UnitId[]>(
  [],
  [MATIN],
  [APRES_MIDI],
  [MATIN, APRES_MIDI],
  [JOURNEE],
)

/** Units on some days, by the place of the day in `DAYS`. */
const someDays = fc.array(fc.option(combinations, { nil: undefined }), {
  minLength: DAYS.length,
  maxLength: DAYS.length,
})

const siblings = fc.tuple(
  ...CHILDREN.map((name) =>
    fc.record({
      childId: fc.constant(childIdSchema.parse(name)),
      groupId: fc.constantFrom(PETITS, PETITS, GRANDS),
      booked: someDays,
      wished: someDays,
    }),
  ),
)

/** What anybody can still take in the first week of the first group; else it is untouched. */
const left = fc.uniqueArray(
  fc.tuple(fc.constantFrom(...WEEKDAYS), fc.constantFrom(...SLOTS), fc.nat(2)),
  { selector: ([weekday, slot]) => slotKey(weekday, slot) },
)

type Sibling = typeof siblings extends fc.Arbitrary<(infer Each)[]> ? Each : never
type Left = typeof left extends fc.Arbitrary<infer Each> ? Each : never

const yearsOfSibling = ({ booked }: Sibling): Years =>
  DAYS.reduce<Years>(
    (years, date, index) =>
      (booked[index] ?? []).reduce(
        (written, unit) => writeLine(written, unit, date, LETTERS.accepted),
        years,
      ),
    new Map(),
  )

/** The rosters that hold what siblings have booked. */
const rostersOf = (activity: Activity, children: readonly Sibling[], leftOf: Left): Roster[] =>
  [PETITS, GRANDS].flatMap((groupId) =>
    [...new Set(DAYS.map(mondayOf))].map((monday): Roster => {
      const held = children
        .filter((child) => child.groupId === groupId)
        .map((child) => {
          const years = yearsOfSibling(child)
          const days = DAYS.filter((date) => mondayOf(date) === monday).reduce(
            (week, date) => withSlots(week, weekdayOf(date), slotsHeld(activity, years, date)),
            EMPTY_WEEK,
          )
          const key = holderKey({ familyId, childId: child.childId })
          return [key, { days, number: 1, given: false }] as const
        })
      const isFirst = groupId === PETITS && monday === MONDAY
      return {
        ...{ activityId: VACANCES, groupId, monday, settings: 0, freed: new Map() },
        left: new Map(
          leftOf.flatMap(([weekday, slot, count]) =>
            isFirst ? [[slotKey(weekday, slot), count] as const] : [],
          ),
        ),
        holdings: new Map(held.filter(([, { days }]) => days !== EMPTY_WEEK)),
      }
    }),
  )

const fileOf = (children: readonly Sibling[]): FamilyFile => ({
  family: { familyId, name: model.name, address: model.address },
  guardians: [],
  children: children.map(({ childId }) => ({ ...firstChild, childId, familyId })),
  enrolments: children.map(({ childId, groupId }) => ({
    ...{ familyId, childId, groupId, activityId: VACANCES },
    enrolmentId: enrolmentIdSchema.parse(`${childId}-vacances`),
    ...{ from: '2025-10-20', until: '2026-08-21' },
  })),
  contacts: [],
  means: [],
})

const planningsOf = (children: readonly Sibling[]): Planning[] =>
  children.flatMap((child) =>
    [...yearsOfSibling(child)].map(([schoolYear, units]) => {
      const { childId } = child
      return { familyId, childId, activityId: VACANCES, version: 1, schoolYear, units }
    }),
  )

const wishesOf = (children: readonly Sibling[]): Wish[] =>
  children
    .map(({ childId, wished }) => {
      const days = DAYS.flatMap((date, index) => {
        const units = wished[index]
        return units === undefined ? [] : [[date, units] as const]
      })
      return ticked(`${childId}-vacances`, Object.fromEntries(days))
    })
    .filter((wish) => wish.kind !== 'days' || wish.days.length > 0)

it('siblings never take more places than are left, and none of them waits for one that is [guide 26]', () => {
  let full = 0
  let waited = 0
  fc.assert(
    fc.property(siblings, left, fc.nat(3), (children, leftOf, places) => {
      const town = limitedTown({ places })
      const activity = town.catalogue.activities.find(({ id }) => id === VACANCES)
      if (activity === undefined) throw new Error('The town has no holiday centre')
      const rosters = rostersOf(activity, children, leftOf)
      const planned = planHousehold(
        town,
        { file: fileOf(children), plannings: planningsOf(children) },
        wishesOf(children),
        { year: yearInForce(town, GUIDE_MORNING), now: GUIDE_MORNING, rosters },
      )
      for (const { groupId, monday, ...roster } of rosters) {
        const group = planned.filter(({ enrolment }) => enrolment.groupId === groupId)
        for (const date of DAYS.filter((day) => mondayOf(day) === monday)) {
          const heldBefore = ({ enrolment }: PlannedEnrolment) => {
            const days = roster.holdings.get(holderKey(enrolment))?.days ?? EMPTY_WEEK
            return slotsOn({ days }, weekdayOf(date))
          }
          const remaining = SLOTS.map((slot) => {
            const had = roster.left.get(slotKey(weekdayOf(date), slot)) ?? places
            const taken = group.filter(
              (each) =>
                slotsHeld(activity, each.plan.years, date).includes(slot) &&
                !heldBefore(each).includes(slot),
            ).length
            expect(taken).toBeLessThanOrEqual(had)
            if (taken > 1 && taken === had) full += 1
            return had - taken
          })
          for (const each of group) {
            for (const { unitIds } of each.plan.waiting.filter((wait) => wait.date === date)) {
              waited += 1
              const missing = slotsOfUnits(activity, unitIds).filter(
                (slot) => !heldBefore(each).includes(slot),
              )
              expect(missing.some((slot) => (remaining[slot] ?? 0) < 1)).toBe(true)
            }
          }
        }
      }
    }),
    { numRuns: 150 },
  )
  // Several took the last places together, and others came too late.
  expect(Math.min(full, waited)).toBeGreaterThan(0)
})

/** Units of different activities that a child cannot have on one day; the first of each says so. */
const RIVALS = [
  { child: 'lucas', pair: [['RESTAURATION', 'REPAS'] as const, ['ACCUEIL', 'ACC_SOIR'] as const] },
  { child: 'leo', pair: [['ETUDES', 'ETUDES'] as const, ['RESTAURATION', 'REPAS'] as const] },
] as const

const rivalTown = (): TownCatalogue => {
  const activities = cessonTown.catalogue.activities.map((activity) => {
    const declared = RIVALS.find(({ pair: [[id]] }) => id === activity.id)
    const [, [activityId, unitId]] = declared?.pair ?? [[], []]
    return activitySchema.parse({
      ...activity,
      // One of the four is decided by staff: what they have not answered keeps others out, too.
      decision: activity.id === 'ACCUEIL' ? 'staff' : activity.decision,
      units: activity.units.map((unit) =>
        declared?.pair[0][1] === unit.id ? { ...unit, excludes: [{ activityId, unitId }] } : unit,
      ),
    })
  })
  const catalogue = { ...cessonTown.catalogue, activities }
  return { catalogue, calendars: new Calendars(catalogue) }
}

const table = memoryTable()
const deps = { table, town: rivalTown() }
const DATES: readonly IsoDate[] = ['2025-09-08', '2025-09-09']
const ENROLLED = RIVALS.flatMap(({ child, pair }) =>
  pair.map(([activity, unit]) => ({ enrolment: `${child}-${activity.toLowerCase()}-2025`, unit })),
)

/** Which units a submission wants on some days, and which it does not want any more. */
const submissions = fc
  .uniqueArray(
    fc.record({
      of: fc.constantFrom(...ENROLLED),
      days: fc.dictionary(fc.constantFrom(...DATES), fc.boolean(), { minKeys: 1 }),
    }),
    { selector: ({ of }) => of.enrolment, minLength: 1, maxLength: 3 },
  )
  .map((wishes) =>
    wishes.map(({ of: { enrolment, unit }, days }) =>
      ticked(
        enrolment,
        Object.fromEntries(Object.entries(days).map(([date, yes]) => [date, yes ? [unit] : []])),
      ),
    ),
  )

const schedules = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ submit: fc.array(submissions, { minLength: 1, maxLength: 3 }) }),
    },
    { weight: 1, arbitrary: fc.record({ decide: fc.constantFrom('accepted', 'refused') }) },
  ),
  { minLength: 2, maxLength: 8 },
)

let keys = 0

/** Whether it was done: a refusal is an answer, and so is that too much happens at once. */
const isDone = async (work: Promise<unknown>): Promise<boolean> => {
  try {
    await work
    return true
  } catch (error) {
    if (error instanceof PortalError || error instanceof StaleReadError) return false
    throw error
  }
}

beforeAll(async () => {
  await openCesson(table)
})

it('a child never has two units that exclude each other across activities, whatever a household submits at once or in turn [guide 36]', async () => {
  let contested = 0
  const itemsOf = ({ familyId: family }: typeof DUPONT) =>
    table.query({ partition: familyPartition(family) })
  await fc.assert(
    fc.asyncProperty(schedules, async (schedule) => {
      const by = await anotherFamily(table)
      for (const step of schedule) {
        if ('submit' in step) {
          const done = await Promise.all(
            step.submit.map((wishes) => {
              keys += 1
              const call = { by, wishes, idempotencyKey: `key-${String(keys)}`, now: GUIDE_MORNING }
              return isDone(submitWishes(deps, call))
            }),
          )
          contested += done.filter((each) => !each).length
        } else {
          const pending = submissionEntity
            .pick(await itemsOf(by))
            .flatMap(({ requests }) => requests.filter(({ state }) => state === 'pending'))
          await decideRequests(
            table,
            pending.map(({ number }) => ({
              familyId: by.familyId,
              number,
              outcome: step.decide,
            })),
            { by: 'agent', now: GUIDE_MORNING },
          )
        }
        const plannings = planningEntity.pick(await itemsOf(by))
        for (const { child, pair } of RIVALS) {
          for (const date of DATES) {
            const had = pair.filter(([activity, unit]) => {
              const owner = {
                childId: childIdSchema.parse(child),
                activityId: activityIdSchema.parse(activity),
              }
              const years = yearsOf(plannings, owner)
              return occupies(readLine(years, unitIdSchema.parse(unit), date, date))
            })
            expect(had.length).toBeLessThan(2)
          }
        }
      }
    }),
    { numRuns: 80 },
  )
  expect(contested).toBeGreaterThan(0)
})
