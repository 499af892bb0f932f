import { XMLParser } from 'fast-xml-parser'
import * as z from 'zod'
import { OPERATIONS, type Operation } from './envelopes.ts'
import { instantOf } from './fields-rules.ts'
import { idOpSchema, type Answer, type ClientAccount, type Fault, type Result } from './model.ts'

/** Longer than any answer of the service, in characters. */
const LONGEST = 100_000

/**
 * Elements by their local names in small letters, texts as they stand: answers of the service differ
 * in prefixes and in the case of names.
 */
const parser = new XMLParser({
  ignoreAttributes: true,
  ignoreDeclaration: true,
  removeNSPrefix: true,
  parseTagValue: false,
  processEntities: false,
  transformTagName: (name) => name.toLowerCase(),
  maxNestedTags: 20,
})

/** What may define entities, which SOAP forbids: nothing of such an answer is parsed. */
const DEFINES = /<!(?:DOCTYPE|ENTITY)/i

/** The end of an envelope: what was cut off on its way has none. */
const WHOLE = /<\/(?:[\w.-]+:)?Envelope\s*>\s*$/i

const elements = z.record(z.string(), z.unknown())
const envelopeSchema = z.object({ envelope: z.object({ body: elements }) })

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
}

/** A text with the characters that references stand for: those of XML itself, in one pass. */
const decoded = (value: string): string =>
  value.replaceAll(
    /&(?:#(\d{1,7})|#x([\dA-Fa-f]{1,6})|(amp|lt|gt|quot|apos));/g,
    (whole, decimal?: string, hexadecimal?: string, name = '') => {
      const point = decimal === undefined ? parseInt(hexadecimal ?? '', 16) : Number(decimal)
      return point <= 0x10ffff ? String.fromCodePoint(point) : (NAMED[String(name)] ?? whole)
    },
  )

/** More characters than any text of an answer has: it is stored, and shown to people. */
const LONGEST_TEXT = 500

const text = z.string().transform((value) => decoded(value).trim().slice(0, LONGEST_TEXT))
/** A text of an element that may be missing or empty. */
const optional = text.optional().transform((value) => (value === '' ? undefined : value))

const faultSchema = z.object({ faultstring: optional, detail: z.unknown().optional() })
const detailSchema = z.object({ code: optional, descriptif: optional, libelle: optional })

const KINDS = {
  fonctionnelleerreur: 'functional',
  techdysfonctionnementerreur: 'technical',
  techindisponibiliteerreur: 'unavailable',
  techprotocolaireerreur: 'protocol',
} as const satisfies Readonly<Record<string, Fault['kind']>>

const kindOf = (element: string): Fault['kind'] | undefined =>
  Object.entries(KINDS).find(([name]) => name === element)?.[1]

/** A refusal; one in a form of its own is one of the machine. */
const faultOf = ({ faultstring, detail }: z.infer<typeof faultSchema>): Fault => {
  for (const [element, value] of Object.entries(elements.safeParse(detail).data ?? {})) {
    const kind = kindOf(element)
    const told = detailSchema.safeParse(value)
    if (kind === undefined || !told.success) continue
    const { code = '', descriptif, libelle } = told.data
    return { kind, code, message: descriptif ?? libelle ?? faultstring ?? '' }
  }
  return { kind: 'technical', code: '', message: faultstring ?? '' }
}

/** The body of an envelope; nothing where the text is none. */
const bodyOf = (reply: string): z.infer<typeof elements> | undefined => {
  if (reply.length > LONGEST || DEFINES.test(reply) || !WHOLE.test(reply)) return undefined
  try {
    return envelopeSchema.safeParse(parser.parse(reply)).data?.envelope.body
  } catch {
    // Broken, with elements too deep, or with names that would harm an object.
    return undefined
  }
}

const UNREADABLE = { kind: 'silent', why: 'unreadable' } as const

/** What the service answered to an operation, whatever the status: its refusals come with 500. */
const read = <Value>(
  operation: Operation,
  reply: string,
  returned: z.ZodType<Value>,
): Answer<Value> => {
  const body = bodyOf(reply)
  if (body === undefined) return UNREADABLE
  const fault = faultSchema.safeParse(body['fault'])
  if (fault.success) return { kind: 'fault', fault: faultOf(fault.data) }
  const response = z
    .object({ return: returned })
    .safeParse(body[`${OPERATIONS[operation].toLowerCase()}response`])
  return response.success ? { kind: 'done', value: response.data.return } : UNREADABLE
}

const opened = z.object({ idop: idOpSchema }).transform(({ idop }) => ({ idOp: idop }))

const detail = z
  .object({
    resultrans: text.pipe(z.string().min(1).max(20)),
    refdet: optional,
    numcli: optional,
    montant: optional,
    saisie: optional,
    idop: optional,
    numauto: optional,
    dattrans: optional,
    heurtrans: optional,
  })
  .transform((told): Result => ({
    code: told.resultrans,
    reference: told.refdet,
    client: told.numcli,
    amount: told.montant,
    mode: told.saisie,
    idOp: told.idop,
    authorisation: told.numauto?.slice(0, 60),
    at: instantOf(told.dattrans ?? '', told.heurtrans ?? ''),
  }))

const account = z
  .object({ numcli: text.pipe(z.string().min(1)), libellen2: optional, libellen1: optional })
  .transform(({ numcli, libellen1, libellen2 }): ClientAccount => ({
    client: numcli,
    label: libellen2 ?? libellen1,
  }))

/** The answer to the opening of an operation. */
export const readOpened = (reply: string): Answer<{ readonly idOp: string }> =>
  read('open', reply, opened)

/** The answer to the question what became of an operation. */
export const readResult = (reply: string): Answer<Result> => read('ask', reply, detail)

/** The answer to the question about a régie. */
export const readClient = (reply: string): Answer<ClientAccount> => read('describe', reply, account)
