import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Answer, Fault, Result } from '../../shared/payfip/model.ts'
import { attemptSchema, type OpenedAttempt } from '../../shared/payments/model.ts'
import { after, isOpened, mayAsk, partsOf, verdictOf } from '../../shared/payments/rules.ts'

const OPENED = '2026-10-15T10:00:00.000Z'

const made = attemptSchema.parse({
  familyId: '1001',
  paymentId: '0123456789abcdef0123456789abcdef',
  regieId: 'ENF',
  version: 2,
  state: 'open',
  holds: true,
  amount: 1000,
  parts: [{ invoice: 'ENF202600000001', amount: 1000 }],
  asked: '',
  client: '077067',
  reference: 'ENF202600000001abcdef01',
  year: '2026',
  mode: 'production',
  guardianId: 'g1',
  payer: { name: 'Mme Dupont', email: 'parent@example.org' },
  account: 'account',
  createdAt: OPENED,
  openedAt: OPENED,
  idOp: 'op-1',
  askAfter: OPENED,
})

const opened = (about: Partial<OpenedAttempt> = {}): OpenedAttempt => {
  const attempt = { ...made, ...about }
  if (!isOpened(attempt)) throw new Error('Not open')
  return attempt
}

const told = (code: string, about: Partial<Result> = {}): Answer<Result> => ({
  kind: 'done',
  value: {
    code,
    reference: made.reference,
    client: made.client,
    amount: '1000',
    mode: 'W',
    idOp: 'op-1',
    ...about,
  },
})

const refused = (code: string, kind: Fault['kind'] = 'functional'): Answer<Result> => ({
  kind: 'fault',
  fault: { kind, code, message: 'Non.' },
})

const at = (minutes: number): Date => new Date(new Date(OPENED).getTime() + minutes * 60_000)

const verdict = (answer: Answer<Result>, minutes: number, about: Partial<OpenedAttempt> = {}) => {
  const found = verdictOf(opened(about), answer, { now: at(minutes), takesTests: false })
  return found.kind === 'review' ? `review ${found.reason}` : found.kind
}

const silent = (why: 'timeout' | 'network' | 'unreadable'): Answer<Result> => ({
  kind: 'silent',
  why,
})

const DAY = 24 * 60

describe('what an answer of PayFiP means for an attempt', () => {
  it.each([
    ['P, card', told('P'), 1, 'paid'],
    ['V, debit', told('V'), 1, 'paid'],
    ['P after hours', told('P'), 300, 'paid'],
    ['R, card refused', told('R'), 1, 'refused'],
    ['Z, debit refused', told('Z'), 1, 'refused'],
    ['A, young', told('A'), 19.9, 'waiting'],
    ['A, old', told('A'), 20, 'abandoned'],
    ['an unknown code', told('D'), 1, 'review unknown-result'],
    ['a code in small letters', told('p'), 1, 'review unknown-result'],
    ['P5, young', refused('P5'), 19.9, 'waiting'],
    ['P5, old', refused('P5'), 20, 'expired'],
    ['P1, young', refused('P1'), 1, 'expired'],
    ['P1, old', refused('P1'), 2000, 'expired'],
    ['a fault of the machine', refused('999', 'technical'), 1, 'unanswered'],
    ['a fault of the machine that looks like P1', refused('P1', 'technical'), 1, 'unanswered'],
    ['a fault for now', refused('', 'unavailable'), 30, 'unanswered'],
    ['a fault of the form', refused('', 'protocol'), 30, 'unanswered'],
    ['another fault', refused('T4'), 30, 'unanswered'],
    ['502 without XML', silent('unreadable'), 30, 'unanswered'],
    ['a time-out', silent('timeout'), 30, 'unanswered'],
    ['nobody there', silent('network'), 30, 'unanswered'],
    ['nothing for three days', silent('network'), 3 * DAY, 'review unanswered'],
    ['faults for three days', refused('T4'), 3 * DAY, 'review unanswered'],
    ['another amount', told('P', { amount: '1001' }), 1, 'review other-payment'],
    ['another way to write the amount', told('P', { amount: '01000' }), 1, 'review other-payment'],
    ['another reference', told('P', { reference: 'F2026000123' }), 1, 'review other-payment'],
    ['another régie', told('P', { client: '077068' }), 1, 'review other-payment'],
    ['another mode', told('P', { mode: 'T' }), 1, 'review other-payment'],
    ['another operation', told('P', { idOp: 'op-2' }), 1, 'review other-payment'],
    ['no amount', told('P', { amount: undefined }), 1, 'review other-payment'],
    ['a refusal of something else', told('R', { amount: '1001' }), 1, 'review other-payment'],
    ['no operation, which was asked for', told('P', { idOp: undefined }), 1, 'paid'],
  ])('%s: at %o after %d minutes it is %s [guide 30, 31] [wish W9]', (_, answer, minutes, kind) => {
    expect(verdict(answer, minutes)).toBe(kind)
  })

  it('a test pays where tests are taken, and is reviewed where families pay [wish W9]', () => {
    const test = opened({ mode: 'test' })
    const answer = told('P', { mode: 'T' })
    const asked = (takesTests: boolean) => verdictOf(test, answer, { now: at(1), takesTests })
    expect(asked(true)).toMatchObject({ kind: 'paid' })
    expect(asked(false)).toMatchObject({ kind: 'review', reason: 'test' })
    expect(verdict(told('P', { mode: 'X' }), 1, { mode: 'activation' })).toBe('paid')
  })

  it('nothing but P and V ever pays, and only what was asked', () => {
    const mostly = <T>(value: T, others: fc.Arbitrary<T>) =>
      fc.oneof({ weight: 6, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: others })
    const text = fc.option(fc.string(), { nil: undefined })
    const answers: fc.Arbitrary<Answer<Result>> = fc.oneof(
      {
        weight: 4,
        arbitrary: fc
          .record({
            code: fc.oneof(fc.constantFrom('P', 'V', 'R', 'Z', 'A', 'D', ''), fc.string()),
            amount: mostly<string | undefined>('1000', text),
            reference: mostly<string | undefined>(made.reference, text),
            mode: mostly<string | undefined>('W', fc.constantFrom('T', 'X', undefined)),
            client: mostly<string | undefined>(made.client, text),
          })
          .map((about) => told(about.code, about)),
      },
      { weight: 1, arbitrary: fc.constantFrom('P1', 'P5', 'T4', '').map((code) => refused(code)) },
      { weight: 1, arbitrary: fc.constantFrom('timeout', 'network', 'unreadable').map(silent) },
    )
    let paid = 0
    fc.assert(
      fc.property(answers, fc.nat(5000), fc.boolean(), (answer, minutes, takesTests) => {
        const found = verdictOf(opened(), answer, { now: at(minutes), takesTests })
        if (found.kind !== 'paid') return
        paid += 1
        expect(answer).toMatchObject({
          kind: 'done',
          value: { amount: '1000', reference: made.reference, client: made.client, mode: 'W' },
        })
        expect(['P', 'V']).toContain(found.result.code)
      }),
      { numRuns: 400 },
    )
    expect(paid).toBeGreaterThan(10)
  })
})

describe('an attempt after an answer', () => {
  const next = (answer: Answer<Result>, minutes: number, about: Partial<OpenedAttempt> = {}) => {
    const attempt = opened(about)
    const found = verdictOf(attempt, answer, { now: at(minutes), takesTests: false })
    return after(attempt, found, at(minutes), { number: 7 })
  }

  it.each([
    ['waits nine seconds', refused('P5'), 1, 'open', 9],
    ['waits half an hour after a failure', silent('timeout'), 1, 'open', 1800],
    ['is asked about once more the next day', refused('P5'), 20, 'expired', DAY * 60],
    ['is asked about once more when given up', told('A'), 20, 'abandoned', DAY * 60],
    ['is over once PayFiP has dropped it', refused('P1'), 20, 'expired', undefined],
    ['is over once refused', told('R'), 1, 'refused', undefined],
    ['is over once paid', told('P'), 1, 'paid', undefined],
    ['is asked about no more under review', told('D'), 1, 'review', undefined],
  ])('%s', (_, answer, minutes, state, seconds) => {
    const held = next(answer, minutes)
    expect(held).toMatchObject({ state, version: 3 })
    const wait =
      held.askAfter === undefined
        ? undefined
        : (new Date(held.askAfter).getTime() - at(minutes).getTime()) / 1000
    expect(wait).toBe(seconds)
    expect(mayAsk(held, at(minutes))).toBe(false)
    expect(held.holds).toBe(state === 'open' || state === 'review')
  })

  it('that came to nothing stays so, unless money came after all [wish W9]', () => {
    const over = { state: 'expired', holds: false, askAfter: OPENED } as const
    for (const answer of [refused('P1'), refused('P5'), told('A'), told('R')]) {
      expect(next(answer, DAY, over)).toMatchObject({ state: 'expired', askAfter: undefined })
    }
    expect(next(silent('network'), DAY, over)).toMatchObject({ state: 'expired' })
    expect(next(told('P'), DAY, over)).toMatchObject({ state: 'paid', paid: { number: 7 } })
    expect(next(told('D'), DAY, over)).toMatchObject({ state: 'review', holds: false })
  })
})

describe('the parts of an amount', () => {
  it('go to what is due first, add up, and are never more than what is due [guide 29]', () => {
    const due = fc.array(fc.integer({ min: 1, max: 10_000 }), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(due, fc.nat(100_000), (amounts, wanted) => {
        const owed = amounts.map((each, index) => ({ invoice: String(index), due: each }))
        const whole = amounts.reduce((total, each) => total + each, 0)
        const amount = Math.min(wanted, whole)
        const parts = partsOf(owed, amount)
        expect(parts.reduce((total, part) => total + part.amount, 0)).toBe(amount)
        for (const [index, part] of parts.entries()) {
          const most = owed[index]?.due ?? 0
          expect(part.invoice).toBe(String(index))
          if (index < parts.length - 1) expect(part.amount).toBe(most)
          else expect(part.amount).toBeLessThanOrEqual(most)
        }
      }),
    )
  })
})
