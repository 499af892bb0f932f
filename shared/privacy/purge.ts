import { purgeSheets } from '../attendance/purge-sheets.ts'
import { spanOf } from '../catalogue/school-time.ts'
import { pageOfFamilyIds } from '../families/list-families.ts'
import { addDays, earlierOf, eachDay, monthsLater, type IsoDate } from '../kernel/dates.ts'
import { parisDate } from '../kernel/paris.ts'
import { purgeRosters } from '../places/purge-rosters.ts'
import { isUnreadable } from '../platform/entity.ts'
import { log } from '../platform/log.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Erasing } from './erase-family.ts'
import type { ErasureWatch, Purged, PurgeReport } from './model.ts'
import { planErased, planFamily, type FamilyPlan } from './purge-family.ts'
import { NOTHING_PURGED, totalPurged } from './purge-rules.ts'
import { findPurge, listPurges, listWatches, savePurge } from './store.ts'

/** So many families at a time. */
const AT_ONCE = 25

/** So many days of registers in one run: a town that begins to purge is done after some. */
const MOST_DAYS = 100

/** The most families that a report names as failed. */
const MOST_FAILED = 100

/** What the table or another service refused for now. */
type Failures = unknown[]

/** A run, as far as it is. */
interface Run {
  readonly deps: Erasing
  readonly now: Date
  readonly failures: Failures
}

type Plan = (familyId: FamilyId) => Promise<FamilyPlan>

/** Nothing for a family that cannot be read, which no try will mend: it holds up nobody. */
const unless = async <Result>(
  { failures }: Run,
  familyId: FamilyId,
  failed: FamilyId[],
  work: () => Promise<Result>,
): Promise<Result | undefined> => {
  try {
    return await work()
  } catch (error) {
    log.error('family not purged', error, { familyId })
    if (isUnreadable(error)) failed.push(familyId)
    else failures.push(error)
    return undefined
  }
}

const isSomething = ({ lines, warned }: Purged): boolean => lines.length > 0 || warned > 0

const counted = (report: PurgeReport, purged: readonly Purged[]): PurgeReport => ({
  ...report,
  ...totalPurged([report, ...purged]),
})

type Pending = NonNullable<PurgeReport['pending']>

/** What is noted of some families beside what is noted already. */
const alsoPending = (
  { pending }: PurgeReport,
  { families, purged }: Pending,
): Pick<PurgeReport, 'pending'> => ({
  pending: {
    families: [...(pending?.families ?? []), ...families],
    purged: totalPurged([...(pending === undefined ? [] : [pending.purged]), purged]),
  },
})

/**
 * Purges some families at once. What is deleted is noted before, so that it is counted once wherever the
 * run is cut off; where it fails half-way it stays noted.
 *
 * @param noted what was noted of these families by a run that was cut off.
 */
const purgeSome = async (
  run: Run,
  report: PurgeReport,
  families: readonly FamilyId[],
  plan: Plan,
  noted?: Purged,
): Promise<PurgeReport> => {
  const { table } = run.deps
  const failed: FamilyId[] = []
  const planned = await Promise.all(
    families.map((familyId) => unless(run, familyId, failed, () => plan(familyId))),
  )
  const plans = planned.filter((each) => each !== undefined)
  const purged = noted ?? totalPurged(plans.map((each) => each.purged))
  const about = { families: plans.map(({ familyId }) => familyId), purged }
  const isNoted = noted !== undefined || isSomething(purged)
  if (isNoted) await savePurge(table, { ...report, ...alsoPending(report, about) })
  const before = run.failures.length
  const done = await Promise.all(
    plans.map((each) => unless(run, each.familyId, failed, each.carryOut)),
  )
  const all = totalPurged([purged, ...done.filter((more) => more !== undefined)])
  const next = {
    ...(run.failures.length > before
      ? { ...report, ...alsoPending(report, { ...about, purged: all }) }
      : counted(report, [all])),
    failed: [...report.failed, ...failed].slice(0, MOST_FAILED),
  }
  if (isNoted) await savePurge(table, next)
  return next
}

/** Deletes again what a run that was cut off had noted, and counts it as it was noted. */
const finishPending = async (run: Run, report: PurgeReport, plan: Plan): Promise<PurgeReport> => {
  const { pending, ...rest } = report
  if (pending === undefined) return report
  return purgeSome(run, rest, pending.families, plan, pending.purged)
}

/** The day up to which earlier runs have deleted registers. */
const registersUntil = async ({ deps: { table } }: Run): Promise<IsoDate | undefined> =>
  (await listPurges(table, 2)).find((earlier) => earlier.registersUntil !== undefined)
    ?.registersUntil

/** The days of registers that are old enough, from where the last run ended. */
const registerDays = (
  { deps: { town }, now }: Run,
  earlier: IsoDate | undefined,
): readonly IsoDate[] => {
  const { town: settings, schoolYears } = town.catalogue
  const last = addDays(monthsLater(parisDate(now), -settings.retention.activity), -1)
  const [first] = schoolYears.map(({ id }) => spanOf(id).from).toSorted()
  const from = earlier === undefined ? first : addDays(earlier, 1)
  return from === undefined ? [] : eachDay(from, earlierOf(last, addDays(from, MOST_DAYS - 1)))
}

/** Deletes the registers and the weeks of counted places that are older than what they are about. */
const purgeRegisters = async (run: Run, report: PurgeReport): Promise<PurgeReport> => {
  const { table, town } = run.deps
  const earlier = await registersUntil(run)
  const days = registerDays(run, earlier)
  const [from, to] = [days[0], days.at(-1)]
  if (from === undefined || to === undefined) return { ...report, registersUntil: earlier }
  const { activities } = town.catalogue
  const ids = activities.map(({ id }) => id)
  const sheets: number[] = []
  for (const day of days) sheets.push(await purgeSheets(table, ids, day))
  // A week that began before the last run ended lies in this one.
  const weeks = { from: addDays(from, -6), to }
  const rosters = await Promise.all(
    activities.flatMap(({ id, groups }) =>
      groups.map((group) => purgeRosters(table, { activityId: id, groupId: group.id }, weeks)),
    ),
  )
  const lines = [
    { kind: 'Sheet', counts: sheets },
    { kind: 'Roster', counts: rosters },
  ].flatMap(({ kind, counts }) => {
    const count = counts.reduce((sum, each) => sum + each, 0)
    return count === 0 ? [] : [{ kind, outcome: 'deleted' as const, count }]
  })
  return {
    ...counted(report, [{ ...NOTHING_PURGED, lines }]),
    registersUntil: to,
  }
}

/** Walks over all families behind the last that is done. */
const purgeFamilies = async (run: Run, begun: PurgeReport): Promise<PurgeReport> => {
  const plan: Plan = (familyId) => planFamily(run.deps, familyId, run.now)
  let report = begun
  for (;;) {
    const families = await pageOfFamilyIds(run.deps.table, report.after, AT_ONCE)
    const last = families.at(-1)
    if (last === undefined) return report
    report = { ...(await purgeSome(run, report, families, plan)), after: last }
  }
}

/** Looks at the erased families whose day it is. */
const purgeErased = async (
  run: Run,
  begun: PurgeReport,
  watches: ReadonlyMap<FamilyId, ErasureWatch>,
  plan: Plan,
): Promise<PurgeReport> => {
  let report = begun
  const families = [...watches.keys()]
  for (let start = 0; start < families.length; start += AT_ONCE) {
    report = await purgeSome(run, report, families.slice(start, start + AT_ONCE), plan)
  }
  return report
}

/**
 * Deletes what has been kept for as long as the town says (GDPR, article 5-1 e): items of families,
 * families of which nobody has heard and who were told, what came late of erased ones and their accounting
 * data after its ten years, old registers. Of files that are held nothing. It may be started again at any
 * time: it goes on where it was cut off, and of a day that is done it does nothing.
 *
 * @param now the due time of the schedule.
 * @returns the report of the run, which the archives keep.
 * @throws AggregateError when some families were refused for now: the others are done, the caller starts
 * again.
 */
export const purgeData = async (deps: Erasing, now: Date): Promise<PurgeReport> => {
  const { table } = deps
  const day = parisDate(now)
  const held = await findPurge(table, day)
  if (held?.state === 'done') return held
  const run: Run = { deps, now, failures: [] }
  const watches = new Map(
    (await listWatches(table, day)).map((watch) => [watch.familyId, watch] as const),
  )
  const plan: Plan = (familyId) => {
    const watch = watches.get(familyId)
    return watch === undefined ? planFamily(deps, familyId, now) : planErased(deps, watch, now)
  }
  const fresh: PurgeReport = {
    ...{ day, state: 'running', startedAt: now.toISOString(), failed: [] },
    ...NOTHING_PURGED,
  }
  const resumed = await finishPending(run, held ?? fresh, plan)
  const walked = await purgeFamilies(run, resumed)
  const looked = await purgeErased(run, walked, watches, plan)
  const report = await purgeRegisters(run, looked)
  const whole = { ...report, after: undefined }
  if (run.failures.length > 0) {
    await savePurge(table, whole)
    throw new AggregateError(run.failures, 'Some families were not purged')
  }
  const done: PurgeReport = { ...whole, state: 'done', doneAt: now.toISOString() }
  await savePurge(table, done)
  return done
}
