import { beforeAll, describe, expect, it } from 'vitest'
import { noteSignIn } from '../../shared/accounts/note-sign-in.ts'
import { debtEntity } from '../../shared/arrears/store.ts'
import type { Debt } from '../../shared/arrears/model.ts'
import { readHome } from '../../shared/home/read-home.ts'
import { readHomeRoute } from '../../shared/home/routes.ts'
import { euros } from '../../shared/kernel/money.ts'
import { noteNews, NO_USE } from '../../shared/mail-health/note-news.ts'
import {
  attachmentIdSchema,
  guardianIdSchema,
  regieIdSchema,
} from '../../shared/platform/schemas.ts'
import { attachmentEntity } from '../../shared/attachments/store.ts'
import { childEntity } from '../../shared/families/store.ts'
import { ATTACHMENT_KINDS } from '../../shared/attachments/model.ts'
import { openEnquiries } from '../enquiries/fixture.ts'
import { openNews, NEWS } from '../publications/fixture.ts'
import { cessonTown, guardian, openCesson, ticked, TEST, type DUPONT } from '../support/cesson.ts'
import { drain } from '../support/drain.ts'
import { streamedTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { limitedFamily, limitedTown } from '../support/limited.ts'
import { expectCost, measure } from '../support/meter.ts'
import { submitAnew } from '../support/submissions.ts'

const engine = await streamedTable()
const { table, documents } = engine
const { publish } = openNews(table)
const { write, answer } = openEnquiries(table)

/** A Monday in the school year of the demo town. */
const NOW = new Date('2025-09-15T09:00:00Z')

const home = async (who: typeof DUPONT, town = cessonTown, now = NOW) =>
  readHomeRoute.reply.parse(await readHome({ table, town }, { actor: guardian(who), now }))

/** A family whose first guardian has signed in twice. */
const known = async (who?: typeof DUPONT): Promise<typeof DUPONT> => {
  const by = who ?? (await anotherFamily(table))
  const entry = {
    ...{ account: guardian(by).account, roles: ['guardian' as const], ...by },
    email: `parent-${by.familyId}@famille.example`,
  }
  await noteSignIn(table, entry, new Date('2025-09-12T18:30:00Z'))
  await noteSignIn(table, entry, NOW)
  return by
}

const debt = (by: typeof DUPONT, amounts: Partial<Debt> = {}): Debt => ({
  familyId: by.familyId,
  regieId: regieIdSchema.parse('ENF'),
  version: 1,
  name: 'DUPONT',
  due: 7500,
  oldestDueOn: '2025-08-31',
  invoices: [
    { number: 'ENF202500000001', month: '2025-07', dueOn: '2025-08-31', due: 5000, awaited: 0 },
    { number: 'ENF202500000002', month: '2025-08', dueOn: '2025-09-30', due: 2500, awaited: 1000 },
  ],
  ...amounts,
})

const kindsOf = ({ attention }: Awaited<ReturnType<typeof home>>): string[] =>
  attention.map(({ kind }) => kind)

beforeAll(async () => {
  await openCesson(table)
})

describe('the first page', () => {
  it('tells the connection before this one, the children, requests, news and menu [guide 34, 35]', async () => {
    const by = await known()
    await submitAnew({ table, town: cessonTown }, by, [
      ticked('leo-etudes-2025', { '2025-09-18': ['ETUDES'] }),
      ticked('leo-restauration-2025', { '2025-09-18': ['REPAS'] }),
    ])
    const page = await home(by)
    expect(page.name).toBe('Mme Madelaine DUPONT')
    expect(page.lastSignIn).toBe('2025-09-12T18:30:00.000Z')
    const [leo] = page.family.children
    expect(page.family.children).toHaveLength(2)
    expect(leo).toMatchObject({ firstName: 'Léo', school: 'Elémentaire Jacques Prévert' })
    expect(leo?.activities).toContainEqual({ activity: 'Etudes Surveillées', until: '2026-06-26' })
    expect(page.requests).toMatchObject([
      { child: 'Léo', activity: 'Restauration Scolaire', stateLabel: 'Traitée positivement' },
      { child: 'Léo', activity: 'Etudes Surveillées' },
    ])
    expect(page.news.map(({ title }) => title)).toEqual(
      expect.arrayContaining(['Études surveillées à Jacques Prévert']),
    )
    expect(page.balance).toEqual({ due: 0, overdue: 0, awaited: 0, regies: [] })
    expect(page.menu.map(({ label }) => label)).toEqual(
      expect.arrayContaining([
        ...['Mon accueil', 'Actualités', 'Édition de documents', 'Infos pratiques'],
        ...['Aide', 'Contacts', 'Conditions générales d’utilisation', 'Mentions légales'],
      ]),
    )
    expect(page.menu.every(({ available }) => available)).toBe(true)
  })

  it('tells what is to be paid, what of it is overdue, and that it keeps from booking [guide 28]', async () => {
    const by = await known()
    await table.put(debtEntity.toItem(debt(by)))
    const page = await home(by)
    expect(page.balance).toEqual({
      due: 7500,
      overdue: 5000,
      awaited: 1000,
      regies: [{ regieId: 'ENF', regie: 'Régie Enfance', due: 7500, overdue: 5000 }],
    })
    expect(page.attention).toContainEqual({
      kind: 'overdue',
      about: 'ENF',
      text: `Régie Enfance : ${euros(5000)} à payer, la date limite est passée`,
    })
    const invoices = debt(by)
      .invoices.slice(0, 1)
      .map((each) => ({ ...each, due: 25_000 }))
    await table.put(debtEntity.toItem(debt(by, { due: 25_000, invoices })))
    expect(kindsOf(await home(by))).toContain('blocked')
    // Before the day after the due day nothing is overdue.
    const early = await home(by, cessonTown, new Date('2025-08-31T10:00:00Z'))
    expect(early.balance.overdue).toBe(0)
    expect(kindsOf(early)).not.toContain('blocked')
  })

  it('points out offered places first, and for as long as they are kept [guide 35]', async () => {
    const town = limitedTown({ places: 1, waiting: { kind: 'offered', hours: 24 } })
    const [holder, waiting] = [await limitedFamily(table), await limitedFamily(table)]
    await known(waiting)
    const now = new Date('2025-09-10T08:00:00Z')
    const day = (units: string[]) => ticked('child1-vacances', { '2025-10-21': units })
    await submitAnew({ table, town }, holder, [day(['MATIN'])], now)
    await submitAnew({ table, town }, waiting, [day(['MATIN'])], now)
    expect(kindsOf(await home(waiting, town, now))).not.toContain('offer')
    await submitAnew({ table, town }, holder, [day([])], now)
    await drain(engine, { table, town }, now)
    const [first] = (await home(waiting, town, now)).attention
    expect(first).toMatchObject({ kind: 'offer' })
    expect(first?.text).toMatch(/répondez avant le jeudi 11\/09\/2025 à 10:00$/)
    const late = new Date('2025-09-11T08:00:01Z')
    expect(kindsOf(await home(waiting, town, late))).not.toContain('offer')
  })

  it('points out proofs that were refused, until another of the kind is there', async () => {
    const by = await known()
    const attachment = (id: string, day: string, accepted?: boolean) =>
      attachmentEntity.toItem({
        ...{ ...by, attachmentId: attachmentIdSchema.parse(id), version: 1 },
        ...{ kind: ATTACHMENT_KINDS[0], fileName: 'a.pdf', mediaType: 'application/pdf', size: 1 },
        state: accepted === undefined ? 'received' : 'purged',
        addedAt: `${day}T08:00:00.000Z`,
        addedBy: by.guardianId,
        ...(accepted === undefined
          ? {}
          : { control: { accepted, message: 'Illisible', by: 'a', at: NOW.toISOString() } }),
      })
    await table.put(attachment('first', '2025-09-01', false))
    expect((await home(by)).attention).toContainEqual({
      kind: 'document-refused',
      about: 'first',
      text: 'Justificatif de domicile : refusé, envoyez-en un autre (Illisible)',
    })
    const other = { ...by, guardianId: guardianIdSchema.parse('g2') }
    expect(kindsOf(await home(other))).not.toContain('document-refused')
    await table.put(attachment('second', '2025-09-02'))
    expect(kindsOf(await home(by))).not.toContain('document-refused')
  })

  it('tells what services have answered of late, and mails that do not arrive', async () => {
    const by = await known()
    const { number } = await write(by)
    expect((await home(by)).enquiries).toMatchObject([
      { number, stateLabel: 'En attente de réponse' },
    ])
    await answer(by, number, 1)
    expect((await home(by)).attention).toContainEqual({
      kind: 'enquiry-answered',
      about: String(number),
      text: `Votre message n° ${String(number)} a reçu une réponse : Service Éducation`,
    })
    const later = new Date('2025-09-30T09:00:00Z')
    expect(kindsOf(await home(by, cessonTown, later))).not.toContain('enquiry-answered')

    expect(kindsOf(await home(by))).not.toContain('mail-problem')
    const report = { at: NOW.toISOString(), feedbackId: 'bounce-1' }
    const email = `parent-${by.familyId}@famille.example`
    await noteNews(table, email, { kind: 'bounce', report }, NO_USE)
    expect((await home(by)).attention).toContainEqual({
      kind: 'mail-problem',
      text: `Les e-mails envoyés à ${email} n’arrivent pas : corrigez votre adresse`,
    })
  })

  it('hides a child, its requests and its news from who has no authority over it', async () => {
    const by = await known()
    await submitAnew({ table, town: cessonTown }, by, [
      ticked('leo-etudes-2025', { '2025-09-18': ['ETUDES'] }),
    ])
    const title = 'Réunion des études'
    const activityIds = cessonTown.catalogue.activities.slice(0, 1).map(({ id }) => id)
    await publish({ ...NEWS, title, audience: { kind: 'activities', activityIds } })
    const page = await home(by)
    expect(page.news.map((each) => each.title)).toContain(title)
    for (const { childId } of page.family.children) {
      const held = childEntity.fromItem(
        (await table.get(childEntity.keyOf({ ...by, childId }))) ?? {},
      )
      const authorityWithdrawn = [{ guardianId: by.guardianId, since: '2025-09-01' as const }]
      await table.put(childEntity.toItem({ ...held, authorityWithdrawn }))
    }
    const after = await home(by)
    expect(after.family.children).toEqual([])
    expect(after.requests).toEqual([])
    expect(after.news.map((each) => each.title)).not.toContain(title)
  })

  it('is nobody’s who has left the family', async () => {
    const by = await known()
    const gone = { ...by, guardianId: guardianIdSchema.parse('nobody') }
    await expect(home(gone)).rejects.toMatchObject({ code: 'not-found' })
    await expect(home({ ...TEST, familyId: gone.familyId })).resolves.toBeDefined()
  })

  it('costs two reads and five Queries', async () => {
    const by = await known()
    const { cost } = await measure([documents], () => home(by, cessonTown, NOW))
    expect(cost.calls).toEqual({ GetItem: 2, Query: 5 })
    expectCost('read the first page', cost)
  })
})
