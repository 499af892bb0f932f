import { XMLParser } from 'fast-xml-parser'
import * as z from 'zod'
import type { Stage } from '../stages.ts'
import { AwsError, NoAccessError, regionOf, type Answer, type Ask, type Variables } from './aws.ts'
import { prefixOf } from './names.ts'
import { isOfNobody, whyUnanswered } from './refusals.ts'

/** How a régie lets invoices be paid online, as the town's catalogue says. */
export interface OnlineRegie {
  readonly id: string
  readonly takesOnline: boolean
  /** How PayFiP is used; nothing without a number of the régie. */
  readonly mode: 'test' | 'activation' | 'production' | undefined
}

/** What a check asks; all of it can be played. */
export interface PreflightParts {
  readonly stage: Stage
  readonly variables: Variables
  readonly ask: Ask
  /** Looks a name up in the DNS; rejects as Node does where it is not there. */
  readonly lookup: (host: string) => Promise<unknown>
  /** The régies of the town that is loaded; nothing before the first deployment and its town file. */
  readonly regies: () => Promise<readonly OnlineRegie[] | undefined>
}

/** What was found, each a sentence that says what to do. */
export interface Preflight {
  /** Whose account and where. */
  readonly account: string | undefined
  /** Without it the deployment fails, or the portal that comes of it. */
  readonly missing: readonly string[]
  /** What cannot be there before the first deployment, or may wait. */
  readonly later: readonly string[]
  /** What nobody knows because the question was not answered. */
  readonly unchecked: readonly string[]
}

/** What one check has found. */
type Found = Partial<Omit<Preflight, 'account'>>

/** Something that is looked at. */
interface Check {
  /** What, as the beginning of the sentence « … could not be checked ». */
  readonly about: string
  /** The right of AWS that is needed for it. */
  readonly right?: string
  readonly run: (parts: PreflightParts) => Found | Promise<Found>
}

/** For how long an answer is waited for, in milliseconds. */
export const PATIENCE = 15_000

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
/** Where AWS keeps what CloudFront needs. */
const EDGE_REGION = 'us-east-1'

const accountSchema = z.object({ Arn: z.string(), Account: z.string() })
const mailSchema = z.object({ ProductionAccessEnabled: z.boolean(), SendingEnabled: z.boolean() })
const identitySchema = z.object({ VerifiedForSendingStatus: z.boolean() })
const subscriptionSchema = z.object({ TopicArn: z.string(), SubscriptionArn: z.string() })
/** One page; the parser makes an empty element an empty text, and a list of one its only member. */
const subscriptionsSchema = z.object({
  Subscriptions: z
    .union([
      z.literal(''),
      z.object({ member: z.union([z.array(subscriptionSchema), subscriptionSchema]) }),
    ])
    .optional(),
  NextToken: z.string().optional(),
})

/** The part of an answer in XML that a path leads to. */
const partOf = ({ text }: Answer, ...path: readonly string[]): unknown => {
  const parsed: unknown = new XMLParser({ parseTagValue: false }).parse(text)
  const step = (value: unknown, name: string): unknown =>
    z.record(z.string(), z.unknown()).safeParse(value).data?.[name]
  return path.reduce(step, parsed)
}

const isNotFound = (error: unknown): boolean =>
  error instanceof AwsError && (error.status === 404 || error.message.includes('NotFound'))

const regionCheck = ({ stage, variables }: PreflightParts): Found => {
  const region = regionOf(variables)
  if (region === undefined || region === stage.region) return {}
  return {
    missing: [
      `The environment says the region ${region}, ${stage.name} lies in ${stage.region}: set AWS_REGION=${stage.region}.`,
    ],
  }
}

const bootstrapCheck =
  (region: string) =>
  async ({ ask }: PreflightParts): Promise<Found> => {
    try {
      await ask({
        ...{ service: 'parameters', path: '/', region },
        headers: {
          'content-type': 'application/x-amz-json-1.1',
          'x-amz-target': 'AmazonSSM.GetParameter',
        },
        body: JSON.stringify({ Name: '/cdk-bootstrap/hnb659fds/version' }),
      })
      return {}
    } catch (error) {
      if (!isNotFound(error)) throw error
      return {
        missing: [
          `The account is not prepared for the CDK in ${region}: npx cdk bootstrap aws://ACCOUNT/${region}.`,
        ],
      }
    }
  }

const sendingCheck = async ({ ask, stage }: PreflightParts): Promise<Found> => {
  const { text } = await ask({ service: 'mail', method: 'GET', path: '/v2/email/account' })
  const mail = mailSchema.parse(JSON.parse(text))
  return {
    missing: [
      ...(mail.ProductionAccessEnabled
        ? []
        : [
            `SES is in its sandbox in ${stage.region} and mails to nobody else: ask for production access in its console.`,
          ]),
      ...(mail.SendingEnabled
        ? []
        : ['SES has suspended sending for this account: its console says why.']),
    ],
  }
}

const identityCheck = async ({ ask, stage }: PreflightParts): Promise<Found> => {
  const { identity } = stage.mail
  const [name, todo] =
    'email' in identity
      ? [identity.email, 'open the link that SES has mailed to it']
      : [identity.domain, 'put the DKIM records that SES shows into its DNS']
  try {
    const path = `/v2/email/identities/${encodeURIComponent(name)}`
    const { text } = await ask({ service: 'mail', method: 'GET', path })
    if (identitySchema.parse(JSON.parse(text)).VerifiedForSendingStatus) return {}
    return { missing: [`SES has not verified the sender ${name}: ${todo}.`] }
  } catch (error) {
    if (!isNotFound(error)) throw error
    return { later: [`The deployment makes the sender ${name} known to SES: then ${todo}.`] }
  }
}

/** The hosts that people and PayFiP must find. */
const hostsOf = ({ portalUrl, payfip, edge }: Stage): string[] => [
  ...new Set([
    new URL(portalUrl).hostname,
    new URL(payfip.apiUrl).hostname,
    ...(edge === undefined ? [] : [edge.domain]),
  ]),
]

/** What Node calls it that a name is not in the DNS; anything else is that nobody could be asked. */
const notThereSchema = z.object({ code: z.enum(['ENOTFOUND', 'ENODATA']) })

const domainCheck =
  (host: string) =>
  async ({ lookup }: PreflightParts): Promise<Found> => {
    try {
      await lookup(host)
      return {}
    } catch (error) {
      if (!notThereSchema.safeParse(error).success) throw error
      const todo = 'add the record that the outputs of the stacks tell'
      return { later: [`${host} is not in the DNS: ${todo}.`] }
    }
  }

/** Every subscription of the account in its region, which SNS lists by the hundred. */
const subscriptionsOf = async (ask: Ask): Promise<z.infer<typeof subscriptionSchema>[]> => {
  const all: z.infer<typeof subscriptionSchema>[] = []
  let next: string | undefined
  do {
    const token = next === undefined ? '' : `&NextToken=${encodeURIComponent(next)}`
    const answer = await ask({
      ...{ service: 'topics', path: '/', headers: FORM },
      body: `Action=ListSubscriptions&Version=2010-03-31${token}`,
    })
    const result = partOf(answer, 'ListSubscriptionsResponse', 'ListSubscriptionsResult')
    const page = subscriptionsSchema.parse(result)
    all.push(...[page.Subscriptions === '' ? [] : (page.Subscriptions?.member ?? [])].flat())
    next = page.NextToken === '' ? undefined : page.NextToken
  } while (next !== undefined)
  return all
}

const alarmCheck = async ({ ask, stage }: PreflightParts): Promise<Found> => {
  const own = (await subscriptionsOf(ask)).filter(({ TopicArn: topic }) =>
    topic.includes(`:${prefixOf(stage.name)}`),
  )
  if (own.length === 0) {
    return { later: [`Alarms will be mailed to ${stage.alarmEmail}: confirm its subscription.`] }
  }
  return own.some(({ SubscriptionArn: arn }) => arn.startsWith('arn:'))
    ? {}
    : {
        missing: [
          `Nobody is told of alarms: ${stage.alarmEmail} has not opened the link of its subscription.`,
        ],
      }
}

const payfipCheck = async ({ stage, regies }: PreflightParts): Promise<Found> => {
  const online = ((await regies()) ?? []).filter(({ takesOnline }) => takesOnline)
  return {
    missing: online
      .filter(({ mode }) => mode === undefined)
      .map(({ id }) => `The régie ${id} takes payments online without a PayFiP number (numcli).`),
    later: online
      .filter(({ mode }) => mode !== undefined && mode !== 'production')
      .filter(() => stage.payfip.tests === 'refused')
      .map(
        ({ id, mode = '' }) => `The régie ${id} is in mode ${mode}: no payment of a family counts.`,
      ),
  }
}

const setupOf = (region: string): Check => ({
  about: `Whether the account is prepared for the CDK in ${region}`,
  right: 'ssm:GetParameter',
  run: bootstrapCheck(region),
})

const checksOf = (stage: Stage): readonly Check[] => [
  { about: 'The region', run: regionCheck },
  setupOf(stage.region),
  ...(stage.edge === undefined ? [] : [setupOf(EDGE_REGION)]),
  { about: 'Whether SES sends', right: 'ses:GetAccount', run: sendingCheck },
  {
    about: 'Whether SES has verified the sender',
    right: 'ses:GetEmailIdentity',
    run: identityCheck,
  },
  ...hostsOf(stage)
    .filter((host) => host !== 'localhost')
    .map((host) => ({ about: `Whether ${host} is in the DNS`, run: domainCheck(host) })),
  { about: 'Who is told of alarms', right: 'sns:ListSubscriptions', run: alarmCheck },
  {
    about: 'How the régies are paid online',
    right: 'dynamodb:ListTables, dynamodb:GetItem and dynamodb:Query',
    run: payfipCheck,
  },
]

const run = async ({ about, right, run: check }: Check, parts: PreflightParts): Promise<Found> => {
  try {
    return await check(parts)
  } catch (error) {
    return { unchecked: [`${about} could not be checked: ${whyUnanswered(error, right)}.`] }
  }
}

/** Whose account it is; why nobody can say so. */
const accountOf = async (ask: Ask): Promise<string | Found> => {
  try {
    const answer = await ask({
      ...{ service: 'tokens', path: '/', headers: FORM },
      body: 'Action=GetCallerIdentity&Version=2011-06-15',
    })
    const path = ['GetCallerIdentityResponse', 'GetCallerIdentityResult'] as const
    const { Account, Arn } = accountSchema.parse(partOf(answer, ...path))
    return `${Account} (${Arn})`
  } catch (error) {
    if (isOfNobody(error) || error instanceof NoAccessError) {
      const todo =
        'put AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN into the environment'
      return {
        missing: [`AWS does not know who asks: ${todo} (aws configure export-credentials).`],
      }
    }
    return {
      unchecked: [`Whose account it is could not be checked: ${whyUnanswered(error, undefined)}.`],
    }
  }
}

/**
 * Checks what a deployment needs before it is made: whose account it is, that the CDK may work there, that
 * mails will be sent, names be found, alarms be read and payments be taken. Changes nothing.
 */
export const preflight = async (parts: PreflightParts): Promise<Preflight> => {
  const account = await accountOf(parts.ask)
  const found: Found[] = []
  if (typeof account === 'string') {
    for (const check of checksOf(parts.stage)) found.push(await run(check, parts))
  } else found.push(account)
  return {
    account: typeof account === 'string' ? account : undefined,
    missing: found.flatMap(({ missing = [] }) => missing),
    later: found.flatMap(({ later = [] }) => later),
    unchecked: found.flatMap(({ unchecked = [] }) => unchecked),
  }
}
