import { beforeEach, describe, expect, it } from 'vitest'
import type { Notice } from '../../shared/messages/notice-model.ts'
import { noticeSchema } from '../../shared/messages/notice-model.ts'
import { mailsOfNotice } from '../../shared/messages/notice-rules.ts'
import { noticeWrite, sendNotice } from '../../shared/messages/notices.ts'
import { mailsOfSubmission } from '../../shared/messages/rules.ts'
import { submissionSchema } from '../../shared/reservations/model.ts'
import { DUPONT } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { streamedTable } from '../support/engine.ts'
import { deliverMails, isUnnoted, SENDER } from '../support/mail-stream.ts'
import { mailServer } from '../support/ses.ts'

const { table, documents, newRecords } = await streamedTable()
const { client, mails, clear } = await mailServer()
const deliver = deliverMails(table, client)
const NOW = new Date('2025-09-30T15:30:00Z')

/** A notice of the family of the guide, to both of its guardians. */
const notice = (content: unknown, noticeId = 'SOMETHING'): Notice =>
  noticeSchema.parse({
    familyId: DUPONT.familyId,
    noticeId,
    to: [
      { name: 'Mme Madelaine DUPONT', email: 'madelainedupont@famille.example' },
      { name: 'M. Julien DUPONT', email: 'juliendupont@famille.example' },
    ],
    content,
    expiresAt: 0,
  })

const WEDNESDAYS = { child: 'Lucas', activityId: 'MERCREDIS', groupId: 'PETITS' }

const days = (...dates: string[]) => dates.map((date) => ({ date, unitIds: ['JOURNEE'] }))

/** A request of two weeks of Wednesdays and what has become of it. */
const request = (number: number, changes: { asked: string; now: string }, more: object = {}) => ({
  number,
  childId: 'lucas',
  ...WEDNESDAYS,
  state: 'accepted',
  from: '2025-10-01',
  to: '2025-10-15',
  units: [{ unitId: 'JOURNEE', changes: changes.now }],
  decision: {
    at: NOW.toISOString(),
    by: 'agent',
    units: [{ unitId: 'JOURNEE', changes: changes.asked }],
    ...more,
  },
})

const textOf = (content: unknown): { subject: string; text: string } => {
  const [mail] = mailsOfNotice(SENDER, notice(content))
  if (mail === undefined) throw new Error('No mail')
  return mail
}

describe('the mail of a decision', () => {
  it('shows of each request the days accepted, refused and waiting, and the message of the service [guide 47, 48]', () => {
    const message = 'Le centre <Prévert> est presque complet.'
    const requests = [
      request(12, { asked: '+......+......+', now: '+......n......w' }, { message }),
      request(13, { asked: '-......-......+', now: '-......k......+' }, { message }),
    ]
    const [mail, other, ...more] = mailsOfNotice(SENDER, notice({ kind: 'decided', requests }))
    expect(more).toEqual([])
    expect([mail?.to, other?.to]).toEqual([
      'madelainedupont@famille.example',
      'juliendupont@famille.example',
    ])
    expect(mail?.subject).toBe('Vos demandes n° 12 et 13 : réponse du service')
    expect(mail?.text).toContain('Bonjour Mme Madelaine DUPONT,')
    expect(other?.text).toContain('Bonjour M. Julien DUPONT,')
    expect(mail?.text).toContain('Jours réservés :\n\n- octobre 2025 : 1\n')
    expect(mail?.text).toContain('Jours demandés, non accordés :\n\n- octobre 2025 : 8\n')
    expect(mail?.text).toContain('Jours sur liste d’attente :\n\n- octobre 2025 : 15\n')
    expect(mail?.text).toContain('Jours annulés :\n\n- octobre 2025 : 1\n')
    expect(mail?.text).toContain('Annulations demandées, non accordées :\n\n- octobre 2025 : 8\n')
    // The message of all is said once.
    expect(mail?.text.split(message)).toHaveLength(2)
    expect(mail?.html).toContain('Le centre &lt;Prévert&gt; est presque complet.')
  })

  it('of one request says in its subject what became of it, and of a day that was not decided nothing', () => {
    const refused = { ...request(12, { asked: '.......+', now: '+......+' }), state: 'refused' }
    const { subject, text } = textOf({ kind: 'decided', requests: [refused] })
    expect(subject).toBe('Votre demande n° 12 : traitée négativement')
    expect(text).toContain('Jours demandés, non accordés :\n\n- octobre 2025 : 8\n')
  })

  it('puts different messages with their requests', () => {
    const { text } = textOf({
      kind: 'decided',
      requests: [
        request(12, { asked: '+', now: '+' }, { message: 'Bienvenue !' }),
        request(13, { asked: '+', now: 'n' }),
      ],
    })
    expect(text.indexOf('Bienvenue !')).toBeGreaterThan(text.indexOf('Demande n° 12'))
    expect(text.indexOf('Bienvenue !')).toBeLessThan(text.indexOf('Demande n° 13'))
  })
})

describe('the mails of a waiting list', () => {
  const place = { number: 12, ...WEDNESDAYS, days: days('2025-10-08', '2025-11-05') }

  it('tell that a place is given [wish W3]', () => {
    const { subject, text } = textOf({ kind: 'given', ...place })
    expect(subject).toBe('Une place s’est libérée pour Lucas')
    expect(text).toContain('demande n° 12')
    expect(text).toContain('(Journée)')
    expect(text).toContain('- octobre 2025 : 8\n- novembre 2025 : 5\n')
  })

  it('offer a place until an hour of Paris, before and after the clocks change, and say where to answer [wish W2]', () => {
    const offered = (until: string) => textOf({ kind: 'offered', until, ...place })
    const { subject, text } = offered('2025-10-02T16:00:00.000Z')
    expect(subject).toBe(
      'Une place est proposée à Lucas : répondez avant le jeudi 02/10/2025 à 18:00',
    )
    expect(text).toContain('gardée jusqu’au jeudi 02/10/2025 à 18:00.')
    expect(text).toContain('https://portail.cesson.example/offers')
    expect(offered('2025-11-03T17:00:00.000Z').text).toContain('lundi 03/11/2025 à 18:00')
  })

  it('tell that an offer is over [wish W2]', () => {
    const { subject, text } = textOf({ kind: 'offer-over', ...place })
    expect(subject).toBe('La place proposée à Lucas n’est plus gardée')
    expect(text).toContain('- octobre 2025 : 8\n')
  })

  it('tell that no place became free before the deadline [wish W2]', () => {
    const { subject, text } = textOf({ kind: 'wait-over', ...place })
    expect(subject).toBe('Aucune place ne s’est libérée pour Lucas')
    expect(text).toContain(
      'aucune place ne s’est libérée : les jours suivants de votre demande n° 12',
    )
    expect(text).toContain('- octobre 2025 : 8\n- novembre 2025 : 5\n')
    expect(text).not.toContain('proposée')
  })
})

it('the mail of a closed day gives the reason and says that nothing is billed', () => {
  const { subject, text } = textOf({
    kind: 'closed',
    reason: 'grève du personnel',
    ...WEDNESDAYS,
    days: [
      { date: '2025-10-08', unitIds: ['MATIN'] },
      { date: '2025-10-15', unitIds: ['JOURNEE'] },
    ],
  })
  expect(subject).toMatch(/^Fermeture : .*, jours annulés pour Lucas$/)
  expect(text).toContain('Motif : grève du personnel')
  expect(text).toContain('rien ne vous en sera facturé')
  // Where units differ, each day has its own.
  expect(text).toMatch(/octobre 2025 : 8 \(.+\), 15 \(Journée\)/)
})

describe('the mail of a reminder', () => {
  const reminder = {
    kind: 'reminder',
    monday: '2025-10-06',
    activities: ['Léo', 'Lucas'].map((child) => ({
      child,
      activityId: 'RESTAURATION',
      groupId: 'RESTO_R_PREVERT',
      until: '2025-10-02T08:00:00.000Z',
    })),
  }

  it('names children, activities and deadlines, where to book and how to have no more of them [wish W5]', () => {
    const { subject, text } = textOf(reminder)
    expect(subject).toBe('Rien n’est réservé pour la semaine du 06/10/2025')
    for (const child of ['Léo', 'Lucas'])
      expect(text).toContain(`- ${child} — Restauration Scolaire`)
    expect(text).toContain('à réserver avant le jeudi 02/10/2025 à 10:00')
    expect(text).toContain('https://portail.cesson.example/planning')
    expect(text).toContain('https://portail.cesson.example/preferences')
  })

  beforeEach(async () => {
    await newRecords()
    await clear()
  })

  it('goes out once to each guardian, however often its notice is stored and delivered', async () => {
    expect(await sendNotice(table, notice(reminder, 'REMINDER-2025-10-06'), NOW)).toBe(true)
    expect(await sendNotice(table, notice(reminder, 'REMINDER-2025-10-06'), NOW)).toBe(false)
    await table.transact([noticeWrite(notice(reminder, 'REMINDER-2025-10-06'), new Date())])
    const records = await newRecords()
    await deliver(records)
    await deliver(records)
    expect((await mails()).map(({ destination }) => destination.to)).toEqual([
      ['madelainedupont@famille.example'],
      ['juliendupont@famille.example'],
    ])
  })

  it('is neither lost nor doubled wherever it crashes, but in the one window that SES cannot close', async () => {
    let count = 0
    await crashEverywhere({
      clients: [documents, client],
      scenario: async () => {
        count += 1
        const one = {
          ...notice(reminder, `CRASH-${String(count)}`),
          to: [{ name: 'X', email: 'x@y.example' }],
        }
        await newRecords()
        await sendNotice(table, one, NOW)
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
    expect(count).toBeGreaterThan(5)
  })
})

describe('the confirmation of a submission', () => {
  const { decision, ...asked } = request(12, { asked: '', now: '+......w......n' })
  const submission = (more: object) =>
    submissionSchema.parse({
      familyId: DUPONT.familyId,
      familyName: 'DUPONT',
      number: 12,
      submittedAt: NOW.toISOString(),
      by: { guardianId: 'g1', name: 'Mme DUPONT', email: 'madelainedupont@famille.example' },
      serviceEmails: [],
      requests: [asked],
      version: 1,
      ...more,
    })

  it('tells the days booked from those on the waiting list and those without a place [guide 47]', () => {
    const [mail] = mailsOfSubmission(SENDER, submission({}))
    expect(decision.by).toBe('agent')
    expect(mail?.text).toContain('Jours réservés :\n\n- octobre 2025 : 1\n')
    expect(mail?.text).toContain('Jours sur liste d’attente :\n\n- octobre 2025 : 8\n')
    expect(mail?.text).toContain('Jours non réservés, faute de place :\n\n- octobre 2025 : 15\n')
    expect(mail?.text).not.toContain('en votre nom')
  })

  it('says that an agent has booked in the name of the family, and why', () => {
    const onBehalf = { account: 'agent', reason: 'demande par téléphone' }
    const [mail] = mailsOfSubmission(SENDER, submission({ onBehalf }))
    expect(mail?.text).toContain('faite en votre nom par le service. Motif : demande par téléphone')
    expect(mail?.text).not.toContain('agent')
  })
})
