import { defineEntity } from '../platform/entity.ts'
import { familyPartition, SEQUENCES, type Key } from '../platform/keys.ts'
import type { FamilyId } from '../platform/schemas.ts'
import { counterValue, type Table } from '../platform/table.ts'
import { addMonths, firstDayOf, type IsoMonth } from '../kernel/dates.ts'
import {
  billingRunSchema,
  invoiceSchema,
  sliceReportSchema,
  type BillingRun,
  type Invoice,
  type SliceReport,
} from './model.ts'
import { invoiceNumber, type InvoiceDraft } from './rules.ts'

/**
 * The key of an invoice holds no number but its month and régie: a family has one place for the
 * invoice of a month, so that a second one cannot be written, however often a month is run.
 */
export const invoiceEntity = defineEntity({
  type: 'Invoice',
  schema: invoiceSchema,
  key: (address: { familyId: FamilyId; month: IsoMonth; regieId: string }): Key => ({
    partition: familyPartition(address.familyId),
    sort: ['LEDGER', firstDayOf(addMonths(address.month, 1)), 'INVOICE', address.regieId],
  }),
})

export const billingRunEntity = defineEntity({
  type: 'BillingRun',
  schema: billingRunSchema,
  key: ({ month }: { month: IsoMonth }): Key => ({
    partition: ['BILLING_RUN', month],
    sort: ['RUN'],
  }),
})

export const sliceReportEntity = defineEntity({
  type: 'SliceReport',
  schema: sliceReportSchema,
  key: ({ month, slice }: { month: IsoMonth; slice: number }): Key => ({
    partition: ['BILLING_RUN', month],
    sort: ['SLICE', slice],
  }),
})

const seriesOf = ({ regieId, issuedOn }: Pick<Invoice, 'regieId' | 'issuedOn'>): Key => ({
  partition: SEQUENCES,
  sort: ['INVOICE', regieId, issuedOn.slice(0, 4)],
})

/** The invoices that stand for drafts after they were issued. */
export interface Issued {
  readonly issued: readonly Invoice[]
  /** Those that had been issued before; they are as they were. */
  readonly earlier: readonly Invoice[]
}

/**
 * Issues drafts of one régie and year: the series moves on and the invoices are written in one
 * transaction, so that numbers have neither gap nor double wherever it is cut (CGCT and
 * instruction 11-008-M0 ask for a continuous annual series). What was issued before keeps its
 * number and leaves the transaction.
 */
export const issueInvoices = async (
  table: Table,
  drafts: readonly InvoiceDraft[],
): Promise<Issued> => {
  const [first] = drafts
  if (first === undefined) return { issued: [], earlier: [] }
  const series = seriesOf(first)
  const earlier: Invoice[] = []
  let open = [...drafts]
  let last = counterValue(await table.get(series))
  while (open.length > 0) {
    const invoices = open.map((draft, index) => ({
      ...draft,
      number: invoiceNumber(draft, last + index + 1),
    }))
    const outcome = await table.transact([
      { kind: 'move-counter', key: series, from: last, to: last + invoices.length },
      ...invoices.map((invoice) => ({
        kind: 'put' as const,
        item: invoiceEntity.toItem(invoice),
        when: { kind: 'absent' as const },
      })),
    ])
    if (outcome.done) return { issued: invoices, earlier }
    if (outcome.refused.has(0)) last = counterValue(outcome.refused.get(0))
    open = open.filter((_, index) => {
      const held = outcome.refused.get(index + 1)
      if (held === undefined) return true
      earlier.push(invoiceEntity.fromItem(held))
      return false
    })
  }
  return { issued: [], earlier }
}

/** A family's invoices, newest first. */
export const listInvoices = async (table: Table, familyId: FamilyId): Promise<Invoice[]> =>
  invoiceEntity.pick(
    await table.query({
      partition: familyPartition(familyId),
      from: ['LEDGER'],
      newestFirst: true,
    }),
  )

/** Whether a family has an invoice for a month, of any régie. */
export const hasInvoice = async (
  table: Table,
  familyId: FamilyId,
  month: IsoMonth,
): Promise<boolean> => {
  const items = await table.query({
    partition: familyPartition(familyId),
    from: ['LEDGER', firstDayOf(addMonths(month, 1)), 'INVOICE'],
    limit: 1,
  })
  return items.length > 0
}

/** Opens the run of a month, or opens it again with the families there are by now. */
export const openRun = async (table: Table, run: BillingRun): Promise<void> => {
  await table.put(billingRunEntity.toItem(run))
}

/** Files what became of a slice; the same slice again replaces its report. */
export const saveSliceReport = async (table: Table, report: SliceReport): Promise<void> => {
  await table.put(sliceReportEntity.toItem(report))
}

/** A run with the reports of its slices; nothing if the month was never billed. */
export const loadRun = async (
  table: Table,
  month: IsoMonth,
): Promise<{ run: BillingRun; reports: SliceReport[] } | undefined> => {
  const items = await table.query({ partition: ['BILLING_RUN', month] })
  const [run] = billingRunEntity.pick(items)
  if (run === undefined) return undefined
  // A month that was run before with more families may have left reports of slices it no longer has.
  const reports = sliceReportEntity.pick(items).filter(({ slice }) => slice < run.slices)
  return { run, reports }
}
