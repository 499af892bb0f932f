import { SendEmailCommand, type SESClient } from '@aws-sdk/client-ses'

/** What a mailer sends. */
export interface Letter {
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** Sends a mail; false when the mail service refuses it for good, as for a malformed address. */
export type Mailer = (letter: Letter) => Promise<boolean>

/**
 * Only what is wrong with the letter itself. `MessageRejected` is not: SES says it as well of a
 * sender that is not verified yet, and then every mail must wait for that, not be given up.
 */
const isPermanent = (error: unknown): boolean =>
  error instanceof Error && error.name === 'InvalidParameterValue'

/** Sends by SES from one verified sender. */
export const sesMailer =
  (
    client: SESClient,
    { sender, configurationSet }: { sender: string; configurationSet: string },
  ): Mailer =>
  async ({ to, subject, text, html }) => {
    try {
      await client.send(
        new SendEmailCommand({
          Source: sender,
          ConfigurationSetName: configurationSet,
          Destination: { ToAddresses: [to] },
          Message: {
            Subject: { Data: subject, Charset: 'UTF-8' },
            Body: {
              Text: { Data: text, Charset: 'UTF-8' },
              Html: { Data: html, Charset: 'UTF-8' },
            },
          },
        }),
      )
      return true
    } catch (error) {
      if (isPermanent(error)) return false
      throw error
    }
  }
