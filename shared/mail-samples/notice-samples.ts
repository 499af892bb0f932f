import type * as z from 'zod'
import type { Notice, noticeSchema } from '../messages/notice-model.ts'

type Kind = Notice['content']['kind']
type Written = z.input<typeof noticeSchema>['content']

/** Notices of one kind, as they are written in data. */
type Samples = { readonly [Each in Kind]: readonly Extract<Written, { kind: Each }>[] }

const AT = '2025-09-10T08:00:00.000Z'
const CANTEEN = { child: 'Léo', activityId: 'RESTAURATION', groupId: 'RESTO_R_PREVERT' }
const WEDNESDAYS = { child: 'Lucas', activityId: 'MERCREDIS', groupId: 'PETITS' }
const days = (...dates: Samples['closed'][number]['days'][number]['date'][]) =>
  dates.map((date) => ({ date, unitIds: ['JOURNEE'] }))

const FREE = { number: 9, ...WEDNESDAYS, days: days('2025-10-01', '2025-10-08', '2025-11-05') }

const request = (number: number, state: 'accepted' | 'refused', changes: string) => ({
  ...{ number, state, childId: 'lucas', ...WEDNESDAYS },
  from: '2025-10-01' as const,
  to: '2025-10-15' as const,
  units: [{ unitId: 'JOURNEE', changes }],
  decision: {
    at: AT,
    by: 'agent',
    message: 'Le centre est complet le 8 octobre.',
    units: [{ unitId: 'JOURNEE', changes: '+......+......+' }],
  },
})

const CREDITOR = { name: 'RÉGIE ENFANCE DE CESSON', ics: 'FR12ZZZ123456' }
const RUM = 'ENF-M000000017'
const ENROLMENT = { ...WEDNESDAYS, from: '2025-09-03', until: '2026-07-01' } as const
const SERVICE = 'Service éducation'

/** Notices of each kind to the first family of the demo town, with longer and shorter texts. */
export const NOTICE_SAMPLES: Samples = {
  decided: [
    { kind: 'decided', requests: [request(12, 'accepted', '+......n......+')] },
    {
      kind: 'decided',
      requests: [
        request(12, 'accepted', '+......n......w'),
        request(13, 'refused', 'n......n......n'),
      ],
    },
  ],
  given: [{ kind: 'given', ...FREE }],
  offered: [{ kind: 'offered', until: '2025-09-12T16:00:00.000Z', ...FREE }],
  'offer-over': [{ kind: 'offer-over', ...FREE }],
  'wait-over': [{ kind: 'wait-over', ...FREE }],
  closed: [
    {
      kind: 'closed',
      reason: 'Grève du personnel : le centre n’accueille pas d’enfants ce jour-là.',
      ...WEDNESDAYS,
      days: days('2025-10-01'),
    },
  ],
  authorised: [
    {
      kind: 'authorised',
      number: 21,
      changes: [
        {
          childId: 'leo',
          child: 'Léo',
          about: { kind: 'leave-alone' },
          allowed: false,
          enrolments: [{ enrolmentId: 'leo-restauration-2025', ...CANTEEN }],
        },
        {
          childId: 'leo',
          child: 'Léo',
          about: {
            kind: 'collect',
            contactId: 'jeanne',
            name: 'Jeanne MARTIN',
            relation: 'Voisine',
          },
          allowed: true,
          enrolments: [{ enrolmentId: 'leo-restauration-2025', ...CANTEEN }],
        },
      ],
    },
  ],
  enrolment: [
    { kind: 'enrolment', number: 30, state: 'pending', ...ENROLMENT },
    { kind: 'enrolment', number: 30, state: 'accepted', ...ENROLMENT },
    {
      ...{ kind: 'enrolment', number: 30, state: 'refused', ...ENROLMENT },
      message: 'Le centre est complet jusqu’aux vacances de la Toussaint.',
    },
  ],
  'enrolment-ended': [
    { kind: 'enrolment-ended', ...ENROLMENT, reason: 'Déménagement de la famille' },
    { kind: 'enrolment-ended', ...ENROLMENT, until: undefined, reason: 'Doublon' },
  ],
  'file-checked': [
    {
      kind: 'file-checked',
      number: 4,
      about: 'Famille DUPONT',
      outcomes: [
        { field: 'address', outcome: 'accepted' },
        { field: 'homePhone', outcome: 'refused' },
      ],
      message: 'Merci de joindre un justificatif de domicile.',
    },
  ],
  'erasure-refused': [
    { kind: 'erasure-refused', number: 5, reason: 'Léo est encore inscrit à la restauration.' },
  ],
  'file-ending': [{ kind: 'file-ending', until: '2026-01-31' }],
  'payment-received': [
    {
      ...{ kind: 'payment-received', number: 8, regieId: 'ENF', amount: 6000, means: 'online' },
      paidOn: '2025-10-06',
      receipt: 'ENF-Q2025000008',
      parts: [
        { invoice: 'ENF202500000012', amount: 4512 },
        { invoice: 'ENF202500000019', amount: 1000 },
      ],
    },
  ],
  'payment-refused': [
    {
      ...{ kind: 'payment-refused', regieId: 'ENF', amount: 4512 },
      parts: [{ invoice: 'ENF202500000012', amount: 4512 }],
    },
  ],
  'payment-reminder': [
    {
      kind: 'payment-reminder',
      remindedOn: '2025-11-20',
      invoices: [
        {
          ...{ number: 'ENF202500000012', regieId: 'ENF', month: '2025-09' },
          ...{ due: 4512, dueOn: '2025-10-31', step: 1, days: 20 },
        },
      ],
    },
  ],
  'plan-agreed': [
    {
      ...{ kind: 'plan-agreed', number: 1, regieId: 'ENF' },
      invoices: ['ENF202500000012', 'ENF202500000019'],
      instalments: [
        { on: '2025-12-05', amount: 3000 },
        { on: '2026-01-05', amount: 2512 },
      ],
    },
  ],
  'debit-announced': [
    {
      ...{ kind: 'debit-announced', amount: 4512, collectOn: '2025-10-20', rum: RUM },
      creditor: CREDITOR,
      invoices: ['ENF202500000012'],
    },
  ],
  'debit-rejected': [
    {
      ...{ kind: 'debit-rejected', amount: 4512, collectOn: '2025-10-20', code: 'AM04' },
      endedMandate: RUM,
    },
  ],
  'debit-mandate': [
    { kind: 'debit-mandate', state: 'active', rum: RUM, day: 10, creditor: CREDITOR },
    { kind: 'debit-mandate', state: 'revoked', rum: RUM, day: 10, creditor: CREDITOR },
    { kind: 'debit-mandate', state: 'lapsed', rum: RUM, day: 10, creditor: CREDITOR },
  ],
  'enquiry-received': [
    { kind: 'enquiry-received', number: 3, service: SERVICE, subject: 'Changement d’école' },
  ],
  'enquiry-answered': [
    {
      ...{ kind: 'enquiry-answered', number: 3, service: SERVICE, subject: 'Changement d’école' },
      message: 'Bonjour,\nLe dossier est à retirer à l’accueil.\nCordialement',
    },
  ],
  'enquiry-waiting': [
    { kind: 'enquiry-waiting', number: 3, service: SERVICE, name: 'Mme Madelaine DUPONT' },
  ],
  news: [
    {
      ...{ kind: 'news', title: 'Grève du vendredi 12 septembre' },
      text: 'Le restaurant scolaire est fermé ; les repas réservés ne sont pas facturés.\nL’accueil du soir est assuré.',
      ...{ from: '2025-09-10', until: '2025-09-12' },
    },
    {
      ...{ kind: 'news', title: 'Forum des associations', text: 'De 10 h à 18 h, au gymnase.' },
      ...{ from: '2025-09-06', until: '2025-09-06' },
    },
  ],
  reminder: [
    {
      kind: 'reminder',
      monday: '2025-10-06',
      activities: [
        { ...CANTEEN, until: '2025-10-02T21:59:00.000Z' },
        { ...WEDNESDAYS, until: '2025-10-01T21:59:00.000Z' },
      ],
    },
  ],
}
