import type { IsoDate, IsoMonth } from '../kernel/dates.ts'
import { sum } from '../kernel/money.ts'
import type { ChildId, FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { loadLedger } from './store.ts'

/** What of an invoice is about one child. */
interface ChildInvoice {
  readonly number: string
  readonly issuedOn: IsoDate
  readonly month: IsoMonth
  /** In cents, what the child's lines come to. */
  readonly amount: number
  readonly lines: readonly {
    readonly label: string
    readonly quantity: number
    readonly unitPrice: number
    readonly amount: number
  }[]
}

/**
 * What a family was invoiced for a child, newest first: the lines of the child alone, without the
 * reasons of their prices, which tell the family's quotient. One Query.
 */
export const listChildInvoices = async (
  table: Table,
  { familyId, childId }: { readonly familyId: FamilyId; readonly childId: ChildId },
): Promise<ChildInvoice[]> => {
  const { invoices } = await loadLedger(table, familyId)
  return invoices
    .flatMap(({ number, issuedOn, month, lines }) => {
      const own = lines
        .filter((line) => line.childId === childId && line.kind !== 'aid')
        .map(({ label, quantity, unitPrice, amount }) => ({ label, quantity, unitPrice, amount }))
      const amount = sum(own.map((line) => line.amount))
      return own.length === 0 ? [] : [{ number, issuedOn, month, amount, lines: own }]
    })
    .toReversed()
}
