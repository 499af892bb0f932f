import { spanOf } from '../catalogue/school-time.ts'
import { eachDay, laterOf } from '../kernel/dates.ts'
import { DATA_TITLES } from '../kernel/privacy-texts.ts'
import { PLANNING_LEGEND } from '../kernel/texts.ts'
import { dataKind, type DataKind, type Reader } from '../platform/personal-data.ts'
import { unitIdSchema } from '../platform/schemas.ts'
import { readLine, yearsOf } from './lines.ts'
import { CHANGES, LETTERS, type Planning, type Request, type Submission } from './model.ts'
import { bondEntity } from './other-household.ts'
import { planningEntity, receiptEntity, submissionEntity } from './store.ts'
import { datedUnits } from './view.ts'

const MEANINGS = Object.entries(LETTERS)
  .filter(([meaning]) => meaning !== 'nothing')
  .flatMap(([meaning, letter]) => {
    const found = Object.entries(PLANNING_LEGEND).find(([name]) => name === meaning)
    return found === undefined ? [] : [{ letter, state: found[1] }]
  })

/** The days of a planning by unit and state, so that people can read them without its letters. */
const showDays = (planning: Planning, { unitName }: Reader): unknown => {
  const { from, to } = spanOf(planning.schoolYear)
  const days = eachDay(from, to)
  const years = yearsOf([planning], planning)
  return Object.keys(planning.units).map((unit) => {
    const line = readLine(years, unitIdSchema.parse(unit), from, to)
    return {
      unit: unitName(planning.activityId, unit),
      states: MEANINGS.flatMap(({ letter, state }) => {
        const dates = days.filter((_, position) => line[position] === letter)
        return dates.length === 0 ? [] : [{ state, dates }]
      }),
    }
  })
}

const showMinutes = ({ activityId, minutes = {} }: Planning, { unitName }: Reader): object => {
  const times = Object.entries(minutes).flatMap(([unit, byDay]) =>
    Object.entries(byDay ?? {}).map(([date, spent]) => ({
      unit: unitName(activityId, unit),
      date,
      minutes: spent,
    })),
  )
  return times.length === 0 ? {} : { times }
}

/** Where a child stands among others is not shown: that tells of the others. */
const showWaits = ({ activityId, waits = [] }: Planning, { unitName }: Reader): object =>
  waits.length === 0
    ? {}
    : {
        waits: waits.map(({ date, unitIds, since, until, number }) => ({
          number,
          date,
          units: unitIds.map((unit) => unitName(activityId, unit)),
          since,
          until,
        })),
      }

const ASKED = {
  added: CHANGES.added,
  removed: CHANGES.removed,
  waiting: CHANGES.waiting,
  offered: CHANGES.offered,
  unplaced: CHANGES.unplaced,
  kept: CHANGES.kept,
} as const

/** Days by what is asked or has become of them: those of the same units together. */
const showAsked = (request: Request, { unitName }: Reader): object =>
  Object.fromEntries(
    Object.entries(ASKED).flatMap(([name, letter]) => {
      const days = datedUnits(request, letter).map(({ date, units }) => ({
        date,
        units: units.map((unit) => unitName(request.activityId, unit)),
      }))
      const alike = [...Map.groupBy(days, ({ units }) => units.join()).values()]
      const shown = alike.map((group) => ({
        units: group[0]?.units ?? [],
        dates: group.map(({ date }) => date),
      }))
      return shown.length === 0 ? [] : [[name, shown]]
    }),
  )

const showRequest = (request: Request, reader: Reader): unknown => {
  const { number, childId, activityId, groupId, state, from, to, decision, withdrawal } = request
  return {
    number,
    child: reader.nameOf('childId', childId),
    activity: reader.nameOf('activityId', activityId),
    group: reader.nameOf('groupId', groupId),
    ...{ state, from, to },
    ...showAsked(request, reader),
    ...(decision === undefined
      ? {}
      : {
          decision: {
            at: decision.at,
            by: reader.author(decision.by),
            message: decision.message,
            refusedDates: decision.refusedDates,
          },
        }),
    withdrawnAt: withdrawal?.at,
  }
}

const showSubmission = (submission: Submission, reader: Reader): unknown => {
  const { submittedAt, by, onBehalf } = submission
  const requests = submission.requests.filter(({ childId }) => reader.mayReadChild(childId))
  if (requests.length === 0) return undefined
  return {
    submittedAt,
    askedBy: by.name,
    onBehalf:
      onBehalf === undefined
        ? undefined
        : { by: reader.author(onBehalf.account), reason: onBehalf.reason },
    requests: requests.map((request) => showRequest(request, reader)),
  }
}

/** What booking holds about people. */
export const RESERVATION_DATA: readonly DataKind[] = [
  dataKind(planningEntity, {
    title: DATA_TITLES.Planning,
    retention: 'activity',
    since: ({ schoolYear }) => spanOf(schoolYear).to,
    show: (planning, reader) =>
      reader.mayReadChild(planning.childId)
        ? {
            schoolYear: planning.schoolYear,
            child: reader.nameOf('childId', planning.childId),
            activity: reader.nameOf('activityId', planning.activityId),
            days: showDays(planning, reader),
            ...showMinutes(planning, reader),
            ...showWaits(planning, reader),
          }
        : undefined,
  }),
  dataKind(submissionEntity, {
    title: DATA_TITLES.Submission,
    retention: 'activity',
    since: ({ requests }) => requests.map(({ to }) => to).reduce(laterOf),
    show: showSubmission,
  }),
  dataKind(receiptEntity, {
    title: DATA_TITLES.Receipt,
    retention: 'technical',
    show: { notShown: 'That a call was carried out; what it asked for is shown as a request.' },
  }),
  dataKind(bondEntity, {
    title: DATA_TITLES.Bond,
    retention: 'technical',
    show: { notShown: 'A lock: a version and the ids of the file and the child.' },
  }),
]
