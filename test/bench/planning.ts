import { parseArgs } from 'node:util'
import { bookableUnits } from '../../shared/catalogue/look-up.ts'
import type { WholeFile } from '../../shared/families/model.ts'
import {
  childEntity,
  enrolmentEntity,
  familyEntity,
  guardianEntity,
} from '../../shared/families/store.ts'
import type { Item } from '../../shared/platform/entity.ts'
import {
  activityIdSchema,
  enrolmentIdSchema,
  groupIdSchema,
} from '../../shared/platform/schemas.ts'
import type { Table } from '../../shared/platform/table.ts'
import { wishesSchema, type Wish } from '../../shared/reservations/model.ts'
import { stateOfDay, yearInForce } from '../../shared/reservations/plan-household.ts'
import { submitWishes } from '../../shared/reservations/submit-wishes.ts'
import { mergeWishes, WISH } from '../../shared/reservations/wishes.ts'
import { cesson, cessonTown, GUIDE_MORNING, weekly } from '../support/cesson.ts'
import { median, mergeCommitted } from './bundles.ts'

/**
 * What the submission of a year for two children in three activities without counted places costs
 * of CPU beside the SDK: from the text of its body to what it hands to the table, which answers at
 * once here. The process has no other thread to wait for, so the clock tells its CPU; on a machine
 * with other work the minimum does.
 *
 * Writes its part of `results.json`, which is committed; prints it, or with `--json` one object.
 */

const RESULTS = new URL('results.json', import.meta.url)

const WARM_UP = 300
const RUNS = 2000

const ACTIVITIES = [
  { activity: 'ETUDES', group: 'ETUDES_E_PREVERT', weekdays: [1, 2, 4], units: ['ETUDES'] },
  { activity: 'RESTAURATION', group: 'RESTO_R_PREVERT', weekdays: [1, 2, 4, 5], units: ['REPAS'] },
  {
    activity: 'ACCUEIL',
    group: 'ACC_PP_SCO_E_PREVERT',
    weekdays: [1, 2, 4, 5],
    units: ['ACC_MATIN', 'ACC_SOIR'],
  },
] as const

const householdOf = (): WholeFile => {
  const [model] = cesson.families
  if (model === undefined) throw new Error('The demo town has no family')
  const { familyId, name, address, guardians, children } = model
  return {
    family: { familyId, name, address },
    guardians: guardians.map((each) => ({ ...each, familyId })),
    children: children.map((each) => ({ ...each, familyId })),
    enrolments: children.flatMap(({ childId }) =>
      ACTIVITIES.map(({ activity, group }) => ({
        familyId,
        enrolmentId: enrolmentIdSchema.parse(`${childId}-${activity}`),
        childId,
        activityId: activityIdSchema.parse(activity),
        groupId: groupIdSchema.parse(group),
        from: '2025-09-01',
        until: '2026-07-03',
      })),
    ),
    contacts: [],
    authorisations: [],
    means: [],
  }
}

/** The wishes as a screen sends them on which every week of the year was ticked: drawn lines. */
const drawn = ({ enrolments, children }: WholeFile): Wish[] =>
  enrolments.flatMap((enrolment): Wish[] => {
    const { activityId, enrolmentId } = enrolment
    const activity = cessonTown.catalogue.activities.find(({ id }) => id === activityId)
    const child = children.find(({ childId }) => childId === enrolment.childId)
    const named = ACTIVITIES.find((each) => each.activity === activityId)
    if (activity === undefined || named === undefined || child === undefined) return []
    const week = Object.fromEntries(named.weekdays.map((day) => [day, named.units]))
    const { from, units } = mergeWishes(
      [weekly(enrolmentId, week)],
      yearInForce(cessonTown, GUIDE_MORNING),
      bookableUnits(activity).map(({ id }) => id),
      stateOfDay(cessonTown, enrolment, { activity, child }),
    )
    return [{ kind: 'lines', enrolmentId, from, units: Object.fromEntries(units) }]
  })

const file = householdOf()
const [by] = file.guardians
if (by === undefined) throw new Error('The family has no guardian')

const items: readonly Item[] = [
  familyEntity.toItem(file.family),
  ...file.guardians.map(guardianEntity.toItem),
  ...file.children.map(childEntity.toItem),
  ...file.enrolments.map(enrolmentEntity.toItem),
]

/** A table that has the family file alone, and takes every write. */
const table: Table = {
  get: () => Promise.resolve(undefined),
  query: () => Promise.resolve([...items]),
  put: () => Promise.resolve(true),
  delete: () => Promise.reject(new Error('Nothing here is deleted')),
  update: () => Promise.reject(new Error('Nothing here is updated')),
  transact: () => Promise.resolve({ done: true }),
  count: () => Promise.resolve(1000),
}

const wishes = drawn(file)
const body = JSON.stringify({ wishes })
const boxes = wishes
  .flatMap((wish) => (wish.kind === 'lines' ? Object.values(wish.units) : []))
  .reduce((sum, line = '') => sum + line.split(WISH.wanted).length - 1, 0)

const submit = async (): Promise<number> => {
  const start = performance.now()
  const submission = await submitWishes(
    { table, town: cessonTown },
    {
      by,
      wishes: wishesSchema.parse(JSON.parse(body)).wishes,
      idempotencyKey: 'a-year-for-two',
      now: GUIDE_MORNING,
    },
  )
  const milliseconds = performance.now() - start
  if (submission.requests.length !== wishes.length) throw new Error('Not all was booked')
  return milliseconds
}

for (let run = 0; run < WARM_UP; run += 1) await submit()
const times: number[] = []
for (let run = 0; run < RUNS; run += 1) times.push(await submit())

const round = (value: number): number => Math.round(value * 100) / 100

const results = {
  boxes,
  bodyBytes: Buffer.byteLength(body),
  cpuMs: { min: round(Math.min(...times)), median: round(median(times)) },
}
mergeCommitted(RESULTS, { planning: results })

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } })
if (values.json) process.stdout.write(`${JSON.stringify(results)}\n`)
else console.table(results)
