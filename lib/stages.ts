import { RetentionDays } from 'aws-cdk-lib/aws-logs'

/** The deployments of the portal; `demo` is also what runs on one machine. */
export const STAGE_NAMES = ['demo', 'production'] as const
export type StageName = (typeof STAGE_NAMES)[number]

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
  readonly throttle: { readonly rate: number; readonly burst: number }
  /** Who learns that something is broken. */
  readonly alarmEmail: string
  /** When the invoices of last month are made; `BILLING_TIME_ZONE` says in whose time. */
  readonly billingSchedule: string
  /** Whether the data outlives its stack, and nobody deletes it by one command. */
  readonly retained: boolean
}

/** The towns' clock: the hour of the billing schedule stays the same in summer and winter. */
export const BILLING_TIME_ZONE = 'Europe/Paris'

const FIRST_OF_THE_MONTH_AT_SIX = 'cron(0 6 1 * ? *)'

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
    alarmEmail: 'exploitation@ribambelle.example',
    billingSchedule: FIRST_OF_THE_MONTH_AT_SIX,
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
    alarmEmail: 'exploitation@ribambelle.example',
    billingSchedule: FIRST_OF_THE_MONTH_AT_SIX,
    retained: true,
  },
}
