import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterAll, beforeEach, expect, it } from 'vitest'
import { listen } from '../../lib/local/listen.ts'
import { openAws } from '../../lib/operate/aws.ts'
import { preflight, type OnlineRegie, type Preflight } from '../../lib/operate/preflight.ts'
import { stages, type Stage } from '../../lib/stages.ts'

/** What AWS answers, by what is asked of it: the status and the body. */
let answers: Map<string, readonly [number, string]>
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
      const [status, answer] = answers.get(what) ?? [404, 'NotFound']
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

const check = (
  {
    regies = [PAYS],
    hosts = true,
    region = 'eu-west-3',
  }: { regies?: readonly OnlineRegie[]; hosts?: boolean; region?: string } = {},
  stage: Stage = stages.production,
): Promise<Preflight> => {
  const variables = {
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_SESSION_TOKEN: 'token',
    AWS_ENDPOINT_URL: aws.url,
  }
  return preflight({
    ...{ stage, variables, ask: openAws(variables) },
    resolves: () => Promise.resolve(hosts),
    regies: () => Promise.resolve(regies),
  })
}

it('finds nothing missing where all is there', async () => {
  expect(await check()).toEqual({
    account: '123456789012 (arn:aws:sts::123456789012:user/x)',
    missing: [],
    later: [],
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
  [
    'what AWS does not answer',
    () => {
      answers.set('/v2/email/account', [500, 'broken'])
      return check()
    },
    /^ses answered 500: broken$/,
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
  answers.set('ListSubscriptions', [200, '<ListSubscriptionsResponse/>'])
  const { missing, later } = await check({ regies: [], hosts: false })
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
