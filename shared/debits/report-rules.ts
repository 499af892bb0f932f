import { XMLParser } from 'fast-xml-parser'
import * as z from 'zod'
import { DEBITS, rejectReason } from '../kernel/debit-texts.ts'
import { PortalError } from '../kernel/errors.ts'

/** What a bank says of one debit that it sends back. */
export interface Reject {
  readonly endToEndId: string
  /** The code of ISO 20022, `AM04`. */
  readonly reason: string
}

/** Said where a bank gives no reason. */
const NO_REASON = 'MS03'

const reason = z.object({
  Rsn: z.object({ Cd: z.string().optional(), Prtry: z.string().optional() }).optional(),
})
const reasons = z.array(reason).default([])
const transaction = z.object({
  OrgnlEndToEndId: z.string().optional(),
  TxSts: z.string().optional(),
  StsRsnInf: reasons,
})
const group = z.object({
  PmtInfSts: z.string().optional(),
  StsRsnInf: reasons,
  TxInfAndSts: z.array(transaction).default([]),
})

/** A report on the status of payments (pain.002), of whichever version: by its local names. */
const reportSchema = z.object({
  Document: z.object({
    CstmrPmtStsRpt: z.object({
      OrgnlGrpInfAndSts: z.object({ GrpSts: z.string().optional(), StsRsnInf: reasons }).optional(),
      OrgnlPmtInfAndSts: z.array(group).default([]),
    }),
  }),
})

const MANY = new Set(['StsRsnInf', 'TxInfAndSts', 'OrgnlPmtInfAndSts'])

const parser = new XMLParser({
  removeNSPrefix: true,
  ignoreAttributes: true,
  parseTagValue: false,
  processEntities: false,
  isArray: (name) => MANY.has(name),
  maxNestedTags: 20,
})

const codeOf = (given: z.infer<typeof reasons>): string => {
  const { Cd, Prtry } = given[0]?.Rsn ?? {}
  return Cd ?? Prtry ?? NO_REASON
}

const unreadable = (cause?: unknown): PortalError =>
  new PortalError(
    'invalid-request',
    { faults: [{ pointer: '/body/report', detail: DEBITS.unreadableReport }] },
    { cause },
  )

/** What a text says as XML; nothing where it is none. */
const documentIn = (xml: string): unknown => {
  try {
    return parser.parse(xml)
  } catch {
    return undefined
  }
}

const parsed = (xml: string): z.infer<typeof reportSchema> => {
  // Neither is part of these messages; they are what attacks by entities are made of.
  if (/<!(?:DOCTYPE|ENTITY)/i.test(xml)) throw unreadable()
  // A file that was cut off would else be read as far as it goes.
  if (!/<\/(?:[\w.-]+:)?Document>\s*$/.test(xml)) throw unreadable()
  const report = reportSchema.safeParse(documentIn(xml))
  if (!report.success) throw unreadable(report.error)
  return report.data
}

/**
 * The debits that a bank sends back, by its report on a file (pain.002.001.03, .10 or any other version).
 *
 * @throws PortalError `invalid-request` for a file that is no such report, and for one that says that the
 * whole file was refused: then nothing was collected, and what is to be done is not told debit by debit.
 */
export const rejectsOf = (xml: string): Reject[] => {
  const { OrgnlGrpInfAndSts: whole, OrgnlPmtInfAndSts: groups } =
    parsed(xml).Document.CstmrPmtStsRpt
  const rejects = groups.flatMap(({ TxInfAndSts }) =>
    TxInfAndSts.flatMap(({ OrgnlEndToEndId: endToEndId, TxSts, StsRsnInf }) =>
      endToEndId === undefined || (TxSts ?? 'RJCT') !== 'RJCT'
        ? []
        : [{ endToEndId, reason: codeOf(StsRsnInf) }],
    ),
  )
  const refused = [
    ...(whole?.GrpSts === 'RJCT' ? [whole] : []),
    ...groups.filter(({ PmtInfSts }) => PmtInfSts === 'RJCT'),
  ][0]
  if (rejects.length === 0 && refused !== undefined) {
    const detail = `${DEBITS.wholeFile}${rejectReason(codeOf(refused.StsRsnInf))}.`
    throw new PortalError('invalid-request', { faults: [{ pointer: '/body/report', detail }] })
  }
  return rejects
}

/** The reasons after which a mandate is worth nothing: no account, no mandate, nobody who holds it. */
export const endsMandate = (code: string): boolean =>
  ['AC01', 'AC04', 'MD01', 'MD07'].includes(code)
