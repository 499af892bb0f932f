import { SESClient } from '@aws-sdk/client-ses'
import localSes from 'aws-ses-v2-local'
import { once } from 'node:events'
import * as z from 'zod'
import { afterAll } from 'vitest'

const mailSchema = z.object({
  messageId: z.string(),
  from: z.string(),
  replyTo: z.array(z.string()),
  destination: z.object({
    to: z.array(z.string()),
    cc: z.array(z.string()),
    bcc: z.array(z.string()),
  }),
  subject: z.string(),
  body: z.object({ html: z.string().optional(), text: z.string().optional() }),
})

/** A mail as the server received it. */
export type SentMail = z.infer<typeof mailSchema>

/** A mail server of a test file. */
export interface MailServer {
  readonly endpoint: string
  readonly client: SESClient
  /** Every mail since the start or the last `clear`, in the order of sending. */
  readonly mails: () => Promise<SentMail[]>
  readonly clear: () => Promise<void>
}

/**
 * Starts a mail server that speaks SES, on a free port, closed after the test file. There is one
 * mailbox for each process, so call it once: `const { client, mails } = await mailServer()`.
 */
export const mailServer = async (): Promise<MailServer> => {
  const server = await localSes.default({ host: '127.0.0.1', port: 0 })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('No port')
  const endpoint = `http://127.0.0.1:${address.port}`
  const client = new SESClient({ endpoint })
  afterAll(async () => {
    client.destroy()
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  })
  return {
    endpoint,
    client,
    mails: async () => {
      const answer = await fetch(`${endpoint}/store`)
      return z.object({ emails: z.array(mailSchema) }).parse(await answer.json()).emails
    },
    clear: async () => {
      await fetch(`${endpoint}/clear-store`, { method: 'POST' })
    },
  }
}
