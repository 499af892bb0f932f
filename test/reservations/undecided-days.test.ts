import { beforeAll, describe, expect, it } from 'vitest'
import { billOne } from '../../shared/billing/bill-one.ts'
import type { IsoMonth } from '../../shared/kernel/dates.ts'
import { mailsOfNotice } from '../../shared/messages/notice-rules.ts'
import { noticeIn } from '../../shared/messages/notices.ts'
import { familyPartition } from '../../shared/platform/keys.ts'
import { regieIdSchema } from '../../shared/platform/schemas.ts'
import { decideRequest } from '../../shared/reservations/decide-request.ts'
import { submitWishes } from '../../shared/reservations/submit-wishes.ts'
import {
  cessonTown,
  GUIDE_MORNING,
  openCesson,
  ticked,
  weekly,
  type DUPONT,
} from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'

const { table } = await freshTable()
const deps = { table, town: cessonTown }
const OCTOBER_15 = new Date('2025-10-15T08:00:00Z')

/** How many of each line a family would be billed for a month. */
const billed = async ({ familyId }: typeof DUPONT, month: IsoMonth): Promise<number[]> => {
  const regieId = regieIdSchema.parse('ENF')
  const { bill } = await billOne(deps, familyId, { month, regieId, issuedOn: '2025-12-01' })
  return bill.kind === 'draft' ? bill.draft.document.lines.map(({ quantity }) => quantity) : []
}

describe('a request that staff decide late', () => {
  beforeAll(async () => {
    await openCesson(table)
  })

  it('changes no day that has gone by, whose month may be billed, and tells the family of the others only', async () => {
    const by = await anotherFamily(table)
    const submission = await submitWishes(deps, {
      by,
      wishes: [
        weekly(
          'lucas-mercredis-2025',
          { 3: ['JOURNEE'] },
          { from: '2025-09-24', to: '2025-12-03' },
        ),
      ],
      idempotencyKey: 'autumn-of-wednesdays',
      now: GUIDE_MORNING,
    })
    await decideRequest(table, {
      familyId: by.familyId,
      number: submission.number,
      outcome: 'accepted',
      by: 'agent',
      now: OCTOBER_15,
    })
    const [notice] = (await table.query({ partition: familyPartition(by.familyId) })).flatMap(
      (item) => noticeIn(item) ?? [],
    )
    if (notice === undefined) throw new Error('Nothing tells the family of the decision')
    const sender = { catalogue: cessonTown.catalogue, portalUrl: 'https://portail.example' }
    const [mail] = mailsOfNotice(sender, notice)
    expect(mail?.text).toContain('Jours réservés :')
    expect(mail?.text).toContain('- octobre 2025 : 15\n- novembre 2025 : 5, 12, 19, 26\n')
    expect(mail?.text).not.toContain('septembre')

    expect(await billed(by, '2025-09')).toEqual([])
    expect(await billed(by, '2025-11')).toEqual([4])
  })

  it('leaves to a later request the days that it has taken over', async () => {
    const by = await anotherFamily(table)
    const day = (...units: string[]) => [ticked('lucas-mercredis-2025', { '2025-11-05': units })]
    const submit = (idempotencyKey: string, ...units: string[]) =>
      submitWishes(deps, { by, wishes: day(...units), idempotencyKey, now: GUIDE_MORNING })
    const decide = (number: number, outcome: 'accepted' | 'refused') =>
      decideRequest(table, { familyId: by.familyId, number, outcome, by: 'agent', now: OCTOBER_15 })
    const first = await submit('asked-at-first', 'JOURNEE')
    await submit('withdrawn-again')
    const last = await submit('asked-once-more', 'JOURNEE')
    await expect(decide(first.number, 'accepted')).rejects.toMatchObject({
      code: 'request-withdrawn',
    })
    await decide(last.number, 'refused')
    expect(await billed(by, '2025-11')).toEqual([])
  })
})
