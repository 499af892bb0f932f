import type { Guardian } from '../families/model.ts'
import { readFile } from '../families/read-file.ts'
import { PortalError } from '../kernel/errors.ts'
import type { Cents } from '../kernel/money.ts'
import type { Noted } from '../ledger/note-payment.ts'
import { settle } from '../ledger/rules.ts'
import { noticeWrite, recipientsOf, sendNotice } from '../messages/notices.ts'
import type { Write } from '../platform/expressions.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import type { Debiting } from './settings.ts'
import type { Debit, Mandate } from './model.ts'

/**
 * Who is told of a mandate and its debits: who signed it, as long as they are in the file. Nobody else
 * learns of somebody's account; of who has left, the other guardians are told of what concerns the family.
 */
const recipients = (guardians: readonly Guardian[], { guardianId }: Mandate) => {
  const signer = guardians.filter((each) => each.guardianId === guardianId)
  return recipientsOf(signer.length > 0 ? signer : guardians)
}

const creditorOf = ({ settings }: Debiting): { name: string; ics: string } => {
  const { name, ics } = settings.creditor
  return { name, ics }
}

/** The guardians of a family; none once it is erased. One Query. */
export const guardiansOf = async (
  table: Table,
  familyId: FamilyId,
): Promise<readonly Guardian[]> => {
  try {
    return (await readFile(table, familyId, ['FILE', 'GUARDIAN'])).file.guardians
  } catch (error) {
    if (error instanceof PortalError && error.code === 'not-found') return []
    throw error
  }
}

/** What a notice is written with. */
interface Telling {
  readonly debiting: Debiting
  readonly mandate: Mandate
  readonly guardians: readonly Guardian[]
  readonly now: Date
}

/** No write where nobody is left to tell. */
const noticeTo = (
  { mandate, guardians, now }: Telling,
  noticeId: string,
  content: Parameters<typeof noticeWrite>[0]['content'],
): Write[] => {
  const to = recipients(guardians, mandate)
  const { familyId } = mandate
  return to.length === 0 ? [] : [noticeWrite({ familyId, noticeId, to, content }, now)]
}

/** The write that tells a family what will be collected, when and by which mandate (pre-notification). */
export const announcement = (
  telling: Telling,
  debit: Debit,
  invoices: readonly string[],
): Write[] =>
  noticeTo(telling, `DEBIT-${debit.endToEndId}`, {
    kind: 'debit-announced',
    amount: debit.announced,
    collectOn: debit.collectOn,
    rum: debit.rum,
    creditor: creditorOf(telling.debiting),
    invoices: [...invoices],
  })

/** The write that tells a family that its bank sent a debit back. */
export const rejectNotice = (
  telling: Telling,
  debit: Debit,
  { amount, code, ends }: { amount: Cents; code: string; ends: boolean },
): Write[] =>
  noticeTo(telling, `REJECT-${debit.endToEndId}`, {
    kind: 'debit-rejected',
    amount,
    collectOn: debit.collectOn,
    code,
    ...(ends ? { endedMandate: debit.rum } : {}),
  })

/** The write that tells whoever signed a mandate what it is now. */
export const mandateNotice = (telling: Telling): Write[] => {
  const { rum, state, day } = telling.mandate
  return noticeTo(telling, `MANDATE-${rum}-${state}`, {
    kind: 'debit-mandate',
    state,
    rum,
    day,
    creditor: creditorOf(telling.debiting),
  })
}

/** Tells a family that a debit was collected, with the number of its receipt, once. */
export const sendReceipt = async (
  table: Table,
  { mandate, guardians, now }: Omit<Telling, 'debiting'>,
  { ledger, payment }: Noted,
): Promise<void> => {
  const to = recipients(guardians, mandate)
  if (to.length === 0) return
  const { number, regieId, amount, means, paidOn, receipt } = payment
  const parts = settle(ledger)
    .allocations.filter((each) => each.from === 'payment' && each.number === String(number))
    .map((each) => ({ invoice: each.invoice, amount: each.amount }))
  const content = {
    kind: 'payment-received',
    ...{ number, regieId, amount, means, paidOn, receipt, parts },
  } as const
  const noticeId = `PAYMENT-${String(number)}`
  await sendNotice(table, { familyId: payment.familyId, noticeId, to, content }, now)
}
