import type { BillingPage, BillingRun, Draft, IssuedDocument } from './model.ts'
import type { Numbered } from './run-store.ts'
import { addDays, daysBetween } from '../kernel/dates.ts'

/** The Treasury and PayFiP take no longer one. */
const LENGTH = 15

/** Where a document stands in which series. */
type Series = Pick<BillingRun, 'regieId' | 'issuedOn'>

/**
 * The number of an invoice as people read it: régie, year and place in the year's series, which
 * begins at 1: `ENF202600000042`.
 */
export const invoiceNumber = ({ regieId, issuedOn }: Series, place: number): string => {
  const head = `${regieId}${issuedOn.slice(0, 4)}`
  return head + String(place).padStart(Math.min(8, LENGTH - head.length), '0')
}

/**
 * The number of an invoice that was taken over from another program, in a range of its own: its places
 * begin with a 9, which the series of a year never comes to, and may have gaps (`ENF202690000001`).
 */
export const takenOverNumber = (series: Series, place: number): string => {
  const digits = invoiceNumber(series, 0).length - series.regieId.length - 4
  return invoiceNumber(series, 9 * 10 ** (digits - 1) + place)
}

/** The number of a credit note, in a series of its own: `AV-ENF202600000007`. */
export const creditNoteNumber = (series: Series, place: number): string =>
  `AV-${invoiceNumber(series, place)}`

/** How many numbers drafts need: what is carried over has none. */
export const numbersFor = (drafts: readonly Draft[]): Numbered => ({
  invoice: drafts.filter(({ kind }) => kind === 'invoice').length,
  creditNote: drafts.filter(({ kind }) => kind === 'credit-note').length,
})

/** A draft with the document that it becomes. */
export interface Issue {
  readonly draft: Draft
  readonly issued: IssuedDocument
}

/**
 * The documents of the drafts of a page that has its numbers, in their order. They are issued on the
 * day of the run, which is later than that of their computing if the accountant took time to check
 * them, and due as many days after it.
 */
export const documentsOf = (
  { regieId, numbers }: Pick<BillingPage, 'regieId' | 'numbers'>,
  drafts: readonly Draft[],
): Issue[] => {
  if (numbers === undefined) return []
  const { issuedOn } = numbers
  const next = { ...numbers }
  return drafts.map((draft) => {
    const { dueOn, ...rest } = draft.document
    const document = { ...rest, issuedOn }
    switch (draft.kind) {
      case 'invoice': {
        const number = invoiceNumber({ regieId, issuedOn }, next.invoice)
        next.invoice += 1
        const days = daysBetween(rest.issuedOn, dueOn) - 1
        const invoice = { number, ...document, dueOn: addDays(issuedOn, days) }
        return { draft, issued: { kind: draft.kind, document: invoice } }
      }
      case 'credit-note': {
        const number = creditNoteNumber({ regieId, issuedOn }, next.creditNote)
        next.creditNote += 1
        return { draft, issued: { kind: draft.kind, document: { number, ...document } } }
      }
      case 'carried':
        return { draft, issued: { kind: draft.kind, document } }
    }
  })
}
