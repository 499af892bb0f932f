import * as z from 'zod'

const table = { TABLE_NAME: z.string().min(1) }

/** What a function needs to write mails. */
const mail = {
  MAIL_SENDER: z.string().min(3),
  MAIL_CONFIGURATION_SET: z.string().min(1),
  PORTAL_URL: z.url(),
}

/** What a function needs to work on the accounts of the user pool. */
const identity = {
  USER_POOL_ID: z.string().min(1),
  USER_POOL_CLIENT_ID: z.string().min(1),
}

/** What a function needs to ask PayFiP. */
const payfip = {
  PAYFIP_URL: z.url(),
  /** Whether tests of PayFiP pay invoices: never where families pay. */
  PAYFIP_TESTS: z.enum(['taken', 'refused']),
}

/** What a function needs to delete all that there is of a family. */
const erasing = {
  ...table,
  USER_POOL_ID: identity.USER_POOL_ID,
  DOCUMENTS_BUCKET: z.string().min(1),
}

/**
 * The environment of every deployed function: one folder of `functions/` each. `lib` builds the
 * function's environment from this type, the function parses it once at cold start.
 */
export const environments = {
  sessions: z.object({
    ...table,
    ...identity,
    /** Whether staff sign in by a second factor only. */
    STAFF_MFA: z.enum(['required', 'optional']),
    /** What an application of codes shows beside them. */
    MFA_ISSUER: z.string().min(1),
  }),
  accounts: z.object({ ...table, ...identity, ...mail }),
  town: z.object(table),
  family: z.object(table),
  previews: z.object(table),
  files: z.object(table),
  enrolments: z.object(table),
  'count-groups': z.object(table),
  ledger: z.object(table),
  health: z.object({ ...table, HEALTH_KEY_ARN: z.string().min(1) }),
  privacy: z.object({ ...table, HEALTH_KEY_ARN: z.string().min(1) }),
  'erase-families': z.object(erasing),
  'purge-data': z.object(erasing),
  quotients: z.object({
    ...table,
    TOKEN_KEY_ARN: z.string().min(1),
    API_PARTICULIER_URL: z.url(),
  }),
  attachments: z.object({ ...table, DOCUMENTS_BUCKET: z.string().min(1) }),
  publications: z.object({ ...table, DOCUMENTS_BUCKET: z.string().min(1) }),
  'mail-news': z.object(table),
  enquiries: z.object(table),
  home: z.object(table),
  staff: z.object({ ...table, CLOSING_QUEUE_URL: z.url() }),
  accounting: z.object({ ...table, BILLING_QUEUE_URL: z.url(), ISSUE_QUEUE_URL: z.url() }),
  'cash-desk': z.object(table),
  registers: z.object(table),
  'print-sheets': z.object(table),
  'print-documents': z.object({ ...table, HEALTH_KEY_ARN: z.string().min(1) }),
  /** `API_URL`: where mails are stopped by one click. */
  'send-mails': z.object({ ...table, ...mail, API_URL: z.url() }),
  'hear-mails': z.object(table),
  'mail-health': z.object(table),
  calendars: z.object(table),
  'remind-families': z.object(table),
  arrears: z.object(table),
  'remind-debtors': z.object(table),
  'open-billing-run': z.object({ ...table, BILLING_QUEUE_URL: z.url() }),
  'bill-families': z.object({ ...table, ISSUE_QUEUE_URL: z.url() }),
  'issue-invoices': z.object({ ...table, MAIL_QUEUE_URL: z.url() }),
  'mail-invoices': z.object({ ...table, ...mail }),
  'check-billing': z.object({ ...table, BILLING_QUEUE_URL: z.url() }),
  'close-days': z.object(table),
  'refresh-calendar': z.object({
    ...table,
    CLOSING_QUEUE_URL: z.url(),
    SCHOOL_CALENDAR_URL: z.url(),
    PUBLIC_HOLIDAYS_URL: z.url(),
  }),
  'follow-files': z.object(table),
  'settle-places': z.object(table),
  'sweep-places': z.object(table),
  debits: z.object({ ...table, ACCOUNT_KEY_ARN: z.string().min(1) }),
  'collect-debits': z.object({ ...table, ACCOUNT_KEY_ARN: z.string().min(1) }),
  payments: z.object({
    ...table,
    ...payfip,
    /** Where PayFiP and browsers reach the API, and where browsers find the portal. */
    API_URL: z.url(),
    PORTAL_URL: z.url(),
  }),
  'reconcile-payments': z.object({ ...table, ...payfip }),
} as const

export type FunctionName = keyof typeof environments
export type Environment<Name extends FunctionName> = z.infer<(typeof environments)[Name]>

/**
 * The environment of a function, checked against its schema in `environments`.
 *
 * @throws at cold start when a variable is missing or malformed, so that a deployment with a wrong
 * configuration never answers a request.
 */
export const environmentOf = <Schema extends z.ZodObject>(
  schema: Schema,
  variables: NodeJS.ProcessEnv = process.env,
): z.infer<Schema> => z.parse<Schema>(schema, variables)
