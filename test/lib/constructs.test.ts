import { App, Stack } from 'aws-cdk-lib'
import { HttpNoneAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2'
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { expect, test } from 'vitest'
import type { Deployment } from '../../lib/constructs/app-function.ts'
import { HttpFunction } from '../../lib/constructs/http-function.ts'
import { PortalApi } from '../../lib/constructs/portal-api.ts'
import { StreamConsumer } from '../../lib/constructs/stream-consumer.ts'
import { stages } from '../../lib/stages.ts'
import { ROUTES } from '../../shared/api/routes.ts'
import { withBundles } from './portal.ts'

const impact = 'Nobody suffers: this is a test.'

const withDeployment = (use: (stack: Stack, deployment: Deployment) => void): void => {
  withBundles((bundles, outdir) => {
    const stack = new Stack(new App({ outdir }), 'stack')
    use(stack, { stage: stages.demo, bundles, alarms: new Topic(stack, 'Alarms') })
  })
}

test('a table without a stream cannot be followed', () => {
  withDeployment((stack, deployment) => {
    const table = new Table(stack, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
    })
    const environment = {
      TABLE_NAME: 'table',
      MAIL_SENDER: 'mairie@town.example',
      MAIL_CONFIGURATION_SET: 'rules',
      PORTAL_URL: 'https://town.example',
      API_URL: 'https://api.town.example',
    }
    expect(
      () =>
        new StreamConsumer(stack, 'send-mails', {
          deployment,
          table,
          environment,
          entities: ['Submission'],
          permissions: [],
          impact,
        }),
    ).toThrow('stream')
  })
})

test('a route that no function answers does not come into the API', () => {
  withDeployment((stack, deployment) => {
    const environment = { TABLE_NAME: 'table' }
    const { handler } = new HttpFunction(stack, 'town', {
      deployment,
      environment,
      permissions: [],
      impact,
    })
    expect(
      () =>
        new PortalApi(stack, 'Api', {
          deployment,
          routes: ROUTES,
          functions: { town: handler },
          fallback: handler,
          authorizer: new HttpNoneAuthorizer(),
          impact,
        }),
    ).toThrow('POST /sessions: nothing answers it')
  })
})
