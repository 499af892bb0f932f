import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { listen } from '../../lib/local/listen.ts'
import { openAws } from '../../lib/operate/aws.ts'
import { preflight, type OnlineRegie, type Preflight } from '../../lib/operate/preflight.ts'
import { stageTable } from '../../lib/operate/stage-table.ts'
import { stages, type Stage } from '../../lib/stages.ts'

type Answer = readonly [status: number, body: string]

/** What AWS answers, by what is asked of it; nothing at all where it is `silence`. */
let answers: Map<string, Answer | 'silence' | ((body: string) => Answer)>
const asked: { readonly what: string; readonly authorization: string; readonly body: string }[] = []

/** What a request asks for: the target or action in its headers or body, else its path. */
const whatOf = (target: unknown, body: string, path: string): string =>
  (typeof target === 'string' ? target : undefined) ??
  new URLSearchParams(body).get('Action') ??
  path

const aws = await listen(
  createServer((request, response) => {
    void text(request).then((body) => {
      const what = whatOf(request.headers['x-amz-target'], body, request.url ?? '')
      asked.push({ what, authorization: String(request.headers.authorization), body })
      const found = answers.get(what) ?? [404, 'NotFound']
      if (found === 'silence') return
      const [status, answer] = typeof found === 'function' ? found(body) : found
      response.writeHead(status)
      response.end(answer)
    })
  }),
)
afterAll(aws.stop)

const IDENTITY = '/v2/email/identities/cesson.example'
const subscription = (arn: string): string =>
  '<ListSubscriptionsResponse><ListSubscriptionsResult><Subscriptions>' +
  '<member><TopicArn>arn:aws:sns:eu-west-3:123456789012:elsewhere</TopicArn>' +
  '<SubscriptionArn>arn:aws:sns:eu-west-3:123456789012:elsewhere:1</SubscriptionArn></member>' +
  '<member><TopicArn>arn:aws:sns:eu-west-3:123456789012:ribambelle-production-families-A</TopicArn>' +
  `<SubscriptionArn>${arn}</SubscriptionArn></member>` +
  '</Subscriptions></ListSubscriptionsResult></ListSubscriptionsResponse>'

beforeEach(() => {
  asked.length = 0
  answers = new Map([
    [
      'GetCallerIdentity',
      [
        200,
        '<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:sts::123456789012:user/x</Arn>' +
          '<Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>',
      ],
    ],
    ['AmazonSSM.GetParameter', [200, '{"Parameter":{"Value":"25"}}']],
    ['/v2/email/account', [200, '{"ProductionAccessEnabled":true,"SendingEnabled":true}']],
    [IDENTITY, [200, '{"VerifiedForSendingStatus":true}']],
    [
      'ListSubscriptions',
      [200, subscription('arn:aws:sns:eu-west-3:123456789012:ribambelle-production-families-A:1')],
    ],
  ])
})

const PAYS: OnlineRegie = { id: 'ENF', takesOnline: true, mode: 'production' }

/** What Node says when a name cannot be looked up. */
const dnsError = (code: string): Error => Object.assign(new Error(`getaddrinfo ${code}`), { code })

interface Played {
  readonly regies?: readonly OnlineRegie[] | (() => Promise<readonly OnlineRegie[] | undefined>)
  /** With which code names are not found. */
  readonly dns?: string
  readonly region?: string
  readonly patience?: number
  readonly url?: string
}

const check = (
  { regies = [PAYS], dns, region = 'eu-west-3', patience = 10_000, url = aws.url }: Played = {},
  stage: Stage = stages.production,
): Promise<Preflight> => {
  const variables = {
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_SESSION_TOKEN: 'token',
    AWS_ENDPOINT_URL: url,
  }
  return preflight({
    ...{ stage, variables, ask: openAws(variables, patience) },
    lookup: () => (dns === undefined ? Promise.resolve() : Promise.reject(dnsError(dns))),
    regies: typeof regies === 'function' ? regies : () => Promise.resolve(regies),
  })
}

it('finds nothing missing where all is there', async () => {
  expect(await check()).toEqual({
    account: '123456789012 (arn:aws:sts::123456789012:user/x)',
    missing: [],
    later: [],
    unchecked: [],
  })
})

it('signs each question for its service, and that of the edge for its region', async () => {
  await check()
  const scopes = asked.map(({ what, authorization }) => [
    what,
    /Credential=AKIDEXAMPLE\/\d{8}\/([^,]+)\/aws4_request/.exec(authorization)?.[1],
  ])
  expect(scopes).toEqual([
    ['GetCallerIdentity', 'eu-west-3/sts'],
    ['AmazonSSM.GetParameter', 'eu-west-3/ssm'],
    ['AmazonSSM.GetParameter', 'us-east-1/ssm'],
    ['/v2/email/account', 'eu-west-3/ses'],
    [IDENTITY, 'eu-west-3/ses'],
    ['ListSubscriptions', 'eu-west-3/sns'],
  ])
})

it('asks nothing more of an account that it may not enter', async () => {
  answers.set('GetCallerIdentity', [403, '<ErrorResponse/>'])
  const { account, missing } = await check()
  expect(account).toBeUndefined()
  expect(missing).toEqual([expect.stringContaining('AWS does not know who asks')])
  expect(asked).toHaveLength(1)
})

describe('what cannot be checked', () => {
  it.each([
    [
      'an answer that is an error of AWS',
      ['/v2/email/account', [500, 'broken']],
      'Whether SES sends could not be checked: ses answered 500.',
    ],
    [
      'a right that is lacking',
      [IDENTITY, [403, '{"message":"not authorized"}']],
      'Whether SES has verified the sender could not be checked: who asks may not: allow ses:GetEmailIdentity.',
    ],
    [
      'a right that is lacking, told with status 400',
      ['AmazonSSM.GetParameter', [400, '{"__type":"AccessDeniedException"}']],
      'Whether the account is prepared for the CDK in us-east-1 could not be checked: who asks may not: allow ssm:GetParameter.',
    ],
    [
      'too many questions',
      ['ListSubscriptions', [400, '<ErrorResponse><Error><Code>Throttling</Code></Error>']],
      'Who is told of alarms could not be checked: AWS was asked too often: try again.',
    ],
    [
      'an answer that says nothing that is known',
      ['ListSubscriptions', [200, '<html>A proxy</html>']],
      'Who is told of alarms could not be checked: the answer cannot be read.',
    ],
    [
      'no answer in time',
      ['/v2/email/account', 'silence'],
      'Whether SES sends could not be checked: nothing answered in time: try again.',
    ],
    [
      'credentials that end meanwhile',
      ['/v2/email/account', [403, '{"__type":"ExpiredTokenException"}']],
      'Whether SES sends could not be checked: AWS does not take the credentials (any more).',
    ],
  ] as const)('is told by what it is, and is no verdict: %s', async (_, [what, answer], told) => {
    answers.set(what, answer)
    const { missing, later, unchecked } = await check(
      answer === 'silence' ? { patience: 1000 } : {},
    )
    expect([missing, later]).toEqual([[], []])
    expect(unchecked).toContain(told)
  })

  it('is said of the account as well, and nothing more is asked', async () => {
    answers.set('GetCallerIdentity', [503, 'later'])
    const { account, missing, unchecked } = await check()
    expect([account, missing]).toEqual([undefined, []])
    expect(unchecked).toEqual(['Whose account it is could not be checked: sts answered 503.'])
    const nowhere = await check({ url: 'http://127.0.0.1:9' })
    expect(nowhere.unchecked).toEqual([
      expect.stringMatching(/^Whose account it is could not be checked: .+\.$/),
    ])
    expect(nowhere.missing).toEqual([])
    expect(asked).toHaveLength(1)
  })

  it('is not what a name server does not know', async () => {
    const { later, unchecked } = await check({ dns: 'EAI_AGAIN' })
    expect(later).toEqual([])
    expect(unchecked).toEqual([
      expect.stringMatching(/^Whether famille\.cesson\.example is in the DNS could not be checked/),
      expect.stringMatching(/^Whether api\.famille\.cesson\.example is in the DNS could not be/),
    ])
  })
})

it('asks for credentials where the environment has none', async () => {
  const { missing, unchecked } = await preflight({
    stage: stages.production,
    variables: {},
    ask: openAws({ AWS_REGION: 'eu-west-3' }),
    lookup: () => Promise.resolve(),
    regies: () => Promise.resolve([]),
  })
  expect(missing).toEqual([expect.stringContaining('put AWS_ACCESS_KEY_ID')])
  expect(unchecked).toEqual([])
})

it('reads every page of subscriptions', async () => {
  const own = subscription('arn:aws:sns:eu-west-3:123456789012:ribambelle-production-families-A:1')
  const first =
    '<ListSubscriptionsResponse><ListSubscriptionsResult><Subscriptions/>' +
    '<NextToken>more+/=</NextToken></ListSubscriptionsResult></ListSubscriptionsResponse>'
  answers.set('ListSubscriptions', (body) => [
    200,
    new URLSearchParams(body).get('NextToken') === 'more+/=' ? own : first,
  ])
  expect(await check()).toMatchObject({ missing: [], later: [], unchecked: [] })
})

describe('the régies of the town', () => {
  const client = () =>
    new DynamoDBClient({
      ...{ endpoint: aws.url, region: 'eu-west-3', maxAttempts: 1 },
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    })

  it('are looked for in every page of tables', async () => {
    const own = 'ribambelle-production-stateful-TableCD117FA1'
    const other = 'another-town'
    answers.set('DynamoDB_20120810.ListTables', (body) => [
      200,
      body.includes(other)
        ? JSON.stringify({ TableNames: [own] })
        : JSON.stringify({ TableNames: [other], LastEvaluatedTableName: other }),
    ])
    expect(await stageTable(client(), 'production')).toBe(own)
    expect(asked.map(({ what }) => what)).toEqual([
      'DynamoDB_20120810.ListTables',
      'DynamoDB_20120810.ListTables',
    ])
  })

  it('are unknown where no table is that of the stage', async () => {
    answers.set('DynamoDB_20120810.ListTables', [200, '{"TableNames":["another-town"]}'])
    expect(await stageTable(client(), 'production')).toBeUndefined()
  })

  it('are not known where nobody may ask for them: no town is not the verdict', async () => {
    answers.set('DynamoDB_20120810.ListTables', [
      400,
      '{"__type":"com.amazon.coral.service#AccessDeniedException","message":"no"}',
    ])
    const { missing, unchecked } = await check({
      regies: async () => {
        await stageTable(client(), 'production')
        return []
      },
    })
    expect(missing).toEqual([])
    expect(unchecked).toEqual([
      'How the régies are paid online could not be checked: who asks may not: allow dynamodb:ListTables, dynamodb:GetItem and dynamodb:Query.',
    ])
  })
})

it.each([
  ['the region', () => check({ region: 'eu-west-1' }), /set AWS_REGION=eu-west-3/],
  [
    'the sandbox of SES',
    () => {
      answers.set('/v2/email/account', [
        200,
        '{"ProductionAccessEnabled":false,"SendingEnabled":true}',
      ])
      return check()
    },
    /ask for production access/,
  ],
  [
    'suspended sending',
    () => {
      answers.set('/v2/email/account', [
        200,
        '{"ProductionAccessEnabled":true,"SendingEnabled":false}',
      ])
      return check()
    },
    /suspended sending/,
  ],
  [
    'the sender',
    () => {
      answers.set(IDENTITY, [200, '{"VerifiedForSendingStatus":false}'])
      return check()
    },
    /has not verified the sender cesson\.example: put the DKIM records/,
  ],
  [
    'who reads alarms',
    () => {
      answers.set('ListSubscriptions', [200, subscription('PendingConfirmation')])
      return check()
    },
    /Nobody is told of alarms: exploitation@/,
  ],
  [
    'the number of a régie',
    () => check({ regies: [PAYS, { id: 'CANT', takesOnline: true, mode: undefined }] }),
    /^The régie CANT takes payments online without a PayFiP number/,
  ],
])('says of %s in one sentence what to do', async (_, act, sentence) => {
  const { missing } = await act()
  expect(missing).toEqual([expect.stringMatching(sentence)])
})

it('says where the CDK was not prepared: in the region of the stage, and in that of the edge', async () => {
  answers.set('AmazonSSM.GetParameter', [400, '{"__type":"ParameterNotFound"}'])
  const { missing } = await check()
  expect(missing).toEqual([
    expect.stringContaining('npx cdk bootstrap aws://ACCOUNT/eu-west-3'),
    expect.stringContaining('npx cdk bootstrap aws://ACCOUNT/us-east-1'),
  ])
})

it('leaves for later what the first deployment makes', async () => {
  answers.delete(IDENTITY)
  answers.set('ListSubscriptions', [
    200,
    '<ListSubscriptionsResponse><ListSubscriptionsResult><Subscriptions/>' +
      '</ListSubscriptionsResult></ListSubscriptionsResponse>',
  ])
  const { missing, later } = await check({ regies: [], dns: 'ENOTFOUND' })
  expect(missing).toEqual([])
  expect(later).toEqual([
    expect.stringContaining('makes the sender cesson.example known to SES'),
    'famille.cesson.example is not in the DNS: add the record that the outputs of the stacks tell.',
    'api.famille.cesson.example is not in the DNS: add the record that the outputs of the stacks tell.',
    expect.stringContaining('confirm its subscription'),
  ])
})

it('says of a régie that only tests where families pay, and encodes an address in a path', async () => {
  const testing: OnlineRegie = { ...PAYS, mode: 'test' }
  expect((await check({ regies: [testing] })).later).toEqual([
    'The régie ENF is in mode test: no payment of a family counts.',
  ])
  const address = '/v2/email/identities/portail-famille%40cesson.example'
  answers.set(address, [200, '{"VerifiedForSendingStatus":true}'])
  const demo = await check({ regies: [testing] }, stages.demo)
  expect(demo.missing).toEqual([])
  expect(demo.later).toEqual([expect.stringContaining('confirm its subscription')])
})
