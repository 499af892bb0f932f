import { XMLParser } from 'fast-xml-parser'
import * as z from 'zod'
import { escapeHtml } from '../../shared/kernel/html.ts'

const SERVICE =
  'http://securite.service.tpa.cp.finances.gouv.fr/services/mas_securite/contrat_paiement_securise/PaiementSecuriseService'

/** What is answered to a call. */
export interface Reply {
  readonly status: number
  readonly type: string
  readonly body: string
  /** Milliseconds before it is answered. */
  readonly after?: number
}

const xml = (status: number, body: string): Reply => ({
  status,
  type: 'text/xml; charset=utf-8',
  body:
    '<?xml version="1.0" encoding="UTF-8"?><S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/">' +
    `<S:Body>${body}</S:Body></S:Envelope>`,
})

const element = (name: string, value: string | undefined): string =>
  value === undefined ? '' : `<${name}>${escapeHtml(value)}</${name}>`

/** The answer to an operation; what is undefined is left out. */
export const answered = (
  operation: string,
  fields: Readonly<Record<string, string | undefined>>,
): Reply =>
  xml(
    200,
    `<ns2:${operation}Response xmlns:ns2="${SERVICE}"><return>` +
      Object.entries(fields)
        .map(([name, value]) => element(name, value))
        .join('') +
      `</return></ns2:${operation}Response>`,
  )

/** The four elements in which a refusal may come. */
export const FAULTS = [
  'FonctionnelleErreur',
  'TechDysfonctionnementErreur',
  'TechIndisponibiliteErreur',
  'TechProtocolaireErreur',
] as const

/** A refusal: status 500 and a body that says why. */
export const fault = (
  kind: (typeof FAULTS)[number],
  code: string,
  { libelle = '', descriptif = '' }: { libelle?: string; descriptif?: string } = {},
): Reply =>
  xml(
    500,
    '<S:Fault><faultcode>S:Server</faultcode>' +
      `<faultstring>fr.gouv.finances.cp.tpa.webservice.exceptions.${kind}</faultstring>` +
      `<detail><ns1:${kind} xmlns:ns1="${SERVICE}">${element('code', code)}${element('descriptif', descriptif)}` +
      `${element('libelle', libelle)}<severite>2</severite></ns1:${kind}></detail></S:Fault>`,
  )

const parser = new XMLParser({ ignoreAttributes: true, removeNSPrefix: true, parseTagValue: false })
const callSchema = z.object({
  Envelope: z.object({
    Body: z.record(z.string(), z.object({ arg0: z.record(z.string(), z.string()) })),
  }),
})

/** The operation that a call names, and what it hands over: names count as they are written. */
export const readCall = (
  text: string,
): { readonly operation: string; readonly fields: Readonly<Record<string, string>> } => {
  const [[operation, { arg0 }] = ['', { arg0: {} }]] = Object.entries(
    callSchema.parse(parser.parse(text)).Envelope.Body,
  )
  return { operation, fields: arg0 }
}
