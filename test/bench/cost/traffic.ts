/**
 * What families and staff do in a year. Each number has its reason; `assumption` marks those that no
 * guide, law or measurement gives.
 */

/** What happens so many times a year. */
export interface Deed {
  /** A use case by its name in the golden file of costs. */
  readonly name: string
  /** How often, each year, for each family (or for the town, where it says so). */
  readonly yearly: number
  /** Whether somebody waits for it over HTTP; else the stream, a queue or the clock calls it. */
  readonly by: 'http' | 'event'
  readonly why: string
}

/** Days of school, weeks of school and months that are billed in a year. */
const DAYS = 140
const WEEKS = 36
const MONTHS = 12

/** Children of a family that uses the portal. */
const CHILDREN = 1.6

/** Single days that a family changes in a year: some two a week of school. */
const CHANGES = 60

/** The sheets of 200 children that the children of one family fill in a year: lunch and after-school care. */
const SHEETS = (DAYS * CHILDREN * 2) / 200

/** What each family makes the portal do. */
export const OF_A_FAMILY: readonly Deed[] = [
  {
    name: 'sign in by user name',
    yearly: 40,
    by: 'http',
    why: 'assumption: a session lasts for a visit',
  },
  {
    name: 'read the family page',
    yearly: 100,
    by: 'http',
    why: 'assumption: 2.5 of each visit',
  },
  {
    name: 'read the planning of 2 children × 3 activities × a year',
    yearly: 200,
    by: 'http',
    why: 'assumption: before and after each change, and to look',
  },
  {
    name: 'list the requests of a family',
    yearly: 40,
    by: 'http',
    why: 'assumption: once a visit',
  },
  {
    name: 'read a ledger of 11 entries',
    yearly: 60,
    by: 'http',
    why: 'assumption: five times an invoice',
  },
  {
    name: 'submit the year of 2 children × 3 unlimited activities',
    yearly: 1,
    by: 'http',
    why: 'guide 002: once, in July',
  },
  {
    name: 'submit one day',
    yearly: CHANGES,
    by: 'http',
    why: 'assumption: two a week of school',
  },
  {
    name: 'book the last of 60 counted places',
    yearly: 8,
    by: 'http',
    why: 'assumption: holidays and Wednesdays',
  },
  {
    name: 'mail a confirmation',
    yearly: CHANGES + 9,
    by: 'event',
    why: 'each submission is confirmed',
  },
  {
    name: 'a debt that stays as it is',
    yearly: CHANGES + 9,
    by: 'event',
    why: 'stands for the other readers of the stream, which read and write nothing',
  },
  {
    name: 'remind 2 of 12 families of a week',
    yearly: WEEKS / 12,
    by: 'event',
    why: 'each week of school, for twelve families at once',
  },
  {
    name: 'edit the family',
    yearly: 1,
    by: 'http',
    why: 'assumption',
  },
  {
    name: 'follow an edit of the phone of a guardian of two children',
    yearly: 2,
    by: 'event',
    why: 'assumption: the dearest edit there is',
  },
  {
    name: 'submit authorisations of a child',
    yearly: CHILDREN,
    by: 'http',
    why: 'each child, each year',
  },
  {
    name: 'keep a health record',
    yearly: CHILDREN,
    by: 'http',
    why: 'each child, each year',
  },
  {
    name: 'ask for an enrolment that staff decide',
    yearly: CHILDREN,
    by: 'http',
    why: 'each child, each year',
  },
  {
    name: 'decide a request',
    yearly: CHILDREN,
    by: 'http',
    why: 'each enrolment',
  },
  {
    name: 'announce a supporting document',
    yearly: 2,
    by: 'http',
    why: 'insurance and proof of address',
  },
  {
    name: 'receive a supporting document',
    yearly: 2,
    by: 'http',
    why: 'those',
  },
  {
    name: 'control a supporting document',
    yearly: 2,
    by: 'http',
    why: 'those',
  },
  {
    name: 'fetch a quotient',
    yearly: 1,
    by: 'http',
    why: 'each January',
  },
  {
    name: 'compute a page of 50 families',
    yearly: MONTHS / 50,
    by: 'event',
    why: 'billed each month',
  },
  {
    name: 'issue a page of 50 families',
    yearly: MONTHS / 50,
    by: 'event',
    why: 'billed each month',
  },
  {
    name: 'a debt that is new',
    yearly: MONTHS,
    by: 'event',
    why: 'each invoice',
  },
  {
    name: 'begin to pay an invoice online',
    yearly: MONTHS * 0.6,
    by: 'http',
    why: 'assumption: six of ten pay online',
  },
  {
    name: 'note an online payment',
    yearly: MONTHS * 0.6,
    by: 'http',
    why: 'those',
  },
  {
    name: 'record a payment',
    yearly: MONTHS * 0.4,
    by: 'http',
    why: 'the others, at the desk or by debit',
  },
  {
    name: 'a debtor who is reminded',
    yearly: 1,
    by: 'event',
    why: 'assumption: one invoice of twelve',
  },
  {
    name: 'read the day sheet of 200 children with their marks',
    yearly: SHEETS * 2,
    by: 'http',
    why: 'each sheet, twice',
  },
  {
    name: 'mark 200 children, five of them absent',
    yearly: SHEETS,
    by: 'http',
    why: 'each sheet',
  },
  {
    name: 'search families by two words',
    yearly: 3,
    by: 'http',
    why: 'assumption: staff at the desk',
  },
  {
    name: 'read the file of a family as staff',
    yearly: 3,
    by: 'http',
    why: 'assumption: staff at the desk',
  },
]

/** Mails to a family in a year: confirmations, invoices, reminders. */
export const MAILS = CHANGES + 9 + MONTHS + 6

/** Guardians of a family who sign in within a month. Assumption. */
export const ACTIVE_USERS = 1.2

/** What a family's items come to, in GB: some 60 kB a year, kept for five. Assumption. */
export const ITEMS = 0.0003

/** Supporting documents of a family, in GB: two of 500 kB, kept for a year. Assumption. */
export const FILES = 0.001

/** Calls of the bucket, and of the keys, that a family makes in a year. Assumption. */
export const FILE_CALLS = 10
export const KEY_CALLS = 10

/** Messages of the monthly run for a family in a year, each put, taken and deleted. */
export const QUEUE_CALLS = (MONTHS * 3 * 3) / 50

/** What an answer over HTTP weighs, in GB: 6 kB. Assumption. */
export const ANSWER = 0.000006

/** What an invocation and an answer over HTTP write to the logs, in GB. Assumption: 0.9 and 0.5 kB. */
export const LOG_OF_A_RUN = 0.0000009
export const LOG_OF_A_CALL = 0.0000005

/** For how many months logs are kept in production. */
export const LOG_MONTHS = 12

/**
 * How long functions run, in seconds: not measured on AWS. A call of the table takes 8 ms, a transaction 32
 * (published medians of 2020), the rest is assumed; one run of a hundred starts cold.
 */
export const SECONDS = {
  own: 0.015,
  call: 0.008,
  transaction: 0.032,
  coldStart: 0.3,
  coldShare: 0.01,
} as const

/** The memory of each function, in GB. */
export const MEMORY = 1

/**
 * How often Lambda asks an empty queue for messages: five connections that wait for 20 s each, as AWS
 * describes it. Nobody counts these calls when he draws a queue.
 */
export const POLLS_A_MONTH = 5 * 3 * 60 * 24 * 30.4

/** What a job that finds nothing to do reads: half a unit, by two calls. Assumption. */
export const IDLE_READS = 0.5
export const IDLE_CALLS = 2
