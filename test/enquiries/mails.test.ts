import { beforeAll, expect, it } from 'vitest'
import { letterOf, sendVisitorMail } from '../../shared/enquiries/send-visitor-mail.ts'
import { mailsOfNotice } from '../../shared/messages/notice-rules.ts'
import type { Letter } from '../../shared/platform/mailer.ts'
import { requestNumberSchema } from '../../shared/platform/schemas.ts'
import { cesson, DUPONT, openCesson } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { MONDAY, openEnquiries, VISITOR } from './fixture.ts'

const { table } = await freshTable()
const { asVisitor } = openEnquiries(table)
const head = { portalName: 'Espace Citoyens', portalUrl: 'https://portail.example' }
const number = requestNumberSchema.parse(42)

beforeAll(async () => {
  await openCesson(table)
})

it('tell a family its number and the answer, and the service no more than a name [guide 4]', () => {
  const sender = { catalogue: cesson.catalogue, portalUrl: head.portalUrl }
  const service = 'Service Éducation'
  const notice = (content: Parameters<typeof mailsOfNotice>[1]['content']) =>
    mailsOfNotice(sender, {
      familyId: DUPONT.familyId,
      noticeId: 'enquiry',
      to: [{ name: 'Mme DUPONT', email: 'madelaine@famille.example' }],
      content,
      expiresAt: 0,
    })[0]
  const received = notice({ kind: 'enquiry-received', number, service, subject: 'Étude' })
  expect(received?.subject).toBe('Votre message n° 42 est bien arrivé')
  expect(received?.text).toContain('Gardez ce numéro de suivi')
  expect(received?.isTowns).toBe(false)
  const message = 'À 18 heures.\n<b>Bonne journée</b>'
  const answered = notice({ kind: 'enquiry-answered', number, service, subject: 'Étude', message })
  expect(answered?.subject).toBe('Réponse à votre message n° 42')
  expect(answered?.html).toContain('<p>À 18 heures.</p><p>&lt;b&gt;Bonne journée&lt;/b&gt;</p>')
  expect(answered?.topic).toBeUndefined()
  const waiting = notice({ kind: 'enquiry-waiting', number, service, name: 'Mme DUPONT' })
  expect(waiting?.subject).toBe('Message n° 42 à traiter : Mme DUPONT')
  expect(waiting?.isTowns).toBe(true)
})

it('lead a visitor to no page that they could not open', () => {
  const letter = letterOf(head, {
    to: VISITOR.email,
    content: { kind: 'enquiry-received', number, service: 'Service Éducation', subject: 'Étude' },
  })
  expect(letter.text).not.toContain('https://')
  expect(letter.text).toContain('Pour écrire de nouveau au service, passez par le portail.')
  expect(letter.text).toMatch(/^Bonjour,/)
  expect(letter.text.trimEnd()).toMatch(/Espace Citoyens$/)
})

it('about what a visitor writes go out once, however often the stream tells', async () => {
  const sent: Letter[] = []
  const mailer = (letter: Letter) => {
    sent.push(letter)
    return Promise.resolve(true)
  }
  const written = await asVisitor()
  const key = {
    partition: ['VISITOR_MAIL', `enquiry-waiting-${String(written.number)}-1`],
    sort: ['MAIL'],
  }
  const after = await table.get(key)
  const change = { before: undefined, after, at: MONDAY }
  await sendVisitorMail({ table, mailer, head }, change)
  await sendVisitorMail({ table, mailer, head }, change)
  expect(sent.map(({ to }) => to)).toEqual(['education@cesson.example'])
  // What is noted of it is told as well, and is no new mail.
  await sendVisitorMail({ table, mailer, head }, { ...change, before: after })
  expect(sent).toHaveLength(1)
})
