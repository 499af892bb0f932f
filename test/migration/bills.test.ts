import { expect, it } from 'vitest'
import { awaitsBill } from '../../shared/billing/awaits-bill.ts'
import { billOne } from '../../shared/billing/bill-one.ts'
import { invoiceLetter } from '../../shared/billing/print-invoice.ts'
import { prepareRun } from '../../shared/debits/prepare-run.ts'
import { MIGRATION_FAULTS as FAULTS } from '../../shared/kernel/migration-texts.ts'
import { loadAccounts } from '../../shared/ledger/load-accounts.ts'
import { refundCredit } from '../../shared/ledger/refund-credit.ts'
import { settle } from '../../shared/ledger/rules.ts'
import { viewLedger } from '../../shared/ledger/view.ts'
import { exportTown } from '../../shared/migration/export-town.ts'
import { familyPartition, SEQUENCES } from '../../shared/platform/keys.ts'
import { DUPONT, cessonTown } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { openPayingParts } from '../support/paying.ts'
import { planningWith, storePlannings } from '../support/plannings.ts'
import { ENF, mealsOn, SEPTEMBER_DAYS } from '../billing/run-fixture.ts'
import { morning, sign } from '../debits/fixture.ts'
import { ACCOUNTANT, payAtDesk } from '../ledger/fixture.ts'
import { guardianIdSchema } from '../../shared/platform/schemas.ts'
import { invoiceFile, move, numberOf, plainFamily } from './fixture.ts'

const { table } = await freshTable()
const paying = await openPayingParts(table)
const deps = { table, town: cessonTown }

/** A family that moves in with an invoice of 120,50 € of which 40 € were paid. */
const owing = async (dueOn = '05/07/2025') => {
  const { former, texts } = plainFamily({
    invoices: invoiceFile(
      `%;ENF;%/118;05/2025;05/06/2025;${dueOn};Cantine et garderie de mai;120,50 €;40,00;80,50`,
    ),
  })
  expect((await move(table, texts)).refused).toEqual([])
  const familyId = await numberOf(table, former)
  const [invoice] = (await loadAccounts(table, familyId)).invoices
  if (invoice === undefined) throw new Error('The invoice was not taken over')
  return { former, texts, familyId, invoice, by: { ...DUPONT, familyId } }
}

const exportedOf = async (former: string): Promise<readonly string[]> =>
  Object.values((await exportTown(table)).files)
    .flatMap((text) => text.split('\r\n'))
    .filter((line) => line.startsWith(`${former};ENF`))

it('takes an open invoice over as one that is due, under its old number and apart from the series', async () => {
  const { former, familyId, invoice } = await owing()
  expect(invoice).toMatchObject({
    former: `${former}/118`,
    total: 8050,
    dueOn: '2025-07-05',
  })
  expect(invoice.number).toMatch(/^ENF202590\d{6}$/)
  const { totals, entries } = viewLedger(await loadAccounts(table, familyId), { limit: 10 })
  expect(totals).toMatchObject({ due: 8050, unpaid: 1, paid: 0 })
  expect(entries[0]?.label).toBe(`Facture n° ${invoice.number} (reprise : ${former}/118)`)
  const series = { partition: SEQUENCES, sort: ['INVOICE', 'ENF', '2025'] }
  expect(await table.get(series)).toBeUndefined()
  const [regie] = cessonTown.catalogue.town.regies
  if (regie === undefined) throw new Error('The town has a régie')
  const letter = JSON.stringify(invoiceLetter(cessonTown.catalogue.town, invoice, regie))
  expect(letter).toContain(`Facture n° ${former}/118 du 05/06/2025`)
  expect(letter).toContain('Déjà réglé avant la reprise')
})

it('has it paid at the desk, in part, and tells so to the next program', async () => {
  const { former, familyId, invoice } = await owing()
  await payAtDesk(deps, familyId, 5000, {
    invoices: [invoice.number],
    paidOn: '2025-09-02',
    now: morning('2025-09-02'),
  })
  expect(settle(await loadAccounts(table, familyId)).invoices.get(invoice.number)).toEqual({
    state: 'unsettled',
    paid: 5000,
    due: 3050,
  })
  expect(await exportedOf(former)).toEqual([
    `${former};ENF;${former}/118;05/2025;05/06/2025;05/07/2025;Cantine et garderie de mai;;120,50;90,00;30,50`,
  ])
})

it('has none of it paid by what pays some services only', async () => {
  const { familyId, invoice } = await owing()
  await expect(
    payAtDesk(deps, familyId, 5000, {
      ...{ means: 'cesu', invoices: [invoice.number], paidOn: '2025-09-02' },
      instruments: [{ number: '1', issuer: 'Edenred', value: 5000, vintage: 2025 }],
      now: morning('2025-09-02'),
    }),
  ).rejects.toMatchObject({ code: 'means-not-allowed' })
})

it('has it paid online', async () => {
  const { familyId, invoice } = await owing()
  const by = { familyId, guardianId: guardianIdSchema.parse('R1') }
  const { paymentId } = await paying.online.start(by, [invoice])
  const { paying: awaited } = await loadAccounts(table, familyId)
  expect(awaited).toMatchObject([{ paymentId, invoice: invoice.number, amount: 8050 }])
})

it('has it debited', async () => {
  const { familyId } = await owing()
  await sign(paying.debits, { familyId, guardianId: guardianIdSchema.parse('R1') })
  const run = { regieId: ENF, collectOn: '2025-10-06' } as const
  await prepareRun(paying.debits, { ...run, now: morning('2025-09-15') })
  const [debit] = (
    await table.query({ partition: ['DEBIT_RUN', 'ENF', '2025-10-06'], from: ['DEBIT'] })
  ).filter((item) => item['familyId'] === familyId)
  expect(debit).toMatchObject({ announced: 8050, state: 'announced' })
})

it('never changes it, whatever the files say later', async () => {
  const { former, texts } = await owing()
  const invoices = (texts.invoices ?? '').replace('40,00;80,50', '50,00;70,50')
  expect((await move(table, { ...texts, invoices })).refused).toEqual([
    `factures.csv, ligne 2, colonne facture : ${FAULTS.issued}`,
  ])
  expect((await exportedOf(former))[0]).toMatch(/;120,50;40,00;80,50$/)
})

it('bills the month of an invoice that was taken over as if it were not there', async () => {
  const { former, texts } = plainFamily({
    invoices: invoiceFile('%;ENF;%/9;09/2025;01/10/2025;31/10/2025;Cantine;20,00;0,00;20,00'),
  })
  await move(table, texts, { now: morning('2025-10-02') })
  const familyId = await numberOf(table, former)
  const meals = { child: 'E1', activity: 'RESTAURATION', unit: 'REPAS' }
  await storePlannings(table, [planningWith(familyId, meals, mealsOn('2025-09', SEPTEMBER_DAYS))])
  const { bill } = await billOne(deps, familyId, {
    month: '2025-09',
    regieId: ENF,
    issuedOn: '2025-10-02',
  })
  expect(bill.kind).toBe('draft')
  const items = await table.query({ partition: familyPartition(familyId) })
  expect(await awaitsBill(deps, { familyId, items }, '2025-10-02')).toBe(true)
})

it('takes a credit over that pays what is due, and that can be given back', async () => {
  const { former, texts } = plainFamily({
    credits: 'famille;regie;date;avoir\n%;ENF;30/06/2025;15,20\n',
  })
  await move(table, texts)
  const familyId = await numberOf(table, former)
  expect(await exportedOf(former)).toEqual([`${former};ENF;30/06/2025;15,20`])

  const invoices = invoiceFile(
    `${former};ENF;${former}/1;06/2025;05/07/2025;05/08/2025;Cantine;10,00;0,00;10,00`,
  )
  await move(table, { invoices })
  const ledger = await loadAccounts(table, familyId)
  expect(settle(ledger).totals).toMatchObject({ due: 0, credit: 520, paid: 0 })
  await refundCredit(table, {
    parameters: { familyId },
    headers: { 'idempotency-key': former },
    body: { regieId: ENF, amount: 520, means: 'transfer', reason: 'Départ de la commune' },
    actor: ACCOUNTANT,
    now: morning('2025-09-02'),
  })
  expect(settle(await loadAccounts(table, familyId)).totals).toMatchObject({ credit: 0, due: 0 })
  expect(await exportedOf(former)).toEqual([])
})
