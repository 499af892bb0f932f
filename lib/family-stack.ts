import { CfnOutput, Stack } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { MAILED_ENTITIES } from '../shared/messages/names.ts'
import { AlarmTopic } from './constructs/alarm-topic.ts'
import type { Deployment } from './constructs/app-function.ts'
import { bookings } from './constructs/bookings.ts'
import { familyFiles } from './constructs/family-files.ts'
import { HttpFunction } from './constructs/http-function.ts'
import { mailHealth } from './constructs/mail-health.ts'
import { MailSender } from './constructs/mail-sender.ts'
import { people } from './constructs/people.ts'
import type { Answering } from './constructs/portal-api.ts'
import { protectData } from './constructs/privacy.ts'
import { publications } from './constructs/publications.ts'
import { registers } from './constructs/registers.ts'
import { StreamConsumer } from './constructs/stream-consumer.ts'
import { getItems, putItems, queryTable } from './permissions.ts'
import type { Stage } from './stages.ts'
import type { StatefulStack } from './stateful-stack.ts'

/** Where the data and the bundles are. */
export interface FamilyStackProps {
  readonly stage: Stage
  readonly data: StatefulStack
  /** The folder with a bundle per function. */
  readonly bundles: string
}

/**
 * What families and staff do together: people, files, bookings, registers, mails. Like the stack of
 * the money, it holds nothing that would be missed if it were deleted and deployed again.
 */
export class FamilyStack extends Stack {
  /** What answers the routes of this stack. */
  readonly answering: Answering
  /** Where the functions of all stacks go, and whom they tell that they fail. */
  readonly deployment: Deployment
  /** What all stacks send mails by. */
  readonly mails: MailSender

  constructor(scope: Construct, id: string, { stage, data, bundles }: FamilyStackProps) {
    super(scope, id, {
      description: `Ribambelle ${stage.name}: the families of ${stage.town} and what they book`,
      env: { region: stage.region },
      tags: { project: 'ribambelle', stage: stage.name },
    })
    const { table } = data
    const alarms = new AlarmTopic(this, 'Alarms', stage.alarmEmail)
    this.deployment = { stage, bundles, alarms }
    this.mails = new MailSender(this, 'Mail', stage.mail)
    this.answering = {
      town: this.showTown(data),
      ...people(this, this.deployment, data, this.mails),
      ...familyFiles(this, this.deployment, data),
      ...protectData(this, this.deployment, data),
      ...publications(this, this.deployment, data),
      ...bookings(this, this.deployment, table),
      ...registers(this, this.deployment, table),
      'mail-health': mailHealth(this, this.deployment, {
        table,
        configurationSet: this.mails.configurationSet,
      }),
    }
    this.sendMails(data)
    new CfnOutput(this, 'MailConfigurationSet', {
      value: this.mails.configurationSet.configurationSetName,
    })
    new CfnOutput(this, 'TableName', { value: table.tableName })
    new CfnOutput(this, 'UserPoolId', { value: data.userPool.userPoolId })
    new CfnOutput(this, 'UserPoolClientId', { value: data.userPoolClient.userPoolClientId })
  }

  private showTown({ table }: StatefulStack): HttpFunction<'town'>['handler'] {
    const town = new HttpFunction(this, 'town', {
      deployment: this.deployment,
      environment: { TABLE_NAME: table.tableName },
      permissions: [getItems(table), queryTable(table)],
      impact: 'Visitors cannot see the schools, the activities and the calendar of the town.',
    })
    return town.handler
  }

  private sendMails({ table }: StatefulStack): void {
    const { deployment, mails } = this
    new StreamConsumer(this, 'send-mails', {
      deployment,
      table,
      entities: MAILED_ENTITIES,
      environment: {
        TABLE_NAME: table.tableName,
        ...mails.environment(deployment.stage),
        API_URL: deployment.stage.payfip.apiUrl,
      },
      permissions: [
        getItems(table),
        queryTable(table),
        putItems(table),
        mails.permission({ withHeaders: true }),
      ],
      impact: 'Families get no confirmation by e-mail, the service no request.',
    })
  }
}
