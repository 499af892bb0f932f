import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { familyEntity } from '../../shared/families/store.ts'
import { hearFeedback } from '../../shared/mail-health/hear-feedback.ts'
import { readPreferences, setPreferences } from '../../shared/messages/preferences.ts'
import type { Notice } from '../../shared/messages/notice-model.ts'
import { noticeSchema } from '../../shared/messages/notice-model.ts'
import { sendNotice } from '../../shared/messages/notices.ts'
import { showUnsubscribeRoute, unsubscribeRoute } from '../../shared/messages/routes.ts'
import {
  eraseUnsubscribe,
  showUnsubscribe,
  unsubscribe,
  unsubscribeUrl,
} from '../../shared/messages/unsubscribe.ts'
import { httpHandler, on } from '../../shared/platform/http.ts'
import { guardian, openCesson } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { streamedTable } from '../support/engine.ts'
import { call, httpEvent } from '../support/events.ts'
import { anotherFamily } from '../support/families.ts'
import { bounceReport, complaintReport } from '../support/mail-reports.ts'
import { deliverMails, isUnnoted, LINKS } from '../support/mail-stream.ts'
import { mailServer } from '../support/ses.ts'

const { table, documents, newRecords } = await streamedTable()
const { client, mails, clear } = await mailServer()
const deliver = deliverMails(table, client)
const NOW = new Date('2025-09-30T15:30:00Z')

type Family = Awaited<ReturnType<typeof anotherFamily>>

const noticeOf = ({ familyId }: Family, kind: 'reminder' | 'file-ending', to: string): Notice =>
  noticeSchema.parse({
    familyId,
    noticeId: kind,
    to: [{ name: 'Mme Madelaine DUPONT', email: to }],
    content:
      kind === 'file-ending'
        ? { kind, until: '2026-01-31' }
        : {
            kind,
            monday: '2025-10-06',
            activities: [
              {
                ...{ child: 'Lucas', activityId: 'MERCREDIS', groupId: 'PETITS' },
                until: '2025-10-02T21:59:00.000Z',
              },
            ],
          },
    expiresAt: 0,
  })

let count = 0
let to = ''
let family: Family

const send = async (kind: 'reminder' | 'file-ending'): Promise<void> => {
  await sendNotice(table, noticeOf(family, kind, to), NOW)
  await deliver(await newRecords())
}

const urlOf = ({ familyId }: Family): Promise<string> =>
  unsubscribeUrl(table, LINKS, { familyId, topic: 'reminders' })

const parametersOf = (url: string) => {
  const [topic, secret] = new URL(url).pathname.split('/').slice(-2)
  return unsubscribeRoute.parameters.parse({ topic, secret })
}

const preferences = () => readPreferences(table, { actor: guardian(family) })

beforeAll(async () => {
  await openCesson(table)
})

beforeEach(async () => {
  count += 1
  to = `unsubscribe-${String(count)}@famille.example`
  family = await anotherFamily(table)
  await newRecords()
  await clear()
})

describe('the link in a mail', () => {
  it('is the same for every mail of the family, and says nothing of it', async () => {
    const url = await urlOf(family)
    expect(url).toMatch(/^https:\/\/api\.cesson\.example\/unsubscribe\/reminders\/[\w-]{32}$/)
    expect(url).not.toContain(family.familyId)
    expect(await urlOf(family)).toBe(url)
    expect(await urlOf(await anotherFamily(table))).not.toBe(url)
  })

  it('is one even when two mails need the first at the same moment', async () => {
    const urls = await Promise.all([urlOf(family), urlOf(family), urlOf(family)])
    expect(new Set(urls).size).toBe(1)
  })

  it('shows a page with a button to who opens it, and changes nothing: scanners open links', async () => {
    const parameters = parametersOf(await urlOf(family))
    const html = showUnsubscribe({ parameters })
    expect(html).toContain('<form method="post">')
    expect(html).toContain('lang="fr"')
    expect(await preferences()).toMatchObject({ reminders: true })
  })

  it('stops the mails of its kind by one POST, as often as it comes, until a guardian wants them again', async () => {
    const parameters = parametersOf(await urlOf(family))
    expect(await unsubscribe(table, { parameters })).not.toContain('<form')
    expect(await unsubscribe(table, { parameters })).not.toContain('<form')
    expect(await preferences()).toEqual({ reminders: false, news: true })
    await setPreferences(table, {
      actor: guardian(family),
      body: { reminders: true, news: false },
    })
    expect(await preferences()).toEqual({ reminders: true, news: false })
  })

  it('stops the mails of the file that took over the one to which it was mailed', async () => {
    const kept = await anotherFamily(table)
    const parameters = parametersOf(await urlOf(family))
    const { familyId } = family
    const item = await table.get(familyEntity.keyOf({ familyId }))
    const held = familyEntity.found(item) ?? expect.fail()
    await table.put(familyEntity.toItem({ ...held, mergedInto: kept.familyId }))
    await unsubscribe(table, { parameters })
    for (const each of [family, kept]) {
      const actor = guardian(each)
      expect(await readPreferences(table, { actor })).toEqual({ reminders: false, news: true })
    }
    // The last word of a guardian holds, and the link works again after it.
    const actor = guardian(kept)
    await setPreferences(table, { actor, body: { reminders: true, news: true } })
    expect(await readPreferences(table, { actor })).toEqual({ reminders: true, news: true })
    await unsubscribe(table, { parameters })
    expect(await readPreferences(table, { actor })).toEqual({ reminders: false, news: true })
  })

  it('is nobody’s once the family is erased, and of who guesses', async () => {
    const parameters = parametersOf(await urlOf(family))
    await eraseUnsubscribe(table, family.familyId)
    await eraseUnsubscribe(table, family.familyId)
    for (const secret of [parameters.secret, 'x'.repeat(32)]) {
      const guessed = { parameters: { ...parameters, secret } }
      await expect(unsubscribe(table, guessed)).rejects.toMatchObject({ code: 'not-found' })
    }
  })

  it('works without signing in, with what a mail client sends', async () => {
    const handler = httpHandler(
      on(showUnsubscribeRoute, (asked) => Promise.resolve(showUnsubscribe(asked))),
      on(unsubscribeRoute, (asked) => unsubscribe(table, asked)),
    )
    const parameters = parametersOf(await urlOf(family))
    const shown = await call(handler, httpEvent(showUnsubscribeRoute, { parameters }))
    expect(shown).toMatchObject({ statusCode: 200 })
    const event = httpEvent(unsubscribeRoute, { parameters })
    const posted = await call(handler, {
      ...event,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'List-Unsubscribe=One-Click',
    })
    expect(posted).toMatchObject({ statusCode: 200 })
    expect(await preferences()).toMatchObject({ reminders: false })
  })
})

describe('what goes out', () => {
  const raw = z.object({ RawMessage: z.object({ Data: z.instanceof(Uint8Array) }) })

  /** The mails that were sent with headers, while something runs. */
  const withHeaders = async (run: () => Promise<void>): Promise<string[]> => {
    const sent: string[] = []
    client.middlewareStack.add(
      (next) => (args) => {
        const input = raw.safeParse(args.input)
        if (input.success) sent.push(Buffer.from(input.data.RawMessage.Data).toString())
        return next(args)
      },
      { name: 'listen', step: 'initialize' },
    )
    await run()
    client.middlewareStack.remove('listen')
    return sent
  }

  it('can be stopped by one click where a family may do without it, and only there', async () => {
    const [reminder, ...others] = await withHeaders(async () => {
      await send('reminder')
      await send('file-ending')
    })
    expect(others).toEqual([])
    expect(reminder).toContain(`List-Unsubscribe: <${await urlOf(family)}>`)
    expect(reminder).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click')
    expect(await mails()).toHaveLength(2)
  })

  it('is what the family must know, once it has stopped the rest', async () => {
    await unsubscribe(table, { parameters: parametersOf(await urlOf(family)) })
    await send('reminder')
    await send('file-ending')
    expect((await mails()).map(({ subject }) => subject)).toEqual([
      expect.not.stringContaining('Rien n’est réservé'),
    ])
  })

  it('is what the family must know, where it has called a mail spam', async () => {
    await hearFeedback(table, complaintReport({ email: to, sentAt: NOW.toISOString() }))
    await send('reminder')
    await send('file-ending')
    expect(await mails()).toHaveLength(1)
  })

  it('is nothing where mails do not arrive', async () => {
    await hearFeedback(table, bounceReport({ email: to, sentAt: NOW.toISOString() }))
    await send('reminder')
    await send('file-ending')
    expect(await mails()).toEqual([])
  })

  it('is neither lost nor doubled wherever it crashes, but in the one window of SES', async () => {
    const crashes = await crashEverywhere({
      clients: [documents, client],
      scenario: async () => {
        family = await anotherFamily(table)
        await newRecords()
        await sendNotice(table, noticeOf(family, 'reminder', to), NOW)
        const records = await newRecords()
        await clear()
        return {
          run: () => deliver(records),
          check: async (_, crash) => {
            expect(await mails()).toHaveLength(isUnnoted(crash) ? 2 : 1)
          },
        }
      },
    })
    expect(crashes.map(({ operation }) => operation)).toEqual(
      expect.arrayContaining(['TransactWriteItems', 'SendRawEmail', 'PutItem']),
    )
  })
})
