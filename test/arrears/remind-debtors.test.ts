import * as fc from 'fast-check'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { printReminder } from '../../shared/arrears/print-reminder.ts'
import { remindDebtors } from '../../shared/arrears/remind-debtors.ts'
import { listReminders } from '../../shared/arrears/store.ts'
import { formatLetter } from '../../shared/documents/format-letter.ts'
import { addDays, type IsoDate } from '../../shared/kernel/dates.ts'
import { mailsOfNotice } from '../../shared/messages/notice-rules.ts'
import type { FamilyId } from '../../shared/platform/schemas.ts'
import { openCesson } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { expectCost, measure } from '../support/meter.ts'
import {
  morning,
  noticesOf,
  owes,
  paymentOf,
  planFor,
  storePayment,
  storePlan,
  townWith,
} from './fixture.ts'

const { table, documents } = await freshTable()
const own = await freshTable()
const town = townWith({ remindAfter: [7, 21, 45] })
const deps = { table, town }

beforeAll(async () => {
  await openCesson(table)
  await openCesson(own.table)
})

/** Pays all that families owe, so that the next test finds no debtor. */
const settleAll = async (families: readonly FamilyId[]): Promise<void> => {
  for (const familyId of families) {
    await storePayment(table, paymentOf(familyId, { amount: 90_000, paidOn: '2025-01-01' }))
    await owes(table, familyId)
  }
}

let debtors: FamilyId[] = []

afterEach(async () => {
  await settleAll(debtors)
  debtors = []
})

const DUE: IsoDate = '2025-10-31'

const debtor = async (...due: readonly (readonly [IsoDate, number])[]) => {
  const { familyId } = await anotherFamily(table, undefined, [])
  debtors.push(familyId)
  return { familyId, invoices: await owes(table, familyId, ...due) }
}

const daysOf = async (familyId: FamilyId): Promise<string[]> =>
  (await listReminders(table, familyId)).map(({ remindedOn }) => remindedOn)

const remindOn = (day: IsoDate) => remindDebtors(deps, morning(day))

describe('unpaid invoices are reminded of', () => {
  it('at each step once, by mail to each guardian [guide 28, 30]', async () => {
    const { familyId, invoices } = await debtor([DUE, 4200])
    for (let days = 0; days < 60; days += 1) await remindOn(addDays(DUE, days))
    expect(await daysOf(familyId)).toEqual(['2025-11-07', '2025-11-21', '2025-12-15'])
    const notices = await noticesOf(table, familyId)
    expect(notices).toHaveLength(3)
    const [first] = notices
    if (first === undefined) throw new Error('No notice')
    const mails = mailsOfNotice({ catalogue: town.catalogue, portalUrl: 'https://p' }, first)
    expect(mails.map(({ to }) => to)).toEqual(first.to.map(({ email }) => email))
    const [mail] = mails
    expect(mail?.subject).toContain('42,00')
    expect(mail?.text).toContain(invoices[0]?.number)
    expect(mail?.text).toContain('7 jours')
    expect(mail?.text).toContain('https://p/ledger')
    expect(mail?.html).toContain('<table')
  })

  it('by the highest step alone after days without a run', async () => {
    const { familyId } = await debtor([DUE, 4200])
    await remindOn('2025-12-20')
    await remindOn('2025-12-21')
    const reminders = await listReminders(table, familyId)
    expect(reminders).toMatchObject([
      { remindedOn: '2025-12-20', invoices: [{ step: 45, days: 50, due: 4200 }] },
    ])
  })

  it('together: one mail for a family and day, with all its invoices [guide 28]', async () => {
    const { familyId } = await debtor([DUE, 4200], ['2025-11-14', 1000], ['2025-11-20', 100])
    await remindOn('2025-11-21')
    expect(await noticesOf(table, familyId)).toHaveLength(1)
    expect(await listReminders(table, familyId)).toMatchObject([
      {
        invoices: [
          { due: 4200, step: 21 },
          { due: 1000, step: 7 },
        ],
      },
    ])
  })

  it('not where they were paid, await their validation, or have a plan that is kept', async () => {
    const paid = await debtor([DUE, 1000])
    // The copy of the ledger is behind: the ledger itself decides.
    await storePayment(table, paymentOf(paid.familyId))
    const awaiting = await debtor([DUE, 1000])
    await storePayment(table, paymentOf(awaiting.familyId, { state: 'awaiting' }))
    const planned = await debtor([DUE, 1000])
    const invoice = { number: planned.invoices[0]?.number ?? '', due: 1000 }
    await storePlan(table, planFor(planned.familyId, [invoice], [['2025-11-30', 1000]]))
    for (const day of ['2025-11-10', '2025-11-30'] as const) await remindOn(day)
    for (const { familyId } of [paid, awaiting, planned]) {
      expect(await daysOf(familyId)).toEqual([])
    }
    // The plan was not kept.
    await remindOn('2025-12-01')
    expect(await daysOf(planned.familyId)).toEqual(['2025-12-01'])
  })

  it('with a letter to print, as PDF and as HTML, that says what was told on its day', async () => {
    const { familyId, invoices } = await debtor([DUE, 4200], ['2025-11-05', 1050])
    await remindOn('2025-11-21')
    await storePayment(table, paymentOf(familyId, { amount: 4200 }))
    const letter = await printReminder(deps, { familyId, number: 1 })
    const fonts = () => ({ regular: new Uint8Array(), bold: new Uint8Array() })
    const { body } = await formatLetter(letter, 'html', fonts)
    expect(body).toContain(invoices[0]?.number)
    expect(body).toContain('52,50')
    expect(body).toContain('regie@cesson.example')
    await expect(printReminder(deps, { familyId, number: 2 })).rejects.toMatchObject({
      code: 'not-found',
    })
  })
})

it('no step is told twice, on whichever days the clock calls and however often', async () => {
  const calls = fc.array(fc.tuple(fc.nat(70), fc.integer({ min: 1, max: 2 })), {
    minLength: 1,
    maxLength: 6,
  })
  await fc.assert(
    fc.asyncProperty(calls, fc.nat(20), async (days, apart) => {
      const { familyId } = await debtor([DUE, 2000], [addDays(DUE, apart), 1000])
      for (const [day, times] of days.toSorted(([a], [b]) => a - b)) {
        for (let time = 0; time < times; time += 1) await remindOn(addDays(DUE, day))
      }
      const reminders = await listReminders(table, familyId)
      // Each mail tells a step that none before it has told.
      const told = new Map<string, number>()
      for (const { invoices } of reminders) {
        expect(invoices.some(({ number, step }) => step > (told.get(number) ?? 0))).toBe(true)
        for (const { number, step } of invoices) {
          expect(step).toBeGreaterThanOrEqual(told.get(number) ?? 0)
          told.set(number, step)
        }
      }
      expect(await noticesOf(table, familyId)).toHaveLength(reminders.length)
      await settleAll(debtors)
      debtors = []
    }),
    { numRuns: 15 },
  )
})

it('runs of two days at once, or of a day that is over, tell a step once', async () => {
  const { familyId } = await debtor([DUE, 4200])
  await Promise.all((['2025-11-07', '2025-11-08', '2025-11-09'] as const).map(remindOn))
  expect(await daysOf(familyId)).toHaveLength(1)
  await remindOn('2025-11-21')
  await remindOn('2025-11-20')
  expect(await daysOf(familyId)).toHaveLength(2)
  expect(await noticesOf(table, familyId)).toHaveLength(2)
})

it('a run reminds once wherever it breaks off', async () => {
  vi.spyOn(console, 'error').mockReturnValue()
  await crashEverywhere({
    clients: [documents],
    scenario: async () => {
      await settleAll(debtors)
      debtors = []
      const { familyId } = await debtor([DUE, 4200])
      return {
        run: () => remindOn('2025-11-07'),
        check: async () => {
          expect(await daysOf(familyId)).toEqual(['2025-11-07'])
          expect(await noticesOf(table, familyId)).toHaveLength(1)
        },
      }
    },
  })
})

it('costs a Query for each régie, two for who is late, and a transaction where there is news', async () => {
  const { familyId } = await anotherFamily(own.table, undefined, [])
  await owes(own.table, familyId, [DUE, 4200])
  const run = (day: IsoDate) =>
    measure([own.documents], () => remindDebtors({ table: own.table, town }, morning(day)))
  expectCost('a day on which nobody is late', (await run('2025-11-06')).cost)
  expectCost('a debtor who is reminded', (await run('2025-11-07')).cost)
  expectCost('a debtor who knows', (await run('2025-11-08')).cost)
})
