import { CfnOutput, Stack } from 'aws-cdk-lib'
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers'
import type { Construct } from 'constructs'
import { ROUTES } from '../shared/api/routes.ts'
import { PortalApi } from './constructs/portal-api.ts'
import type { FamilyStack } from './family-stack.ts'
import type { MoneyStack } from './money-stack.ts'
import type { StatefulStack } from './stateful-stack.ts'

/** Who calls the API and what answers it. */
export interface ApiStackProps {
  readonly data: StatefulStack
  readonly families: FamilyStack
  readonly money: MoneyStack
}

/**
 * The HTTP API. Its routes are a stack of their own: CloudFormation takes 500 resources a stack, and
 * each route is one.
 */
export class ApiStack extends Stack {
  /** The host of the API. */
  readonly host: string

  constructor(scope: Construct, id: string, { data, families, money }: ApiStackProps) {
    const { deployment } = families
    const answering = { ...families.answering, ...money.answering }
    const { stage } = deployment
    super(scope, id, {
      description: `Ribambelle ${stage.name}: the API of the portal of ${stage.town}`,
      env: { region: stage.region },
      tags: { project: 'ribambelle', stage: stage.name },
    })
    const { town } = answering
    if (town === undefined) throw new Error('Nothing answers what no route knows')
    const { url, host } = new PortalApi(this, 'Api', {
      deployment,
      routes: ROUTES,
      functions: answering,
      fallback: town,
      authorizer: new HttpJwtAuthorizer(
        'UserPool',
        `https://cognito-idp.${stage.region}.amazonaws.com/${data.userPool.userPoolId}`,
        { jwtAudience: [data.userPoolClient.userPoolClientId] },
      ),
      impact: 'Families and staff see an error instead of the page they asked for.',
    })
    this.host = host
    new CfnOutput(this, 'ApiUrl', { value: url })
  }
}
