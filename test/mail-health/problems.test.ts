import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  confirmAddress,
  confirmListedAddress,
  confirmOwnAddress,
  noteArrival,
} from '../../shared/mail-health/confirm-address.ts'
import { eraseAddresses } from '../../shared/mail-health/erase-addresses.ts'
import { hearFeedback } from '../../shared/mail-health/hear-feedback.ts'
import { readMailHealth } from '../../shared/mail-health/read-mail-health.ts'
import { exportMailProblems, listMailProblems } from '../../shared/mail-health/list-problems.ts'
import { mayMail } from '../../shared/mail-health/may-mail.ts'
import { addressIdOf } from '../../shared/mail-health/rules.ts'
import { standingOfAddress } from '../../shared/mail-health/standing.ts'
import { deleteAddress, findAddress } from '../../shared/mail-health/store.ts'
import { setGuardianEmail } from '../../shared/families/guardian-account.ts'
import { sendMails } from '../../shared/messages/send-mail.ts'
import { guardianIdSchema, type FamilyId } from '../../shared/platform/schemas.ts'
import { readTrail } from '../../shared/trail/read-trail.ts'
import { guardian, openCesson, type DUPONT } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { bounceReport, complaintReport } from '../support/mail-reports.ts'
import { expectCost, measure } from '../support/meter.ts'

const { table, documents } = await freshTable()
const NOW = new Date('2025-09-10T08:00:00Z')
const NEXT_DAY = new Date('2025-09-11T08:00:01Z')
const EMAIL = 'madelainedupont@famille.example'
const FATHER = 'juliendupont@famille.example'

const STAFF = { actor: { account: 'agent', roles: ['agent' as const], family: undefined } }

let family: typeof DUPONT

const bounced = (familyId: FamilyId, mail: string, sentAt = '2025-09-02T10:00:00Z') =>
  hearFeedback(
    table,
    bounceReport({ email: EMAIL, sentAt, tags: { family: [familyId], mail: [mail] } }),
  )

const list = (limit = 50, after?: string) => listMailProblems(table, { query: { limit, after } })

const mailTo = (familyId: FamilyId, to: string, id: string) =>
  sendMails(
    { table, mailer: () => Promise.resolve(true) },
    [{ id, familyId, to, subject: 'Facture', text: 'Facture', html: 'Facture' }],
    NOW,
  )

beforeAll(async () => {
  await openCesson(table)
})

beforeEach(async () => {
  const { problems } = await list(100)
  for (const email of [EMAIL, ...problems.map((each) => each.email)]) {
    await deleteAddress(table, email)
  }
  family = await anotherFamily(table)
})

describe('the list of mail problems', () => {
  it('names the guardian, and the invoices that reached nobody of the family', async () => {
    const { familyId, guardianId } = family
    await mailTo(familyId, EMAIL, 'INVOICE-ENF202500000012-0')
    await bounced(familyId, 'INVOICE-ENF202500000012-0')
    await mailTo(familyId, EMAIL, 'INVOICE-ENF202500000019-0')
    await mailTo(familyId, FATHER, 'INVOICE-ENF202500000019-1')
    await mailTo(familyId, EMAIL, 'INVOICE-ENF202500000023-0')
    const problem = { problem: 'undeliverable', since: '2025-09-02T10:00:00.000Z' }
    expect(await list()).toEqual({
      problems: [
        {
          addressId: addressIdOf(EMAIL),
          email: EMAIL,
          ...problem,
          holder: 'family',
          family: { familyId, name: `DUPONT ${familyId}` },
          guardian: { guardianId, name: 'Mme Madelaine DUPONT' },
          invoicesToPost: ['ENF202500000012', 'ENF202500000023'],
        },
      ],
      next: undefined,
    })
    expect(await exportMailProblems(table)).toBe(
      '\uFEFFFamille;Nom;Responsable;Adresse e-mail;Problème;Depuis le;Factures à envoyer par courrier\r\n' +
        `${familyId};DUPONT ${familyId};Mme Madelaine DUPONT;${EMAIL};Les messages n’arrivent pas;` +
        '02/09/2025;ENF202500000012, ENF202500000023\r\n',
    )
  })

  it('keeps a bounce that is heard of before the mail is noted as sent', async () => {
    const { familyId } = family
    await bounced(familyId, 'INVOICE-ENF202500000012-0')
    await deleteAddress(table, EMAIL)
    await mailTo(familyId, EMAIL, 'INVOICE-ENF202500000012-0')
    await bounced(familyId, 'OTHER')
    expect((await list()).problems).toMatchObject([{ invoicesToPost: ['ENF202500000012'] }])
  })

  it('names each family of an address, also one whose mails were only kept back', async () => {
    const other = await anotherFamily(table)
    await bounced(family.familyId, 'A')
    expect(
      await mayMail(table, { to: EMAIL, familyId: other.familyId, isInformational: false }),
    ).toBe(false)
    const named = (await list()).problems.map((each) => each.family?.familyId)
    expect(named.toSorted()).toEqual([family.familyId, other.familyId].toSorted())
  })

  it('forgets an address that no guardian has any more', async () => {
    await bounced(family.familyId, 'A')
    const email = 'new@famille.example'
    await setGuardianEmail(table, family, { email, by: 'account', now: NOW })
    expect((await list()).problems).toEqual([])
    expect(await readMailHealth(table, { parameters: family })).toEqual({ problems: [] })
  })

  it('names services of the town and addresses of nobody known', async () => {
    const [service, somebody] = ['education@cesson.example', 'typo@famille.example']
    const tags = { audience: ['town'] }
    await hearFeedback(table, bounceReport({ email: service, tags }))
    await hearFeedback(table, complaintReport({ email: somebody, sentAt: '2025-09-03T10:00:00Z' }))
    expect((await list()).problems.map(({ email, holder }) => [email, holder])).toEqual([
      [somebody, 'unknown'],
      [service, 'town'],
    ])
  })

  it('comes in pages, the newest first, each address once', async () => {
    const emails = [1, 2, 3, 4, 5].map((day) => ({
      email: `page-${String(day)}@famille.example`,
      sentAt: `2025-09-0${String(day)}T10:00:00Z`,
    }))
    for (const about of emails) await hearFeedback(table, bounceReport(about))
    const seen: string[] = []
    let after: string | undefined
    do {
      const page = await list(2, after)
      expect(page.problems.length).toBeLessThanOrEqual(2)
      seen.push(...page.problems.map(({ email }) => email))
      after = page.next
    } while (after !== undefined)
    expect(seen).toEqual(emails.map(({ email }) => email).toReversed())
  })

  it('costs one Query of the index and two of each family', async () => {
    await bounced(family.familyId, 'A')
    const { cost } = await measure([documents], () => list())
    expectCost('list mail problems', cost)
    expect(cost.calls).toEqual({ Query: 3 })
  })
})

describe('an address that works again', () => {
  const word = (now: Date) => confirmOwnAddress(table, { actor: guardian(family), now })

  it('is tried again on the word of its guardian, and marked again when that bounces too', async () => {
    await bounced(family.familyId, 'A')
    await word(NOW)
    expect(await standingOfAddress(table, EMAIL)).toBeUndefined()
    expect(await mayMail(table, { to: EMAIL, isInformational: true })).toBe(true)
    await bounced(family.familyId, 'B', '2025-09-12T10:00:00Z')
    expect(await standingOfAddress(table, EMAIL)).toMatchObject({ problem: 'undeliverable' })
  })

  it('stays so when an older bounce is heard of late', async () => {
    await bounced(family.familyId, 'A')
    await word(NOW)
    await bounced(family.familyId, 'LATE', '2025-09-09T10:00:00Z')
    expect(await standingOfAddress(table, EMAIL)).toBeUndefined()
  })

  it('may be said once a day, by guardian and staff together', async () => {
    await bounced(family.familyId, 'A')
    await word(NOW)
    const staffs = { ...STAFF, parameters: family, now: new Date(NOW.getTime() + 60_000) }
    await expect(confirmAddress(table, staffs)).rejects.toMatchObject({
      code: 'too-many-attempts',
      retryAfterSeconds: 86_340,
    })
    expect(await confirmAddress(table, { ...STAFF, parameters: family, now: NEXT_DAY })).toEqual({
      confirmedAt: NEXT_DAY.toISOString(),
    })
  })

  it('is a guardian’s of the family', async () => {
    const nobody = { familyId: family.familyId, guardianId: guardianIdSchema.parse('nobody') }
    const staffs = { ...STAFF, parameters: nobody, now: NOW }
    await expect(confirmAddress(table, staffs)).rejects.toMatchObject({ code: 'not-found' })
    const stranger = guardian(nobody)
    await expect(confirmOwnAddress(table, { actor: stranger, now: NOW })).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  it('leaves no trace where nothing was known of it', async () => {
    await noteArrival(table, 'unknown@famille.example', NOW)
    expect(await findAddress(table, 'unknown@famille.example')).toBeUndefined()
  })
})

describe('an address that staff say works again', () => {
  const addressId = addressIdOf(EMAIL)
  const word = (now: Date, id = addressId) =>
    confirmListedAddress(table, { ...STAFF, parameters: { addressId: id }, now })
  const trail = async (familyId: FamilyId) =>
    (
      await readTrail(table, {
        ...{ ...STAFF, parameters: { familyId }, query: { limit: 50, page: undefined } },
      })
    ).entries

  it('is off the list, and the trail of each family that has it tells who said so', async () => {
    const other = await anotherFamily(table)
    await bounced(family.familyId, 'A')
    await bounced(other.familyId, 'B')
    expect((await list()).problems.map((each) => each.addressId)).toEqual([addressId, addressId])
    expect(await word(NOW)).toEqual({ confirmedAt: NOW.toISOString() })
    expect((await list()).problems).toEqual([])
    expect(await mayMail(table, { to: EMAIL, isInformational: true })).toBe(true)
    for (const { familyId } of [family, other]) {
      expect(await trail(familyId)).toMatchObject([
        {
          ...{ at: NOW.toISOString(), kind: 'changed', subject: 'Guardian', by: 'agent' },
          about: 'Mme Madelaine DUPONT',
          fields: [
            {
              field: 'Adresse e-mail',
              before: 'Les messages n’arrivent pas',
              after: 'Remise en service par la mairie',
            },
          ],
        },
      ])
    }
  })

  it('stays so by the same call, which tells nothing more', async () => {
    await bounced(family.familyId, 'A')
    const said = await word(NOW)
    expect(await word(NEXT_DAY)).toEqual(said)
    expect(await trail(family.familyId)).toHaveLength(1)
  })

  it('may be said again once a day when it bounces again', async () => {
    await bounced(family.familyId, 'A')
    await word(NOW)
    await bounced(family.familyId, 'B', '2025-09-10T08:30:00Z')
    await expect(word(new Date('2025-09-10T09:00:00Z'))).rejects.toMatchObject({
      code: 'too-many-attempts',
    })
    expect(await word(NEXT_DAY)).toEqual({ confirmedAt: NEXT_DAY.toISOString() })
    expect(await trail(family.familyId)).toHaveLength(2)
  })

  it('may be one of the town, or of nobody known; one of which nothing was said is not found', async () => {
    const service = 'education@cesson.example'
    await hearFeedback(table, bounceReport({ email: service, tags: { audience: ['town'] } }))
    await word(NOW, addressIdOf(service))
    expect(await standingOfAddress(table, service)).toBeUndefined()
    await expect(word(NOW, addressIdOf('quiet@famille.example'))).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  it('is told once wherever it breaks', async () => {
    await crashEverywhere({
      clients: [documents],
      scenario: async () => {
        await deleteAddress(table, EMAIL)
        const { familyId } = await anotherFamily(table)
        await bounced(familyId, 'A')
        return {
          run: () => word(NOW),
          check: async () => {
            expect(await standingOfAddress(table, EMAIL)).toBeUndefined()
            expect(await trail(familyId)).toHaveLength(1)
          },
        }
      },
    })
  })
})

describe('an address of a family that is erased', () => {
  const erase = ({ familyId }: { readonly familyId: FamilyId }) =>
    eraseAddresses(table, familyId, [EMAIL, FATHER])

  it('is forgotten', async () => {
    await bounced(family.familyId, 'A')
    await erase(family)
    expect(await findAddress(table, EMAIL)).toBeUndefined()
    await erase(family)
    expect(await findAddress(table, EMAIL)).toBeUndefined()
  })

  it('keeps its mark for another family that has it, and for the town', async () => {
    const other = await anotherFamily(table)
    await bounced(family.familyId, 'A')
    await bounced(other.familyId, 'B')
    await erase(family)
    const held = await findAddress(table, EMAIL)
    expect(held?.families).toEqual([other.familyId])
    expect((await standingOfAddress(table, EMAIL))?.problem).toBe('undeliverable')
    await erase(family)
    expect(await findAddress(table, EMAIL)).toEqual(held)
    await hearFeedback(table, bounceReport({ email: EMAIL, tags: { audience: ['town'] } }))
    await erase(other)
    expect(await findAddress(table, EMAIL)).toMatchObject({ families: [], isTowns: true })
  })
})
