import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accountRows, addDocuments, invoiceRows } from '../../shared/billing/export-rows.ts'
import {
  draftSchema,
  LINE_KINDS,
  type Draft,
  type InvoiceLine,
  type IssuedDocument,
} from '../../shared/billing/model.ts'
import { documentsOf } from '../../shared/billing/numbers.ts'
import { amountCell, sum } from '../../shared/kernel/money.ts'
import { ENF, MONTH } from './arbitraries.ts'

/** The accounts of the régie. */
const OWN = { aids: '6574', carried: '4718' }

/** What a price list may leave to the régie to book. */
const OF_REGIE: readonly string[] = ['aid', 'carried']

/** The cents of a cell, `-12,34`. */
const centsIn = (cell = ''): number => Number(cell.replace(',', ''))

const PRICES = ['7066', '7067']

const lines = (accounts: readonly string[]): fc.Arbitrary<InvoiceLine> =>
  fc
    .record({
      kind: fc.constantFrom(...LINE_KINDS),
      activity: fc.constantFrom('Restauration', 'Accueil'),
      account: fc.constantFrom(...accounts),
      isOwn: fc.boolean(),
      quantity: fc.integer({ min: -20, max: 20 }),
      unitPrice: fc.integer({ min: -3000, max: 3000 }),
    })
    .map(({ account, isOwn, ...line }) => ({
      ...line,
      month: MONTH,
      label: 'Repas',
      days: '',
      amount: line.quantity * line.unitPrice,
      account: isOwn && OF_REGIE.includes(line.kind) ? undefined : account,
      priceList: 'Tarifs 2025',
      why: 'Prix unique.',
    }))

const drafts = (accounts: readonly string[]): fc.Arbitrary<Draft> =>
  fc
    .record({
      lines: fc.array(lines(accounts), { minLength: 1, maxLength: 8 }),
      kind: fc.constantFrom('invoice', 'credit-note', 'carried'),
      family: fc.integer({ min: 1, max: 9999 }),
    })
    .map(({ lines: own, kind, family }) =>
      draftSchema.parse({
        kind,
        document: {
          ...{ familyId: String(family), regieId: ENF, regie: 'Régie Enfance', month: MONTH },
          ...{ issuedOn: '2025-12-01', dueOn: '2025-12-31' },
          payer: {
            name: 'DUPONT',
            address: { street: '1 rue', postcode: '77240', town: 'Cesson' },
            emails: [],
          },
          lines: own,
          total: sum(own.map(({ amount }) => amount)),
        },
        ...{ reviews: [], units: [], oneEuroMeals: 0 },
      }),
    )

/** The documents of a run, as they are issued, with prices of some accounts. */
const runs = (accounts = [...PRICES, OWN.carried]): fc.Arbitrary<IssuedDocument[]> =>
  fc
    .array(drafts(accounts), { maxLength: 12 })
    .map((some) =>
      documentsOf(
        { regieId: ENF, numbers: { issuedOn: '2025-12-01', invoice: 1, creditNote: 1 } },
        some,
      ).map(({ issued }) => issued),
    )

const totalOf = (issued: readonly IssuedDocument[]): number =>
  sum(issued.map(({ document }) => document.total))

const isCarried = ({ kind }: IssuedDocument): boolean => kind === 'carried'

/** What rows come to by account. */
const byAccount = (
  rows: readonly (readonly string[])[],
  [account, amount]: readonly [number, number],
): Map<string, number> => {
  const sums = new Map<string, number>()
  for (const row of rows) {
    const key = row[account] ?? ''
    sums.set(key, (sums.get(key) ?? 0) + centsIn(row[amount]))
  }
  return sums
}

const [ACCOUNT, AMOUNT, TOTAL] = [12, 13, 14]

const rowsOfRun = (issued: readonly IssuedDocument[]) => {
  const carried = totalOf(issued.filter(isCarried))
  const all = accountRows([...addDocuments(new Map(), issued, OWN).values()], carried, OWN)
  return {
    invoices: invoiceRows(issued, OWN).slice(1),
    accounts: all.slice(1, -1),
    last: all.at(-1),
  }
}

describe('for any documents of a run', () => {
  it('the rows of each come to its total, and all have an account', () => {
    fc.assert(
      fc.property(runs(), (issued) => {
        const { invoices } = rowsOfRun(issued)
        for (const { document } of issued.filter((each) => !isCarried(each))) {
          const number = 'number' in document ? document.number : ''
          const own = invoices.filter((row) => row[2] === number)
          expect(sum(own.map((row) => centsIn(row[AMOUNT])))).toBe(document.total)
          for (const row of own) {
            expect(row[TOTAL]).toBe(amountCell(document.total))
            expect(row[ACCOUNT]).toMatch(/^\d+$/)
          }
        }
      }),
    )
  })

  it('both exports come to the invoices and credit notes, in all and on the accounts of prices', () => {
    fc.assert(
      fc.property(runs(), (issued) => {
        const { invoices, accounts, last } = rowsOfRun(issued)
        const billed = totalOf(issued.filter((each) => !isCarried(each)))
        const [first, second] = [byAccount(invoices, [12, 13]), byAccount(accounts, [2, 4])]
        expect(sum([...first.values()])).toBe(billed)
        expect(sum([...second.values()])).toBe(billed)
        expect(centsIn(last?.[4])).toBe(billed)
        expect([...second.keys()].every((account) => /^\d+$/.test(account))).toBe(true)
      }),
    )
  })

  it('what is carried leaves its account with one month and is back with the next', () => {
    fc.assert(
      // Where no price list books to the account by which the régie carries.
      fc.property(runs(PRICES), (issued) => {
        const waiting = totalOf(issued.filter(isCarried))
        const before = byAccount(rowsOfRun(issued).accounts, [2, 4]).get(OWN.carried) ?? 0
        const broughtBack = sum(
          issued.flatMap(({ document }) =>
            document.lines
              .filter(({ kind, account }) => kind === 'carried' && account === undefined)
              .map(({ amount }) => amount),
          ),
        )
        expect(before).toBe(broughtBack - waiting)
      }),
    )
  })
})
