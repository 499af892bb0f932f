import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { MAILED_ENTITIES } from '../../shared/messages/names.ts'
import { noticeEntity } from '../../shared/messages/notices.ts'
import type { FamilyId } from '../../shared/platform/schemas.ts'
import type { Submission, Wish } from '../../shared/reservations/model.ts'
import { submissionEntity } from '../../shared/reservations/store.ts'
import { submitWishes } from '../../shared/reservations/submit-wishes.ts'
import { cessonTown, GUIDE_MORNING, guideWishes, openCesson, weekly } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { streamedTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { deliverMails, isUnnoted, mailConsumer } from '../support/mail-stream.ts'
import { expectCost, measure } from '../support/meter.ts'
import { mailServer } from '../support/ses.ts'

const { table, documents, newRecords } = await streamedTable()
const { client, mails, clear } = await mailServer()
const deliver = deliverMails(table, client)

const submit = async (
  wishes: readonly Wish[],
): Promise<{ familyId: FamilyId; submission: Submission }> => {
  const by = await anotherFamily(table)
  const submission = await submitWishes(
    { table, town: cessonTown },
    { by, wishes, idempotencyKey: 'the-whole-year', now: GUIDE_MORNING },
  )
  return { familyId: by.familyId, submission }
}

const WEDNESDAYS = [weekly('lucas-mercredis-2025', { 3: ['JOURNEE'] })]

describe('the mails', () => {
  beforeAll(async () => {
    await openCesson(table)
  })

  beforeEach(async () => {
    await newRecords()
    await clear()
  })

  it('confirm a submission once, with its requests, their states and days [guide 47]', async () => {
    const { submission } = await submit(guideWishes)
    await deliver(await newRecords())
    const sent = await mails()
    expect(sent).toHaveLength(1)
    const [mail] = sent
    expect(mail?.destination.to).toEqual(['madelainedupont@famille.example'])
    expect(mail?.subject).toBe('Nous avons bien enregistré vos 4 demandes')
    for (const { number } of submission.requests) {
      expect(mail?.body.text).toContain(`Demande n° ${String(number)}`)
      expect(mail?.body.html).toContain(`Demande n°\u00A0${String(number)}`)
    }
    expect(mail?.body.text).toContain(
      'Léo — Etudes Surveillées — Elémentaire Jacques Prévert — du 08/09/2025 au 25/06/2026 (ETUDES) — Traitée positivement',
    )
    expect(mail?.body.text).toContain('- décembre 2025 : 1, 4, 8, 11, 15, 18')
    expect(mail?.body.text).toContain('https://portail.cesson.example/requests')
  })

  it('tell the service what awaits its decision [guide 47]', async () => {
    const { familyId } = await submit(WEDNESDAYS)
    await deliver(await newRecords())
    expect((await mails()).map(({ destination, subject }) => [destination.to, subject])).toEqual([
      [['madelainedupont@famille.example'], 'Nous avons bien enregistré votre demande'],
      [['education@cesson.example'], `Une demande à instruire : famille DUPONT ${familyId}`],
    ])
  })

  it('go out once however often the same records are delivered', async () => {
    await submit(WEDNESDAYS)
    const records = await newRecords()
    for (let times = 0; times < 3; times += 1) await deliver(records)
    expect(await mails()).toHaveLength(2)
  })

  it('stop at the first record that fails and go on from there', async () => {
    await submit(guideWishes)
    await submit(guideWishes)
    const records = await newRecords()
    const [first] = mailedOf(records)
    const broken = records.map((record) =>
      record === first
        ? { ...record, dynamodb: { ...record.dynamodb, NewImage: { entity: { S: 'Submission' } } } }
        : record,
    )
    const { batchItemFailures } = await mailConsumer(table, client)({ Records: broken })
    expect(batchItemFailures).toEqual([{ itemIdentifier: first?.dynamodb?.SequenceNumber }])
    expect(await mails()).toEqual([])
    await deliver(records)
    expect(await mails()).toHaveLength(2)
  })

  it('are neither lost nor doubled wherever it crashes, but in the one window that SES cannot close', async () => {
    const crashes = await crashEverywhere({
      clients: [documents, client],
      scenario: async () => {
        await newRecords()
        await submit(guideWishes)
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
      expect.arrayContaining(['GetItem', 'SendEmail', 'PutItem']),
    )
  })

  it('are asked for by the very entities that the stream hands over', () => {
    expect([...MAILED_ENTITIES].toSorted()).toEqual(
      [noticeEntity.type, submissionEntity.type, 'AccountMail', 'VisitorMail'].toSorted(),
    )
  })

  it('cost two reads, one call of SES and one write each', async () => {
    await submit(guideWishes)
    const records = await newRecords()
    const { cost } = await measure([documents, client], () => deliver(records))
    expectCost('mail a confirmation', cost)
    expect(cost.calls).toEqual({ GetItem: 2, SendEmail: 1, PutItem: 1 })
  })
})

/** The records of submissions: the others are filtered out before they reach the function. */
const mailedOf = (records: Awaited<ReturnType<typeof newRecords>>): typeof records =>
  records.filter(({ dynamodb }) => dynamodb?.NewImage?.['entity']?.S === 'Submission')
