import { SendEmailCommand, SendRawEmailCommand, type SESClient } from '@aws-sdk/client-ses'
import { mimeOf } from './mime.ts'

/** What a mailer sends. */
export interface Letter {
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  /** Where one POST ends mails of this kind (RFC 8058): of informational mail only. */
  readonly unsubscribe?: string | undefined
  /** What the mail service repeats when it reports how the mail fared. */
  readonly tags?: Readonly<Record<string, string>> | undefined
}

/** Sends a mail; false when the mail service refuses it for good, as for a malformed address. */
export type Mailer = (letter: Letter) => Promise<boolean>

/**
 * Only what is wrong with the letter itself. `MessageRejected` is not: SES says it as well of a
 * sender that is not verified yet, and then every mail must wait for that, not be given up.
 */
const isPermanent = (error: unknown): boolean =>
  error instanceof Error && error.name === 'InvalidParameterValue'

/** What SES takes as a tag; anything else is left out, for a tag is no reason to lose a mail. */
const TAG = /^[\w.@-]{1,256}$/

const tagsOf = ({ tags = {} }: Letter): { Name: string; Value: string }[] =>
  Object.entries(tags)
    .filter(([, value]) => TAG.test(value))
    .map(([name, value]) => ({ Name: name, Value: value }))

/** In whose name mails go out, and by which rules of SES. */
export interface MailSettings {
  readonly sender: string
  readonly configurationSet: string
}

const simple = ({ sender, configurationSet }: MailSettings, letter: Letter): SendEmailCommand =>
  new SendEmailCommand({
    Source: sender,
    ConfigurationSetName: configurationSet,
    Destination: { ToAddresses: [letter.to] },
    Tags: tagsOf(letter),
    Message: {
      Subject: { Data: letter.subject, Charset: 'UTF-8' },
      Body: {
        Text: { Data: letter.text, Charset: 'UTF-8' },
        Html: { Data: letter.html, Charset: 'UTF-8' },
      },
    },
  })

/** The call of SES that takes headers. */
const withHeaders = (
  { sender, configurationSet }: MailSettings,
  letter: Letter,
  unsubscribe: string,
): SendRawEmailCommand =>
  new SendRawEmailCommand({
    Source: sender,
    ConfigurationSetName: configurationSet,
    Destinations: [letter.to],
    Tags: tagsOf(letter),
    RawMessage: {
      Data: mimeOf(letter, {
        From: sender,
        To: letter.to,
        'List-Unsubscribe': `<${unsubscribe}>`,
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      }),
    },
  })

/** Sends by SES from one verified sender. */
export const sesMailer =
  (client: SESClient, settings: MailSettings): Mailer =>
  async (letter) => {
    try {
      if (letter.unsubscribe === undefined) await client.send(simple(settings, letter))
      else await client.send(withHeaders(settings, letter, letter.unsubscribe))
      return true
    } catch (error) {
      if (isPermanent(error)) return false
      throw error
    }
  }
