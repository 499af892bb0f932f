import { App, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'
import { ApiStack } from './api-stack.ts'
import { EdgeStack } from './edge-stack.ts'
import { FamilyStack } from './family-stack.ts'
import { MoneyStack } from './money-stack.ts'
import { stages, type Stage, type StageName } from './stages.ts'
import { StatefulStack } from './stateful-stack.ts'
import { WatchStack } from './watch-stack.ts'

/** Which portal, from which bundles, and where its cloud assembly goes. */
export interface PortalAppOptions {
  readonly stage: StageName
  /** The folder with a bundle per function. */
  readonly bundles: string
  readonly outdir: string
  /**
   * Whether the synthesis fails on what breaks a rule of CloudFormation or of cdk-nag. It takes ten
   * times as long then; the portal on one machine starts without, as the tests have checked the
   * same template.
   */
  readonly checked?: boolean
}

/**
 * How the CDK behaves. Here and not in `cdk.json`, which only its command reads: the tests and the
 * portal on one machine must see the template that is deployed.
 */
const FEATURES = {
  '@aws-cdk/aws-apigateway:logGroupDestinationArnWithoutWildcard': true,
  '@aws-cdk/aws-iam:minimizePolicies': true,
  '@aws-cdk/core:checkSecretUsage': true,
  // What holds data is not to be replaced while it is used: see the exports of the stateful stack.
  '@aws-cdk/core:defaultCrossStackReferences': 'strong',
  '@aws-cdk/core:enablePartitionLiterals': true,
  '@aws-cdk/core:explicitStackTags': true,
  '@aws-cdk/core:target-partitions': ['aws'],
} as const

/** The portal as a CDK app; nothing of it needs a network or an account. */
export const portalApp = ({ checked = true, ...options }: PortalAppOptions): App => {
  const app = new App({
    outdir: options.outdir,
    context: FEATURES,
    analyticsReporting: false,
    treeMetadata: false,
    builtinCloudFormationValidation: checked,
  })
  const stage: Stage = stages[options.stage]
  const data = new StatefulStack(app, `ribambelle-${stage.name}-stateful`, stage)
  const families = new FamilyStack(app, `ribambelle-${stage.name}-families`, {
    stage,
    data,
    bundles: options.bundles,
  })
  const money = new MoneyStack(app, `ribambelle-${stage.name}-money`, { data, families })
  const api = new ApiStack(app, `ribambelle-${stage.name}-api`, { data, families, money })
  const { edge } = stage
  if (edge !== undefined) {
    new EdgeStack(app, `ribambelle-${stage.name}-edge`, { stage, edge, apiHost: api.host })
  }
  new WatchStack(app, `ribambelle-${stage.name}-watch`, { stage, data })
  if (checked) Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  return app
}
