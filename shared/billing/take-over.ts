import type { Catalogue } from '../catalogue/model.ts'
import type { FamilyFile } from '../families/model.ts'
import { MIGRATION_BILLS } from '../kernel/migration-texts.ts'
import { monthOf } from '../kernel/dates.ts'
import { sum } from '../kernel/money.ts'
import type { Write } from '../platform/expressions.ts'
import { SEQUENCES } from '../platform/keys.ts'
import type { Table } from '../platform/table.ts'
import { documentItem } from './document-store.ts'
import { limitsOf } from './limits-rules.ts'
import type { IssuedDocument } from './model.ts'
import { takenOverNumber } from './numbers.ts'
import { linesOf, type FormerBill } from './take-over-rules.ts'

/** The document that stands in the ledger for a bill of the program before. */
const documentOf = (
  { schoolYears }: Pick<Catalogue, 'schoolYears'>,
  { family, guardians, children }: FamilyFile,
  bill: FormerBill,
  place: number,
): IssuedDocument => {
  const { regie, issuedOn, invoice } = bill
  const lines = linesOf(bill)
  const number = takenOverNumber({ regieId: regie.id, issuedOn }, place)
  const fields = {
    familyId: family.familyId,
    regieId: regie.id,
    regie: regie.name,
    issuedOn,
    payer: {
      name: family.name,
      address: family.address,
      emails: guardians.map(({ email }) => email),
    },
    lines,
    total: sum(lines.map(({ amount }) => amount)),
  }
  if (invoice === undefined) {
    const former = MIGRATION_BILLS.formerCredit(issuedOn)
    const document = { number: `AV-${number}`, month: monthOf(issuedOn), former, ...fields }
    return { kind: 'credit-note', document }
  }
  const { month, dueOn, number: former } = invoice
  // Nobody knows of which services it was, so that what pays some services only pays nothing of it.
  const limits = limitsOf(lines, regie, { schoolYears, children })
  const document = { number, month, former, dueOn, ...fields }
  return {
    kind: 'invoice',
    document: limits === undefined ? document : { ...document, limits },
  }
}

/**
 * The writes of bills that are taken over from the town's program before, into a family's ledger: of what
 * is left of an invoice one that is due and payable as any other, of a credit a credit note. They are
 * numbered in a range apart from the gapless series of the régie, tell the number that the family knows,
 * bill no month and move no till: the money came in before. A number that is taken and not written is lost.
 */
export const takeOverWrites = async (
  table: Table,
  catalogue: Pick<Catalogue, 'schoolYears'>,
  file: FamilyFile,
  bills: readonly FormerBill[],
): Promise<Write[]> => {
  const writes: Write[] = []
  for (const bill of bills) {
    const series = ['TAKEN_OVER', bill.regie.id, bill.issuedOn.slice(0, 4)]
    const place = await table.count({ partition: SEQUENCES, sort: series }, 1)
    const item = documentItem(documentOf(catalogue, file, bill, place))
    writes.push({ kind: 'put', item, when: { kind: 'absent' } })
  }
  return writes
}
