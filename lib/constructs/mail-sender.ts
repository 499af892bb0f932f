import {
  ConfigurationSet,
  ConfigurationSetTlsPolicy,
  EmailIdentity,
  Identity,
} from 'aws-cdk-lib/aws-ses'
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'
import type { Environment } from '../../shared/platform/functions.ts'
import { sendMails } from '../permissions.ts'
import type { Stage } from '../stages.ts'

/** The name in which the town writes, and the rules by which SES delivers. */
export class MailSender extends Construct {
  private readonly identity: EmailIdentity
  readonly configurationSet: ConfigurationSet

  constructor(scope: Construct, id: string, mail: Stage['mail']) {
    super(scope, id)
    this.configurationSet = new ConfigurationSet(this, 'Rules', {
      tlsPolicy: ConfigurationSetTlsPolicy.REQUIRE,
      reputationMetrics: true,
      // The portal keeps its own list: that of SES would keep invoices from who has called a reminder
      // spam, and an address that works again would stay on it until a person of the town's IT takes it off.
      disableSuppressionList: true,
    })
    this.identity = new EmailIdentity(this, 'Identity', {
      identity:
        'email' in mail.identity
          ? Identity.email(mail.identity.email)
          : Identity.domain(mail.identity.domain),
      configurationSet: this.configurationSet,
    })
  }

  /** What a function that writes mails must know. */
  environment({ mail, portalUrl }: Stage): Omit<Environment<'mail-invoices'>, 'TABLE_NAME'> {
    return {
      MAIL_SENDER: mail.sender,
      MAIL_CONFIGURATION_SET: this.configurationSet.configurationSetName,
      PORTAL_URL: portalUrl,
    }
  }

  /** What a function that writes mails may do; mails that can be stopped by one click have headers. */
  permission({ withHeaders = false } = {}): PolicyStatement {
    return sendMails(this.identity, this.configurationSet, { withHeaders })
  }
}
