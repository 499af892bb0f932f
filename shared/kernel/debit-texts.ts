import type { IsoDate } from './dates.ts'
import { euros, type Cents } from './money.ts'
import { dayLabel, shortDate } from './texts.ts'

/** The words of direct debits: mandates, runs, mails and the reasons for which banks send one back. */

/** Who collects, as mandates name it. */
interface Creditor {
  readonly name: string
  /** The SEPA creditor identifier. */
  readonly ics: string
}

/** What a debtor agrees to, as the rulebook of SEPA Core asks for it; a new wording is a new version. */
export const MANDATE_CONSENT = {
  version: '2026-01',
  text: ({ name, ics }: Creditor): string =>
    `En signant ce mandat, j’autorise ${name} (identifiant créancier SEPA ${ics}) à envoyer à ma banque ` +
    'des instructions pour débiter mon compte, de façon récurrente, et ma banque à débiter mon compte ' +
    `conformément aux instructions de ${name}. J’ai le droit d’être remboursé par ma banque selon la ` +
    'convention que j’ai avec elle ; toute demande de remboursement est à présenter dans les 8 semaines ' +
    'qui suivent le débit, ou sans tarder et au plus tard dans les 13 mois pour un prélèvement que je ' +
    'n’ai pas autorisé.',
} as const

/** Why a bank sends a debit back, by the codes of ISO 20022 that are in use. */
const REJECT_REASONS: Readonly<Record<string, string>> = {
  AC01: 'numéro de compte incorrect',
  AC04: 'compte clôturé',
  AC06: 'compte bloqué',
  AC13: 'compte qui ne peut pas être prélevé',
  AG01: 'prélèvement interdit sur ce type de compte',
  AG02: 'opération incorrecte',
  AM04: 'provision insuffisante',
  AM05: 'opération en double',
  BE05: 'créancier non reconnu',
  CNOR: 'banque du créancier non reconnue',
  DNOR: 'banque du débiteur non reconnue',
  FF01: 'format du fichier incorrect',
  MD01: 'aucun mandat valable',
  MD02: 'données du mandat incorrectes',
  MD06: 'contesté par le titulaire du compte',
  MD07: 'titulaire du compte décédé',
  MS02: 'refusé par le titulaire du compte',
  MS03: 'motif non communiqué par la banque',
  RC01: 'banque du débiteur incorrecte',
  RR01: 'information réglementaire manquante',
  RR04: 'motif réglementaire',
  SL01: 'refusé par un service de la banque du débiteur',
  TM01: 'reçu après l’heure limite',
}

/** The reason of a code, or the code where nobody knows it. */
export const rejectReason = (code: string): string => REJECT_REASONS[code] ?? `code ${code}`

/** The other words of debits. */
export const DEBITS = {
  mandateStates: { active: 'En vigueur', revoked: 'Révoqué', lapsed: 'Caduc' },
  signatures: { online: 'En ligne', paper: 'Sur papier' },
  runStates: {
    preparing: 'En préparation',
    prepared: 'Annoncé aux familles',
    exporting: 'Fichier en cours de constitution',
    exported: 'Fichier prêt pour la banque',
    collected: 'Encaissé',
  },
  debitStates: {
    announced: 'Annoncé',
    dropped: 'Sans objet',
    exported: 'Transmis à la banque',
    collected: 'Encaissé',
    rejected: 'Rejeté',
  },
  iban: 'Cet IBAN n’est pas valable, ou n’est pas de la zone SEPA.',
  day: (days: readonly number[]): string =>
    `Choisissez un jour de prélèvement parmi ceux de la régie : ${days.join(', ')}.`,
  staleText: 'Signez le mandat dans sa rédaction en vigueur.',
  signedInFuture: 'Un mandat ne peut pas être daté d’après aujourd’hui.',
  signedLongAgo:
    'Un mandat sans prélèvement depuis 36 mois est caduc ; il faut en signer un nouveau.',
  endInPast: 'Un mandat ne peut pas prendre fin avant aujourd’hui.',
  unknownRegie: 'Cette régie n’existe pas, ou ne prélève pas.',
  unknownGuardian: 'Ce responsable n’est pas dans ce dossier.',
  noSuchDay: (days: readonly IsoDate[]): string =>
    `La régie ne prélève pas ce jour-là ; ses prochains prélèvements : ${days.map(shortDate).join(', ')}.`,
  tooLate: (notice: number, last: IsoDate): string =>
    `Un prélèvement s’annonce ${String(notice)} jours à l’avance : celui-ci se préparait au plus tard le ${shortDate(last)}.`,
  notPrepared:
    'Les familles ne sont pas encore toutes prévenues : préparez d’abord ce prélèvement.',
  frozen: 'Le fichier de ce prélèvement est déjà constitué.',
  dayPassed:
    'Le jour de ce prélèvement est là ou passé : il n’a plus d’effet d’envoyer son fichier.',
  unreadableReport: 'Ce fichier n’est pas un compte rendu de prélèvements (pain.002) lisible.',
  wholeFile:
    'La banque a refusé le fichier entier, et non des prélèvements un à un : aucun n’est donc parti. Son motif : ',
  rejected: (code: string): string =>
    `Prélèvement rejeté par la banque : ${rejectReason(code)} (${code})`,
  invoices: (numbers: readonly string[]): string =>
    `${numbers.length === 1 ? 'Facture' : 'Factures'} ${numbers.join(' ')}`,
} as const

/** The mails about debits. */
export const DEBIT_MAILS = {
  announcedSubject: (amount: Cents, day: IsoDate): string =>
    `Prélèvement de ${euros(amount)} le ${shortDate(day)}`,
  announcedIntroduction: (amount: Cents, day: IsoDate): string =>
    `Votre compte sera prélevé de ${euros(amount)} le ${dayLabel(day)}, pour les factures suivantes :`,
  announcedMandate: (rum: string, { name, ics }: Creditor): string =>
    `Créancier : ${name} (identifiant SEPA ${ics}). Référence de votre mandat : ${rum}.`,
  announcedElse:
    'Ce que vous payez autrement d’ici là n’est pas prélevé. Si quelque chose n’est pas juste, dites-le à la régie avant cette date.',
  ledgerLink: 'Voir mes factures',
  mandateLink: 'Voir mon mandat',
  rejectedSubject: (amount: Cents): string => `Votre prélèvement de ${euros(amount)} a été rejeté`,
  rejectedIntroduction: (amount: Cents, day: IsoDate, code: string): string =>
    `Votre banque a rejeté le prélèvement de ${euros(amount)} du ${shortDate(day)}. Motif : ${rejectReason(code)}.`,
  rejectedDue:
    'Les factures qu’il devait payer sont de nouveau à payer. Réglez-les par un autre moyen.',
  rejectedMandate: (rum: string): string =>
    `Le mandat ${rum} a pris fin. Pour être de nouveau prélevé, signez-en un autre sur le portail.`,
  mandateSubject: {
    active: 'Votre mandat de prélèvement est enregistré',
    revoked: 'Votre mandat de prélèvement a pris fin',
    lapsed: 'Votre mandat de prélèvement n’est plus valable',
  },
  mandateIntroduction: {
    active: (rum: string, { name, ics }: Creditor): string =>
      `Le mandat ${rum} autorise ${name} (identifiant SEPA ${ics}) à prélever vos factures.`,
    revoked: (rum: string, { name }: Creditor): string =>
      `Le mandat ${rum} a pris fin : ${name} ne prélève plus votre compte. Vos factures se paient autrement.`,
    lapsed: (rum: string, { name }: Creditor): string =>
      `Rien n’a été prélevé par le mandat ${rum} depuis 36 mois : il n’est plus valable. Pour que ${name} vous prélève, signez-en un autre.`,
  },
  mandateDay: (day: number): string =>
    `Jour de prélèvement : le ${String(day)} du mois. Chaque prélèvement vous est annoncé par e-mail.`,
} as const
