import type { IsoDate } from '../kernel/dates.ts'
import { DATA_TITLES } from '../kernel/privacy-texts.ts'
import { dataKind, type DataKind, type Reader } from '../platform/personal-data.ts'
import { anonymousBill } from './anonymous-rules.ts'
import { carriedEntity, creditNoteEntity, invoiceEntity } from './document-store.ts'
import type { Carried, CreditNote, Invoice, InvoiceLine } from './model.ts'
import { aidEntity, carryOverEntity, dayCreditEntity, reviewEntity } from './store.ts'

/** A line about a child whom the reader may not read of is an amount and nothing else. */
const showLine = (line: InvoiceLine, reader: Reader): unknown => {
  const { month, child, childId, activity, label, days, quantity, unitPrice, amount } = line
  const { priceList, why, corrects } = line
  return childId !== undefined && !reader.mayReadChild(childId)
    ? { month, amount }
    : {
        ...{ month, child, activity, label, days, quantity, unitPrice, amount },
        ...{ priceList, why, corrects },
      }
}

/** A document as its family reads it; to whom it was mailed is told to staff alone. */
const showDocument = (
  document: Invoice | CreditNote | Carried,
  reader: Reader,
): Record<string, unknown> => {
  const { regie, month, issuedOn, payer, lines, total, former } = document
  return {
    ...{ regie, month, issuedOn, former },
    payer: {
      name: payer.name,
      address: payer.address,
      ...(reader.guardianId === undefined ? { emails: payer.emails } : {}),
    },
    lines: lines.map((line) => showLine(line, reader)),
    total,
  }
}

const issued = ({ issuedOn }: Pick<Invoice, 'issuedOn'>): IsoDate => issuedOn

/** Whether a reader may read of what is granted for a child, or for all children. */
const mayReadGrant = (childId: string | undefined, reader: Reader): boolean =>
  childId === undefined || reader.mayReadChild(childId)

/** What is granted to a family, by whatever name. */
const showGrant = (
  { childId, from, until, notedAt, notedBy }: Granted,
  { nameOf, author }: Reader,
): object => ({
  ...(childId === undefined ? {} : { child: nameOf('childId', childId) }),
  ...{ from, until, notedAt },
  notedBy: author(notedBy),
})

interface Granted {
  readonly childId?: string | undefined
  readonly from: IsoDate
  readonly until: IsoDate
  readonly notedAt: string
  readonly notedBy: string
}

/** What billing holds about people. */
export const BILLING_DATA: readonly DataKind[] = [
  dataKind(
    { type: 'Invoice', fromItem: invoiceEntity.fromItem },
    {
      title: DATA_TITLES.Invoice,
      retention: 'accounting',
      since: issued,
      anonymise: (item) => invoiceEntity.toItem(anonymousBill(invoiceEntity.fromItem(item))),
      show: (invoice, reader) => ({
        number: invoice.number,
        dueOn: invoice.dueOn,
        ...showDocument(invoice, reader),
      }),
    },
  ),
  dataKind(
    { type: 'CreditNote', fromItem: creditNoteEntity.fromItem },
    {
      title: DATA_TITLES.CreditNote,
      retention: 'accounting',
      since: issued,
      anonymise: (item) => creditNoteEntity.toItem(anonymousBill(creditNoteEntity.fromItem(item))),
      show: (note, reader) => ({ number: note.number, ...showDocument(note, reader) }),
    },
  ),
  dataKind(
    { type: 'Carried', fromItem: carriedEntity.fromItem },
    {
      title: DATA_TITLES.Carried,
      retention: 'accounting',
      since: issued,
      anonymise: (item) => carriedEntity.toItem(anonymousBill(carriedEntity.fromItem(item))),
      show: showDocument,
    },
  ),
  dataKind(aidEntity, {
    title: DATA_TITLES.Aid,
    retention: 'accounting',
    since: ({ until }) => until,
    show: (aid, reader) =>
      mayReadGrant(aid.childId, reader)
        ? {
            payer: aid.payer,
            ...showGrant(aid, reader),
            activities: aid.activityIds.map((id) => reader.nameOf('activityId', id)),
            ...{ perDay: aid.perDay, mostAmount: aid.mostAmount, mostDays: aid.mostDays },
          }
        : undefined,
  }),
  dataKind(dayCreditEntity, {
    title: DATA_TITLES.DayCredit,
    retention: 'accounting',
    since: ({ until }) => until,
    show: (credit, reader) =>
      mayReadGrant(credit.childId, reader)
        ? {
            name: credit.name,
            ...showGrant(credit, reader),
            activity: reader.nameOf('activityId', credit.activityId),
            units: credit.unitIds.map((unit) => reader.unitName(credit.activityId, unit)),
            ...{ quantity: credit.days, price: credit.price },
          }
        : undefined,
  }),
  dataKind(carryOverEntity, {
    title: DATA_TITLES.CarryOver,
    retention: 'file',
    show: ({ regieId, month, amount }) => ({ regieId, month, amount }),
  }),
  dataKind(reviewEntity, {
    title: DATA_TITLES.Review,
    retention: 'technical',
    show: { notShown: 'That the next run is to compute a month again, and nothing of people.' },
  }),
]
