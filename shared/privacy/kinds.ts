import { ARREARS_DATA } from '../arrears/personal-data.ts'
import { ATTACHMENT_DATA } from '../attachments/personal-data.ts'
import { AUTHORISATION_DATA } from '../authorisations/personal-data.ts'
import { BILLING_DATA } from '../billing/personal-data.ts'
import { CALENDAR_DATA } from '../calendars/personal-data.ts'
import { CHANGE_DATA } from '../changes/personal-data.ts'
import { ENQUIRY_DATA } from '../enquiries/personal-data.ts'
import { ENROLMENT_DATA } from '../enrolments/personal-data.ts'
import { FILE_DATA } from '../families/personal-data.ts'
import { HEALTH_DATA } from '../health/personal-data.ts'
import { LEDGER_DATA } from '../ledger/personal-data.ts'
import { MESSAGE_DATA } from '../messages/personal-data.ts'
import { MIGRATION_DATA } from '../migration/personal-data.ts'
import { PAYMENT_DATA } from '../payments/personal-data.ts'
import { DEBIT_DATA } from '../debits/personal-data.ts'
import type { DataKind } from '../platform/personal-data.ts'
import { PRIVACY_DATA } from './personal-data.ts'
import { QUOTIENT_DATA } from '../quotients/personal-data.ts'
import { REQUEST_DATA } from '../requests/personal-data.ts'
import { RESERVATION_DATA } from '../reservations/personal-data.ts'
import { SEARCH_DATA } from '../search/personal-data.ts'
import { TRAIL_DATA } from '../trail/personal-data.ts'

/** Every kind of item in a family's partition, in the order of the export. */
export const KINDS: readonly DataKind[] = [
  ...FILE_DATA,
  ...AUTHORISATION_DATA,
  ...CHANGE_DATA,
  ...ENROLMENT_DATA,
  ...RESERVATION_DATA,
  ...ENQUIRY_DATA,
  ...BILLING_DATA,
  ...LEDGER_DATA,
  ...DEBIT_DATA,
  ...ARREARS_DATA,
  ...PAYMENT_DATA,
  ...QUOTIENT_DATA,
  ...HEALTH_DATA,
  ...ATTACHMENT_DATA,
  ...MESSAGE_DATA,
  ...CALENDAR_DATA,
  ...TRAIL_DATA,
  ...SEARCH_DATA,
  ...REQUEST_DATA,
  ...MIGRATION_DATA,
  ...PRIVACY_DATA,
]

/** The kind of an entity; nothing for one outside of families' partitions. */
export const kindOf = (entity: unknown): DataKind | undefined =>
  KINDS.find((kind) => kind.entity === entity)

/**
 * The entities outside of families' partitions: where their personal data is handled, or that they hold
 * none. A test proves that every entity is a kind or named here.
 */
export const OUTSIDE: Readonly<Record<string, string>> = {
  Account: 'Shown by the export; deleted by the erasure with the sign-in.',
  UserName: 'Shown with its account; deleted by the erasure.',
  EmailChange: 'Deleted by the erasure, or forgotten by itself.',
  AccountRequest: 'Forgotten by itself some time after the decision; it is of nobody’s file yet.',
  AccountMail: 'Forgotten by itself.',
  MailAddress:
    'Whether mails arrive at an address, shown at sign-in; deleted by the erasure, forgotten after 400 days.',
  UnsubscribeLink: 'A hash and the number of a file; deleted by the erasure.',
  CalendarLink: 'The export tells that there is one; deleted by the erasure.',
  VisitorMail: 'Forgotten by itself; it is of nobody’s file.',
  News: 'Written for everybody; the account of who wrote them.',
  NewsMailing:
    'How far the mails of news have gone, by the number of a file: none once they are out, the last one told where they were withdrawn before.',
  TownDocument: 'Published for everybody; the account of who published it.',
  Sheet:
    'Marks of a register, by the numbers of file and child: what they changed is in the planning.',
  Waiting: 'Shown with the planning; ended by the erasure, and by the end of the wait.',
  Roster: 'Places held, by the numbers of file and child; given back when the planning is gone.',
  BillingDrafts: 'Frozen drafts: anonymised by the erasure (eraseFromRuns of billing).',
  BillingPage: 'Names in anomalies: anonymised by the erasure (eraseFromRuns of billing).',
  BillingRun: 'Numbers of files that were left out.',
  PendingStep: 'Impersonal.',
  Transfer: 'The numbers of the files on a list for the Treasury.',
  RegieTurn: 'Impersonal.',
  Till: 'Impersonal.',
  Closing: 'Impersonal.',
  Deposit: 'Amounts and days, by the numbers of file and payment.',
  DepositKey: 'A hash of the key of a call, with the number of a deposit.',
  ClaimPayments: 'Amounts that offices have paid for a month, without a name or file.',
  Voucher: 'A hash of a voucher, and the number of a payment.',
  DebitRun: 'Impersonal.',
  Debit: 'Amounts and states, by the number of the file and the reference of its mandate.',
  DebitFile:
    'Names and accounts as the bank was given them, sealed; forgotten by itself after 400 days.',
  CatalogueCurrent: 'Impersonal.',
  CatalogueEntry: 'Impersonal.',
  QuotientToken: 'A secret of the town.',
  ErasureReport: 'Counts of what was erased, by the number of the file: the archives keep it.',
  ErasureWatch: 'The number of an erased file, until nothing is left of it.',
  PurgeReport: 'Counts of what was purged.',
  MovedNumber:
    'The numbers of a file here and in the program before: it keeps an erased file from being imported again.',
  Attempts: 'A hash of a name that somebody typed, and how often in vain; forgotten after a day.',
  OfficialSchoolYear: 'Impersonal.',
  SchoolCalendarReport: 'Impersonal.',
  OpenedFile: 'A hash and the number of a file, forgotten after a day.',
}
