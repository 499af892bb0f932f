import {
  SendEmailCommand,
  SendRawEmailCommand,
  SESClient,
  SESServiceException,
} from '@aws-sdk/client-ses'
import { mockClient } from 'aws-sdk-client-mock'
import { describe, expect, it, onTestFinished } from 'vitest'
import { sesMailer, type Letter } from '../../shared/platform/mailer.ts'
import { failNext, mailRejected, mailThrottled } from '../support/faults.ts'
import { mailServer } from '../support/ses.ts'

const { client, mails, clear } = await mailServer()
const settings = { sender: 'Portail <portail@cesson.example>', configurationSet: 'portal' }
const mailer = sesMailer(client, settings)

const letter: Letter = {
  to: 'madelaine@famille.example',
  subject: 'Vos réservations de Noël',
  text: 'Léo — déjeuner : 1,41 €',
  html: '<p>Léo — déjeuner : 1,41 €</p>',
}

const sesError = (name: string) =>
  new SESServiceException({ name, $fault: 'client', $metadata: {}, message: name })

it('sends a mail from the one sender, in UTF-8', async () => {
  await clear()
  expect(await mailer(letter)).toBe(true)
  expect(await mails()).toMatchObject([
    {
      from: settings.sender,
      destination: { to: [letter.to], cc: [], bcc: [] },
      subject: letter.subject,
      body: { text: letter.text, html: letter.html },
    },
  ])
})

it('sends by its configuration set, which counts bounces and complaints', async () => {
  const pool = mockClient(SESClient)
  onTestFinished(() => pool.restore())
  pool.on(SendEmailCommand).resolves({ MessageId: '1' })
  await sesMailer(new SESClient({}), settings)(letter)
  expect(pool.commandCalls(SendEmailCommand)[0]?.args[0].input).toMatchObject({
    ConfigurationSetName: 'portal',
    Message: { Subject: { Charset: 'UTF-8' } },
  })
})

it('says that a mail will never go out when it is malformed', async () => {
  onTestFinished(failNext(client, SendEmailCommand, [sesError('InvalidParameterValue')]))
  expect(await mailer(letter)).toBe(false)
})

describe('fails, so that the stream delivers again', () => {
  it.each([
    ['throttling', mailThrottled()],
    ['a sender that is not verified yet', mailRejected()],
    ['a paused account', sesError('AccountSendingPausedException')],
    ['a missing configuration set', sesError('ConfigurationSetDoesNotExistException')],
    ['a domain that is not verified yet', sesError('MailFromDomainNotVerifiedException')],
    ['a service that does not answer', new Error('socket hang up')],
  ])('on %s', async (_, error) => {
    onTestFinished(failNext(client, SendEmailCommand, [error]))
    await expect(mailer(letter)).rejects.toBe(error)
  })
})

describe('a mail that can be stopped by one click', () => {
  const url = 'https://api.cesson.example/unsubscribe/reminders/secret'

  const sent = async (change: Partial<Letter>): Promise<string> => {
    const pool = mockClient(SESClient)
    onTestFinished(() => pool.restore())
    pool.on(SendRawEmailCommand).resolves({ MessageId: '1' })
    await sesMailer(new SESClient({}), settings)({ ...letter, ...change })
    const [only] = pool.commandCalls(SendRawEmailCommand)
    const input = only?.args[0].input
    expect(input).toMatchObject({ ConfigurationSetName: 'portal', Destinations: [letter.to] })
    expect(input?.Tags).toEqual([{ Name: 'family', Value: '1001' }])
    return Buffer.from(input?.RawMessage?.Data ?? []).toString()
  }

  it('says so in its headers (RFC 8058)', async () => {
    const raw = await sent({ unsubscribe: url, tags: { family: '1001', other: 'no tag at all' } })
    expect(raw).toContain(`\r\nList-Unsubscribe: <${url}>\r\n`)
    expect(raw).toContain('\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n')
  })

  it('arrives like any other', async () => {
    await clear()
    expect(await mailer({ ...letter, unsubscribe: url })).toBe(true)
    const [mail] = await mails()
    expect(mail).toMatchObject({ destination: { to: [letter.to] }, subject: letter.subject })
    expect(mail?.body.text?.trim()).toBe(letter.text)
    expect(mail?.body.html).toContain(letter.html)
  })

  it('is given up when it is malformed', async () => {
    onTestFinished(failNext(client, SendRawEmailCommand, [sesError('InvalidParameterValue')]))
    expect(await mailer({ ...letter, unsubscribe: url })).toBe(false)
  })
})
