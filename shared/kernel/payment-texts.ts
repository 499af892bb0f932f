import type { IsoDate } from './dates.ts'
import { euros, type Cents } from './money.ts'
import { listOf, shortDate } from './texts.ts'

/** The words of online payments. */

/** What an attempt to pay is, as families read it [guide 30, 31]. */
export const ONLINE_STATES = {
  opening: 'Paiement en cours d’ouverture',
  failed: 'Paiement non ouvert',
  open: 'Paiement en cours, en attente de validation',
  paid: 'Paiement validé',
  refused: 'Paiement refusé',
  abandoned: 'Paiement abandonné',
  expired: 'Paiement non effectué dans le délai',
  review: 'Paiement en cours de vérification par la mairie',
} as const

/** Why an accountant must look at an online payment, and what to do then. */
export const REVIEW_REASONS_LABELS = {
  'unknown-result':
    'PayFiP a répondu par un code inconnu : vérifiez sur le compte de la régie si l’argent est arrivé.',
  'other-payment':
    'La réponse de PayFiP ne correspond pas à ce qui était demandé (référence, montant, régie ou mode).',
  test: 'C’est un paiement de test : il ne règle aucune facture.',
  unanswered: 'PayFiP n’a rien répondu depuis trois jours : vérifiez sur le compte de la régie.',
} as const

const invoicesOf = (numbers: readonly string[]): string =>
  numbers.length === 1 ? `Facture ${numbers.join('')}` : `Factures ${listOf(numbers)}`

export const ONLINE = {
  /** What PayFiP shows beside the amount. */
  subject: (numbers: readonly string[]): string => invoicesOf(numbers),
  unknown: 'Cette facture n’existe pas dans votre dossier.',
  oneRegie: 'Ces factures ne viennent pas de la même régie : payez-les séparément.',
  twice: 'Cette facture figure deux fois.',
  notOnline: 'Cette régie n’accepte pas le paiement en ligne.',
  notOpen: 'Le paiement en ligne de cette régie n’est pas encore ouvert.',
  treasury: (number: string): string =>
    `La facture ${number} est gérée par le Trésor Public : elle ne se paie plus ici.`,
  settled: (number: string): string => `La facture ${number} est déjà réglée.`,
  nothingOnline: (number: string): string =>
    `Rien de la facture ${number} ne peut être payé en ligne : réglez-la à la régie.`,
  underWay: (number: string): string =>
    `Un paiement de la facture ${number} est déjà en cours ou attend sa validation. ` +
    'Terminez-le, ou réessayez un peu plus tard.',
  whole: 'Cette régie n’accepte que le paiement de la totalité.',
  moreThanDue: (due: Cents): string => `Il reste ${euros(due)} à payer en ligne.`,
  atLeast: (least: Cents): string => `Un paiement en ligne est d’au moins ${euros(least)}.`,
  atMost: (most: Cents): string => `Un paiement en ligne est d’au plus ${euros(most)}.`,
  email: (most: number): string =>
    `Votre adresse e-mail est trop longue pour le paiement en ligne (${String(most)} caractères au plus).`,
  refused: (message: string): string => `Réponse de PayFiP : ${message}`,
  silent: 'PayFiP ne répond pas pour le moment. Rien n’a été débité ; réessayez plus tard.',
  testPaysNothing: 'Un paiement de test ne règle aucune facture : classez-le sans suite.',
} as const

/** The words of the mails about payments. */
export const PAYMENT_MAILS = {
  receivedSubject: (amount: Cents): string => `Votre paiement de ${euros(amount)} est bien reçu`,
  received: (about: { amount: Cents; means: string; paidOn: IsoDate; regie: string }): string =>
    `Nous avons bien reçu votre paiement de ${euros(about.amount)} (${about.means}) ` +
    `du ${shortDate(about.paidOn)}. ${about.regie}.`,
  receipt: (receipt: string): string => `Quittance n° ${receipt}.`,
  paidFor: 'Ce paiement règle :',
  part: (number: string, amount: Cents): string => `Facture n° ${number} : ${euros(amount)}`,
  credit: (amount: Cents): string =>
    `${euros(amount)} restent en votre faveur, à valoir sur vos prochaines factures.`,
  refusedSubject: (amount: Cents): string => `Votre paiement de ${euros(amount)} a été refusé`,
  refused: (amount: Cents, numbers: readonly string[]): string =>
    `Votre paiement en ligne de ${euros(amount)} a été refusé par la banque. Rien n’a été débité. ` +
    `${invoicesOf(numbers)} : vous pouvez essayer encore, ou payer d’une autre manière.`,
  ledgerLink: 'Voir mes factures et mes paiements',
} as const
