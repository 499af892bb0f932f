import fc from 'fast-check'
import { beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { fault } from '../../lib/local/payfip-soap.ts'
import { openCesson } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { openPayfip } from '../payfip/fixture.ts'
import { openPayments } from './fixture.ts'

const { table } = await freshTable()
const { payfip, clock, pass } = await openPayfip(new Date('2025-10-15T09:00:00Z'))
const online = openPayments(table, { url: payfip.url, now: () => clock.now })
const { owing, start, reconcile, notify, standing, attemptOf } = online

beforeAll(async () => {
  await openCesson(table)
})

beforeEach(() => {
  for (const method of ['info', 'warn', 'error'] as const) {
    vi.spyOn(console, method).mockReturnValue()
  }
})

/** After so long without an answer a payment is for a person, in milliseconds: three days. */
const SILENCE = 3 * 86_400_000

/** What may happen, in any order. */
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('start' as const),
      which: fc.oneof(
        fc.constantFrom<number[]>([0], [1], [2]),
        fc.subarray([0, 1, 2], { minLength: 1 }),
      ),
      /** Most people pay at once. */
      ends: fc.constantFrom('P', 'V', 'P', 'R', 'A', undefined),
      part: fc.option(fc.integer({ min: 50, max: 900 }), { nil: undefined, freq: 1 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('choose' as const),
      place: fc.nat(9),
      code: fc.constantFrom('P', 'V', 'P', 'V', 'P', 'R', 'Z', 'A', 'D', ''),
      mishaps: fc.oneof(
        { weight: 6, arbitrary: fc.subarray(['lost', 'twice', 'stranded']) },
        { weight: 1, arbitrary: fc.constant(['other-amount']) },
      ),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      minutes: fc.constantFrom(1, 1, 1, 4, 4, 10, 20, 35, 24 * 60),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('reconcile' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('notify' as const), place: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('read' as const), place: fc.nat(9) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('trouble' as const),
      reply: fc.constantFrom(
        { status: 502, type: 'text/html', body: '<html></html>' },
        fault('TechDysfonctionnementErreur', '999'),
        fault('TechIndisponibiliteErreur', ''),
      ),
    }),
  },
)

/** The schedule stands still for three days, and PayFiP fails when it is first asked: found by chance. */
const ASKED_TOO_LATE: (typeof step extends fc.Arbitrary<infer Step> ? Step : never)[] = [
  { kind: 'start', which: [0], ends: 'P', part: undefined },
  { kind: 'pass', minutes: 3 * 24 * 60 },
  { kind: 'trouble', reply: { status: 502, type: 'text/html', body: '<html></html>' } },
  { kind: 'reconcile' },
]

it('whatever happens, each euro that PayFiP took is in the ledger once, and no other [guide 28, 30, 31] [wish W9]', async () => {
  let paidInAll = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 12, maxLength: 30 }), async (steps) => {
      const { by, invoices } = await owing(1000, 2500, 700)
      const begun: string[] = []
      const before = payfip.operations().length
      const own = () => payfip.operations().slice(before)
      for (const each of steps) {
        const place = 'place' in each ? each.place : 0
        // Most of the time somebody is at the latest page.
        const idOp = own().at(-1 - (place % 2))?.idOp ?? ''
        if (each.kind === 'start') {
          const chosen = each.which.flatMap((index) => invoices[index] ?? [])
          const amount = each.part
          await start(by, chosen, amount === undefined ? {} : { amount }).then(
            ({ paymentId }) => begun.push(paymentId),
            () => undefined,
          )
          if (each.ends !== undefined) {
            await payfip.choose(own().at(-1)?.idOp ?? '', each.ends, ['lost'])
          }
        }
        if (each.kind === 'choose') await payfip.choose(idOp, each.code, each.mishaps)
        if (each.kind === 'pass') pass(each.minutes)
        if (each.kind === 'reconcile') await reconcile()
        if (each.kind === 'notify') await notify({ idop: idOp })
        if (each.kind === 'trouble') payfip.disturb({ reply: each.reply })
        if (each.kind === 'read' && begun.length > 0) {
          await online.read(by, begun[place % begun.length] ?? '')
        }
        // At any time: an invoice is being paid by one attempt, which is under way or under review.
        for (const { paymentId } of (await online.ledger(by.familyId)).ledger.paying ?? []) {
          expect(['opening', 'open', 'review']).toContain((await attemptOf(by, paymentId)).state)
        }
      }
      // In the end PayFiP answers, and the schedule has asked often enough.
      for (const minutes of [31, 31, 31, 31, 24 * 60, 31, 31, 24 * 60]) {
        await reconcile()
        pass(minutes)
      }
      // Where it said nothing for days, an accountant looks at the account of the régie.
      for (const { familyId, paymentId, reason, asked } of await online.reviews()) {
        if (familyId !== by.familyId || reason !== 'unanswered') continue
        const { openedAt = '', endedAt = '' } = await attemptOf(by, paymentId)
        expect(Date.parse(endedAt) - Date.parse(openedAt)).toBeGreaterThanOrEqual(SILENCE)
        const code = own().find(({ idOp }) => idOp === asked.idOp)?.result?.code ?? ''
        const outcome = ['P', 'V'].includes(code) ? 'validated' : 'dismissed'
        await online.resolve(by, paymentId, { outcome, reason: 'Vu sur le compte DFT' })
      }
      const { payments, paying, states, totals } = await standing(by)
      const isOdd = ({ result }: ReturnType<typeof own>[number]): boolean =>
        result?.code === 'D' || result?.amount !== undefined
      const taken = own().filter(
        (operation) => ['P', 'V'].includes(operation.result?.code ?? '') && !isOdd(operation),
      )
      expect(payments.map(({ online: told }) => told?.idOp).toSorted()).toEqual(
        taken.map(({ idOp }) => idOp).toSorted(),
      )
      expect(totals.paid).toBe(taken.reduce((sum, { amount }) => sum + Number(amount), 0))
      // One attempt at a time: nobody has paid more than was due.
      expect(totals.credit).toBe(0)
      expect(new Set(payments.map(({ receipt }) => receipt)).size).toBe(payments.length)
      expect(states.filter((state) => state === 'open' || state === 'opening')).toEqual([])
      if (!states.includes('review')) expect(paying).toEqual([])
      paidInAll += payments.length
    }),
    { numRuns: 20, examples: [[ASKED_TOO_LATE]] },
  )
  expect(paidInAll).toBeGreaterThan(10)
})
