import { beforeAll, describe, expect, it } from 'vitest'
import { keepDebts } from '../../shared/arrears/keep-debts.ts'
import {
  exportPes,
  exportTransfer,
  previewTransfer,
  readTransfer,
  showTransfers,
} from '../../shared/arrears/read-transfer.ts'
import { listDebtors, listDebts, loadOwing } from '../../shared/arrears/store.ts'
import { handOver } from '../../shared/arrears/transfer.ts'
import { documentItem } from '../../shared/billing/document-store.ts'
import { creditNoteSchema } from '../../shared/billing/model.ts'
import type { IsoDate } from '../../shared/kernel/dates.ts'
import { loadAccounts } from '../../shared/ledger/load-accounts.ts'
import { settle } from '../../shared/ledger/rules.ts'
import { regieIdSchema, type FamilyId } from '../../shared/platform/schemas.ts'
import type { Table } from '../../shared/platform/table.ts'
import { openCesson } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { expectCost, measure } from '../support/meter.ts'
import { ACCOUNTANT, storeCreditNote } from '../ledger/fixture.ts'
import {
  ENF,
  morning,
  owes,
  paymentOf,
  planFor,
  storePayment,
  storePlan,
  townWith,
} from './fixture.ts'

/** Each has debtors of its own: a list takes all that there are. */
const [main, broken, costs, golden] = [
  await freshTable(),
  await freshTable(),
  await freshTable(),
  await freshTable(),
]
const town = townWith({})

beforeAll(async () => {
  for (const { table } of [main, broken, costs, golden]) await openCesson(table)
})

const DUE: IsoDate = '2025-10-31'
/** Sixty days later. */
const DAY: IsoDate = '2025-12-30'
const PAGE = { limit: 100 }

const debtor = async (table: Table, ...due: readonly (readonly [IsoDate, number])[]) => {
  const { familyId } = await anotherFamily(table, undefined, [])
  return { familyId, invoices: await owes(table, familyId, ...due) }
}

const over = (table: Table, number: number, except: readonly FamilyId[] = []) =>
  handOver(
    { table, town },
    {
      parameters: { regieId: ENF, number },
      body: { except: [...except] },
      actor: ACCOUNTANT,
      now: morning(DAY),
    },
  )

const preview = (table: Table, day: IsoDate = DAY) =>
  previewTransfer({ table, town }, { parameters: { regieId: ENF }, query: PAGE, now: morning(day) })

const statesOf = async (table: Table, familyId: FamilyId) =>
  [...settle(await loadAccounts(table, familyId)).invoices.values()].map(({ state }) => state)

describe('a transfer to the Treasury', () => {
  const { table } = main

  it('takes what is overdue for long enough, and defers who owes less than 15 € [guide 30]', async () => {
    const enough = await debtor(table, [DUE, 1500], ['2025-12-15', 900])
    const little = await debtor(table, [DUE, 1499])
    const young = await debtor(table, ['2025-11-01', 9000])
    const leftOut = await debtor(table, [DUE, 5000])
    const planned = await debtor(table, [DUE, 5000])
    const named = { number: planned.invoices[0]?.number ?? '', due: 5000 }
    await storePlan(table, planFor(planned.familyId, [named], [['2026-02-01', 5000]]))
    const before = await preview(table)
    expect(before).toMatchObject({
      number: 1,
      candidates: { debtors: 2, invoices: 2, amount: 6500 },
      deferred: { debtors: 1, invoices: 1, amount: 1499 },
    })
    expect((await preview(table, '2025-12-29')).candidates.debtors).toBe(0)

    const transfer = await over(table, 1, [leftOut.familyId])
    expect(transfer).toMatchObject({ state: 'done', debtors: 1, invoices: 1, amount: 1500 })
    expect((await statesOf(table, enough.familyId)).toSorted()).toEqual(['treasury', 'unsettled'])
    for (const { familyId } of [little, young, leftOut, planned]) {
      expect(await statesOf(table, familyId)).toEqual(['unsettled'])
    }
    await keepDebts(table, enough.familyId)
    expect((await loadOwing(table, enough.familyId)).debts).toMatchObject([{ due: 900 }])
    // The same call again is told what was done, and nothing more is.
    expect(await over(table, 1)).toEqual(transfer)
    expect((await preview(table)).candidates).toMatchObject({ debtors: 1, amount: 5000 })
  })

  it('has the numbers of its régie without a gap, and none for nothing', async () => {
    await expect(over(table, 3)).rejects.toMatchObject({ code: 'changed-meanwhile' })
    expect(await over(table, 2)).toMatchObject({ number: 2, debtors: 1, amount: 5000 })
    const { transfers } = await showTransfers({ table, town }, { parameters: { regieId: ENF } })
    expect(transfers.map(({ number }) => number)).toEqual([2, 1])
    // The copies of the ledgers are caught up by now.
    for (const { familyId } of await listDebts(table, ENF)) await keepDebts(table, familyId)
    await expect(over(table, 3)).rejects.toMatchObject({ code: 'nothing-to-transfer' })
  })

  it('ends the plan of what it takes, and counts what was paid before [guide 30]', async () => {
    const { familyId, invoices } = await debtor(table, [DUE, 4000])
    const named = { number: invoices[0]?.number ?? '', due: 4000 }
    await storePlan(table, planFor(familyId, [named], [['2025-12-01', 4000]]))
    await storePayment(table, paymentOf(familyId, { amount: 1000 }))
    await keepDebts(table, familyId)
    const { number } = await preview(table)
    expect(await over(table, number)).toMatchObject({ debtors: 1, amount: 3000 })
    expect((await loadOwing(table, familyId)).plans).toMatchObject([
      { ended: { kind: 'handed-over' } },
    ])
  })

  it('shows what was corrected and paid since [guide 30]', async () => {
    const { familyId, invoices } = await debtor(table, [DUE, 4000])
    const { number } = await preview(table)
    await over(table, number)
    const [invoice] = invoices
    const credit = await storeCreditNote(table, familyId, '2026-01-05', -700)
    const lines = credit.lines.map((line) => ({ ...line, corrects: invoice?.number }))
    const document = creditNoteSchema.parse({ ...credit, lines })
    await table.put(documentItem({ kind: 'credit-note', document }))
    const read = await readTransfer(table, {
      parameters: { regieId: ENF, number },
      query: { limit: 25 },
    })
    expect(read.entries).toMatchObject([
      {
        familyId,
        debtor: 'Mme Madelaine DUPONT',
        invoices: [
          {
            number: invoice?.number,
            handedOver: 4000,
            due: 4000,
            corrections: [{ number: credit.number, amount: -700 }],
          },
        ],
      },
    ])
  })

  it('is for régies that hand over, and known ones', async () => {
    const keeping = townWith({ treasury: undefined })
    const call = { parameters: { regieId: ENF }, query: PAGE, now: morning(DAY) }
    await expect(previewTransfer({ table, town: keeping }, call)).rejects.toMatchObject({
      code: 'regie-not-set',
    })
    const nobody = { ...call, parameters: { regieId: regieIdSchema.parse('ZZ') } }
    await expect(previewTransfer({ table, town }, nobody)).rejects.toMatchObject({
      code: 'not-found',
    })
  })
})

it('hands over once wherever it breaks off, and goes on by the same call', async () => {
  const { table, documents } = broken
  let number = 0
  let earlier: FamilyId[] = []
  await crashEverywhere({
    clients: [documents],
    scenario: async () => {
      // The stream has followed what was handed over before.
      for (const familyId of earlier) await keepDebts(table, familyId)
      const one = await debtor(table, [DUE, 3000], ['2025-10-15', 2000])
      const other = await debtor(table, [DUE, 1500])
      number += 1
      const mine = number
      earlier = [one.familyId, other.familyId]
      return {
        run: () => over(table, mine),
        check: async (transfer) => {
          expect(transfer).toMatchObject({
            ...{ number: mine, state: 'done', done: 2 },
            ...{ debtors: 2, invoices: 3, amount: 6500 },
          })
          expect(await statesOf(table, one.familyId)).toEqual(['treasury', 'treasury'])
          const debtors = await listDebtors(table, { regieId: ENF, number: mine })
          expect(debtors.flatMap(({ invoices }) => invoices)).toHaveLength(3)
          for (const { familyId } of [one, other]) {
            const { handOvers } = await loadAccounts(table, familyId)
            expect(handOvers.every((each) => each.transfer === mine)).toBe(true)
          }
        },
      }
    },
  })
  expect(number).toBeGreaterThan(20)
})

it('goes on in parts with many debtors', async () => {
  const { table } = await freshTable()
  await openCesson(table)
  await Promise.all(Array.from({ length: 205 }, () => debtor(table, [DUE, 2000])))
  const first = await over(table, 1)
  expect(first).toMatchObject({ state: 'open', families: 205, done: 200, amount: 400_000 })
  const call = { parameters: { regieId: ENF, number: 1 } }
  await expect(exportTransfer(table, call)).rejects.toMatchObject({ code: 'transfer-open' })
  await expect(over(table, 2)).rejects.toMatchObject({ code: 'transfer-open' })
  expect(await over(table, 1)).toMatchObject({ state: 'done', done: 205, amount: 410_000 })
}, 60_000)

describe('the files of a transfer', () => {
  const { table } = golden
  const address = { parameters: { regieId: ENF, number: 1 } }
  /** What changes with the order of the tests: the numbers of files and invoices. */
  const numbers = new Map<string, string>()
  const steady = (text: string): string => {
    let shown = text
    for (const [number, name] of numbers) shown = shown.replaceAll(number, name)
    return shown
  }

  beforeAll(async () => {
    const one = await debtor(table, [DUE, 3000], ['2025-10-15', 2050])
    await storePayment(table, paymentOf(one.familyId, { amount: 50 }))
    const other = await debtor(table, [DUE, 1500])
    for (const [index, { familyId, invoices }] of [one, other].entries()) {
      numbers.set(familyId, `FILE${String(index)}`)
      for (const [place, { number }] of invoices.entries()) {
        numbers.set(number, `ENF2025-${String(index)}-${String(place)}`)
      }
      await keepDebts(table, familyId)
    }
    await over(table, 1)
  })

  it('are a list that a spreadsheet opens [guide 30]', async () => {
    const csv = await exportTransfer(table, address)
    expect(csv.startsWith('\uFEFFRégie;Bordereau;')).toBe(true)
    await expect(steady(csv)).toMatchFileSnapshot('../golden/treasury-list.csv')
  })

  it('and a file of PES V2, flow ORMC, that is not certified [guide 30]', async () => {
    const xml = await exportPes({ table, town }, address)
    // ASCII alone: right in the encoding that it names, whoever sends it.
    expect(/^[\n -~]*$/.test(xml)).toBe(true)
    expect(xml).toContain('<NbrPce V="3"/><MtBordHt V="65.00"/>')
    expect(xml.match(/<Piece>/g)).toHaveLength(3)
  })

  it('refuse accounts of which the régie tells no product, and régies without settings', async () => {
    const treasury = town.catalogue.town.regies[0]?.arrears.treasury
    if (treasury?.pes === undefined) throw new Error('The demo town has settings')
    const bare = { ...treasury.pes, products: [], otherwise: undefined }
    const without = townWith({ treasury: { ...treasury, pes: bare } })
    await expect(exportPes({ table, town: without }, address)).rejects.toMatchObject({
      code: 'regie-not-set',
      detail: 'Aucun produit local n’est paramétré pour le compte 7067.',
    })
    const none = townWith({ treasury: { ...treasury, pes: undefined } })
    await expect(exportPes({ table, town: none }, address)).rejects.toMatchObject({
      code: 'regie-not-set',
    })
    const unknown = { parameters: { regieId: ENF, number: 9 } }
    await expect(exportTransfer(table, unknown)).rejects.toMatchObject({ code: 'not-found' })
  })
})

it('costs two reads and a transaction for each debtor', async () => {
  const { table, documents } = costs
  await debtor(table, [DUE, 3000], ['2025-10-15', 2000])
  expectCost(
    'the candidates for the Treasury',
    (await measure([documents], () => preview(table))).cost,
  )
  expectCost('a debtor handed over', (await measure([documents], () => over(table, 1))).cost)
})
