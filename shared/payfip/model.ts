import * as z from 'zod'
import { centsSchema, instantSchema } from '../platform/schemas.ts'

/** The number of a régie at PayFiP (numcli): six digits, of which the first may be zeros. */
export const clientSchema = z.string().regex(/^\d{6}$/)

/** How a payment is meant (saisie): `T` moves no money, `X` proves each means once, `W` is real. */
export const MODES = { test: 'T', activation: 'X', production: 'W' } as const

/** What PayFiP knows an operation by: one attempt to pay. */
export const idOpSchema = z.string().regex(/^[\w-]{1,64}$/)

/** The least and the most of one payment, in cents: faults M3 and M5 beyond them. */
export const LEAST = 100
export const MOST = 9_999_999

/** The fewest and the most characters of an e-mail that PayFiP takes. */
export const EMAIL_LENGTH = { least: 6, most: 80 } as const

/** What PayFiP is asked to have paid. */
export const orderSchema = z.strictObject({
  client: clientSchema,
  /** The year of the debt. */
  year: z.string().regex(/^\d{4}$/),
  /** What the payment is found by (refdet): letters and digits without accents. */
  reference: z.string().regex(/^[A-Za-z0-9]{6,30}$/),
  /** What people read beside the amount (objet). */
  subject: z.string().regex(/^[A-Za-z0-9 ]{1,100}$/),
  amount: centsSchema.min(LEAST).max(MOST),
  email: z.string().min(EMAIL_LENGTH.least).max(EMAIL_LENGTH.most).includes('@'),
  mode: z.enum(['test', 'activation', 'production']),
  /** Where PayFiP tells the portal that something happened; and where it sends the browser back to. */
  notifyUrl: z.url(),
  returnUrl: z.url(),
})
export type Order = z.infer<typeof orderSchema>

/** What became of an operation, as PayFiP tells it. All of it is compared, so nothing is made up. */
export const resultSchema = z.strictObject({
  /** The code of the result (resultrans), as it came: there may be more than are known here. */
  code: z.string(),
  reference: z.string().optional(),
  client: z.string().optional(),
  /** In cents, as it came. */
  amount: z.string().optional(),
  /** As it came: `T`, `X`, `W`. */
  mode: z.string().optional(),
  idOp: z.string().optional(),
  /** The number of the authorisation (numauto). */
  authorisation: z.string().optional(),
  /** When it was paid. */
  at: instantSchema.optional(),
})
export type Result = z.infer<typeof resultSchema>

/** A régie as PayFiP knows it. */
export interface ClientAccount {
  readonly client: string
  readonly label: string | undefined
}

/** The four kinds of refusal: of what was asked, of the machine, for now, of the form of the call. */
export const FAULT_KINDS = ['functional', 'technical', 'unavailable', 'protocol'] as const

/** A refusal of PayFiP. */
export interface Fault {
  readonly kind: (typeof FAULT_KINDS)[number]
  /** `P5`, `R3`…; empty where none came. */
  readonly code: string
  /** In French. */
  readonly message: string
}

/** What a call brought: an answer, a refusal, or nothing that can be read. */
export type Answer<Value> =
  | { readonly kind: 'done'; readonly value: Value }
  | { readonly kind: 'fault'; readonly fault: Fault }
  | { readonly kind: 'silent'; readonly why: 'timeout' | 'network' | 'unreadable' }

/** PayFiP, as the portal uses it. No call is asked again by itself, none throws. */
export interface Payfip {
  /** Opens an operation (creerPaiementSecurise). */
  readonly open: (order: Order) => Promise<Answer<{ readonly idOp: string }>>
  /** Asks what became of an operation (recupererDetailPaiementSecurise): the only truth about it. */
  readonly ask: (idOp: string) => Promise<Answer<Result>>
  /** Asks whether a régie is set up (recupererDetailClient). */
  readonly describe: (client: string) => Promise<Answer<ClientAccount>>
  /** Where the browser of somebody who pays an operation goes. */
  readonly pageOf: (idOp: string) => string
}
