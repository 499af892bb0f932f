import * as fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import type { IsoDate } from '../../shared/kernel/dates.ts'
import { PortalError } from '../../shared/kernel/errors.ts'
import { parisDate } from '../../shared/kernel/paris.ts'
import { noticeIn } from '../../shared/messages/notices.ts'
import { familyPartition } from '../../shared/platform/keys.ts'
import {
  activityIdSchema,
  childIdSchema,
  requestNumberSchema,
  unitIdSchema,
} from '../../shared/platform/schemas.ts'
import { decideRequests } from '../../shared/reservations/decide-requests.ts'
import {
  awaitedOf,
  datesOf,
  outcomesOf,
  type DayOutcome,
} from '../../shared/reservations/decision-rules.ts'
import { readLine, yearsOf } from '../../shared/reservations/lines.ts'
import type { Request } from '../../shared/reservations/model.ts'
import { planningEntity, submissionEntity } from '../../shared/reservations/store.ts'
import { submitWishes } from '../../shared/reservations/submit-wishes.ts'
import { asSubmitted } from '../../shared/reservations/view.ts'
import { withdrawRequest } from '../../shared/reservations/withdraw-request.ts'
import { cessonTown, GUIDE_MORNING, guardian, openCesson, ticked } from '../support/cesson.ts'
import type { DUPONT } from '../support/cesson.ts'
import { anotherFamily } from '../support/families.ts'
import { memoryTable } from '../support/memory-table.ts'

const table = memoryTable()
const deps = { table, town: cessonTown }
const LUCAS = {
  childId: childIdSchema.parse('lucas'),
  activityId: activityIdSchema.parse('MERCREDIS'),
}
const UNITS = ['MATIN', 'APRES_MIDI', 'JOURNEE'].map((id) => unitIdSchema.parse(id))
const DATES: readonly IsoDate[] = ['2025-09-03', '2025-09-10', '2025-09-17']

const someDates = fc.subarray([...DATES])

/** What a family and staff may do; `which` names a request of the family by its place. */
const steps = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('submit' as const),
      days: fc.dictionary(
        fc.constantFrom(...DATES),
        fc.constantFrom<readonly string[]>(
          [],
          ['JOURNEE'],
          ['MATIN'],
          ['APRES_MIDI'],
          ['MATIN', 'APRES_MIDI'],
        ),
        { minKeys: 1 },
      ),
    }),
    fc.record({
      kind: fc.constant('decide' as const),
      decisions: fc.array(
        fc.record({
          which: fc.nat(20),
          outcome: fc.constantFrom('accepted' as const, 'refused' as const),
          refusedDates: someDates,
        }),
        { minLength: 1, maxLength: 3 },
      ),
    }),
    fc.record({ kind: fc.constant('withdraw' as const), which: fc.nat(20) }),
  ),
  { minLength: 1, maxLength: 14 },
)
type Step = typeof steps extends fc.Arbitrary<(infer Each)[]> ? Each : never

const stateOf = async ({ familyId }: typeof DUPONT) => {
  const items = await table.query({ partition: familyPartition(familyId) })
  return {
    requests: submissionEntity.pick(items).flatMap(({ requests }) => requests),
    years: yearsOf(planningEntity.pick(items), LUCAS),
    told: items
      .flatMap((item) => noticeIn(item) ?? [])
      .flatMap(({ content }) => (content.kind === 'decided' ? content.requests : [])),
  }
}

let keys = 0

/** Refusals are answers, too: what is not allowed must change nothing. */
const ignoringRefusals = async (work: Promise<unknown>): Promise<void> => {
  try {
    await work
  } catch (error) {
    if (!(error instanceof PortalError)) throw error
  }
}

const take = async (by: typeof DUPONT, step: Step): Promise<void> => {
  const { requests } = await stateOf(by)
  const numberOf = (which: number) =>
    requests[which % Math.max(1, requests.length)]?.number ?? requestNumberSchema.parse(999_999)
  keys += 1
  switch (step.kind) {
    case 'submit':
      return ignoringRefusals(
        submitWishes(deps, {
          by,
          wishes: [ticked('lucas-mercredis-2025', step.days)],
          idempotencyKey: `key-${keys}`,
          now: GUIDE_MORNING,
        }),
      )
    case 'decide':
      return ignoringRefusals(
        decideRequests(
          table,
          step.decisions.map(({ which, ...decision }) => ({
            ...decision,
            familyId: by.familyId,
            number: numberOf(which),
          })),
          { by: 'agent', now: GUIDE_MORNING },
        ),
      )
    case 'withdraw':
      return ignoringRefusals(
        withdrawRequest(table, {
          actor: guardian(by),
          parameters: { number: numberOf(step.which) },
          now: GUIDE_MORNING,
        }),
      )
  }
}

const BOOKED: readonly DayOutcome[] = ['booked', 'cancellation-refused', 'cancellation-requested']
const SILENT: readonly DayOutcome[] = ['moot', 'withdrawn']

const expectConsistent = async (by: typeof DUPONT, submitted: readonly Request[]) => {
  const { requests, years, told } = await stateOf(by)
  const today = parisDate(GUIDE_MORNING)
  const awaited = requests.map((request) =>
    awaitedOf(request, {
      since: requests.filter(({ number }) => number > request.number),
      years,
      today,
    }),
  )
  const outcomes = requests.map((request, index) => outcomesOf(request, awaited[index]))
  for (const unitId of UNITS) {
    for (const date of DATES) {
      const letter = readLine(years, unitId, date, date)
      const told = outcomes.flatMap(
        (days) =>
          days.find((day) => day.date === date)?.units.find((unit) => unit.unitId === unitId)
            ?.outcome ?? [],
      )
      const asking = requests.filter(
        (request, index) =>
          request.state === 'pending' &&
          datesOf({
            ...request,
            units: awaited[index]?.units.filter((unit) => unit.unitId === unitId) ?? [],
          }).includes(date),
      )
      expect(asking).toHaveLength(letter === 'r' || letter === 'c' ? 1 : 0)
      const last = told.filter((outcome) => !SILENT.includes(outcome)).at(-1)
      expect(letter === 'a' || letter === 'c').toBe(last !== undefined && BOOKED.includes(last))
    }
  }
  // Staff are asked nothing that they cannot decide.
  for (const [index, request] of requests.entries()) {
    if (request.state === 'pending') {
      expect(datesOf(awaited[index] ?? request)).not.toEqual([])
    }
  }
  const decided = requests.filter(({ decision }) => decision !== undefined)
  expect(told.toSorted((a, b) => a.number - b.number)).toEqual(decided)
  expect(requests.map(asSubmitted)).toEqual(submitted)
}

beforeAll(async () => {
  await openCesson(table)
})

it('keeps plannings and requests at one, and tells of each decision once, whatever family and staff do [guide 8, 46, 48]', async () => {
  let withdrawn = 0
  let partial = 0
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const by = await anotherFamily(table)
      const submitted: Request[] = []
      for (const step of all) {
        await take(by, step)
        const { requests } = await stateOf(by)
        if (requests.length > submitted.length) submitted.push(...requests.slice(submitted.length))
        await expectConsistent(by, submitted)
      }
      const { requests } = await stateOf(by)
      withdrawn += requests.filter(({ state }) => state === 'withdrawn').length
      partial += requests.filter(({ decision }) => decision?.refusedDates !== undefined).length
    }),
    { numRuns: 80 },
  )
  // The schedules have met what they are made for.
  expect(Math.min(withdrawn, partial)).toBeGreaterThan(0)
})
