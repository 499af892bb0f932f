import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2'
import type { Construct } from 'constructs'
import { PROBLEM_TITLES } from '../../shared/kernel/texts.ts'
import { PROBLEM_STATUS } from '../../shared/platform/problem.ts'
import type { Route } from '../../shared/platform/route.ts'
import { isSeldomSent } from '../open-routes.ts'
import type { Firewall as Settings } from '../stages.ts'

/** For how long requests are counted, in seconds. */
const WINDOW = 300

/** The longest expression that the firewall takes. */
const LONGEST_EXPRESSION = 512

const TOO_MANY = 'too-many-attempts'

/** Under which name what it holds back is counted. */
export const BLOCKED = 'ribambelle-firewall'

/** What people read who are held back; the firewall knows no id of the call that could be quoted. */
const REFUSAL = JSON.stringify({
  type: `urn:ribambelle:problem:${TOO_MANY}`,
  title: PROBLEM_TITLES[TOO_MANY],
  status: PROBLEM_STATUS[TOO_MANY],
  code: TOO_MANY,
})

/**
 * Rules of the managed groups that would turn families away, and are counted only: bodies are longer
 * than 8 KB where a year is booked, and the servers of PayFiP may name no browser.
 */
const COUNTED = ['SizeRestrictions_BODY', 'NoUserAgent_HEADER']

type Rule = CfnWebACL.RuleProperty
type Statement = CfnWebACL.StatementProperty

const seen = (metricName: string): CfnWebACL.VisibilityConfigProperty => ({
  cloudWatchMetricsEnabled: true,
  metricName,
  // Samples hold addresses, paths and tokens of families.
  sampledRequestsEnabled: false,
})

const managed = (name: string, priority: number, counted: readonly string[] = []): Rule => ({
  name,
  priority,
  overrideAction: { none: {} },
  statement: {
    managedRuleGroupStatement: {
      vendorName: 'AWS',
      name,
      ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
    },
  },
  visibilityConfig: seen(name),
})

const limited = (name: string, priority: number, limit: number, scope?: Statement): Rule => ({
  name,
  priority,
  action: {
    block: {
      customResponse: {
        responseCode: PROBLEM_STATUS[TOO_MANY],
        customResponseBodyKey: TOO_MANY,
        responseHeaders: [{ name: 'retry-after', value: String(WINDOW) }],
      },
    },
  },
  statement: {
    rateBasedStatement: {
      aggregateKeyType: 'IP',
      evaluationWindowSec: WINDOW,
      limit,
      ...(scope === undefined ? {} : { scopeDownStatement: scope }),
    },
  },
  visibilityConfig: seen(name),
})

/** The paths of some routes as one expression, each of which costs as much as all of them. */
const pathsOf = (routes: readonly Route[]): string => {
  const paths = routes.map(({ path }) => path.slice(1).replaceAll(/\{\w+\}/g, '[^/]+'))
  const expression = `^/(${paths.join('|')})$`
  if (expression.length > LONGEST_EXPRESSION) throw new Error('Too many paths for one expression')
  return expression
}

/**
 * Those requests that go to some routes: by method and path, since others share their paths and are sent
 * often, such as the reading of a list to which anybody adds.
 */
export const requestsOf = (routes: readonly Route[]): Statement => {
  const [first, second, ...others] = [...Map.groupBy(routes, ({ method }) => method)].map(
    ([method, ofMethod]): Statement => ({
      andStatement: {
        statements: [
          {
            byteMatchStatement: {
              fieldToMatch: { method: {} },
              positionalConstraint: 'EXACTLY',
              searchString: method,
              textTransformations: [{ priority: 0, type: 'NONE' }],
            },
          },
          {
            regexMatchStatement: {
              fieldToMatch: { uriPath: {} },
              regexString: pathsOf(ofMethod),
              // However the path is written: API Gateway reads it decoded.
              textTransformations: [
                { priority: 0, type: 'URL_DECODE' },
                { priority: 1, type: 'NORMALIZE_PATH' },
              ],
            },
          },
        ],
      },
    }),
  )
  if (first === undefined) throw new Error('No route is to be held back')
  // WAF takes no « or » of a single statement.
  if (second === undefined) return first
  return { orStatement: { statements: [first, second, ...others] } }
}

/**
 * Holds single clients back before they reach the API: by how often they ask, by whose address it is, by
 * what is known to be an attack. 5 $ a month and 1 $ for each of its five rules.
 */
export class Firewall extends CfnWebACL {
  constructor(scope: Construct, id: string, settings: Settings, routes: readonly Route[]) {
    super(scope, id, {
      scope: 'CLOUDFRONT',
      defaultAction: { allow: {} },
      customResponseBodies: {
        [TOO_MANY]: { contentType: 'APPLICATION_JSON', content: REFUSAL },
      },
      rules: [
        limited('Requests', 0, settings.requests),
        limited('Forms', 1, settings.forms, requestsOf(routes.filter(isSeldomSent))),
        managed('AWSManagedRulesAmazonIpReputationList', 2),
        managed('AWSManagedRulesCommonRuleSet', 3, COUNTED),
        managed('AWSManagedRulesKnownBadInputsRuleSet', 4),
      ],
      visibilityConfig: seen(BLOCKED),
    })
  }
}
