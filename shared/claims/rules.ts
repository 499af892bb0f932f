import { daysIn } from '../billing/day-set-rules.ts'
import type { InvoiceLine, IssuedDocument } from '../billing/model.ts'
import { sum, type Cents } from '../kernel/money.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { ClaimPayment } from './model.ts'

/** What a third party owes for some days of a child, as a line of a document took it off a bill. */
export interface ClaimLine extends Pick<InvoiceLine, 'childId' | 'child' | 'activity' | 'month'> {
  readonly payer: string
  readonly familyId: FamilyId
  readonly family: string
  /** The number of the invoice or credit note; none of what was carried to a later one. */
  readonly document?: string
  /** The days of the month, `1 2 4`. */
  readonly days: string
  /** How many they are: below zero where a correction takes them back. */
  readonly count: number
  /** In cents, above zero for what is owed. */
  readonly amount: Cents
  /** Where it stands: in which document of which family, and there. What is issued never changes. */
  readonly place: string
}

export const CLAIM_STATES = ['claimed', 'part-paid', 'paid', 'to-deduct'] as const

/** What a third party owes for all that a régie has billed in a month. */
export interface Claim {
  readonly payer: string
  readonly state: (typeof CLAIM_STATES)[number]
  readonly families: number
  readonly children: number
  /** Days of children: two children on one day are two, two services of a child on one day are one. */
  readonly days: number
  /** In cents; below zero where corrections take back more than the month adds. */
  readonly amount: Cents
  readonly paid: Cents
}

const inOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/**
 * What third parties owe by the documents of a month: what they pay instead of a family is taken off its
 * bill and is theirs to pay to the town (standards §10: CAF aid, a receivable of its own) [guide 10].
 * Corrections of earlier months count in the month that bills them.
 */
export const claimLines = (issued: readonly IssuedDocument[]): ClaimLine[] =>
  issued.flatMap(({ document }) => {
    const { familyId, payer } = document
    const number = 'number' in document ? { document: document.number } : {}
    return document.lines
      .filter(({ kind }) => kind === 'aid')
      .map((line, index): ClaimLine => {
        const { label, childId, child, activity, month, days, quantity, amount } = line
        return {
          ...{ payer: label, familyId, family: payer.name, childId, child, activity, month, days },
          ...number,
          count: daysIn(days).length * Math.sign(quantity),
          amount: -amount,
          place: `${familyId}~${number.document ?? '-'}~${String(index)}`,
        }
      })
  })

/**
 * So many lines behind one, and where the next page begins; the first ones without. What was issued since a
 * page was read stands where it belongs, and moves no other line to another page.
 *
 * @returns nothing where no line stands at `after`.
 */
export const pageOfLines = (
  lines: readonly ClaimLine[],
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): { readonly lines: readonly ClaimLine[]; readonly next?: string } | undefined => {
  const before = after === undefined ? -1 : lines.findIndex(({ place }) => place === after)
  if (after !== undefined && before < 0) return undefined
  const page = lines.slice(before + 1, before + 1 + limit)
  const last = page.at(-1)
  const hasMore = before + 1 + limit < lines.length
  return { lines: page, ...(hasMore && last !== undefined ? { next: last.place } : {}) }
}

/** The order in which a third party reads lines: by payer, file, child, month and document. */
export const inOrderOfClaims = (a: ClaimLine, b: ClaimLine): number =>
  inOrder(a.payer, b.payer) ||
  inOrder(a.familyId, b.familyId) ||
  inOrder(a.childId ?? '', b.childId ?? '') ||
  inOrder(a.month, b.month) ||
  inOrder(a.document ?? '', b.document ?? '')

const childOf = ({ familyId, childId }: ClaimLine): string => `${familyId} ${childId ?? ''}`

/** The days of children, less those that are taken back. */
const daysOf = (lines: readonly ClaimLine[]): number => {
  const owed = new Map<string, Cents>()
  for (const line of lines) {
    for (const day of daysIn(line.days)) {
      const key = `${childOf(line)} ${line.month} ${String(day)}`
      owed.set(key, (owed.get(key) ?? 0) + Math.sign(line.amount))
    }
  }
  return sum([...owed.values()].map((each) => Math.sign(each)))
}

const stateOf = (amount: Cents, paid: Cents): Claim['state'] => {
  if (amount < 0) return 'to-deduct'
  if (paid >= amount) return 'paid'
  return paid > 0 ? 'part-paid' : 'claimed'
}

/** What each third party owes and has paid, in the order of their names. */
export const claimsOf = (
  lines: readonly ClaimLine[],
  payments: readonly Pick<ClaimPayment, 'payer' | 'amount' | 'cancelled'>[],
): Claim[] =>
  [...Map.groupBy(lines, ({ payer }) => payer)].map(([payer, own]) => {
    const amount = sum(own.map((line) => line.amount))
    const standing = payments.filter((each) => each.payer === payer && each.cancelled === undefined)
    const paid = sum(standing.map((each) => each.amount))
    return {
      ...{ payer, amount, paid, state: stateOf(amount, paid) },
      families: new Set(own.map(({ familyId }) => familyId)).size,
      children: new Set(own.map(childOf)).size,
      days: daysOf(own),
    }
  })
