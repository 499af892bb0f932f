import { escapeHtml } from '../../shared/kernel/html.ts'
import { euros } from '../../shared/kernel/money.ts'

/*
 * The pages of the PayFiP of this machine. Their words are those of somebody else's site, for whoever
 * tries the portal out; they are part of no deployment.
 */

const page = (title: string, content: string): string =>
  '<!doctype html><html lang="fr"><head><meta charset="utf-8">' +
  '<meta name="viewport" content="width=device-width, initial-scale=1">' +
  `<title>${escapeHtml(title)}</title><style>body{font-family:sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}` +
  'button{display:block;width:100%;margin:.5rem 0;padding:.75rem;font-size:1rem}dt{font-weight:bold}</style></head>' +
  `<body><main><h1>${escapeHtml(title)}</h1>${content}</main></body></html>`

/** What can be done on the page, by the code of its result; without one nothing comes of it. */
export const CHOICES = [
  { code: 'P', label: 'Payer par carte bancaire' },
  { code: 'V', label: 'Payer par prélèvement unique' },
  { code: 'R', label: 'Carte refusée par la banque' },
  { code: 'Z', label: 'Prélèvement refusé' },
  { code: 'A', label: 'Abandonner' },
  { code: 'D', label: 'Répondre par un code inconnu' },
  { code: '', label: 'Fermer la fenêtre sans rien faire' },
] as const

/** Ways in which the world misbehaves, which whoever pays may tick. */
export const MISHAPS = [
  { name: 'lost', label: 'La notification se perd' },
  { name: 'twice', label: 'La notification arrive deux fois' },
  { name: 'stranded', label: 'Le navigateur ne revient pas au portail' },
  { name: 'other-amount', label: 'PayFiP annonce un autre montant' },
] as const

const field = (name: string, value: string): string =>
  `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`

/** The page on which an operation is paid. */
export const payPage = (operation: {
  readonly idOp: string
  readonly subject: string
  readonly reference: string
  readonly amount: string
  readonly client: string
  readonly mode: string
}): string => {
  const { idOp, subject, reference, amount, client, mode } = operation
  const choices = CHOICES.map(
    ({ code, label }) => `<button name="result" value="${code}">${escapeHtml(label)}</button>`,
  )
  const mishaps = MISHAPS.map(
    ({ name, label }) =>
      `<p><label><input type="checkbox" name="mishap" value="${name}"> ${escapeHtml(label)}</label></p>`,
  )
  return page(
    'PayFiP (simulé sur cette machine)',
    `<dl>${field('Objet', subject)}${field('Référence', reference)}` +
      `${field('Montant', euros(Number(amount)))}${field('Régie', `${client} (${mode})`)}</dl>` +
      '<form method="post" action="/tpa/paiementws.web">' +
      `<input type="hidden" name="idop" value="${escapeHtml(idOp)}">` +
      `<fieldset><legend>Ce qui peut arriver</legend>${mishaps.join('')}</fieldset>` +
      `${choices.join('')}</form>`,
  )
}

/** The page of an operation that cannot be paid, or of a window that stays open. */
export const messagePage = (message: string): string =>
  page('PayFiP (simulé sur cette machine)', `<p>${escapeHtml(message)}</p>`)
