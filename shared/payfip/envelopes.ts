import { MODES, type Order } from './model.ts'

const SERVICE =
  'http://securite.service.tpa.cp.finances.gouv.fr/services/mas_securite/contrat_paiement_securise/PaiementSecuriseService'

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

const escapeXml = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character)

/** The operations of the service, by the names that they have in its envelopes. */
export const OPERATIONS = {
  open: 'creerPaiementSecurise',
  ask: 'recupererDetailPaiementSecurise',
  describe: 'recupererDetailClient',
} as const
export type Operation = keyof typeof OPERATIONS

/** A call as SOAP 1.1 writes it: only the operation is qualified, what it takes is not. */
const envelope = (operation: Operation, fields: Readonly<Record<string, string>>): string => {
  const name = OPERATIONS[operation]
  const inner = Object.entries(fields)
    .map(([field, value]) => `<${field}>${escapeXml(value)}</${field}>`)
    .join('')
  return (
    '<?xml version="1.0" encoding="UTF-8"?>' +
    `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:pai="${SERVICE}">` +
    `<soapenv:Header/><soapenv:Body><pai:${name}><arg0>${inner}</arg0></pai:${name}></soapenv:Body>` +
    '</soapenv:Envelope>'
  )
}

/** The call that opens an operation. */
export const openEnvelope = (order: Order): string =>
  envelope('open', {
    exer: order.year,
    mel: order.email,
    montant: String(order.amount),
    numcli: order.client,
    objet: order.subject,
    refdet: order.reference,
    saisie: MODES[order.mode],
    urlnotif: order.notifyUrl,
    urlredirect: order.returnUrl,
  })

/** The call that asks what became of an operation. `idop` in small letters would be answered by P1. */
export const askEnvelope = (idOp: string): string => envelope('ask', { idOp })

/** The call that asks about a régie. */
export const describeEnvelope = (client: string): string => envelope('describe', { numCli: client })
