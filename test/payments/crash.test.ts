import { beforeAll, describe, expect, it } from 'vitest'
import { openCesson } from '../support/cesson.ts'
import { crashEverywhere, type CrashKind } from '../support/crash.ts'
import { freshTable } from '../support/engine.ts'
import { openPayfip } from '../payfip/fixture.ts'
import { newKey, openPayments, watchLogs } from './fixture.ts'

const { table, documents } = await freshTable()
const { payfip, clock, pass } = await openPayfip(new Date('2025-10-15T09:00:00Z'))
const online = openPayments(table, { url: payfip.url, now: () => clock.now })
const { owing, begun, start, follow, reconcile, standing, operationOf } = online
watchLogs()

beforeAll(async () => {
  await openCesson(table)
})

/** To die before a call is to die after the one before it. */
const KINDS: readonly CrashKind[] = ['dies-after', 'fails-before', 'fails-after', 'sent-twice']

const PAID = {
  states: ['paid'],
  paying: [],
  invoices: ['settled', 'settled'],
  totals: { paid: 2000, credit: 0, awaiting: 0 },
  mails: ['payment-received'],
}

describe('a process that dies anywhere', () => {
  it('while it begins a payment leaves one attempt, that its twin finds and that is paid once [wish W9]', async () => {
    const crashes = await crashEverywhere({
      clients: [documents],
      kinds: KINDS,
      scenario: async () => {
        const { by, invoices } = await owing(1500, 500)
        const key = newKey()
        return {
          run: () => start(by, invoices, { key }),
          check: async ({ paymentId, state }) => {
            expect(state).toBe('open')
            expect(await standing(by)).toMatchObject({
              states: ['open'],
              invoices: ['awaiting', 'awaiting'],
            })
            await payfip.choose(await operationOf(by, paymentId), 'P', ['lost'])
            await follow(by, paymentId)
            expect(await standing(by)).toMatchObject(PAID)
          },
        }
      },
    })
    expect(new Set(crashes.map(({ operation }) => operation))).toEqual(
      new Set(['Query', 'GetItem', 'TransactWriteItems', 'PutItem']),
    )
  })

  it('after it began a payment, for good, holds the invoices for 20 minutes and no longer [wish W9]', async () => {
    const { by, invoices } = await owing(1500)
    const dying = {
      ...online.payfip,
      open: () => Promise.reject(new Error('the process is dead')),
    }
    await expect(start(by, invoices, { payfip: dying })).rejects.toThrow('dead')
    expect(await standing(by)).toMatchObject({ states: ['opening'], invoices: ['awaiting'] })
    pass(19)
    await reconcile()
    expect(await standing(by)).toMatchObject({ states: ['opening'] })
    pass(1)
    await reconcile()
    expect(await standing(by)).toMatchObject({ states: ['failed'], invoices: ['unsettled'] })
  })

  it.each([
    ['P', KINDS, PAID],
    // The same writes as of P, fewer of them.
    [
      'R',
      ['dies-after', 'fails-before'],
      { states: ['refused'], paying: [], payments: [], mails: ['payment-refused'] },
    ],
    ['D', ['dies-after', 'sent-twice'], { states: ['review'], payments: [], mails: [] }],
  ] as const)('while it notes the result %s notes it once [wish W9]', async (code, kinds, ends) => {
    const crashes = await crashEverywhere({
      clients: [documents],
      kinds,
      scenario: async () => {
        const { by, paymentId, idOp } = await begun(1500, 500)
        await payfip.choose(idOp, code, ['lost'])
        return {
          run: () => follow(by, paymentId),
          check: async () => {
            expect(await standing(by)).toMatchObject(ends)
            expect((await standing(by)).payments).toHaveLength(code === 'P' ? 1 : 0)
          },
        }
      },
    })
    expect(crashes.map(({ operation }) => operation)).toContain('TransactWriteItems')
  })

  it('while the schedule works notes each payment once [wish W9]', async () => {
    await reconcile()
    await crashEverywhere({
      clients: [documents],
      // What one attempt does is broken in every way above.
      kinds: ['dies-after'],
      scenario: async () => {
        const [first, second] = [await begun(1500, 500), await begun(1500, 500)]
        for (const { idOp } of [first, second]) await payfip.choose(idOp, 'V', ['lost'])
        return {
          run: async () => {
            // The index is a moment behind, and each firing comes a little later.
            pass(1)
            await reconcile()
          },
          check: async () => {
            await reconcile()
            for (const { by } of [first, second]) {
              expect(await standing(by)).toMatchObject(PAID)
              expect((await standing(by)).payments).toHaveLength(1)
            }
          },
        }
      },
    })
  })

  it('while an accountant decides decides once', async () => {
    for (const outcome of ['validated', 'dismissed'] as const) {
      await crashEverywhere({
        clients: [documents],
        // The writes are those of a payment that is found.
        kinds: ['dies-after', 'fails-before'],
        scenario: async () => {
          const { by, paymentId, idOp } = await begun(1500, 500)
          await payfip.choose(idOp, 'D', ['lost'])
          await follow(by, paymentId)
          return {
            run: () => online.resolve(by, paymentId, { outcome, reason: 'Vu sur le compte' }),
            check: async () => {
              const { payments, paying, states } = await standing(by)
              expect(payments).toHaveLength(outcome === 'validated' ? 1 : 0)
              expect(paying).toEqual([])
              expect(states).toEqual([outcome === 'validated' ? 'paid' : 'abandoned'])
            },
          }
        },
      })
    }
  })
})

describe('calls at the same time', () => {
  const outcomes = async (runs: readonly Promise<unknown>[]): Promise<string[]> =>
    (await Promise.allSettled(runs))
      .map((each) => (each.status === 'fulfilled' ? 'done' : String(each.reason)))
      .toSorted()

  it('with one key begin one attempt, and all are sent to the same page [wish W9]', async () => {
    const { by, invoices } = await owing(1500)
    const key = newKey()
    const begins = await Promise.all([1, 2, 3].map(() => start(by, invoices, { key })))
    expect(new Set(begins.map(({ pay }) => pay?.url)).size).toBe(1)
    expect(begins[0]?.pay?.url).toContain(await operationOf(by, begins[0]?.paymentId ?? ''))
    expect((await standing(by)).states).toEqual(['open'])
  })

  it('with several keys begin one attempt, the others are told of it [wish W9]', async () => {
    const { by, invoices } = await owing(1500)
    const done = await outcomes([1, 2, 3].map(() => start(by, invoices)))
    expect(done.filter((each) => each === 'done')).toHaveLength(1)
    expect(done.filter((each) => each.includes('déjà en cours'))).toHaveLength(2)
    expect((await standing(by)).states).toEqual(['open'])
  })

  it('of the schedule and of an accountant end in one payment at most', async () => {
    const { by, paymentId, idOp } = await begun(1500, 500)
    await payfip.choose(idOp, 'D', ['lost'])
    await follow(by, paymentId)
    await outcomes([
      online.resolve(by, paymentId, { outcome: 'validated', reason: 'Vu' }),
      online.resolve(by, paymentId, { outcome: 'dismissed', reason: 'Rien' }),
      online.resolve(by, paymentId, { outcome: 'validated', reason: 'Vu aussi' }),
    ])
    const { states, payments, paying } = await standing(by)
    expect(payments).toHaveLength(states[0] === 'paid' ? 1 : 0)
    expect(paying).toEqual([])
  })
})
