import { daysBetween } from '../../shared/kernel/dates.ts'
import { PortalError } from '../../shared/kernel/errors.ts'
import { parisDate } from '../../shared/kernel/paris.ts'
import { bookedUnits, letterOn, sameOwner } from '../../shared/reservations/lines.ts'
import { CHANGES, submissionSchema, type Request } from '../../shared/reservations/model.ts'
import { asSubmitted } from '../../shared/reservations/view.ts'
import { must } from './invariants.ts'
import { DATES } from './town.ts'
import type { KeyedCall, Snapshot, World } from './world.ts'

/** By the state of a request, the letters that a day may have which it was the last to change. */
const LETTERS_AFTER: Record<Request['state'], Readonly<Record<string, string>>> = {
  accepted: { '+': 'al', '-': '.u' },
  // What it reinstates is accepted at once, what was only requested is undone at once.
  pending: { '+': 'ra', '-': 'c.' },
  refused: { '+': 'na', '-': 'a.' },
  waiting: { '+': '', '-': '.' },
  withdrawn: { '+': '.a', '-': 'a.' },
}

const WHATEVER_THE_STATE: Readonly<Record<string, string>> = {
  [CHANGES.waiting]: 'w',
  [CHANGES.offered]: 'o',
  [CHANGES.unplaced]: '.n',
  [CHANGES.kept]: 'a',
}

const changeOn = ({ from, units }: Request, unit: string, date: (typeof DATES)[number]): string =>
  units.find(({ unitId }) => unitId === unit)?.changes[daysBetween(from, date) - 1] ??
  CHANGES.unchanged

/** Every letter of a planning is what the last request that changed it says. */
export const checkRequests = (world: World, { plannings, submissions }: Snapshot): void => {
  const today = parisDate(world.now)
  for (const planning of plannings) {
    const own = submissions
      .filter(({ familyId }) => familyId === planning.familyId)
      .flatMap(({ requests }) => requests.filter((request) => sameOwner(request, planning)))
      .toSorted((a, b) => b.number - a.number)
    for (const date of DATES.filter((each) => each >= today)) {
      for (const unit of bookedUnits(planning)) {
        if (letterOn(planning, unit, date) === '.' && planning.units[unit] === undefined) continue
        if (!isOfYear(planning.schoolYear, date)) continue
        const letter = letterOn(planning, unit, date)
        const last = own.find((request) => changeOn(request, unit, date) !== CHANGES.unchanged)
        const change = last === undefined ? '' : changeOn(last, unit, date)
        const allowed =
          last === undefined
            ? '.'
            : (WHATEVER_THE_STATE[change] ?? LETTERS_AFTER[last.state][change] ?? '')
        must(
          allowed.includes(letter),
          () =>
            `${planning.childId} has ${letter} for ${planning.activityId} ${unit} on ${date}, and request ${String(last?.number)} (${String(last?.state)}) says ${change}`,
        )
      }
    }
  }
}

const isOfYear = (schoolYear: string, date: string): boolean =>
  date < '2026-09-01' === (schoolYear === '2025-2026')

/** What a waiting list makes of a day after a request was made, told as it was told first. */
const beforePlaces = (changes: string): string => changes.replace(/[+on]/g, CHANGES.waiting)

/** What the answers to a key have in common, however late they are. */
const answerOf = (value: unknown): string => {
  const { number, submittedAt, requests } = submissionSchema.parse(value)
  return JSON.stringify([
    number,
    submittedAt,
    requests
      .map(asSubmitted)
      .map((request) => [
        request.number,
        request.childId,
        request.activityId,
        request.units.map(({ unitId, changes }) => [unitId, beforePlaces(changes)]),
      ]),
  ])
}

const isRefusal = ({ outcome }: KeyedCall): boolean =>
  outcome.kind === 'failed' &&
  outcome.error instanceof PortalError &&
  outcome.error.code !== 'concurrent-change'

/** Each key has one effect at most, and the one that its answers tell of. */
export const checkAnswers = (
  { calls, answered }: World,
  { receipts, submissions }: Snapshot,
): void => {
  for (const { offer, at } of answered) {
    must(
      at.toISOString() <= (offer.offeredUntil ?? ''),
      () => `${offer.childId} was given an answer to an offer that was over`,
    )
  }
  for (const { key, state } of receipts) {
    must(state !== 'open', () => `${key} is still open`)
  }
  const written = submissions.map(({ familyId, number }) => `${familyId} ${String(number)}`)
  const receipted = receipts
    .filter(({ state }) => state === 'done')
    .map(({ familyId, number }) => `${familyId} ${String(number)}`)
  must(
    written.toSorted().join() === receipted.toSorted().join(),
    () => `Submissions ${written.join()} and receipts ${receipted.join()}`,
  )
  const byKey = Map.groupBy(calls, ({ key }) => key)
  for (const [key, own] of byKey) {
    const answers = new Set(
      own.flatMap(({ outcome }) => (outcome.kind === 'done' ? [answerOf(outcome.value)] : [])),
    )
    must(answers.size <= 1, () => `${key} was answered by ${[...answers].join(' and by ')}`)
    const receipt = receipts.find((each) => each.key === key)
    const isDone = receipt?.state === 'done'
    must(answers.size === 0 || isDone, () => `${key} was answered and has no effect`)
    must(!isDone || !own.every(isRefusal), () => `${key} was refused and has an effect`)
    const submission = submissions.find(({ number }) => number === receipt?.number)
    const [answer] = answers
    must(
      answer === undefined || (submission !== undefined && answerOf(submission) === answer),
      () => `${key} was answered by ${String(answer)}`,
    )
  }
}
