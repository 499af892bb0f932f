import { Stack } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { pursueArrears } from './constructs/arrears.ts'
import { billing } from './constructs/billing.ts'
import { cashDesk } from './constructs/cash-desk.ts'
import { directDebits } from './constructs/direct-debits.ts'
import { onlinePayments } from './constructs/online-payments.ts'
import type { Answering } from './constructs/portal-api.ts'
import type { FamilyStack } from './family-stack.ts'
import type { StatefulStack } from './stateful-stack.ts'

/** Where the data is, and the stack that comes first. */
export interface MoneyStackProps {
  readonly data: StatefulStack
  readonly families: FamilyStack
}

/**
 * What families owe and pay. Apart from the stack of the families because CloudFormation takes 500
 * resources a stack.
 */
export class MoneyStack extends Stack {
  /** What answers the routes of this stack. */
  readonly answering: Answering

  constructor(scope: Construct, id: string, { data, families }: MoneyStackProps) {
    const { deployment, mails } = families
    const { stage } = deployment
    super(scope, id, {
      description: `Ribambelle ${stage.name}: what the families of ${stage.town} owe and pay`,
      env: { region: stage.region },
      tags: { project: 'ribambelle', stage: stage.name },
    })
    const { table } = data
    this.answering = {
      ...billing(this, deployment, data, mails),
      'cash-desk': cashDesk(this, deployment, table),
      arrears: pursueArrears(this, deployment, table),
      debits: directDebits(this, deployment, data),
      payments: onlinePayments(this, deployment, table),
    }
  }
}
