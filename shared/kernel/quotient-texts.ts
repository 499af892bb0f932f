import { shortDate } from './texts.ts'
import type { IsoDate } from './dates.ts'

/** The words of the quotient familial that the town asks the allowance funds for. */

/** What a guardian agrees to; a new wording is a new version, to which everybody agrees anew. */
export const QUOTIENT_CONSENT = {
  version: '2026-01',
  text:
    'J’accepte que la mairie demande mon quotient familial à la CAF ou à la MSA, par le service ' +
    'API Particulier de l’État, avec mes nom de naissance, prénoms, date et lieu de naissance, pour ' +
    'calculer les tarifs de ma famille. Chaque demande et sa réponse me sont montrées. Je peux refuser, ' +
    'ou retirer cet accord à tout moment, et remettre une attestation papier à la place.',
} as const

const PAPER = 'Remettez à la mairie une attestation de quotient familial de votre caisse.'
const LATER = 'Réessayez plus tard, ou remettez à la mairie une attestation de votre caisse.'
const TOWN = `La mairie n’a pas accès aux quotients pour le moment ; elle en est avertie. ${PAPER}`

/** Why no quotient came, and what to do then. */
export const QUOTIENT_ERRORS = {
  'token-refused': TOWN,
  'no-rights': TOWN,
  'recipient-refused': TOWN,
  'no-file': `Ni la CAF ni la MSA n’ont de quotient à votre nom. ${PAPER}`,
  identity:
    'La caisse ne vous reconnaît pas à ces nom, prénoms, date et lieu de naissance. Corrigez-les, ou ' +
    'remettez à la mairie une attestation de quotient familial.',
  'other-family':
    'Les enfants que la caisse connaît ne sont pas ceux de votre dossier : ce quotient n’est pas enregistré. ' +
    PAPER,
  running: 'La même demande est déjà en cours. Réessayez dans une minute.',
  'too-many': `Trop de demandes arrivent en ce moment. ${LATER}`,
  'provider-down': `Le service de la caisse ne répond pas. ${LATER}`,
  timeout: `Le service de la caisse tarde à répondre. ${LATER}`,
  unreadable: `La réponse de la caisse n’a pas pu être lue ; la mairie en est avertie. ${PAPER}`,
} as const

/** The other words of fetched quotients. */
export const QUOTIENTS = {
  purpose: 'Calcul des tarifs des services de la mairie',
  town: 'La mairie',
  consentMissing:
    'Donnez d’abord votre accord à cette demande, ou remettez à la mairie une attestation papier.',
  consentMissingOfFamily:
    'Ce parent n’a pas donné son accord, ou l’a retiré. Demandez-lui une attestation papier.',
  staleText: 'Donnez votre accord au texte en vigueur.',
  tooMany: (most: number): string =>
    `Le quotient se demande au plus ${String(most)} fois par jour. Réessayez demain.`,
  month: (from: string, to: string): string => `Indiquez un mois de ${from} à ${to}.`,
  nameMissing: 'Indiquez le nom de naissance : il manque à votre dossier.',
  dateMissing: 'Indiquez la date de naissance : elle manque à votre dossier.',
  held: 'Votre dossier le dit déjà ; s’il se trompe, corrigez-le d’abord.',
  communeMissing: 'Indiquez la commune de naissance.',
  communeAbroad: 'Une commune ne s’indique que pour une naissance en France.',
  found: (told: { value: string; provider: string; month: string; from: IsoDate }): string =>
    `Quotient familial de ${told.value} € (${told.provider}, ${told.month}) : il compte à partir du ` +
    `${shortDate(told.from)}.`,
} as const
