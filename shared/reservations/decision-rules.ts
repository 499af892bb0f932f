import { addDays, daysBetween, type IsoDate } from '../kernel/dates.ts'
import type { PortalError } from '../kernel/errors.ts'
import type { DAY_OUTCOMES } from '../kernel/texts.ts'
import { readLine, writeLine, type Years } from './lines.ts'
import { CHANGES, LETTERS, type Request, type Submission } from './model.ts'
import type { FamilyId } from '../platform/schemas.ts'
import { isOnWaitingList, stillAsked } from './rules.ts'

/** What staff decide of a request. */
export interface Decision {
  readonly number: number
  readonly outcome: 'accepted' | 'refused'
  readonly message?: string | undefined
  /** The days of an accepted request that are refused all the same [guide 46]. */
  readonly refusedDates?: readonly IsoDate[] | undefined
}

/** What became of one decision: the request as it is now, or why it is refused. */
export type DecisionResult =
  | { readonly done: true; readonly submission: Submission; readonly request: Request }
  | { readonly done: false; readonly problem: PortalError }

/** What became of one decision of many. */
export type FamilyDecisionResult = DecisionResult & {
  readonly familyId: FamilyId
  readonly number: number
}

/** The days of a request that somebody speaks of: by unit a line of `CHANGES`. */
export type Asked = Pick<Request, 'from' | 'to' | 'units'>

/** Whether a request awaits an answer, of staff or of the waiting list, so that it can be withdrawn. */
export const isOpen = ({ state }: Pick<Request, 'state'>): boolean =>
  state === 'pending' || state === 'waiting'

const isOfWaitingList = (change: string): boolean =>
  change === CHANGES.waiting || change === CHANGES.offered

/** Whether a letter of the planning awaits an answer, of staff or of the waiting list. */
export const isAwaited = (letter: string): boolean =>
  letter === LETTERS.requested || letter === LETTERS.cancelling || isOnWaitingList(letter)

/** Whether what a request changed on a day still awaits an answer, as the planning says. */
const awaitsAnswer = (change: string, letter: string): boolean => {
  if (change === CHANGES.added) return letter === LETTERS.requested
  if (change === CHANGES.removed) return letter === LETTERS.cancelling
  return isOfWaitingList(change) && isOnWaitingList(letter)
}

/** The days on which a request changes something. */
export const datesOf = ({ from, units }: Asked): IsoDate[] => {
  const length = Math.max(...units.map(({ changes }) => changes.length))
  return Array.from({ length }, (_, index) => index)
    .filter((index) =>
      units.some(({ changes }) => (changes[index] ?? CHANGES.unchanged) !== CHANGES.unchanged),
    )
    .map((index) => addDays(from, index))
}

/**
 * What of a request still awaits an answer: what it asked, but what was done at once, what a later
 * request has changed, and the days that are over.
 *
 * @param since the requests of the same child and activity that were made later.
 * @param years the planning as it is.
 * @param today the day in Paris.
 */
export const awaitedOf = (
  request: Asked,
  { since, years, today }: { since: readonly Asked[]; years: Years; today: IsoDate },
): Asked => {
  const asked = stillAsked(request, since, today)
  return {
    ...asked,
    units: asked.units.map(({ unitId, changes }) => {
      const line = readLine(years, unitId, asked.from, asked.to)
      return {
        unitId,
        changes: Array.from(changes, (change, index) =>
          awaitsAnswer(change, line[index] ?? '') ? change : CHANGES.unchanged,
        ).join(''),
      }
    }),
  }
}

/** What a request asks on some days only. */
const onDays = (asked: Asked, isMeant: (date: IsoDate) => boolean): Asked => ({
  ...asked,
  units: asked.units.map(({ unitId, changes }) => ({
    unitId,
    changes: Array.from(changes, (change, index) =>
      isMeant(addDays(asked.from, index)) ? change : CHANGES.unchanged,
    ).join(''),
  })),
})

/** Whether a decision refuses a day. */
const refuses = (
  { outcome, refusedDates = [] }: Pick<Decision, 'outcome' | 'refusedDates'>,
  date: IsoDate,
): boolean => outcome === 'refused' || refusedDates.includes(date)

/** A planning with other letters on days that were asked. */
const rewritten = (
  years: Years,
  { from, to, units }: Asked,
  after: (letter: string, change: string, date: IsoDate) => string,
): Years =>
  units.reduce((written, { unitId, changes }) => {
    const letters = Array.from(readLine(years, unitId, from, to), (letter, index) => {
      const change = changes[index] ?? CHANGES.unchanged
      return change === CHANGES.unchanged ? letter : after(letter, change, addDays(from, index))
    })
    return writeLine(written, unitId, from, letters.join(''))
  }, years)

/** What becomes of a letter that awaits an answer: what waits for a place goes on waiting if granted. */
const answered = (letter: string, change: string, granted: boolean): string => {
  if (change === CHANGES.removed) return granted ? LETTERS.nothing : LETTERS.accepted
  if (!granted) return LETTERS.refused
  return isOfWaitingList(change) ? letter : LETTERS.accepted
}

/**
 * The planning after staff have decided a request [guide 48]: what it asked to add is accepted or
 * refused, what it asked to cancel is cancelled or stays. What waits for a place goes on waiting
 * unless it is refused.
 *
 * @param awaited what still awaits an answer.
 */
export const settled = (years: Years, awaited: Asked, decision: Decision): Years =>
  rewritten(years, awaited, (letter, change, date) =>
    answered(letter, change, !refuses(decision, date)),
  )

/**
 * The planning after the family has withdrawn a request: what it asked to add is not asked any more,
 * what it asked to cancel stays.
 *
 * @param awaited what still awaits an answer.
 */
export const undone = (years: Years, awaited: Asked): Years =>
  rewritten(years, awaited, (_, change) =>
    change === CHANGES.removed ? LETTERS.accepted : LETTERS.nothing,
  )

/** A request with other letters on days that were asked. */
const relettered = (
  request: Request,
  awaited: Asked,
  after: (change: string, date: IsoDate) => string,
): Request => ({
  ...request,
  units: request.units.map(({ unitId, changes }) => {
    const asked = awaited.units.find((unit) => unit.unitId === unitId)?.changes ?? ''
    return {
      unitId,
      changes: Array.from(changes, (change, index) =>
        (asked[index] ?? CHANGES.unchanged) === CHANGES.unchanged
          ? change
          : after(change, addDays(request.from, index)),
      ).join(''),
    }
  }),
})

const stateAfter = (awaited: Asked, decision: Decision): Request['state'] => {
  if (datesOf(awaited).length === 0) return decision.outcome
  const granted = onDays(awaited, (date) => !refuses(decision, date))
    .units.flatMap(({ changes }) => Array.from(changes))
    .filter((change) => change !== CHANGES.unchanged)
  if (granted.length === 0) return 'refused'
  return granted.every(isOfWaitingList) ? 'waiting' : 'accepted'
}

/**
 * A request as it is once it is decided: accepted if anything is granted, on the waiting list if all
 * that is granted waits for a place, else refused.
 *
 * @param awaited what still awaits an answer.
 */
export const decided = (
  request: Request,
  awaited: Asked,
  decision: Decision,
  { by, now }: { readonly by: string; readonly now: Date },
): Request => {
  const refusedDates = datesOf(awaited).filter((date) => refuses(decision, date))
  const isPartial = decision.outcome === 'accepted' && refusedDates.length > 0
  const state = stateAfter(awaited, decision)
  return {
    ...relettered(request, awaited, (change, date) => {
      if (!refuses(decision, date)) return change
      if (isOfWaitingList(change)) return CHANGES.unplaced
      // The state of a request that is refused as a whole says so of all its days.
      if (state === 'refused') return change
      return change === CHANGES.removed ? CHANGES.kept : CHANGES.unplaced
    }),
    state,
    decision: {
      at: now.toISOString(),
      by,
      ...(decision.message === undefined ? {} : { message: decision.message }),
      ...(isPartial ? { refusedDates } : {}),
      units: awaited.units,
    },
  }
}

/** A request as it is once the family has withdrawn it. */
export const withdrawn = (request: Request, awaited: Asked, now: Date): Request => ({
  ...relettered(request, awaited, (change) =>
    isOfWaitingList(change) ? CHANGES.unplaced : change,
  ),
  state: 'withdrawn',
  withdrawal: { at: now.toISOString(), units: awaited.units },
})

/** Whether a decided request has refused a day. */
const hasRefused = (
  { state, decision }: Pick<Request, 'state' | 'decision'>,
  date: IsoDate,
): boolean =>
  decision !== undefined && (state === 'refused' || decision.refusedDates?.includes(date) === true)

/** Whether a request was decided just so: the same days granted and the same refused. */
export const isDecidedAs = (request: Request, decision: Decision): boolean => {
  if (request.decision === undefined) return false
  const dates = datesOf({ ...request, units: request.decision.units })
  if (dates.length === 0) return (request.state === 'refused') === (decision.outcome === 'refused')
  return dates.every((date) => hasRefused(request, date) === refuses(decision, date))
}

/** What has become of a day of a request, for one unit. */
export type DayOutcome = keyof typeof DAY_OUTCOMES

const PENDING_OUTCOMES: Readonly<Record<string, DayOutcome>> = {
  [CHANGES.added]: 'requested',
  [CHANGES.removed]: 'cancellation-requested',
  [CHANGES.waiting]: 'waiting',
  [CHANGES.offered]: 'offered',
}

const SETTLED_OUTCOMES: Readonly<Record<string, DayOutcome>> = {
  [CHANGES.added]: 'booked',
  [CHANGES.removed]: 'cancelled',
  [CHANGES.waiting]: 'waiting',
  [CHANGES.offered]: 'offered',
  [CHANGES.unplaced]: 'unplaced',
}

/** Whether what has become of a request's days is told from the planning. */
export const hangsOnPlanning = ({ state, units }: Pick<Request, 'state' | 'units'>): boolean =>
  state === 'pending' ||
  ((state === 'waiting' || state === 'accepted') &&
    units.some(({ changes }) => Array.from(changes).some(isOfWaitingList)))

/**
 * What has become of each day of a request [guide 46], by unit.
 *
 * @param awaited what still awaits an answer, of a request that hangs on the planning.
 */
export const outcomesOf = (
  request: Request,
  awaited: Asked | undefined,
): {
  date: IsoDate
  units: { unitId: Request['units'][number]['unitId']; outcome: DayOutcome }[]
}[] => {
  const isPending = request.state === 'pending'
  const spokenOf = (request.decision ?? request.withdrawal ?? (isPending ? awaited : undefined))
    ?.units
  const isIn = (units: Asked['units'], unitId: string, index: number): boolean => {
    const change = units.find((unit) => unit.unitId === unitId)?.changes[index]
    return (change ?? CHANGES.unchanged) !== CHANGES.unchanged
  }
  const outcomeOn = (unitId: string, change: string, index: number): DayOutcome => {
    if (spokenOf !== undefined && !isIn(spokenOf, unitId, index)) {
      return change === CHANGES.unplaced ? 'unplaced' : 'moot'
    }
    if (request.state === 'withdrawn') return 'withdrawn'
    if (isPending) return PENDING_OUTCOMES[change] ?? 'moot'
    if (hasRefused(request, addDays(request.from, index))) {
      const isRemoval = change === CHANGES.removed || change === CHANGES.kept
      return isRemoval ? 'cancellation-refused' : 'refused'
    }
    // The family may have left the waiting list by a later request.
    const hasLeft =
      isOfWaitingList(change) && awaited !== undefined && !isIn(awaited.units, unitId, index)
    return hasLeft ? 'moot' : (SETTLED_OUTCOMES[change] ?? 'moot')
  }
  return datesOf(request).map((date) => {
    const index = daysBetween(request.from, date) - 1
    return {
      date,
      units: request.units.flatMap(({ unitId, changes }) => {
        const change = changes[index] ?? CHANGES.unchanged
        return change === CHANGES.unchanged
          ? []
          : [{ unitId, outcome: outcomeOn(unitId, change, index) }]
      }),
    }
  })
}
