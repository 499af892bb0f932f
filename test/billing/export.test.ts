import { beforeAll, describe, expect, it } from 'vitest'
import { exportAccounts, exportInvoices } from '../../shared/billing/export-run.ts'
import { accountRows, addDocuments, invoiceRows } from '../../shared/billing/export-rows.ts'
import { compareHeadcount } from '../../shared/billing/headcount-report.ts'
import {
  creditNoteSchema,
  type InvoiceLine,
  type IssuedDocument,
} from '../../shared/billing/model.ts'
import { openRun } from '../../shared/billing/open-run.ts'
import { amountCell, sum } from '../../shared/kernel/money.ts'
import type { FamilyId } from '../../shared/platform/schemas.ts'
import { submitWishes } from '../../shared/reservations/submit-wishes.ts'
import { cessonTown, GUIDE_MORNING, guideWishes, openCesson } from '../support/cesson.ts'
import { measure } from '../support/meter.ts'
import { planningWith, storePlannings } from '../support/plannings.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { billingQueues, documentsOfFamilies, ENF, OCTOBER } from './run-fixture.ts'

const { table, documents } = await freshTable()
const deps = { table, town: cessonTown }
const SEPTEMBER = { month: '2025-09', regieId: ENF } as const

const families: FamilyId[] = []

/** Bills September for some of the families, until a step or to the end. */
const bill = async (
  excluded: readonly FamilyId[],
  at: Date,
  until?: 'issue',
): Promise<ReturnType<typeof billingQueues>> => {
  const queues = billingQueues(deps)
  const opening = { ...SEPTEMBER, at, excluded, families }
  await openRun({ table, send: queues.send }, opening)
  await queues.work(until)
  return queues
}

/** The cells of a CSV of which none holds a separator. */
const cellsOf = (csv: string): string[][] =>
  csv
    .slice(1)
    .trimEnd()
    .split('\r\n')
    .map((row) => row.split(';'))

/** The cents of a cell, `-12,34`. */
const centsIn = (cell = ''): number => Number(cell.replace(',', ''))

const exported = (part = 1): Promise<string> =>
  exportInvoices(deps, { parameters: SEPTEMBER, query: { part } })

const headcount = async () =>
  (await compareHeadcount(deps, { parameters: SEPTEMBER })).activities.flatMap(
    ({ activityId, units }) => units.map((unit) => ({ activityId, ...unit })),
  )

beforeAll(async () => {
  await openCesson(table)
  for (let count = 0; count < 3; count += 1) {
    const by = await anotherFamily(table)
    await submitWishes(deps, {
      by,
      wishes: guideWishes,
      idempotencyKey: 'the-whole-year',
      now: GUIDE_MORNING,
    })
    families.push(by.familyId)
  }
})

describe('the month of three families, one of which is billed later than the others', () => {
  it('has nothing to export before it is billed', async () => {
    await expect(exported()).rejects.toMatchObject({ code: 'not-found' })
    await expect(exportAccounts(deps, { parameters: SEPTEMBER })).rejects.toMatchObject({
      code: 'not-found',
    })
    await expect(headcount()).rejects.toMatchObject({ code: 'not-found' })
  })

  it('has nothing to export before all of it is issued, but its headcount', async () => {
    const queues = await bill(families.slice(2), OCTOBER, 'issue')
    await expect(exported()).rejects.toMatchObject({ code: 'run-not-ready' })
    await expect(exportAccounts(deps, { parameters: SEPTEMBER })).rejects.toMatchObject({
      code: 'run-not-ready',
    })
    expect(await headcount()).not.toEqual([])
    await queues.work()
  })

  it('is compared with the registers: what an excluded family owes is missing [wish W7]', async () => {
    expect(await headcount()).toMatchObject([
      { activityId: 'ETUDES', unitId: 'ETUDES', owed: 21, billed: 14, difference: 7 },
      { activityId: 'RESTAURATION', name: 'Repas', owed: 48, billed: 32, difference: 16 },
      { activityId: 'ACCUEIL', unitId: 'ACC_SOIR', owed: 27, billed: 18, difference: 9 },
    ])
  })

  it('is exported for the finance software, whichever revision of the run has billed it', async () => {
    await bill([], new Date('2025-10-02T08:00:00Z'))
    const [columns, ...rows] = cellsOf(await exported())
    expect(columns?.join(' ')).toBe(
      'Régie Nature Numéro Mois Date Échéance Dossier Famille Adresse Complément Code postal Commune Compte Montant Total',
    )
    expect(rows[0]?.slice(0, 7)).toEqual([
      'ENF',
      'Facture',
      'ENF202500000001',
      '09/2025',
      '01/10/2025',
      '31/10/2025',
      families[0],
    ])
    expect(rows[0]?.slice(8)).toEqual([
      '12 rue de la Plaine',
      '',
      '77240',
      'Cesson',
      '7067',
      '55,84',
      '55,84',
    ])
    expect(rows[2]?.slice(2, 6)).toEqual(['ENF202500000003', '09/2025', '02/10/2025', '01/11/2025'])
    const issued = await documentsOfFamilies(table, families)
    expect(rows.map((row) => [row[2], row[6], centsIn(row[14])])).toEqual(
      issued.flatMap((each) =>
        each.kind === 'carried'
          ? []
          : [[each.document.number, each.document.familyId, each.document.total]],
      ),
    )
    await expect(exported(2)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('is read for an export by its run, its pages, and the drafts of each page', async () => {
    const { cost } = await measure([documents], () => exported())
    // One page of each of the two revisions.
    expect(cost.calls).toEqual({ GetItem: 1 + 2, Query: 1 })
  })

  it('is exported by activity and account, with the sum of its invoices', async () => {
    const csv = await exportAccounts(deps, { parameters: SEPTEMBER })
    expect(cellsOf(csv).map((row) => row.join(' | '))).toEqual([
      'Activité | Nature | Compte | Quantité | Montant',
      'Accueil Pre/Post Scolaire | Prestations | 7067 | 27 | 38,07',
      'Etudes Surveillées | Prestations | 7067 | 21 | 29,61',
      'Restauration Scolaire | Prestations | 7067 | 48 | 99,84',
      'Total |  |  |  | 167,52',
    ])
    const rows = cellsOf(await exported()).slice(1)
    expect(sum(rows.map((row) => centsIn(row[13])))).toBe(16_752)
  })

  it('is compared with the registers again: presences, absences and what changed since [wish W7]', async () => {
    expect((await headcount()).map(({ difference }) => difference)).toEqual([0, 0, 0])
    const [familyId] = families
    if (familyId === undefined) throw new Error('No family')
    const days = { '2025-09-02': 'u', '2025-09-04': 'j', '2025-09-05': 'e', '2025-09-09': 'a' }
    await storePlannings(table, [
      planningWith(familyId, { child: 'leo', activity: 'RESTAURATION', unit: 'REPAS' }, days),
    ])
    // Léo had nine meals; now he was there twice, stayed away once and was excused once.
    expect(await headcount()).toMatchObject([
      { difference: 0 },
      { present: 41, absent: 1, excused: 1, owed: 42, billed: 48, difference: -6 },
      { difference: 0 },
    ])
  })
})

describe('the rows of an export', () => {
  /** The accounts of the régie. */
  const own = { aids: '6574', carried: '4718' }

  const line = (amount: number, about: Partial<InvoiceLine> = {}): InvoiceLine => ({
    kind: 'unit',
    month: '2025-09',
    activity: 'Restauration Scolaire',
    label: 'Repas',
    days: '2',
    quantity: Math.sign(amount),
    unitPrice: Math.abs(amount),
    amount,
    account: '7067',
    priceList: 'Tarifs 2025',
    why: 'Prix unique.',
    ...about,
  })

  const creditNote = (...lines: InvoiceLine[]): IssuedDocument => ({
    kind: 'credit-note',
    document: creditNoteSchema.parse({
      number: 'AV-ENF202500000001',
      familyId: '1001',
      regieId: 'ENF',
      regie: 'Régie Enfance',
      month: '2025-09',
      issuedOn: '2025-10-01',
      payer: {
        name: 'DUPONT',
        address: { street: '1 rue', postcode: '77240', town: 'Cesson' },
        emails: [],
      },
      lines,
      total: sum(lines.map(({ amount }) => amount)),
    }),
  })

  /** The same as a document too small for an invoice. */
  const carried = (...lines: InvoiceLine[]): IssuedDocument => {
    const { document } = creditNote(...lines)
    return { kind: 'carried', document }
  }

  it('tell an amount by a comma, below zero too', () => {
    expect([0, 5, -5, 150, -123_456].map(amountCell)).toEqual([
      '0,00',
      '0,05',
      '-0,05',
      '1,50',
      '-1234,56',
    ])
  })

  it('divide a document by accounts, which come to its total', () => {
    const split = creditNote(
      line(-300),
      line(-150, { account: '7066', label: 'Surveillance' }),
      line(-100),
    )
    expect(invoiceRows([split, carried(line(500))], {}).slice(1)).toEqual([
      expect.arrayContaining(['Avoir', 'AV-ENF202500000001', '7066', '-1,50', '-5,50']),
      expect.arrayContaining(['Avoir', 'AV-ENF202500000001', '7067', '-4,00', '-5,50']),
    ])
  })

  it('book aids and what is carried to the accounts of the régie, where a list names none', () => {
    const document = creditNote(
      line(-500),
      line(-200, { kind: 'aid', account: undefined }),
      line(120, { kind: 'carried', activity: undefined, account: undefined }),
    )
    const cells = (of: typeof own | object) =>
      invoiceRows([document], of).flatMap((row) => [[row[12], row[13]]])
    expect(cells(own).slice(1)).toEqual([
      ['4718', '1,20'],
      ['6574', '-2,00'],
      ['7067', '-5,00'],
    ])
    expect(cells({}).slice(1)).toEqual([
      ['', '-0,80'],
      ['7067', '-5,00'],
    ])
  })

  it('keep apart what is of another kind or account, and take off what waits for a later invoice', () => {
    const issued = [
      carried(line(500), line(500), line(250, { kind: 'supplement' })),
      creditNote(
        line(-500),
        line(-200, { kind: 'aid', account: undefined }),
        line(120, { kind: 'carried', activity: undefined, account: undefined }),
      ),
    ]
    const accounts = addDocuments(new Map(), issued, own)
    expect(accountRows([...accounts.values()], 1250, own).slice(1)).toEqual([
      ['', 'Reports des mois précédents', '4718', '1', '1,20'],
      ['Restauration Scolaire', 'Prestations', '7067', '1', '5,00'],
      ['Restauration Scolaire', 'Majorations', '7067', '1', '2,50'],
      ['Restauration Scolaire', 'Aides', '6574', '-1', '-2,00'],
      ['', 'Reporté sur les factures suivantes', '4718', '', '-12,50'],
      ['Total', '', '', '', '-5,80'],
    ])
    // In parts or at once, it is the same.
    const [first, ...others] = issued
    const some = addDocuments(new Map(), first === undefined ? [] : [first], own)
    expect(addDocuments(some, others, own)).toEqual(accounts)
  })
})
