import { askEnvelope, describeEnvelope, openEnvelope } from './envelopes.ts'
import { orderSchema, type Answer, type Payfip } from './model.ts'
import { readClient, readOpened, readResult } from './replies-rules.ts'

/** Where PayFiP is, and how long it is waited for. */
export interface PayfipSettings {
  /** `https://www.payfip.gouv.fr` */
  readonly url: string
  /** How long one answer is waited for, in milliseconds; 15 s unless given. */
  readonly patience?: number
}

/** More than any answer of the service, in bytes: nothing behind them is read. */
const LONGEST = 400_000

/** The text of an answer; nothing of one that is too long, however it was packed on its way. */
const textOf = async ({ body }: Response): Promise<string> => {
  const parts: AsyncIterable<Uint8Array> | readonly Uint8Array[] = body ?? []
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of parts) {
    size += chunk.byteLength
    if (size > LONGEST) return ''
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

const isTimeout = (error: unknown): boolean =>
  error instanceof Error && error.name === 'TimeoutError'

/**
 * PayFiP for régies, by SOAP 1.1 over HTTP. Nothing signs the portal in: the number of the régie alone
 * says for whom a payment is. Nothing is asked again here: who asks decides when, and an operation that
 * was opened without an answer is one that nobody can pay, since nobody knows it.
 */
export const payfipClient = ({ url, patience = 15_000 }: PayfipSettings): Payfip => {
  const service = new URL('/tpa/services/securite', url)
  const page = new URL('/tpa/paiementws.web', url)

  const call = async <Value>(
    envelope: string,
    read: (reply: string) => Answer<Value>,
  ): Promise<Answer<Value>> => {
    try {
      const response = await fetch(service, {
        method: 'POST',
        headers: { 'content-type': 'text/xml; charset=utf-8', soapaction: '""' },
        body: envelope,
        redirect: 'error',
        signal: AbortSignal.timeout(patience),
      })
      // A refusal comes with status 500 and says why in its body.
      return read(await textOf(response))
    } catch (error) {
      return { kind: 'silent', why: isTimeout(error) ? 'timeout' : 'network' }
    }
  }

  return {
    open: (order) => call(openEnvelope(orderSchema.parse(order)), readOpened),
    ask: (idOp) => call(askEnvelope(idOp), readResult),
    describe: (client) => call(describeEnvelope(client), readClient),
    pageOf: (idOp) => {
      const address = new URL(page)
      address.searchParams.set('idop', idOp)
      return address.href
    },
  }
}
