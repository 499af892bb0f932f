import { ERASED } from '../kernel/privacy-texts.ts'
import { childIdSchema, type FamilyId } from '../platform/schemas.ts'
import type { Invoice, InvoiceLine, PageDrafts } from './model.ts'

/** Who pays, and lines that may name children. */
type Billed = Pick<Invoice, 'payer' | 'lines'>

/** The parts of a name that are words of their own: `Anne-Lise` has two. */
const partsOf = (name: string): string[] => name.match(/[\p{L}\p{M}]{2,}/gu) ?? []

/** Takes names out of a text, whole words of whatever case; figures stay. */
const without =
  (names: ReadonlySet<string>) =>
  (text: string): string =>
    text.replaceAll(/[\p{L}\p{M}]+/gu, (word) => (names.has(word.toLowerCase()) ? '…' : word))

const keyOf = ({ childId, child }: InvoiceLine): string | undefined => childId ?? child

/**
 * A bill of which nobody can tell whose it was: numbers, days, amounts, prices and accounts stay (Code de
 * commerce, L123-22: ten years), children are told apart by their order. What is anonymous stays so.
 */
export const anonymousBill = <Bill extends Billed>(bill: Bill): Bill => {
  const { payer, lines } = bill
  if (payer.name === ERASED.family) return bill
  const children = [...new Set(lines.flatMap((line) => keyOf(line) ?? []))]
  const known = [payer.name, ...lines.flatMap(({ child }) => child ?? [])]
  const words = without(new Set(known.flatMap(partsOf).map((part) => part.toLowerCase())))
  const { postcode, town } = payer.address
  return {
    ...bill,
    payer: { name: ERASED.family, address: { street: ERASED.street, postcode, town }, emails: [] },
    lines: lines.map((line) => {
      const key = keyOf(line)
      const position = key === undefined ? 0 : children.indexOf(key) + 1
      return {
        ...line,
        ...(line.childId === undefined
          ? {}
          : { childId: childIdSchema.parse(`enfant-${String(position)}`) }),
        ...(line.child === undefined ? {} : { child: ERASED.child(position) }),
        // Free text of the program before, which may name anybody.
        label: line.kind === 'taken-over' ? ERASED.label : words(line.label),
        why: words(line.why),
      }
    }),
  }
}

/** What kept families from being billed, of one of them no more than that something did. */
export const anonymousAnomalies = (
  anomalies: PageDrafts['anomalies'],
  familyId: FamilyId,
): PageDrafts['anomalies'] => {
  const isNamed = anomalies.some(
    (each) => each.familyId === familyId && each.familyName !== ERASED.family,
  )
  if (!isNamed) return anomalies
  return anomalies.map((each) =>
    each.familyId === familyId
      ? { familyId, familyName: ERASED.family, detail: ERASED.detail }
      : each,
  )
}

/** The drafts of a page of families, of which nobody can tell one any more; the same where none is its. */
export const anonymousDrafts = (page: PageDrafts, familyId: FamilyId): PageDrafts => {
  const drafts = page.drafts.map((draft) => {
    if (draft.document.familyId !== familyId) return draft
    const document = anonymousBill(draft.document)
    return document === draft.document ? draft : { ...draft, document }
  })
  const anomalies = anonymousAnomalies(page.anomalies, familyId)
  const isChanged =
    anomalies !== page.anomalies || drafts.some((draft, index) => draft !== page.drafts[index])
  return isChanged ? { ...page, drafts, anomalies } : page
}
