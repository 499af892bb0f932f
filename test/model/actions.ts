import type { IsoDate } from '../../shared/kernel/dates.ts'
import { familyIdSchema, guardianIdSchema } from '../../shared/platform/schemas.ts'
import type { Table } from '../../shared/platform/table.ts'
import { answerOffer } from '../../shared/reservations/answer-offer.ts'
import { decideRequest } from '../../shared/reservations/decide-request.ts'
import { datesOf, isOpen } from '../../shared/reservations/decision-rules.ts'
import {
  wishesSchema,
  type Acting,
  type Submission,
  type Wish,
} from '../../shared/reservations/model.ts'
import { submitWishes } from '../../shared/reservations/submit-wishes.ts'
import { sweepPlaces } from '../../shared/reservations/sweep-places.ts'
import { withdrawRequest } from '../../shared/reservations/withdraw-request.ts'
import type { Dice } from './dice.ts'
import type { Process } from './processes.ts'
import { ACTIVITIES, DATES, ENROLMENTS, FAMILY_IDS, TICKS, type ActivityName } from './town.ts'
import type { World } from './world.ts'

/** What somebody sets out to do; whom it concerns is seen when it begins. */
export type Action =
  | {
      readonly kind: 'submit'
      readonly familyId: string
      readonly key: string
      readonly wishes: readonly Wish[]
      readonly acting: Acting
      /** How often the call is sent: at once, or again when it was killed. */
      readonly twins: number
      readonly retries: number
    }
  | { readonly kind: 'decide'; readonly which: number; readonly outcome: 'accepted' | 'refused' }
  | { readonly kind: 'answer'; readonly which: number; readonly accepted: boolean }
  | { readonly kind: 'withdraw'; readonly which: number }
  | { readonly kind: 'sweep' }

/** A call of a use case that can begin now. */
export interface Call {
  readonly name: string
  readonly run: (table: Table, self: Process) => Promise<unknown>
}

/** Where the families of a schedule meet: the fewer, the more they are rivals. */
interface Focus {
  readonly familyIds: readonly string[]
  readonly dates: readonly IsoDate[]
  readonly activities: readonly ActivityName[]
}

const someFocus = (dice: Dice): Focus => {
  const busiest = dice.pick(FAMILY_IDS)
  return {
    familyIds: dice.chance(0.6) ? FAMILY_IDS : [busiest, busiest, dice.pick(FAMILY_IDS)],
    dates: dice.chance(0.5) ? DATES : [dice.pick(DATES)],
    activities: dice.pick([ACTIVITIES, ACTIVITIES, ['LOISIRS'], ['STAGE']]),
  }
}

/** What somebody of a family can be enrolled for on the days of the focus. */
const enrolmentsIn = ({ dates, activities }: Focus, familyId: string) => {
  const own = ENROLMENTS.filter((enrolment) => enrolment.familyId === familyId)
  const near = own.filter(
    ({ activityId, from, until }) =>
      activities.some((each) => each === activityId) &&
      dates.some((date) => from <= date && date <= until),
  )
  return near.length === 0 ? own : near
}

const someWishes = (dice: Dice, focus: Focus, familyId: string): readonly Wish[] => {
  const isLeaving = dice.chance(0.25)
  const wishes = Array.from({ length: 1 + dice.below(2) }, () => {
    const { enrolmentId, activityId, from, until } = dice.pick(enrolmentsIn(focus, familyId))
    const activity = dice.pick(ACTIVITIES.filter((each) => each === activityId))
    const within = (dates: readonly IsoDate[]) =>
      dates.filter((date) => from <= date && date <= until)
    const open = within(focus.dates).length === 0 ? within(DATES) : within(focus.dates)
    const dates = open.filter(() => dice.chance(0.7))
    return {
      kind: 'days',
      enrolmentId,
      days: (dates.length === 0 ? [dice.pick(open)] : dates).map((date) => ({
        date,
        units: isLeaving ? [] : dice.pick(TICKS[activity]),
      })),
    }
  })
  return wishesSchema.parse({ wishes }).wishes
}

const someSubmission = (dice: Dice, focus: Focus, index: number): Action => {
  const familyId = dice.pick(focus.familyIds)
  const isStaff = dice.chance(0.08)
  return {
    kind: 'submit',
    familyId,
    key: `key-${String(index)}`,
    wishes: someWishes(dice, focus, familyId),
    acting: isStaff
      ? { kind: 'staff', account: 'agent', reason: 'Par téléphone', justified: dice.chance(0.5) }
      : { kind: 'family' },
    twins: dice.chance(0.12) ? 2 : 1,
    retries: dice.chance(0.6) ? 3 : 0,
  }
}

/** What happens in a schedule, in the order in which it is likely to begin. */
export const someActions = (dice: Dice): Action[] => {
  const focus = someFocus(dice)
  return Array.from({ length: 3 + dice.below(5) }, (_, index): Action => {
    const which = dice.below(1000)
    const share = dice.next()
    if (index < 2 || share < 0.65) return someSubmission(dice, focus, index)
    if (share < 0.76) {
      return { kind: 'decide', which, outcome: dice.chance(0.5) ? 'accepted' : 'refused' }
    }
    if (share < 0.87) return { kind: 'answer', which, accepted: dice.chance(0.5) }
    return share < 0.96 ? { kind: 'withdraw', which } : { kind: 'sweep' }
  })
}

const oneOf = <Value>(values: readonly Value[], which: number): Value | undefined =>
  values[which % Math.max(1, values.length)]

const requestsOf = (submissions: readonly Submission[]) =>
  submissions.flatMap(({ familyId, requests }) =>
    requests.map((request) => ({ familyId, request })),
  )

const GUARDIAN = guardianIdSchema.parse('g1')

const submission = (
  world: World,
  { familyId, key, wishes, acting }: Extract<Action, { kind: 'submit' }>,
): Call => ({
  name: `submit ${familyId} ${key}`,
  run: (table) =>
    submitWishes(
      { table, town: world.town },
      {
        by: { familyId: familyIdSchema.parse(familyId), guardianId: GUARDIAN },
        acting,
        wishes,
        idempotencyKey: key,
        now: world.now,
      },
    ),
})

const decision = (
  world: World,
  { which, outcome }: Extract<Action, { kind: 'decide' }>,
): Call | undefined => {
  const { now } = world
  const pending = requestsOf(world.submissions()).filter(
    ({ request }) => request.state === 'pending',
  )
  const found = oneOf(pending, which)
  if (found === undefined) return undefined
  const { familyId, request } = found
  const refusedDates =
    outcome === 'accepted' && which % 3 === 0 ? datesOf(request).slice(0, 1) : undefined
  return {
    name: `decide ${request.number} ${outcome}${refusedDates === undefined ? '' : ' in part'}`,
    run: (table) =>
      decideRequest(table, {
        familyId,
        number: request.number,
        outcome,
        refusedDates,
        by: 'agent',
        now,
      }),
  }
}

const answer = (
  world: World,
  { which, accepted }: Extract<Action, { kind: 'answer' }>,
): Call | undefined => {
  const { now } = world
  const offers = world.waiting().filter(({ offeredUntil }) => offeredUntil !== undefined)
  const offer = oneOf(offers, which)
  if (offer === undefined) return undefined
  const { familyId, number, date, unitIds } = offer
  return {
    name: `${accepted ? 'accept' : 'decline'} offer ${number} ${date}`,
    run: async (table, self) => {
      await answerOffer(
        { table, town: world.town },
        {
          by: { familyId, guardianId: GUARDIAN },
          offer: { number, date, unitId: unitIds[0] },
          accepted,
          now,
        },
      )
      world.noteAnswered(self, { offer, at: now })
    },
  }
}

const withdrawal = (
  world: World,
  { which }: Extract<Action, { kind: 'withdraw' }>,
): Call | undefined => {
  const { now } = world
  const found = oneOf(
    requestsOf(world.submissions()).filter(({ request }) => isOpen(request)),
    which,
  )
  if (found === undefined) return undefined
  const { familyId, request } = found
  return {
    name: `withdraw ${request.number}`,
    run: (table) =>
      withdrawRequest(table, {
        actor: {
          account: familyId,
          roles: ['guardian'],
          family: { familyId, guardianId: GUARDIAN },
        },
        parameters: { number: request.number },
        now,
      }),
  }
}

/** The call by which an action begins in the world as it is; nothing while it concerns nobody. */
export const callOf = (world: World, action: Action): Call | undefined => {
  switch (action.kind) {
    case 'submit':
      return submission(world, action)
    case 'decide':
      return decision(world, action)
    case 'answer':
      return answer(world, action)
    case 'withdraw':
      return withdrawal(world, action)
    case 'sweep': {
      const { now } = world
      return {
        name: 'sweep',
        run: (table) => sweepPlaces({ table, town: world.town }, now),
      }
    }
  }
}
