import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyEventV2WithJWTAuthorizer,
  APIGatewayProxyStructuredResultV2,
  Context,
  DynamoDBRecord,
  DynamoDBStreamEvent,
  SNSEvent,
  SQSEvent,
} from 'aws-lambda'
import { ROUTES } from '../../shared/api/routes.ts'
import type { httpHandler } from '../../shared/platform/http.ts'
import { problemSchema, type Problem } from '../../shared/platform/problem.ts'
import { routeKey, type Role, type Route } from '../../shared/platform/route.ts'
import type { DUPONT } from './cesson.ts'
import { expectContract } from './contract.ts'

/** An event of the HTTP API, of payload format 2.0. */
export type HttpEvent = APIGatewayProxyEventV2 | APIGatewayProxyEventV2WithJWTAuthorizer

/** What a call of the HTTP API has; the rest is the same for all. */
export interface HttpCall {
  /** The claims of the verified token, all of them strings; a public route has none. */
  readonly claims?: Readonly<Record<string, string>>
  /** A value to send as JSON, or a text to send as it is. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly parameters?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly base64?: boolean
  readonly now?: Date
}

/** The id under which calls of tests are known. */
export const REQUEST_ID = 'JKJaXmPLvHcESHA='

/** What the id token of a person says, as API Gateway hands it over: groups in brackets. */
export const claimsOf = (
  roles: readonly Role[],
  family?: typeof DUPONT,
): Readonly<Record<string, string>> => ({
  sub: `account-of-${roles.join('-')}`,
  token_use: 'id',
  ...(roles.length === 0 ? {} : { 'cognito:groups': `[${roles.join(' ')}]` }),
  ...(family === undefined
    ? {}
    : { 'custom:family': family.familyId, 'custom:guardian': family.guardianId }),
})

const textOf = (body: unknown): string | undefined =>
  body === undefined || typeof body === 'string' ? body : JSON.stringify(body)

/** A call of a route, as API Gateway hands it to the function. */
export const httpEvent = (
  route: Pick<Route, 'method' | 'path'> | '$default',
  { claims, body, headers = {}, parameters, query, base64 = false, now }: HttpCall = {},
): HttpEvent => {
  const text = textOf(body)
  const key = route === '$default' ? '$default' : routeKey(route)
  const [method, path] = route === '$default' ? ['GET', '/nowhere'] : [route.method, route.path]
  const requestContext = {
    accountId: '123456789012',
    apiId: 'a1b2c3d4e5',
    domainName: 'portail.ville.example',
    domainPrefix: 'portail',
    http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
    requestId: REQUEST_ID,
    routeKey: key,
    stage: '$default',
    time: '15/Jul/2025:08:41:00 +0000',
    timeEpoch: (now ?? new Date('2025-07-15T08:41:00Z')).getTime(),
  }
  const event = {
    version: '2.0',
    routeKey: key,
    rawPath: path,
    rawQueryString: new URLSearchParams(query).toString(),
    headers: {
      ...(text === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(query === undefined ? {} : { queryStringParameters: { ...query } }),
    ...(parameters === undefined ? {} : { pathParameters: { ...parameters } }),
    ...(text === undefined ? {} : { body: base64 ? Buffer.from(text).toString('base64') : text }),
    isBase64Encoded: base64,
  }
  if (claims === undefined) return { ...event, requestContext }
  return {
    ...event,
    requestContext: {
      ...requestContext,
      authorizer: {
        principalId: '',
        integrationLatency: 0,
        jwt: { claims: { ...claims }, scopes: [] },
      },
    },
  }
}

/** What the runtime of Lambda says of an invocation; its types ask for what it no longer has. */
export const lambdaContext: Context = {
  callbackWaitsForEmptyEventLoop: false,
  functionName: 'test',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:eu-west-3:123456789012:function:test',
  memoryLimitInMB: '512',
  awsRequestId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
  logGroupName: '/aws/lambda/test',
  logStreamName: '2025/07/15/[$LATEST]1',
  getRemainingTimeInMillis: () => 10_000,
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  done: () => undefined,
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  fail: () => undefined,
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  succeed: () => undefined,
}

/**
 * Calls a handler of the HTTP API as the runtime does. What a route of the portal answers is checked
 * against the OpenAPI document.
 */
export const call = async (
  handler: ReturnType<typeof httpHandler>,
  event: HttpEvent,
): Promise<APIGatewayProxyStructuredResultV2> => {
  const answer = await handler(event, lambdaContext)
  const route = ROUTES.find((each) => routeKey(each) === event.routeKey)
  if (route !== undefined) {
    const { statusCode = 0, headers, body = '' } = answer
    const isDocument =
      ('mediaType' in route.reply || 'mediaTypes' in route.reply) && statusCode === 200
    const isJson = String(headers?.['content-type']).includes('json')
    expectContract(route.id, statusCode, isJson && !isDocument ? JSON.parse(body) : body)
  }
  return answer
}

/** The problem in an answer, checked against its declared shape. */
export const problemIn = ({ headers, body }: APIGatewayProxyStructuredResultV2): Problem => {
  if (headers?.['content-type'] !== 'application/problem+json') throw new Error('Not a problem')
  return problemSchema.parse(JSON.parse(body ?? ''))
}

/** A batch of a queue, with the ids `message-0`, `message-1`… */
export const sqsEvent = (bodies: readonly string[]): SQSEvent => ({
  Records: bodies.map((body, index) => ({
    messageId: `message-${index}`,
    receiptHandle: `handle-${index}`,
    body,
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '1752568860000',
      SenderId: '123456789012',
      ApproximateFirstReceiveTimestamp: '1752568860000',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-west-3:123456789012:billing',
    awsRegion: 'eu-west-3',
  })),
})

/** A message of a topic, as Lambda hands it over. */
export const topicEvent = (message: unknown): SNSEvent => ({
  Records: [
    {
      EventVersion: '1.0',
      EventSubscriptionArn: 'arn:aws:sns:eu-west-3:123456789012:reports:1',
      EventSource: 'aws:sns',
      Sns: {
        Type: 'Notification',
        MessageId: 'message-1',
        TopicArn: 'arn:aws:sns:eu-west-3:123456789012:reports',
        Subject: '',
        Message: JSON.stringify(message),
        Timestamp: '2025-09-02T10:00:06.000Z',
        MessageAttributes: {},
        SignatureVersion: '1',
        Signature: '',
        SigningCertUrl: '',
        UnsubscribeUrl: '',
      },
    },
  ],
})

/** A batch of the table's stream, with the sequence numbers `100`, `101`… */
export const streamEvent = (
  changes: readonly Pick<NonNullable<DynamoDBRecord['dynamodb']>, 'NewImage' | 'OldImage'>[],
): DynamoDBStreamEvent => ({
  Records: changes.map((images, index) => ({
    eventID: `event-${index}`,
    eventName: 'MODIFY',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'eu-west-3',
    dynamodb: {
      ApproximateCreationDateTime: 1_752_568_860 + index,
      SequenceNumber: String(100 + index),
      StreamViewType: 'NEW_AND_OLD_IMAGES',
      ...images,
    },
  })),
})
