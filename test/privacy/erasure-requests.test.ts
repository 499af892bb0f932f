import { beforeAll, describe, expect, it } from 'vitest'
import { noticeSchema } from '../../shared/messages/notice-model.ts'
import { mailsOfNotice } from '../../shared/messages/notice-rules.ts'
import { noticeEntity } from '../../shared/messages/notices.ts'
import { familyPartition } from '../../shared/platform/keys.ts'
import { guardianIdSchema, type FamilyId } from '../../shared/platform/schemas.ts'
import {
  askErasure,
  listErasureRequests,
  listMyErasureRequests,
  refuseErasure,
} from '../../shared/privacy/erasure-requests.ts'
import { DUPONT, GUIDE_MORNING, guardian, openCesson } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { SENDER } from '../support/mail-stream.ts'
import { expectCost, measure } from '../support/meter.ts'
import { ADMINISTRATOR } from './erasing-fixture.ts'

const { table, documents } = await freshTable()

type Family = Awaited<ReturnType<typeof anotherFamily>>

const ask = (family: Family, key = 'erase-us-please', now = GUIDE_MORNING) =>
  askErasure(table, { actor: guardian(family), headers: { 'idempotency-key': key }, now })

const refuse = (familyId: FamilyId, number: number, reason = 'Une facture reste à payer') =>
  refuseErasure(table, {
    parameters: { familyId, number },
    body: { reason },
    actor: ADMINISTRATOR,
    now: GUIDE_MORNING,
  })

const noticesOf = async (familyId: FamilyId) =>
  noticeEntity.pick(await table.query({ partition: familyPartition(familyId), from: ['NOTICE'] }))

beforeAll(async () => {
  await openCesson(table)
})

it('mails tell why a request is refused, and until when a file can be kept', () => {
  const about = {
    ...{ familyId: DUPONT.familyId, noticeId: 'SOMETHING', expiresAt: 0 },
    to: [{ name: 'Mme Madelaine DUPONT', email: 'madelainedupont@famille.example' }],
  }
  const mailOf = (content: unknown) =>
    mailsOfNotice(SENDER, noticeSchema.parse({ ...about, content }))
  const reason = 'Une facture reste à payer'
  const [refused] = mailOf({ kind: 'erasure-refused', number: 12, reason })
  expect(refused?.subject).toBe('Votre demande d’effacement n° 12 n’est pas acceptée')
  expect(refused?.text).toContain(reason)
  const [ending] = mailOf({ kind: 'file-ending', until: '2028-07-10' })
  expect(ending?.subject).toBe('Votre dossier sera effacé le 10/07/2028')
  expect(ending?.text).toContain('à partir du 10/07/2028')
})

describe('a request for erasure', () => {
  it('has a number and a day until which the town answers', async () => {
    const family = await anotherFamily(table)
    const { result, cost } = await measure([documents], () => ask(family))
    expectCost('ask for the erasure of a family', cost)
    expect(result).toMatchObject({ dueOn: '2025-08-15', state: 'pending' })
    expect(await ask(family)).toEqual(result)
    expect(await ask(family, 'another-key')).toEqual(result)
    const own = await listMyErasureRequests(table, { actor: guardian(family) })
    expect(own.requests).toEqual([result])
  })

  it('ends on the last day of a month that is shorter', async () => {
    const family = await anotherFamily(table)
    const asked = await ask(family, 'in-january', new Date('2026-01-31T10:00:00Z'))
    expect(asked.dueOn).toBe('2026-02-28')
  })

  it('is made once wherever it is cut off', async () => {
    await crashEverywhere({
      clients: [documents],
      scenario: async () => {
        const family = await anotherFamily(table, undefined, [])
        return {
          run: () => ask(family),
          check: async (request) => {
            const own = await listMyErasureRequests(table, { actor: guardian(family) })
            expect(own.requests).toEqual([request])
          },
        }
      },
    })
  })

  it('is of those who are in the file', async () => {
    const family = await anotherFamily(table)
    const gone = { ...family, guardianId: guardianIdSchema.parse('g9') }
    await expect(ask(gone)).rejects.toMatchObject({ code: 'not-found' })
    await expect(listMyErasureRequests(table, { actor: guardian(gone) })).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  it('is listed to staff while it awaits its answer, what is due first', async () => {
    const [late, early] = [await anotherFamily(table), await anotherFamily(table)]
    const second = await ask(late, 'due-second', new Date('2024-03-10T10:00:00Z'))
    const first = await ask(early, 'due-first-', new Date('2024-03-09T10:00:00Z'))
    const page = await listErasureRequests(table, { query: { limit: 1 } })
    expect(page.requests).toMatchObject([{ number: first.number, familyId: early.familyId }])
    const rest = await listErasureRequests(table, { query: { limit: 1, from: page.next } })
    expect(rest.requests).toMatchObject([{ number: second.number, familyId: late.familyId }])
    await refuse(early.familyId, first.number)
    const after = await listErasureRequests(table, { query: { limit: 1 } })
    expect(after.requests).toMatchObject([{ number: second.number }])
  })

  it('is refused with a reason, which all guardians are told once', async () => {
    const family = await anotherFamily(table)
    const { number } = await ask(family)
    const refused = await refuse(family.familyId, number)
    expect(refused).toMatchObject({
      state: 'refused',
      refusal: { reason: 'Une facture reste à payer' },
    })
    expect(await refuse(family.familyId, number)).toEqual(refused)
    await expect(refuse(family.familyId, number, 'Autre motif')).rejects.toMatchObject({
      code: 'already-decided',
    })
    expect(await noticesOf(family.familyId)).toMatchObject([
      {
        to: [{}, {}],
        content: { kind: 'erasure-refused', number, reason: 'Une facture reste à payer' },
      },
    ])
    const again = await ask(family, 'once-more')
    expect(again.number).not.toBe(number)
    await expect(refuse(family.familyId, number + 1000)).rejects.toMatchObject({
      code: 'not-found',
    })
  })
})
