import {
  ConfigurationSet,
  ConfigurationSetTlsPolicy,
  EmailIdentity,
  Identity,
  SuppressionReasons,
} from 'aws-cdk-lib/aws-ses'
import { Construct } from 'constructs'
import type { Stage } from '../stages.ts'

/** The name in which the town writes, and the rules by which SES delivers. */
export class MailSender extends Construct {
  readonly identity: EmailIdentity
  readonly configurationSet: ConfigurationSet

  constructor(scope: Construct, id: string, mail: Stage['mail']) {
    super(scope, id)
    this.configurationSet = new ConfigurationSet(this, 'Rules', {
      tlsPolicy: ConfigurationSetTlsPolicy.REQUIRE,
      reputationMetrics: true,
      suppressionReasons: SuppressionReasons.BOUNCES_AND_COMPLAINTS,
    })
    this.identity = new EmailIdentity(this, 'Identity', {
      identity:
        'email' in mail.identity
          ? Identity.email(mail.identity.email)
          : Identity.domain(mail.identity.domain),
      configurationSet: this.configurationSet,
    })
  }
}
