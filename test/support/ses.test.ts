import { SendEmailCommand } from '@aws-sdk/client-ses'
import { expect, it } from 'vitest'
import { mailServer } from './ses.ts'

const { client, mails, clear } = await mailServer()

it('receives what SES is asked to send, and forgets it on demand', async () => {
  await client.send(
    new SendEmailCommand({
      Source: 'Portail <portail@ville.example>',
      ReplyToAddresses: ['enfance@ville.example'],
      Destination: { ToAddresses: ['parent@example.org'] },
      Message: {
        Subject: { Data: 'Vos réservations', Charset: 'UTF-8' },
        Body: { Text: { Data: 'Léo' }, Html: { Data: '<p>Léo</p>' } },
      },
    }),
  )
  expect(await mails()).toMatchObject([
    {
      from: 'Portail <portail@ville.example>',
      replyTo: ['enfance@ville.example'],
      destination: { to: ['parent@example.org'], cc: [], bcc: [] },
      subject: 'Vos réservations',
      body: { text: 'Léo', html: '<p>Léo</p>' },
    },
  ])
  await clear()
  expect(await mails()).toEqual([])
})
