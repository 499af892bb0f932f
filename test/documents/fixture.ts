import type { Catalogue } from '../../shared/catalogue/model.ts'
import type { Regie } from '../../shared/catalogue/regie-model.ts'
import { retentionSettingsSchema } from '../../shared/catalogue/retention-settings.ts'
import {
  creditNoteSchema,
  invoiceSchema,
  type CreditNote,
  type Invoice,
  type InvoiceLine,
} from '../../shared/billing/model.ts'
import { activityIdSchema, childIdSchema, regieIdSchema } from '../../shared/platform/schemas.ts'

/** A town of its own: the demo town may change, the documents of this one may not. */
export const regie: Regie = {
  id: regieIdSchema.parse('ENF'),
  name: 'Régie Enfance',
  contact: 'regie@cesson.example',
  phone: '+33164106107',
  daysToPay: 30,
  minimum: 1500,
  issue: 'automatic',
  billedByDay: 5,
  payableBy: [
    { means: 'online', label: 'carte bancaire en ligne (PayFiP)' },
    { means: 'cheque', label: 'chèque' },
    { means: 'cash', label: 'espèces' },
    { means: 'cesu', label: 'CESU pour l’accueil' },
  ],
  payfip: { client: '077067', mode: 'test', partial: false },
  arrears: { remindAfter: [] },
}

export const town: Catalogue['town'] = {
  name: 'Cesson',
  portalName: 'Espace Citoyens',
  services: [],
  siret: '21770067300018',
  address: '8 route de Saint-Leu',
  postcode: '77240',
  phone: '+33164106100',
  signatory: 'Jeanne MARTIN, régisseuse',
  regies: [regie],
  meansCount: 'from-the-next-month',
  files: { mandatory: [], notAsked: [], checked: [] },
  retention: retentionSettingsSchema.parse({}),
  healthRecord: 'detailed',
  agentsReadHealth: false,
  sharedChildren: { attendance: false, invoices: false, booking: 'own-weeks' },
}

const LIST = 'Tarifs 2025'

/** A line of Léo's October; what is not said is as usual. */
export const lineOf = (about: Partial<InvoiceLine>): InvoiceLine => {
  const { quantity = 1, unitPrice = 208 } = about
  return {
    kind: 'unit',
    month: '2025-10',
    childId: childIdSchema.parse('leo'),
    child: 'Léo',
    activityId: activityIdSchema.parse('RESTAURATION'),
    activity: 'Restauration scolaire',
    label: 'Repas',
    days: '',
    quantity,
    unitPrice,
    amount: quantity * unitPrice,
    account: '7067',
    priceList: LIST,
    why: `« ${LIST} », règle « Repas » : taux d’effort de 0,36 % du quotient familial de 578,00 € (connu depuis le 01/09/2025), catégorie Enfant, 2,08 €.`,
    ...about,
  }
}

const lucas = { childId: childIdSchema.parse('lucas'), child: 'Lucas' }
const care = {
  activityId: activityIdSchema.parse('ACCUEIL'),
  activity: 'Accueil pré et post scolaire',
  account: '7066',
  why: `« ${LIST} », règle « Accueil du soir » : prix unique de 1,41 €, catégorie Enfant.`,
}

/** A line of each kind that invoices have. */
export const LINES: readonly InvoiceLine[] = [
  lineOf({ days: '2 7 9 14 16', quantity: 5 }),
  lineOf({ ...care, label: 'Accueil du soir', days: '1 6 8', quantity: 3, unitPrice: 141 }),
  lineOf({
    ...care,
    label: 'Accueil du soir hors délais',
    days: '13',
    unitPrice: 169,
    why: `« ${LIST} », majoration « Hors délais » : 1,41 € + 20 % = 1,69 €.`,
  }),
  lineOf({
    ...care,
    kind: 'aid',
    label: 'Aide du CCAS',
    days: '1 6 8',
    quantity: 3,
    unitPrice: -50,
    why: 'Prise en charge par le CCAS, accordée du 01/09/2025 au 31/12/2025.',
  }),
  lineOf({ ...lucas, days: '3 6 10 13 17', quantity: 5 }),
  {
    kind: 'fee',
    month: '2025-10',
    label: 'Frais d’inscription vacances',
    days: '',
    quantity: 1,
    unitPrice: 103,
    amount: 103,
    account: '7066',
    priceList: LIST,
    why: `Une fois par période de vacances scolaires. « ${LIST} » : prix unique.`,
  },
  lineOf({
    ...lucas,
    month: '2025-09',
    days: '19',
    quantity: -1,
    corrects: 'ENF202500000017',
    why: 'Régularisation de septembre 2025. Absence justifiée par un certificat.',
  }),
  {
    kind: 'carried',
    month: '2025-08',
    label: 'Report de août 2025',
    days: '',
    quantity: 1,
    unitPrice: 820,
    amount: 820,
    priceList: '',
    why: 'Montant de août 2025, trop faible pour une facture, reporté sur celle-ci.',
  },
]

const documentOf = (lines: readonly InvoiceLine[]) => ({
  familyId: '1001',
  regieId: regie.id,
  regie: regie.name,
  month: '2025-10',
  issuedOn: '2025-11-03',
  payer: {
    name: 'DUPONT',
    address: {
      street: '12 rue de la République',
      complement: 'Résidence des Érables, bâtiment B',
      postcode: '77240',
      town: 'CESSON',
    },
    emails: ['dupont@famille.example'],
  },
  lines,
  total: lines.reduce((total, { amount }) => total + amount, 0),
})

/** An invoice of the month of October 2025. */
export const invoiceOf = (lines: readonly InvoiceLine[] = LINES): Invoice =>
  invoiceSchema.parse({ number: 'ENF202500000042', dueOn: '2025-12-03', ...documentOf(lines) })

/** A credit note of the same month. */
export const creditNoteOf = (lines: readonly InvoiceLine[]): CreditNote =>
  creditNoteSchema.parse({ number: 'AV-ENF202500000003', ...documentOf(lines) })
