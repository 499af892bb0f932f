import { beforeAll, describe, expect, it } from 'vitest'
import { noticeIn } from '../../shared/messages/notices.ts'
import type { Notice } from '../../shared/messages/notice-model.ts'
import { familyPartition } from '../../shared/platform/keys.ts'
import {
  familyIdSchema,
  guardianIdSchema,
  requestNumberSchema,
} from '../../shared/platform/schemas.ts'
import { decideRequests } from '../../shared/reservations/decide-requests.ts'
import { listPendingRequests } from '../../shared/reservations/list-pending-requests.ts'
import type { Submission, Wish } from '../../shared/reservations/model.ts'
import { readPlanning } from '../../shared/reservations/read-planning.ts'
import { readRequest } from '../../shared/reservations/read-request.ts'
import { planningEntity, submissionEntity } from '../../shared/reservations/store.ts'
import {
  cessonTown,
  GUIDE_MORNING,
  guardian,
  openCesson,
  TEST,
  ticked,
  weekly,
  type DUPONT,
} from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { expectCost, measure } from '../support/meter.ts'
import { repeatSubmission, submitAnew } from '../support/submissions.ts'

const { table, documents } = await freshTable()
const deps = { table, town: cessonTown }

type Decision = Parameters<typeof decideRequests>[1][number]

const submit = (by: typeof DUPONT, ...wishes: Wish[]): Promise<Submission> =>
  submitAnew(deps, by, wishes)

const decide = (...decisions: Decision[]) =>
  decideRequests(table, decisions, { by: 'agent', now: GUIDE_MORNING })

const accept = ({ familyId, number }: Pick<Decision, 'familyId' | 'number'>): Decision => ({
  familyId,
  number,
  outcome: 'accepted',
})
const refuse = (request: Pick<Decision, 'familyId' | 'number'>): Decision => ({
  ...accept(request),
  outcome: 'refused',
})

const everythingOf = ({ familyId }: Pick<Submission, 'familyId'>) =>
  table.query({ partition: familyPartition(familyId) })

const noticesOf = async (by: Pick<Submission, 'familyId'>): Promise<Notice[]> =>
  (await everythingOf(by)).flatMap((item) => noticeIn(item) ?? [])

/** The letters of Lucas at the leisure centre on the Wednesdays of September. */
const wednesdays = async (by: typeof DUPONT, unitId = 'JOURNEE'): Promise<string> => {
  const { children } = await readPlanning(deps, {
    actor: guardian(by),
    query: { from: '2025-09-03', to: '2025-09-24' },
    now: GUIDE_MORNING,
  })
  const days = children
    .flatMap(({ enrolments }) => enrolments)
    .flatMap(({ units }) => units)
    .find((unit) => unit.unitId === unitId)?.days
  return [0, 7, 14, 21].map((index) => days?.[index] ?? '').join('')
}

const days = (dates: readonly string[], ...units: string[]): Wish =>
  ticked(
    'lucas-mercredis-2025',
    Object.fromEntries(dates.map((date) => [`2025-09-${date}`, units])),
  )

beforeAll(async () => {
  await openCesson(table)
})

describe('decisions on many requests', () => {
  it('settle all of them, and tell each family once [guide 48]', async () => {
    const [one, other] = [await anotherFamily(table), await anotherFamily(table)]
    const first = await submit(one, days(['03'], 'JOURNEE'))
    const second = await submit(one, days(['10'], 'JOURNEE'))
    const third = await submit(other, days(['03'], 'MATIN'))
    const results = await decide(
      { ...accept(first), message: 'À mercredi' },
      accept(third),
      refuse(second),
    )
    expect(results).toMatchObject([
      { familyId: one.familyId, number: first.number, done: true, request: { state: 'accepted' } },
      {
        familyId: other.familyId,
        number: third.number,
        done: true,
        request: { state: 'accepted' },
      },
      { familyId: one.familyId, number: second.number, done: true, request: { state: 'refused' } },
    ])
    expect(await wednesdays(one)).toBe('an..')
    expect(await wednesdays(other, 'MATIN')).toBe('a...')
    expect(await noticesOf(one)).toMatchObject([
      {
        noticeId: `DECIDED-${String(first.number)}`,
        to: [{ email: first.by.email, name: first.by.name }],
        content: {
          kind: 'decided',
          requests: [
            { number: first.number, state: 'accepted', decision: { message: 'À mercredi' } },
            { number: second.number, state: 'refused' },
          ],
        },
      },
    ])
    expect(await noticesOf(other)).toHaveLength(1)
  })

  it('tell each of two guardians who asked', async () => {
    const by = await anotherFamily(table)
    const own = await submit(by, days(['03'], 'JOURNEE'))
    const guardianId = guardianIdSchema.parse('g2')
    const asked = await submit({ ...by, guardianId }, days(['10'], 'JOURNEE'))
    await decide(accept(own), accept(asked))
    expect((await noticesOf(by)).map(({ to }) => to.map(({ email }) => email))).toEqual([
      [own.by.email, asked.by.email],
    ])
    expect(asked.by.email).toBe('juliendupont@famille.example')
  })

  it('tell all guardians where the one who asked has left the family since', async () => {
    const by = await anotherFamily(table)
    const asked = await submit(by, days(['03'], 'JOURNEE'))
    const gone = {
      guardianId: guardianIdSchema.parse('g9'),
      name: 'M. Jean DUPONT',
      email: 'jean@famille.example',
    }
    await table.put(submissionEntity.toItem({ ...asked, by: gone }))
    await decide(accept(asked))
    expect((await noticesOf(by)).map(({ to }) => to.map(({ email }) => email))).toEqual([
      ['madelainedupont@famille.example', 'juliendupont@famille.example'],
    ])
  })

  it('that cannot be made say why, and do not keep the others', async () => {
    const by = await anotherFamily(table)
    const [good, decided] = [
      await submit(by, days(['03'], 'JOURNEE')),
      await submit(by, days(['10'], 'JOURNEE')),
    ]
    const meals = await submit(by, weekly('lucas-restauration-2025', { 2: ['REPAS'] }))
    const withdrawn = await submit(by, days(['17'], 'JOURNEE'))
    await submit(by, days(['17']))
    await decide(refuse(decided))
    const unknown = requestNumberSchema.parse(900_000_000)
    const results = await decide(
      accept({ familyId: by.familyId, number: unknown }),
      accept({ familyId: familyIdSchema.parse('9999'), number: good.number }),
      accept(decided),
      accept(meals),
      accept(withdrawn),
      { ...accept(good), refusedDates: ['2025-09-04'] },
      accept(good),
      refuse(good),
    )
    expect(results.map((result) => (result.done ? 'done' : result.problem.code))).toEqual([
      'not-found',
      'not-found',
      'already-decided',
      'already-decided',
      'request-withdrawn',
      'date-not-requested',
      'done',
      'already-decided',
    ])
    expect(await wednesdays(by)).toBe('an..')
  })

  it('change and tell nothing when they are sent again, in any order', async () => {
    const by = await anotherFamily(table)
    const [first, second] = [
      await submit(by, days(['03'], 'JOURNEE')),
      await submit(by, days(['10', '17'], 'JOURNEE')),
    ]
    const partial: Decision = { ...accept(second), refusedDates: ['2025-09-17'] }
    await decide(accept(first), partial)
    const before = await everythingOf(by)
    for (const again of [
      [accept(first), partial],
      [partial, accept(first)],
      [accept(first), accept(first)],
    ]) {
      const results = await decide(...again)
      expect(results.map(({ done }) => done)).toEqual([true, true])
      expect(await everythingOf(by)).toEqual(before)
    }
    for (const other of [
      accept(second),
      refuse(second),
      { ...partial, outcome: 'refused' as const },
    ]) {
      expect(await decide(other)).toMatchObject([{ problem: { code: 'already-decided' } }])
    }
    expect(await everythingOf(by)).toEqual(before)
  })

  it('of one request that come at the same time end in one outcome, and one notice', async () => {
    for (let round = 0; round < 6; round += 1) {
      const by = await anotherFamily(table)
      const asked = await submit(by, days(['03', '10'], 'JOURNEE'))
      const results = await Promise.all([
        decide(accept(asked)),
        decide(refuse(asked)),
        decide({ ...accept(asked), refusedDates: ['2025-09-10'] }),
      ])
      const codes = results.flat().map((result) => (result.done ? 'done' : result.problem.code))
      expect(codes.toSorted()).toEqual(['already-decided', 'already-decided', 'done'])
      expect(await wednesdays(by)).toBe(['aa..', 'nn..', 'an..'][codes.indexOf('done')])
      expect(await noticesOf(by)).toHaveLength(1)
    }
  })

  it('that need more writes than a transaction holds are made in several', async () => {
    const by = await anotherFamily(table)
    const asked = await submit(by, days(['03'], 'JOURNEE'))
    // A hundred submissions, their planning and their notice: 102 writes.
    const numbers = await repeatSubmission(table, asked, 800_000_001, 100)
    const { result, cost } = await measure([documents], () =>
      decide(...numbers.map((number) => accept({ familyId: by.familyId, number }))),
    )
    expect(result.map(({ done }) => done)).toEqual(numbers.map(() => true))
    expect(cost.calls['TransactWriteItems']).toBe(2)
    expect(await wednesdays(by)).toBe('a...')
    const told = (await noticesOf(by)).flatMap(({ content }) =>
      content.kind === 'decided' ? content.requests.map(({ number }) => number) : [],
    )
    expect(told).toEqual(numbers)
  })
})

describe('a request that is accepted by date', () => {
  it('refuses the days that staff name, added or cancelled, and says so of each [guide 46, 48]', async () => {
    const by = await anotherFamily(table)
    await decide(accept(await submit(by, days(['03', '10'], 'JOURNEE'))))
    const change = await submit(by, days(['03', '10']), days(['17', '24'], 'JOURNEE'))
    expect(await wednesdays(by)).toBe('ccrr')
    const [result] = await decide({
      ...accept(change),
      refusedDates: ['2025-09-10', '2025-09-24'],
    })
    expect(await wednesdays(by)).toBe('.aan')
    expect(result).toMatchObject({
      request: {
        state: 'accepted',
        units: [{ changes: '-......k......+......n' }],
        decision: {
          refusedDates: ['2025-09-10', '2025-09-24'],
          units: [{ changes: '-......-......+......+' }],
        },
      },
    })
    const read = await readRequest(deps, {
      actor: guardian(by),
      parameters: { number: change.number },
      now: GUIDE_MORNING,
    })
    expect(read.refusedDates).toEqual(['2025-09-10', '2025-09-24'])
    expect(
      read.days.map(({ date, units }) => [
        date.slice(8),
        units[0]?.outcome,
        units[0]?.outcomeLabel,
      ]),
    ).toEqual([
      ['03', 'cancelled', 'Annulée'],
      ['10', 'cancellation-refused', 'Annulation refusée'],
      ['17', 'booked', 'Réservée'],
      ['24', 'refused', 'Refusée'],
    ])
  })

  it('is refused as a whole when every day is', async () => {
    const by = await anotherFamily(table)
    const asked = await submit(by, days(['03', '10'], 'JOURNEE'))
    const named: Decision = { ...accept(asked), refusedDates: ['2025-09-03', '2025-09-10'] }
    expect(await decide(named)).toMatchObject([{ request: { state: 'refused' } }])
    expect(await decide(refuse(asked), named)).toMatchObject([{ done: true }, { done: true }])
    expect(await wednesdays(by)).toBe('nn..')
  })
})

it('leaves one decision of each request, and one notice, wherever it breaks off', async () => {
  const crashes = await crashEverywhere({
    clients: [documents],
    scenario: async () => {
      const by = await anotherFamily(table)
      const [first, second] = [
        await submit(by, days(['03'], 'JOURNEE')),
        await submit(by, days(['10'], 'JOURNEE')),
      ]
      return {
        run: () => decide(accept(first), refuse(second)),
        check: async (results) => {
          expect(results.map(({ done }) => done)).toEqual([true, true])
          const items = await everythingOf(by)
          expect(submissionEntity.pick(items).map(({ version }) => version)).toEqual([2, 2])
          expect(planningEntity.pick(items).map(({ version }) => version)).toEqual([3])
          expect(await wednesdays(by)).toBe('an..')
          expect(await noticesOf(by)).toMatchObject([
            { content: { requests: [{ number: first.number }, { number: second.number }] } },
          ])
        },
      }
    },
  })
  expect(crashes.map(({ operation }) => operation)).toContain('TransactWriteItems')
})

it('costs two Queries and one transaction for each family, however many requests it has', async () => {
  const [one, other] = [await anotherFamily(table), await anotherFamily(table, TEST.familyId)]
  const asked: Submission[] = []
  for (const date of ['03', '10', '17', '24']) {
    asked.push(await submit(one, days([date], 'JOURNEE')))
    asked.push(
      await submit(other, ticked('manon-mercredis-2025', { [`2025-09-${date}`]: ['JOURNEE'] })),
    )
  }
  const { result, cost } = await measure([documents], () => decide(...asked.map(accept)))
  expect(result.map(({ done }) => done)).toEqual(asked.map(() => true))
  expect(cost.calls).toEqual({ Query: 4, TransactWriteItems: 2 })
  expectCost('decide 8 requests of 2 families', cost)
  const inbox = await listPendingRequests(deps, { query: { limit: 200 }, now: GUIDE_MORNING })
  expect(inbox.requests.filter(({ familyId }) => familyId === one.familyId)).toEqual([])
})
