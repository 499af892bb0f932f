import { expect, test } from 'vitest'
import * as z from 'zod'
import { stages } from '../../lib/stages.ts'
import { ROUTES } from '../../shared/api/routes.ts'
import { routeKey } from '../../shared/platform/route.ts'
import { imported, pointer, synthesize } from './portal.ts'

const { stateless, live } = synthesize()

const target = z
  .object({ 'Fn::Join': z.tuple([z.literal(''), z.tuple([z.literal('integrations/'), pointer])]) })
  .transform((value) => value['Fn::Join'][1][1])

const routes = [
  ...stateless
    .all(
      'AWS::ApiGatewayV2::Route',
      z.object({
        RouteKey: z.string(),
        AuthorizationType: z.string(),
        AuthorizerId: pointer.optional(),
        Target: target,
      }),
    )
    .values(),
]
const integrations = stateless.all(
  'AWS::ApiGatewayV2::Integration',
  z.object({
    IntegrationType: z.string(),
    IntegrationUri: pointer,
    PayloadFormatVersion: z.string(),
  }),
)
const authorizers = stateless.all(
  'AWS::ApiGatewayV2::Authorizer',
  z.object({
    AuthorizerType: z.string(),
    IdentitySource: z.array(z.string()),
    JwtConfiguration: z.object({
      Audience: z.array(imported),
      Issuer: z.object({ 'Fn::Join': z.tuple([z.literal(''), z.tuple([z.string(), imported])]) }),
    }),
  }),
)
const [api] = stateless
  .all(
    'AWS::ApiGatewayV2::Api',
    z.object({
      CorsConfiguration: z.object({
        AllowOrigins: z.array(z.string()),
        AllowMethods: z.array(z.string()),
        AllowHeaders: z.array(z.string()),
      }),
    }),
  )
  .values()
const [stage] = stateless
  .all(
    'AWS::ApiGatewayV2::Stage',
    z.object({
      StageName: z.string(),
      AutoDeploy: z.boolean(),
      AccessLogSettings: z.object({ Format: z.string() }),
      DefaultRouteSettings: z.object({
        ThrottlingRateLimit: z.number(),
        ThrottlingBurstLimit: z.number(),
      }),
      RouteSettings: z.record(
        z.string(),
        z.object({ ThrottlingRateLimit: z.number(), ThrottlingBurstLimit: z.number() }),
      ),
    }),
  )
  .values()

const functionBehind = (integration: string): string | undefined =>
  live.get(integrations.get(integration)?.IntegrationUri ?? '')

test('every declared route is in the API once, and only the default one beside them', () => {
  expect(routes.map(({ RouteKey }) => RouteKey).sort()).toEqual(
    [...ROUTES.map(routeKey), '$default'].sort(),
  )
})

test.for([...ROUTES])(
  '$method $path reaches its function, and asks for a token unless public',
  (route) => {
    const deployed = routes.find(({ RouteKey }) => RouteKey === routeKey(route))
    expect(functionBehind(deployed?.Target ?? '')).toBe(route.function)
    if (route.access === 'public') {
      expect(deployed?.AuthorizationType).toBe('NONE')
      expect(deployed?.AuthorizerId).toBeUndefined()
    } else {
      expect(deployed?.AuthorizationType).toBe('JWT')
      expect(authorizers.has(deployed?.AuthorizerId ?? '')).toBe(true)
    }
  },
)

test('an unknown path is answered by the function of the town, without a token', () => {
  const fallback = routes.find(({ RouteKey }) => RouteKey === '$default')
  expect(functionBehind(fallback?.Target ?? '')).toBe('town')
  expect(fallback?.AuthorizationType).toBe('NONE')
})

test('a token is one of this user pool, for this client', () => {
  const [authorizer] = authorizers.values()
  expect(authorizers.size).toBe(1)
  expect(authorizer).toMatchObject({
    AuthorizerType: 'JWT',
    IdentitySource: ['$request.header.Authorization'],
    JwtConfiguration: {
      Audience: [expect.stringMatching(/RefUserPoolPortal/)],
      Issuer: {
        'Fn::Join': [
          '',
          [
            'https://cognito-idp.eu-west-3.amazonaws.com/',
            expect.stringMatching(/ExportsOutputRefUserPool[0-9A-F]+$/),
          ],
        ],
      },
    },
  })
})

test('each function has one integration, of payload format 2.0, that API Gateway may call as it is live', () => {
  const uris = [...integrations.values()].map(({ IntegrationUri }) => IntegrationUri)
  expect(new Set(uris).size).toBe(uris.length)
  for (const integration of integrations.values()) {
    expect(integration).toMatchObject({ IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0' })
  }
  const permission = z.object({
    FunctionName: pointer,
    Principal: z.literal('apigateway.amazonaws.com'),
    SourceArn: z.object({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) }),
  })
  const sources = [...stateless.all('AWS::Lambda::Permission', z.unknown()).values()]
    .flatMap((properties) => z.safeParse(permission, properties).data ?? [])
    .map(
      ({ FunctionName, SourceArn }) =>
        `${live.get(FunctionName) ?? ''} ${String(SourceArn['Fn::Join'][1].at(-1))}`,
    )
  expect(sources.sort()).toEqual(
    [
      ...uris.map((uri) => `${live.get(uri) ?? ''} /*/*/*`),
      // The name of the default route has one part less than that of all others.
      'town /*/$default',
    ].sort(),
  )
})

test('browsers on the portal’s pages may send every method and header of the routes', () => {
  const cors = api?.CorsConfiguration
  expect(cors?.AllowOrigins).toEqual([...stages.demo.allowedOrigins])
  expect(cors?.AllowMethods.toSorted()).toEqual(
    [...new Set(ROUTES.map((route) => route.method))].sort(),
  )
  const headers = ROUTES.flatMap((route) => Object.keys(route.headers?.shape ?? {}))
  expect(cors?.AllowHeaders).toEqual(
    expect.arrayContaining([...headers, 'authorization', 'content-type']),
  )
})

test('all callers together are throttled as the stage says', () => {
  expect(stage?.DefaultRouteSettings).toEqual({
    ThrottlingRateLimit: stages.demo.throttle.rate,
    ThrottlingBurstLimit: stages.demo.throttle.burst,
  })
})

test('what is dear or takes a secret and is open to anybody is throttled on its own, once its route is there', () => {
  const { throttle, printThrottle, signInThrottle, formThrottle } = stages.demo
  const settingsOf = ({ rate, burst }: typeof throttle) => {
    expect(burst).toBeLessThan(throttle.rate)
    return { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst }
  }
  const settings = settingsOf(printThrottle)
  const forms = settingsOf(formThrottle)
  expect(stage?.RouteSettings).toEqual({
    'GET /tariffs/{priceListId}/document': settings,
    'POST /simulations/document': settings,
    'POST /sessions': settingsOf(signInThrottle),
    'POST /sessions/challenges': settingsOf(signInThrottle),
    'POST /account-requests': forms,
    'POST /enquiries': forms,
    'POST /passwords/forgotten': forms,
    'POST /passwords': forms,
    'POST /account/email/confirmations': forms,
    'POST /payfip/notifications': settingsOf(signInThrottle),
    'POST /unsubscribe/{topic}/{secret}': settingsOf(signInThrottle),
  })
  const resources = Object.entries(stateless.resources)
  const needed = resources.find(([, { Type }]) => Type === 'AWS::ApiGatewayV2::Stage')?.[1]
    .DependsOn
  const printed = resources.filter(
    ([, { Type, Properties }]) =>
      Type === 'AWS::ApiGatewayV2::Route' &&
      String(Properties.RouteKey) in (stage?.RouteSettings ?? {}),
  )
  expect(printed).toHaveLength(11)
  expect(needed).toEqual(expect.arrayContaining(printed.map(([id]) => id)))
})

test('access logs say what happened, and nothing about a person', () => {
  const format = z.parse(
    z.record(z.string(), z.string()),
    JSON.parse(stage?.AccessLogSettings.Format ?? ''),
  )
  expect(Object.values(format)).toEqual(
    expect.arrayContaining(['$context.requestId', '$context.routeKey', '$context.status']),
  )
  const personal = /identity|path|domainName|authorizer|claims|userAgent|querystring|header/i
  expect(Object.values(format).filter((field) => personal.test(field))).toEqual([])
})
