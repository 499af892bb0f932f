import { beforeAll, expect, it, vi } from 'vitest'
import { bounceReport } from '../support/mail-reports.ts'
import {
  confirmAddressRoute,
  confirmListedAddressRoute,
  confirmOwnAddressRoute,
  exportMailProblemsRoute,
  listMailProblemsRoute,
  readMailHealthRoute,
} from '../../shared/mail-health/routes.ts'
import { showUnsubscribeRoute, unsubscribeRoute } from '../../shared/messages/routes.ts'
import { unsubscribeUrl } from '../../shared/messages/unsubscribe.ts'
import { DUPONT, openCesson } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { call, claimsOf, httpEvent, topicEvent } from '../support/events.ts'
import { LINKS } from '../support/mail-stream.ts'
import { rightsGranted, rightsUsed } from '../support/used-rights.ts'

const { table, tableName, endpoint } = await freshTable()
const EMAIL = 'madelainedupont@famille.example'
/** When the word of the agent is taken again. */
const LATER = new Date('2025-09-12T08:00:00Z')
const tags = { family: ['1001'], mail: ['INVOICE-ENF202500000012-0'] }

beforeAll(async () => {
  await openCesson(table)
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', endpoint)
  vi.stubEnv('TABLE_NAME', tableName)
})

it('lets each function do what it does and nothing else, from a bounce to an address that works again', async () => {
  const { handler: hearMails } = await import('../../functions/hear-mails/index.ts')
  const { handler: mailHealth } = await import('../../functions/mail-health/index.ts')
  const url = await unsubscribeUrl(table, LINKS, { ...DUPONT, topic: 'reminders' })
  const secret = url.split('/').at(-1) ?? ''

  expect(
    await rightsUsed(async () => {
      await hearMails(topicEvent(bounceReport({ email: EMAIL, tags })))
      expect(await hearMails({ smoke: true })).toMatchObject({ ok: true })
    }),
  ).toEqual(rightsGranted('hear-mails'))

  expect(
    await rightsUsed(async () => {
      const agent = claimsOf(['agent'])
      const listed = await call(mailHealth, httpEvent(listMailProblemsRoute, { claims: agent }))
      expect(JSON.parse(listed.body ?? '')).toMatchObject({
        problems: [
          {
            ...{ email: EMAIL, problem: 'undeliverable', holder: 'family' },
            invoicesToPost: ['ENF202500000012'],
          },
        ],
      })
      const [{ addressId } = expect.fail()] = listMailProblemsRoute.reply.parse(
        JSON.parse(listed.body ?? ''),
      ).problems
      const csv = await call(mailHealth, httpEvent(exportMailProblemsRoute, { claims: agent }))
      expect(csv.headers).toMatchObject({ 'content-type': 'text/csv; charset=utf-8' })
      for (const [route, event] of [
        [readMailHealthRoute, { claims: agent, parameters: { familyId: DUPONT.familyId } }],
        [confirmAddressRoute, { claims: agent, parameters: DUPONT }],
        [confirmListedAddressRoute, { claims: agent, parameters: { addressId }, now: LATER }],
        [showUnsubscribeRoute, { parameters: { topic: 'reminders', secret } }],
        [unsubscribeRoute, { parameters: { topic: 'reminders', secret } }],
      ] as const) {
        expect(await call(mailHealth, httpEvent(route, event))).toMatchObject({ statusCode: 200 })
      }
      const parent = claimsOf(['guardian'], DUPONT)
      const again = await call(mailHealth, httpEvent(confirmOwnAddressRoute, { claims: parent }))
      expect(again.statusCode).toBe(429)
    }),
  ).toEqual(rightsGranted('mail-health'))
})

it('fails on a message that cannot be read, so that it ends where a person looks', async () => {
  const { handler: hearMails } = await import('../../functions/hear-mails/index.ts')
  await expect(hearMails(topicEvent({ hello: 'world' }))).rejects.toThrow()
})
