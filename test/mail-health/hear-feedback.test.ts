import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { hearFeedback } from '../../shared/mail-health/hear-feedback.ts'
import { readMailHealth } from '../../shared/mail-health/read-mail-health.ts'
import { standingOfAddress } from '../../shared/mail-health/standing.ts'
import { findAddress } from '../../shared/mail-health/store.ts'
import { invoicesToPost } from '../../shared/messages/receipts.ts'
import type { FamilyId } from '../../shared/platform/schemas.ts'
import { endErasure } from '../../shared/privacy/store.ts'
import { openCesson } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import {
  bounceReport,
  complaintReport,
  deliveryReport,
  transientReport,
} from '../support/mail-reports.ts'
import { measure } from '../support/meter.ts'

const { table, documents } = await freshTable()

let count = 0
let email = ''

beforeAll(async () => {
  await openCesson(table)
})

beforeEach(() => {
  count += 1
  email = `parent-${String(count)}@famille.example`
})

const UNDELIVERABLE = { problem: 'undeliverable', since: '2025-09-02T10:00:00.000Z' }

describe('reports of the mail service', () => {
  it('mark an address after a permanent bounce, however it is written', async () => {
    await hearFeedback(table, bounceReport({ email: `Mme Dupont <${email.toUpperCase()}>` }))
    expect(await standingOfAddress(table, email)).toEqual(UNDELIVERABLE)
  })

  it('are read in the words of an identity as well as in those of a configuration set', async () => {
    const { eventType, ...report } = Object.assign({ eventType: '' }, bounceReport({ email }))
    await hearFeedback(table, { ...report, notificationType: eventType })
    expect(await standingOfAddress(table, email)).toEqual(UNDELIVERABLE)
  })

  it('may be of several addresses, each marked on its own', async () => {
    const report = structuredClone(bounceReport({ email }))
    const other = `other-${email}`
    Object.assign(report, {
      bounce: {
        bounceType: 'Permanent',
        bounceSubType: 'General',
        feedbackId: 'both',
        bouncedRecipients: [{ emailAddress: email }, { emailAddress: other, futureField: 1 }],
      },
    })
    await hearFeedback(table, report)
    expect(await standingOfAddress(table, email)).toEqual(UNDELIVERABLE)
    expect(await standingOfAddress(table, other)).toEqual(UNDELIVERABLE)
  })

  it('leave the mark of a bounce when a delivery is heard of after it', async () => {
    await hearFeedback(table, bounceReport({ email }))
    await hearFeedback(table, deliveryReport({ email }))
    expect(await standingOfAddress(table, email)).toEqual(UNDELIVERABLE)
  })

  it('count once when they come twice: the second costs a read and no write', async () => {
    const report = transientReport({ email, feedbackId: 'once' })
    await hearFeedback(table, report)
    const { cost } = await measure([documents], () => hearFeedback(table, report))
    expect(cost.calls).toEqual({ GetItem: 1 })
    expect((await findAddress(table, email))?.transients).toHaveLength(1)
  })

  it('mark a mailbox that was full five times', async () => {
    for (const each of [1, 2, 3, 4, 5]) {
      const sentAt = `2025-09-0${String(each)}T10:00:00Z`
      await hearFeedback(table, transientReport({ email, sentAt, feedbackId: `full-${sentAt}` }))
    }
    expect(await standingOfAddress(table, email)).toEqual({
      problem: 'undeliverable',
      since: '2025-09-01T10:00:00.000Z',
    })
  })

  it('do not hold against an address what is wrong with a message', async () => {
    await hearFeedback(
      table,
      bounceReport({ email }, { bounceType: 'Transient', bounceSubType: 'MessageTooLarge' }),
    )
    expect(await findAddress(table, email)).toBeUndefined()
  })

  it('mark who has called a mail spam, and not who has taken one out of the spam', async () => {
    await hearFeedback(table, complaintReport({ email }, 'not-spam'))
    expect(await standingOfAddress(table, email)).toBeUndefined()
    await hearFeedback(table, complaintReport({ email }, null))
    expect(await standingOfAddress(table, email)).toMatchObject({ problem: 'complained' })
  })

  it.each(['DeliveryDelay', 'Open', 'RenderingFailure', 'SomethingNew'])(
    'of the kind %s change nothing',
    async (eventType) => {
      await hearFeedback(table, { eventType, mail: { timestamp: '2025-09-02T10:00:00Z' } })
      expect(await findAddress(table, email)).toBeUndefined()
    },
  )

  it.each([
    ['no report at all', { hello: 'world' }],
    ['a bounce without its addresses', { eventType: 'Bounce', mail: {}, bounce: {} }],
  ])('fail on %s, so that somebody looks', async (_, message) => {
    await expect(hearFeedback(table, message)).rejects.toThrow()
  })
})

describe('whose mail it was', () => {
  const tagsOf = (familyId: string, mail: string) => ({ family: [familyId], mail: [mail] })

  const erase = (familyId: FamilyId) =>
    endErasure(table, {
      ...{ familyId, state: 'done', reason: 'opened-in-error', lines: [] },
      startedAt: '2025-09-01T10:00:00.000Z',
    })

  it('is told by its tags: the family is told at its address, and the invoice goes by post', async () => {
    const { familyId } = await anotherFamily(table)
    const own = 'madelainedupont@famille.example'
    const tags = tagsOf(familyId, 'INVOICE-ENF2025-00012-0')
    await hearFeedback(table, bounceReport({ email: own, tags }))
    expect(await readMailHealth(table, { parameters: { familyId } })).toMatchObject({
      problems: [{ email: own, ...UNDELIVERABLE }],
    })
    expect(await invoicesToPost(table, familyId)).toEqual(['ENF2025-00012'])
    expect((await findAddress(table, own))?.families).toContain(familyId)
  })

  it('may be of two families', async () => {
    await hearFeedback(table, bounceReport({ email, feedbackId: '1', tags: tagsOf('7001', 'A') }))
    await hearFeedback(table, bounceReport({ email, feedbackId: '2', tags: tagsOf('7002', 'B') }))
    expect((await findAddress(table, email))?.families).toEqual(['7001', '7002'])
  })

  it('may be of a service of the town', async () => {
    await hearFeedback(table, bounceReport({ email, tags: { audience: ['town'] } }))
    expect(await findAddress(table, email)).toMatchObject({ isTowns: true, families: [] })
  })

  it('is dropped where the family is erased: nothing of it comes back', async () => {
    const { familyId } = await anotherFamily(table)
    await erase(familyId)
    const tags = tagsOf(familyId, 'INVOICE-ENF2025-00012-0')
    await hearFeedback(table, bounceReport({ email, tags }))
    await hearFeedback(table, complaintReport({ email, tags }))
    expect(await findAddress(table, email)).toBeUndefined()
    expect(await invoicesToPost(table, familyId)).toEqual([])
  })

  it('marks an address all the same that others have as well, and not as the erased family’s', async () => {
    const [erased, other] = [await anotherFamily(table), await anotherFamily(table)]
    await hearFeedback(table, transientReport({ email, tags: tagsOf(other.familyId, 'A') }))
    await erase(erased.familyId)
    await hearFeedback(table, bounceReport({ email, tags: tagsOf(erased.familyId, 'B') }))
    expect(await findAddress(table, email)).toMatchObject({ families: [other.familyId] })
    expect(await standingOfAddress(table, email)).toEqual(UNDELIVERABLE)
  })

  it('is left open where the tag is no number of a file', async () => {
    await hearFeedback(table, bounceReport({ email, tags: { family: ['no # key'] } }))
    expect(await findAddress(table, email)).toMatchObject({ families: [] })
  })
})

it('marks the same wherever it crashes', async () => {
  let number = 0
  const crashes = await crashEverywhere({
    clients: [documents],
    scenario: () => {
      number += 1
      const to = `crash-${String(number)}@famille.example`
      const tags = { family: [`crash-${String(number)}`], mail: ['INVOICE-ENF2025-00001-0'] }
      return Promise.resolve({
        run: () => hearFeedback(table, bounceReport({ email: to, tags })),
        check: async () => {
          expect(await standingOfAddress(table, to)).toEqual(UNDELIVERABLE)
        },
      })
    },
  })
  expect(crashes.map(({ operation }) => operation)).toEqual(
    expect.arrayContaining(['GetItem', 'PutItem']),
  )
})
