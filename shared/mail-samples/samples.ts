import { changeLetters, letterOf } from '../accounts/letters.ts'
import { accountMailSchema } from '../accounts/model.ts'
import { creditNoteSchema, invoiceSchema } from '../billing/model.ts'
import { visitorMailSchema } from '../enquiries/model.ts'
import { letterOf as visitorLetterOf } from '../enquiries/send-visitor-mail.ts'
import { ACCOUNT_MAILS } from '../kernel/texts.ts'
import type { Sender } from '../messages/compose.ts'
import { mailsOfCreditNote, mailsOfInvoice } from '../messages/invoice-rules.ts'
import type { Mail } from '../messages/model.ts'
import { noticeSchema, type Notice } from '../messages/notice-model.ts'
import { mailsOfNotice } from '../messages/notice-rules.ts'
import { mailsOfSubmission } from '../messages/rules.ts'
import type { Topic } from '../messages/topics.ts'
import { submissionSchema } from '../reservations/model.ts'
import { NOTICE_SAMPLES } from './notice-samples.ts'

/** A mail to look at. */
export interface SampleMail {
  /** What kind of mail it is: a name for files. */
  readonly name: string
  readonly subject: string
  readonly html: string
  /** The mails that Cognito sends have none. */
  readonly text: string | undefined
  /** What people can stop by one click; nothing of what they must know. */
  readonly topic: Topic | undefined
}

const FAMILY = { familyId: '1001' }
const TO = { name: 'Mme Madelaine DUPONT', email: 'madelainedupont@famille.example' }

const first = (name: string, mails: readonly Mail[]): SampleMail[] =>
  mails.slice(0, 1).map(({ subject, html, text, topic }) => ({ name, subject, html, text, topic }))

const notices = (sender: Sender): SampleMail[] =>
  Object.values(NOTICE_SAMPLES)
    .flatMap((samples) => samples.map((content, place) => ({ content, place })))
    .flatMap(({ content, place }) => {
      const notice: Notice = noticeSchema.parse({
        ...{ ...FAMILY, noticeId: 'SAMPLE', to: [TO], content, expiresAt: 0 },
      })
      const name = place === 0 ? content.kind : `${content.kind}-${String(place + 1)}`
      return first(name, mailsOfNotice(sender, notice))
    })

const meals = {
  childId: 'leo',
  child: 'Léo',
  activityId: 'RESTAURATION',
  groupId: 'RESTO_R_PREVERT',
}
const wednesdays = { childId: 'lucas', child: 'Lucas', activityId: 'MERCREDIS', groupId: 'PETITS' }

const submissions = (sender: Sender): SampleMail[] => {
  const mails = mailsOfSubmission(
    sender,
    submissionSchema.parse({
      ...{ ...FAMILY, familyName: 'DUPONT', number: 12, version: 1 },
      submittedAt: '2025-09-10T08:00:00.000Z',
      by: { guardianId: 'g1', ...TO },
      serviceEmails: ['education@cesson.example'],
      requests: [
        {
          ...{ number: 12, ...meals, state: 'accepted', from: '2025-09-15', to: '2025-09-19' },
          units: [{ unitId: 'REPAS', changes: '++.++' }],
        },
        {
          ...{ number: 13, ...wednesdays, state: 'pending', from: '2025-09-17', to: '2025-09-24' },
          units: [{ unitId: 'JOURNEE', changes: '+......+' }],
        },
      ],
    }),
  )
  const [confirmation, ...services] = mails
  return [
    ...first('submission', confirmation === undefined ? [] : [confirmation]),
    ...first('submission-service', services),
  ]
}

const line = {
  kind: 'unit',
  month: '2025-09',
  days: '1 2 4',
  priceList: 'Tarifs 2025',
  why: 'Quotient 2 550 €',
}

const documents = (sender: Sender): SampleMail[] => {
  const common = {
    ...{ ...FAMILY, regieId: 'ENF', regie: 'Régie enfance', month: '2025-09' },
    issuedOn: '2025-10-01',
    payer: {
      name: 'DUPONT',
      address: { street: '4 rue des Écoles', postcode: '77240', town: 'Cesson' },
      emails: [TO.email],
    },
  }
  const lines = [
    {
      ...{ ...line, child: 'Léo', activity: 'Restauration scolaire', label: 'Repas' },
      ...{ quantity: 18, unitPrice: 141, amount: 2538 },
    },
    {
      ...{ ...line, child: 'Lucas', activity: 'Accueil de loisirs du mercredi' },
      ...{ label: 'Journée avec repas', quantity: 4, unitPrice: 1205, amount: 4820 },
    },
  ]
  const [meal] = lines
  const back = { ...meal, quantity: -2, amount: -282, corrects: 'ENF202500000012' }
  const invoice = { number: 'ENF202500000012', dueOn: '2025-10-31', ...common, lines, total: 7358 }
  const credit = { number: 'AV-ENF202500000001', ...common, lines: [back], total: -282 }
  return [
    ...first('invoice', mailsOfInvoice(sender, invoiceSchema.parse(invoice))),
    ...first('credit-note', mailsOfCreditNote(sender, creditNoteSchema.parse(credit))),
  ]
}

const ACCOUNT_KINDS = {
  'application-received': {},
  'application-accepted': { message: 'Passez à l’accueil avec une pièce d’identité.' },
  'application-refused': { message: 'Vous n’habitez pas la commune.' },
  'email-moved': {},
} as const

const accounts = ({ catalogue, portalUrl }: Sender): SampleMail[] => {
  const head = { portalName: catalogue.town.portalName, portalUrl }
  const { confirm, warn } = changeLetters(head)
  const letters = {
    'email-confirm': confirm({ to: TO.email, secret: 'secret' }),
    'email-warning': warn({ to: TO.email, email: 'autre@famille.example' }),
    ...Object.fromEntries(
      Object.entries(ACCOUNT_KINDS).map(([kind, more]) => {
        const mail = { mailId: 'sample', to: TO.email, content: { kind, ...more }, expiresAt: 0 }
        return [kind, letterOf(head, accountMailSchema.parse(mail))]
      }),
    ),
  }
  return Object.entries(letters).map(([name, { subject, html, text }]) => ({
    ...{ name, subject, html, text },
    topic: undefined,
  }))
}

/** What a visitor without an account gets of what they write. */
const visitors = ({ catalogue, portalUrl }: Sender): SampleMail[] =>
  [...NOTICE_SAMPLES['enquiry-received'], ...NOTICE_SAMPLES['enquiry-answered']].map((content) => {
    const { subject, html, text } = visitorLetterOf(
      { portalName: catalogue.town.portalName, portalUrl },
      { to: TO.email, content: visitorMailSchema.shape.content.parse(content) },
    )
    return { name: `visitor-${content.kind}`, subject, html, text, topic: undefined }
  })

/** Cognito fills in what stands in braces, and sends HTML only. */
const cognito = ({ catalogue, portalUrl }: Sender): SampleMail[] =>
  Object.entries({
    invitation: ACCOUNT_MAILS.invitation(catalogue.town.name, portalUrl),
    'password-code': ACCOUNT_MAILS.verification(catalogue.town.name),
  }).map(([name, { emailSubject, emailBody }]) => ({
    ...{ name, subject: emailSubject, html: emailBody },
    ...{ text: undefined, topic: undefined },
  }))

/** One mail of each kind that the portal sends, and of some kinds more, to a family of the demo town. */
export const sampleMails = (sender: Sender): readonly SampleMail[] => [
  ...submissions(sender),
  ...notices(sender),
  ...documents(sender),
  ...accounts(sender),
  ...visitors(sender),
  ...cognito(sender),
]
