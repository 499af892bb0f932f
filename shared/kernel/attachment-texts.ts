/** The words of the supporting documents of families. */

/** What families prove. */
export const ATTACHMENT_NAMES = {
  address: 'Justificatif de domicile',
  identity: 'Pièce d’identité ou livret de famille',
  income: 'Justificatif de ressources',
  insurance: 'Attestation d’assurance',
  custody: 'Décision de justice',
  vaccinations: 'Attestation de vaccination',
  other: 'Autre document',
} as const

/** How far a document is. */
export const ATTACHMENT_STATES = {
  pending: 'En attente d’envoi',
  received: 'Reçu, à vérifier',
  accepted: 'Accepté, fichier supprimé',
  refused: 'Refusé, fichier supprimé',
} as const

/** How a name that does not fit the type of its file is to end. */
export const fileNameEnding = (endings: readonly string[]): string =>
  `Le nom de ce fichier doit se terminer par ${endings.join(' ou ')}.`

/** Why a file is refused. */
export const FILE_REFUSED = 'Envoyez un fichier PDF, JPEG ou PNG de 5 Mo au plus, tel qu’annoncé.'
