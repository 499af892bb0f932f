import type { FormerBill } from '../billing/take-over-rules.ts'
import type { Regie } from '../catalogue/regie-model.ts'
import type {
  Brought,
  Child,
  Enrolment,
  Family,
  FamilyFile,
  Guardian,
  Means,
  WholeFile,
} from '../families/model.ts'
import { parisInstant } from '../kernel/paris.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Row, Sheets } from './model.ts'

/** What the rows of a move become in the portal. What a file says nothing of stays as it is held. */

/** The address of a row that has one. */
const addressOf = ({
  street,
  complement,
  postcode,
  town,
}: Pick<Row<'guardians'>, 'street' | 'complement' | 'postcode' | 'town'>): Guardian['address'] =>
  street === undefined || postcode === undefined || town === undefined
    ? undefined
    : { street, complement, postcode, town }

const familyOf = (row: Row<'families'>, familyId: FamilyId, held: Family | undefined): Family => {
  const { name, street, complement, postcode, town, homePhone, situation, childrenCount } = row
  const { fund, allowanceNumber, allowanceGuardian, circumstances, inactiveSince } = row
  const hasAllowance =
    fund !== undefined && allowanceNumber !== undefined && allowanceGuardian !== undefined
  return {
    ...{ mergedInto: held?.mergedInto, legalHold: held?.legalHold, pending: held?.pending },
    ...{ familyId, name, homePhone, situation, childrenCount, circumstances },
    address: { street, complement, postcode, town },
    ...(hasAllowance
      ? { allowance: { fund, number: allowanceNumber, guardianId: allowanceGuardian } }
      : {}),
    ...(inactiveSince === undefined
      ? {}
      : { inactiveSince: parisInstant(inactiveSince, '00:00').toISOString() }),
  }
}

const guardianOf = (
  row: Row<'guardians'>,
  familyId: FamilyId,
  held: Guardian | undefined,
): Guardian => {
  const { guardian, title, firstName, lastName, birthName, birthDate } = row
  const { email, phone, workPhone, employer } = row
  return {
    ...{ familyId, guardianId: guardian, pending: held?.pending },
    ...{ title, firstName, lastName, birthName, birthDate, email, phone, workPhone, employer },
    address: addressOf(row),
  }
}

const childOf = (row: Row<'children'>, familyId: FamilyId, held: Child | undefined): Child => {
  const { child, firstName, secondName, lastName, birthDate, birthPlace, sex } = row
  const { schoolId, className, category, diets, allergy, carePlanUntil, authorityWithdrawn } = row
  const { custodyWeeks, custodyFrom, custodyRule } = row
  return {
    ...{ familyId, childId: child, pending: held?.pending, otherHousehold: held?.otherHousehold },
    ...{ firstName, secondName, lastName, birthDate, birthPlace, sex, schoolId, className },
    ...{ category, diets, carePlanUntil },
    // The tables do not tell the judgment that staff have added to it.
    authorityWithdrawn: authorityWithdrawn?.map(
      (each) =>
        held?.authorityWithdrawn?.find(
          ({ guardianId, since }) => guardianId === each.guardianId && since === each.since,
        ) ?? each,
    ),
    ...(allergy === undefined ? {} : { allergy: allergy === 'yes' }),
    ...(custodyWeeks === undefined || custodyFrom === undefined
      ? {}
      : { custody: { weeks: custodyWeeks, from: custodyFrom, rule: custodyRule } }),
  }
}

const enrolmentOf = (row: Row<'enrolments'>, familyId: FamilyId): Enrolment => {
  const { enrolment, childId, activityId, groupId, from, until } = row
  return { familyId, enrolmentId: enrolment, childId, activityId, groupId, from, until }
}

/** Nobody knows when the program before noted them: what is taken over again must be the same. */
const meansOf = (row: Row<'means'>, familyId: FamilyId): Means => {
  const { from, quotient, income, dependants, parts, source, reason } = row
  const notedAt = parisInstant(from, '00:00').toISOString()
  return { familyId, from, quotient, income, dependants, parts, source, reason, notedAt }
}

export const billOfInvoice = (row: Row<'invoices'>, regie: Regie): FormerBill => {
  const { number, month, issuedOn, dueOn, label, account, amount, paid } = row
  return { regie, issuedOn, amount, invoice: { number, month, dueOn, label, account, paid } }
}

export const billOfCredit = ({ on, credit }: Row<'credits'>, regie: Regie): FormerBill => ({
  regie,
  issuedOn: on,
  amount: credit,
})

/** What rows bring of a family file. */
export const broughtBy = (
  rows: Pick<Sheets, 'families' | 'guardians' | 'children' | 'enrolments' | 'means'>,
  familyId: FamilyId,
  held: FamilyFile | undefined,
): Brought => {
  const [family] = rows.families
  return {
    family: family && familyOf(family.row, familyId, held?.family),
    guardians: rows.guardians.map(({ row }) =>
      guardianOf(
        row,
        familyId,
        held?.guardians.find(({ guardianId }) => guardianId === row.guardian),
      ),
    ),
    children: rows.children.map(({ row }) =>
      childOf(
        row,
        familyId,
        held?.children.find(({ childId }) => childId === row.child),
      ),
    ),
    enrolments: rows.enrolments.map(({ row }) => enrolmentOf(row, familyId)),
    means: rows.means.map(({ row }) => meansOf(row, familyId)),
  }
}

/** Those that are held with others in their place or behind them. */
const merged = <Value>(
  held: readonly Value[],
  brought: readonly Value[],
  idOf: (value: Value) => string,
): Value[] => [
  ...new Map([...held, ...brought].map((value) => [idOf(value), value] as const)).values(),
]

/** A file with what rows bring in it; nothing where there is neither a file nor a row of the family. */
export const withBrought = (
  held: WholeFile | undefined,
  { family, guardians, children, enrolments, means }: Brought,
): WholeFile | undefined => {
  const after = family ?? held?.family
  if (after === undefined) return undefined
  return {
    family: after,
    guardians: merged(held?.guardians ?? [], guardians, ({ guardianId }) => guardianId),
    children: merged(held?.children ?? [], children, ({ childId }) => childId),
    contacts: held?.contacts ?? [],
    enrolments: merged(held?.enrolments ?? [], enrolments, ({ enrolmentId }) => enrolmentId),
    means: merged(held?.means ?? [], means, ({ from }) => from),
    authorisations: held?.authorisations ?? [],
  }
}
