import { RetentionDays } from 'aws-cdk-lib/aws-logs'

/** The deployments of the portal; `demo` is also what runs on one machine. */
export const STAGE_NAMES = ['demo', 'production'] as const
export type StageName = (typeof STAGE_NAMES)[number]

/** How many requests a second, and how many more for a moment. */
interface Throttle {
  readonly rate: number
  readonly burst: number
}

/** How many requests one address may make in five minutes; many families may share one. */
export interface Firewall {
  readonly requests: number
  /** Of these, sign-ins and forms that anybody may send. */
  readonly forms: number
}

/** What stands between the world and the API. */
export interface Edge {
  /** Under which name it is found: the host of `payfip.apiUrl`. */
  readonly domain: string
  /** Left out, clients are held back by the limits of the API alone. */
  readonly firewall?: Firewall
}

/** What differs between two deployments. It holds no secret: it is in the history of the source. */
export interface Stage {
  readonly name: StageName
  readonly region: string
  /** The town whose families use this deployment. */
  readonly town: string
  /** Where the families' browsers find the portal: the link of every e-mail. */
  readonly portalUrl: string
  readonly mail: {
    /** The sender of every e-mail. */
    readonly sender: string
    /** What SES verifies: one address by a link, or a domain by three records in its DNS. */
    readonly identity: { readonly email: string } | { readonly domain: string }
  }
  /** The pages that may call the API from a browser. */
  readonly allowedOrigins: readonly [string, ...string[]]
  readonly logRetention: RetentionDays
  /** Requests a second of all callers together, and how many more for a moment. */
  readonly throttle: Throttle
  /**
   * The same for each route by which anybody has a document printed: one takes a second of a
   * processor, and the function that prints it prints the families' invoices as well.
   */
  readonly printThrottle: Throttle
  /**
   * The same for signing in, which everybody does at the opening of bookings: enough for them, and
   * no more guesses of passwords than that. Also for what machines send for many people at once.
   */
  readonly signInThrottle: Throttle
  /** The same for each other form that anybody may send: it mails, keeps something or takes a secret. */
  readonly formThrottle: Throttle
  /**
   * How functions that answer people come to a new version: 10 % of the calls for five minutes first, and
   * back when their alarm goes off meanwhile; or all calls at once.
   */
  readonly rollout: 'canary' | 'all-at-once'
  /** CloudFront before the API; without it the API is reached by its own address. */
  readonly edge?: Edge
  /** Where API Particulier answers: its sandbox has made-up people. */
  readonly apiParticulier: string
  /** Where the official school calendar and the public holidays are, and when they are read. */
  readonly schoolCalendar: {
    readonly url: string
    readonly publicHolidaysUrl: string
    readonly schedule: string
  }
  /** How invoices are paid online. */
  readonly payfip: {
    /** Where PayFiP answers: tests and real payments differ by the mode of the régie alone. */
    readonly url: string
    /** Whether tests pay invoices: never where families pay. */
    readonly tests: 'taken' | 'refused'
    /**
     * Where PayFiP and browsers reach the API, without a slash at its end: those who run PayFiP must
     * be told its host before the first payment.
     */
    readonly apiUrl: string
    /** How often it is asked what became of payments. */
    readonly schedule: string
  }
  /** Who learns that something is broken. */
  readonly alarmEmail: string
  /** When the invoices of last month are made; `TIME_ZONE` says in whose time. */
  readonly billingSchedule: string
  /** When it is checked each day that no month was forgotten. */
  readonly billingCheckSchedule: string
  /** When families are reminded of weeks for which they have booked nothing, each day. */
  readonly reminderSchedule: string
  /** How often news are mailed that staff want mailed. */
  readonly newsSchedule: string
  /** When debits are announced and collected, each day. */
  readonly debitSchedule: string
  /** When families are reminded of unpaid invoices, each day. */
  readonly arrearsSchedule: string
  /** When what was kept for its period is deleted, each day. */
  readonly purgeSchedule: string
  /** When the children of groups are counted anew, each day: enrolments that are over free their place. */
  readonly countSchedule: string
  /** How often what a crash has left open is carried out, and offers whose time is over end. */
  readonly placesSchedule: string
  /** Whether staff sign in by a second factor only: a code beside the password. */
  readonly staffMfa: 'required' | 'optional'
  /** Whether the data outlives its stack, and nobody deletes it by one command. */
  readonly retained: boolean
}

/** The towns' clock: the hours of the schedules stay the same in summer and winter. */
export const TIME_ZONE = 'Europe/Paris'

const FIRST_OF_THE_MONTH_AT_SIX = 'cron(0 6 1 * ? *)'

const EVERY_DAY_AT_SEVEN = 'cron(0 7 * * ? *)'

/** When nobody books, and behind the hour that the clocks skip in spring. */
const EVERY_DAY_AT_FOUR = 'cron(0 4 * * ? *)'

/** The same, before what is over is deleted. */
const EVERY_DAY_AT_QUARTER_PAST_THREE = 'cron(15 3 * * ? *)'

/** When nobody books yet, and the week is before staff who are told of changed days. */
const EVERY_MONDAY_AT_SIX = 'cron(0 6 ? * MON *)'

/** Behind the invoices of the first of the month, and before anybody is reminded of what is debited today. */
const EVERY_DAY_AT_HALF_PAST_EIGHT = 'cron(30 8 * * ? *)'

/** When offices open and can answer: behind the invoices of the first of the month. */
const EVERY_DAY_AT_NINE = 'cron(0 9 * * ? *)'

/** When parents are back and can book at once. */
const EVERY_DAY_AT_HALF_PAST_FIVE = 'cron(30 17 * * ? *)'

const EVERY_FIVE_MINUTES = 'rate(5 minutes)'

const EVERY_MINUTE = 'rate(1 minute)'

/** On one machine, where the clock is moved over months: each of these is really fired. */
const EVERY_SIX_HOURS = 'rate(6 hours)'

/** The data of the Ministry of Education and of the State: open to everybody, the same for all stages. */
const OPEN_DATA: Stage['schoolCalendar'] = {
  url: 'https://data.education.gouv.fr',
  publicHolidaysUrl: 'https://calendrier.api.gouv.fr',
  schedule: EVERY_MONDAY_AT_SIX,
}

/** Every deployment with its settings. */
export const stages: { readonly [Name in StageName]: Stage & { readonly name: Name } } = {
  demo: {
    name: 'demo',
    region: 'eu-west-3',
    town: 'Cesson',
    portalUrl: 'http://localhost:3000',
    mail: {
      sender: 'portail-famille@cesson.example',
      identity: { email: 'portail-famille@cesson.example' },
    },
    allowedOrigins: ['http://localhost:3000'],
    logRetention: RetentionDays.ONE_MONTH,
    throttle: { rate: 50, burst: 100 },
    printThrottle: { rate: 5, burst: 10 },
    signInThrottle: { rate: 20, burst: 40 },
    formThrottle: { rate: 5, burst: 10 },
    rollout: 'all-at-once',
    apiParticulier: 'https://staging.particulier.api.gouv.fr',
    schoolCalendar: OPEN_DATA,
    payfip: {
      url: 'https://www.payfip.gouv.fr',
      tests: 'taken',
      apiUrl: 'http://localhost:3000',
      schedule: EVERY_SIX_HOURS,
    },
    alarmEmail: 'exploitation@ribambelle.example',
    billingSchedule: FIRST_OF_THE_MONTH_AT_SIX,
    billingCheckSchedule: EVERY_DAY_AT_SEVEN,
    reminderSchedule: EVERY_DAY_AT_HALF_PAST_FIVE,
    newsSchedule: EVERY_SIX_HOURS,
    debitSchedule: EVERY_DAY_AT_HALF_PAST_EIGHT,
    arrearsSchedule: EVERY_DAY_AT_NINE,
    purgeSchedule: EVERY_DAY_AT_FOUR,
    countSchedule: EVERY_DAY_AT_QUARTER_PAST_THREE,
    placesSchedule: EVERY_SIX_HOURS,
    staffMfa: 'optional',
    retained: true,
  },
  production: {
    name: 'production',
    region: 'eu-west-3',
    town: 'Cesson',
    portalUrl: 'https://famille.cesson.example',
    mail: {
      sender: 'portail-famille@cesson.example',
      identity: { domain: 'cesson.example' },
    },
    allowedOrigins: ['https://famille.cesson.example'],
    logRetention: RetentionDays.ONE_YEAR,
    throttle: { rate: 200, burst: 400 },
    printThrottle: { rate: 5, burst: 10 },
    signInThrottle: { rate: 50, burst: 100 },
    formThrottle: { rate: 5, burst: 10 },
    rollout: 'canary',
    edge: {
      domain: 'api.famille.cesson.example',
      firewall: { requests: 3000, forms: 300 },
    },
    apiParticulier: 'https://particulier.api.gouv.fr',
    schoolCalendar: OPEN_DATA,
    payfip: {
      url: 'https://www.payfip.gouv.fr',
      tests: 'refused',
      apiUrl: 'https://api.famille.cesson.example',
      schedule: EVERY_FIVE_MINUTES,
    },
    alarmEmail: 'exploitation@ribambelle.example',
    billingSchedule: FIRST_OF_THE_MONTH_AT_SIX,
    billingCheckSchedule: EVERY_DAY_AT_SEVEN,
    reminderSchedule: EVERY_DAY_AT_HALF_PAST_FIVE,
    newsSchedule: EVERY_FIVE_MINUTES,
    debitSchedule: EVERY_DAY_AT_HALF_PAST_EIGHT,
    arrearsSchedule: EVERY_DAY_AT_NINE,
    purgeSchedule: EVERY_DAY_AT_FOUR,
    countSchedule: EVERY_DAY_AT_QUARTER_PAST_THREE,
    placesSchedule: EVERY_MINUTE,
    staffMfa: 'required',
    retained: true,
  },
}
