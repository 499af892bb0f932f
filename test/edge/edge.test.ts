import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { isSeldomSent } from '../../lib/open-routes.ts'
import { requestsOf } from '../../lib/constructs/firewall.ts'
import { stages, type StageName } from '../../lib/stages.ts'
import { ROUTES } from '../../shared/api/routes.ts'
import { PROBLEM_TITLES } from '../../shared/kernel/texts.ts'
import { EDGE_HEADER, EDGE_VARIABLE } from '../../shared/platform/http-edge.ts'
import { withApp } from '../lib/portal.ts'

const matchSchema = z.union([
  z.object({
    byteMatchStatement: z.object({
      fieldToMatch: z.object({ method: z.object({}) }),
      positionalConstraint: z.literal('EXACTLY'),
      searchString: z.string(),
    }),
  }),
  z.object({
    regexMatchStatement: z.object({
      fieldToMatch: z.object({ uriPath: z.object({}) }),
      regexString: z.string().max(512),
    }),
  }),
])
const bothSchema = z.object({
  andStatement: z.object({ statements: z.array(matchSchema).min(2) }),
})
/** What the firewall may be asked about a request; of a single statement it takes no « or ». */
const scopeSchema = z
  .union([
    bothSchema.transform((both) => [both]),
    z
      .object({ orStatement: z.object({ statements: z.array(bothSchema).min(2) }) })
      .transform(({ orStatement }) => orStatement.statements),
  ])
  .transform(
    (alternatives) =>
      (method: string, path: string): boolean =>
        alternatives.some(({ andStatement }) =>
          andStatement.statements.every((match) =>
            'byteMatchStatement' in match
              ? match.byteMatchStatement.searchString === method
              : new RegExp(match.regexMatchStatement.regexString).test(path),
          ),
        ),
  )

/** The same as CloudFormation writes it: names begin with capitals. */
const lowered = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(lowered)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      `${key.charAt(0).toLowerCase()}${key.slice(1)}`,
      lowered(each),
    ]),
  )
}

const templateSchema = z.object({
  Resources: z.record(
    z.string(),
    z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
  ),
  Outputs: z.record(z.string(), z.unknown()).default({}),
})

/** Every template of a stage by the end of its name. */
const templatesOf = (stage: StageName) =>
  withApp({ stage }, (app, outdir) => {
    app.synth()
    return new Map(
      readdirSync(outdir)
        .filter((file) => file.endsWith('.template.json'))
        .map((file) => [
          /-(\w+)\.template/.exec(file)?.[1] ?? file,
          templateSchema.parse(JSON.parse(readFileSync(join(outdir, file), 'utf8'))),
        ]),
    )
  })

const production = templatesOf('production')
const demo = templatesOf('demo')

/** The properties of the resources of a type in one stack. */
const all = (templates: typeof production, type: string, stack?: string) =>
  [...templates]
    .filter(([name]) => stack === undefined || name === stack)
    .flatMap(([, { Resources }]) => Object.values(Resources))
    .filter(({ Type }) => Type === type)
    .map(({ Properties }) => Properties)

describe('the edge of production', () => {
  const distribution = z
    .object({
      DistributionConfig: z.object({
        Aliases: z.array(z.string()),
        CustomErrorResponses: z.array(
          z.object({ ErrorCode: z.number(), ErrorCachingMinTTL: z.number() }),
        ),
        DefaultCacheBehavior: z.looseObject({ AllowedMethods: z.array(z.string()) }),
        Origins: z.array(
          z.looseObject({
            OriginCustomHeaders: z.array(
              z.object({ HeaderName: z.string(), HeaderValue: z.string() }),
            ),
          }),
        ),
        ViewerCertificate: z.looseObject({ MinimumProtocolVersion: z.string() }),
        WebACLId: z.unknown(),
      }),
    })
    .parse(all(production, 'AWS::CloudFront::Distribution', 'edge')[0]).DistributionConfig

  it('is where PayFiP and browsers are told that the API is', () => {
    expect(stages.production.payfip.apiUrl).toBe(`https://${distribution.Aliases.join()}`)
    expect(distribution.ViewerCertificate.MinimumProtocolVersion).toBe('TLSv1.2_2021')
    expect(distribution.DefaultCacheBehavior).toMatchObject({ ViewerProtocolPolicy: 'https-only' })
    expect(distribution.WebACLId).toBeDefined()
  })

  it('lets every method through, and reaches the API by TLS alone', () => {
    for (const { method } of ROUTES) {
      expect(distribution.DefaultCacheBehavior.AllowedMethods).toContain(method)
    }
    expect(distribution.Origins).toMatchObject([
      {
        CustomOriginConfig: { OriginProtocolPolicy: 'https-only', OriginSSLProtocols: ['TLSv1.2'] },
      },
    ])
  })

  it('shows each function that answers people what it asks for, which no template holds', () => {
    const [origin] = distribution.Origins
    const [shown] = origin?.OriginCustomHeaders ?? []
    expect(shown?.HeaderName).toBe(EDGE_HEADER)
    expect(shown?.HeaderValue).toMatch(/^\{\{resolve:secretsmanager:ribambelle-production-edge:/)
    const asking = all(production, 'AWS::Lambda::Function').filter(({ Environment }) =>
      JSON.stringify(Environment).includes(`"${EDGE_VARIABLE}":"${shown?.HeaderValue ?? ''}"`),
    )
    expect(asking).toHaveLength(all(production, 'AWS::Lambda::Alias').length)
    expect(all(production, 'AWS::SecretsManager::Secret', 'stateful')).toMatchObject([
      {
        Name: 'ribambelle-production-edge',
        ReplicaRegions: [{ Region: 'us-east-1' }],
        GenerateSecretString: { PasswordLength: 48 },
      },
    ])
  })

  it('keeps a reply as long as it says, for who sends the same token from the same page', () => {
    expect(all(production, 'AWS::CloudFront::CachePolicy', 'edge')).toMatchObject([
      {
        CachePolicyConfig: {
          DefaultTTL: 0,
          MinTTL: 0,
          MaxTTL: 3600,
          ParametersInCacheKeyAndForwardedToOrigin: {
            HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['Authorization', 'Origin'] },
            QueryStringsConfig: { QueryStringBehavior: 'all' },
          },
        },
      },
    ])
    const longest = Math.max(
      ...ROUTES.map((route) => ('cacheSeconds' in route ? route.cacheSeconds : 0)),
    )
    expect(longest).toBeLessThanOrEqual(3600)
  })

  it('keeps no refusal', () => {
    expect(distribution.CustomErrorResponses.map(({ ErrorCode }) => ErrorCode)).toEqual([
      400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504,
    ])
    for (const { ErrorCachingMinTTL } of distribution.CustomErrorResponses) {
      expect(ErrorCachingMinTTL).toBe(0)
    }
  })
})

describe('the firewall', () => {
  const rules = z
    .object({
      Scope: z.literal('CLOUDFRONT'),
      DefaultAction: z.object({ Allow: z.object({}) }),
      CustomResponseBodies: z.record(z.string(), z.object({ Content: z.string() })),
      Rules: z.array(
        z.looseObject({
          Name: z.string(),
          Statement: z.looseObject({
            RateBasedStatement: z
              .looseObject({
                Limit: z.number(),
                AggregateKeyType: z.literal('IP'),
                ScopeDownStatement: z.unknown().optional(),
              })
              .optional(),
          }),
        }),
      ),
    })
    .parse(all(production, 'AWS::WAFv2::WebACL', 'edge')[0])

  it('holds single addresses back, more so where somebody could guess, mail or fill the table', () => {
    const [requests, forms] = rules.Rules.map(({ Statement }) => Statement.RateBasedStatement)
    const { firewall } = stages.production.edge ?? {}
    expect([requests?.Limit, forms?.Limit]).toEqual([firewall?.requests, firewall?.forms])
    expect(requests?.ScopeDownStatement).toBeUndefined()
    const isCounted = scopeSchema.parse(lowered(forms?.ScopeDownStatement))
    for (const route of ROUTES) {
      const path = route.path.replaceAll(/\{\w+\}/g, 'x-1')
      const counted = isCounted(route.method, path)
      expect([route.id, counted]).toEqual([route.id, isSeldomSent(route)])
    }
    expect(isCounted('POST', '/sessionsx')).toBe(false)
    expect(isCounted('OPTIONS', '/sessions')).toBe(false)
  })

  it('counts routes of several methods each by its own', () => {
    const [one] = ROUTES.filter(isSeldomSent)
    const other = ROUTES.find(({ method, path }) => method === 'GET' && path !== one?.path)
    if (one === undefined || other === undefined) throw new Error('There are such routes')
    const isCounted = scopeSchema.parse(requestsOf([one, other]))
    expect(isCounted(one.method, one.path)).toBe(true)
    expect(isCounted(other.method, other.path)).toBe(true)
    expect(isCounted(other.method, one.path)).toBe(false)
    expect(isCounted(one.method, other.path)).toBe(false)
  })

  it('answers who is held back in French, and when to come back', () => {
    const [body] = Object.values(rules.CustomResponseBodies)
    expect(JSON.parse(body?.Content ?? '')).toMatchObject({
      status: 429,
      title: PROBLEM_TITLES['too-many-attempts'],
    })
    expect(rules.Rules[0]).toMatchObject({
      Action: {
        Block: {
          CustomResponse: { ResponseCode: 429, ResponseHeaders: [{ Name: 'retry-after' }] },
        },
      },
    })
  })

  it('knows the attacks that AWS knows, and keeps no samples of what families send', () => {
    expect(rules.Rules.map(({ Name }) => Name)).toEqual([
      'Requests',
      'Forms',
      'AWSManagedRulesAmazonIpReputationList',
      'AWSManagedRulesCommonRuleSet',
      'AWSManagedRulesKnownBadInputsRuleSet',
    ])
    expect(JSON.stringify(rules)).not.toContain('"SampledRequestsEnabled":true')
  })

  it('does not turn away the body of a year, nor a server that names no browser', () => {
    expect(rules.Rules[3]).toMatchObject({
      Statement: {
        ManagedRuleGroupStatement: {
          RuleActionOverrides: [
            { Name: 'SizeRestrictions_BODY', ActionToUse: { Count: {} } },
            { Name: 'NoUserAgent_HEADER', ActionToUse: { Count: {} } },
          ],
        },
      },
    })
  })

  it('takes no more paths than fit into its expression', () => {
    expect(() => requestsOf(ROUTES)).toThrow('Too many paths')
    expect(() => requestsOf([])).toThrow('No route')
  })
})

it('every open route that changes something or mails is held back, unless it only computes', () => {
  const free = new Set([
    'renewSession',
    'simulate',
    'notifyPayment',
    'returnByForm',
    'unsubscribe',
    'printSimulation',
  ])
  const open = ROUTES.filter(({ access, method }) => access === 'public' && method !== 'GET')
  for (const route of open)
    expect([route.id, isSeldomSent(route)]).toEqual([route.id, !free.has(route.id)])
})

describe('a stage without an edge', () => {
  it('has nothing of it, and asks for nothing', () => {
    expect([...demo.keys()]).not.toContain('edge')
    expect(JSON.stringify([...demo.values()])).not.toContain(EDGE_VARIABLE)
    expect(all(demo, 'AWS::SecretsManager::Secret')).toEqual([])
  })
})

it.for([
  ['production', production],
  ['demo', demo],
] as const)(
  '%s: no stack comes near the 500 resources or 200 outputs that CloudFormation takes',
  ([, templates]) => {
    for (const [name, { Resources, Outputs }] of templates) {
      expect([name, Object.keys(Resources).length < 450]).toEqual([name, true])
      expect([name, Object.keys(Outputs).length < 180]).toEqual([name, true])
    }
  },
)
