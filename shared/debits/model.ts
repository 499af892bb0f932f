import * as z from 'zod'
import { invoiceNumberSchema } from '../billing/model.ts'
import {
  centsSchema,
  familyIdSchema,
  guardianIdSchema,
  instantSchema,
  isoDateSchema,
  LARGEST_NUMBER,
  lineSchema,
  regieIdSchema,
  versionSchema,
} from '../platform/schemas.ts'
import { compactIban, isIban } from './iban-rules.ts'

/** An account as people type it, `FR14 2004 1010 0505 0001 3M02 606`, which becomes an IBAN. */
export const typedIbanSchema = z
  .string()
  .max(60)
  .meta({ examples: ['FR14 2004 1010 0505 0001 3M02 606'] })
  .transform(compactIban)
  .pipe(z.stringFormat('iban', isIban))

/** What a bank is known by (ISO 9362). */
export const bicSchema = z
  .string()
  .regex(/^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$/)
  .meta({ examples: ['PSSTFRPPPAR'] })

/** The unique reference of a mandate (RUM): régie and the number of the town's series. */
export const rumSchema = z
  .string()
  .regex(/^[A-Z0-9]{2,4}-M\d{9}$/)
  .meta({ examples: ['ENF-M000000001'] })

/** A day of the month that every month has. */
export const dayOfMonthSchema = z.int().min(1).max(28)

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array)

/** A text that is opened by the key of bank accounts only. */
const sealedSchema = z.object({ ciphertext: bytes, wrappedKey: bytes })

export const MANDATE_STATES = ['active', 'revoked', 'lapsed'] as const
export type MandateState = (typeof MANDATE_STATES)[number]

/** That a family lets a régie debit an account. What it says never changes but for its day and its end. */
export const mandateSchema = z.object({
  familyId: familyIdSchema,
  regieId: regieIdSchema,
  /** The place among the mandates that the family has given to the régie; only the last may be active. */
  ordinal: z.int().positive().max(LARGEST_NUMBER),
  rum: rumSchema,
  /** Raised by each write. */
  version: versionSchema.min(1),
  state: z.enum(MANDATE_STATES),
  /** The holder of the account. */
  holder: lineSchema(70),
  account: z.object({
    /** All that anybody is shown of the IBAN. */
    masked: z.string(),
    bic: bicSchema.optional(),
    /** The IBAN itself; gone once the family is erased. */
    sealed: sealedSchema.optional(),
  }),
  /** The day of the month that the family has chosen. */
  day: dayOfMonthSchema,
  /** Who signed: nobody else of the family is shown the account. */
  guardianId: guardianIdSchema,
  signed: z.object({
    on: isoDateSchema,
    place: lineSchema(60),
    how: z.enum(['online', 'paper']),
    /** The account in the portal that signed, or that noted the paper. */
    by: z.string(),
    at: instantSchema,
    /** What was agreed to, in full; a paper holds its own. */
    consent: z.object({ version: z.string(), text: z.string() }).optional(),
  }),
  /** How many debits were sent to the bank, and the day of the last one. */
  debits: z.int().min(0),
  lastDebitOn: isoDateSchema.optional(),
  /** From that day on nothing more is collected. */
  endsOn: isoDateSchema.optional(),
  ended: z.object({ on: isoDateSchema, by: z.string(), reason: z.string().optional() }).optional(),
  /** The key of the call that noted it. */
  idempotencyKey: z.string(),
})
export type Mandate = z.infer<typeof mandateSchema>

/** Where a debit stands in a bank's series of a mandate; `FNAL` is the last one. */
const SEQUENCES_OF_DEBITS = ['FRST', 'RCUR', 'FNAL'] as const
export type DebitSequence = (typeof SEQUENCES_OF_DEBITS)[number]

export const DEBIT_STATES = ['announced', 'dropped', 'exported', 'collected', 'rejected'] as const

/** What banks know a debit by: régie, day and its number in the run. */
export const endToEndIdSchema = z
  .string()
  .regex(/^[A-Z0-9]{2,4}-\d{8}-\d{6}$/)
  .meta({ examples: ['ENF-20250905-000001'] })

/** What a run collects of a family. It holds no name and no account: those are in the mandate. */
export const debitSchema = z.object({
  regieId: regieIdSchema,
  collectOn: isoDateSchema,
  familyId: familyIdSchema,
  /** The number in the run. */
  number: z.int().positive().max(999_999),
  version: versionSchema.min(1),
  state: z.enum(DEBIT_STATES),
  endToEndId: endToEndIdSchema,
  /** In cents: what the family was told. No more than that is collected. */
  announced: centsSchema.positive(),
  /** The mandate: that of the announcement, then that of the collection. */
  rum: rumSchema,
  ordinal: mandateSchema.shape.ordinal,
  /** Once it is sent: in cents what is collected, of which invoices, by which payment of the ledger. */
  sent: z
    .object({
      amount: centsSchema.positive(),
      invoices: z.array(invoiceNumberSchema),
      payment: z.int().positive(),
      sequence: z.enum(SEQUENCES_OF_DEBITS),
      signedOn: isoDateSchema,
    })
    .optional(),
  /** Why nothing is collected: all was paid otherwise, or there is no mandate any more. */
  dropped: z.enum(['paid', 'no-mandate']).optional(),
  rejected: z.object({ code: z.string(), by: z.string(), at: instantSchema }).optional(),
})
export type Debit = z.infer<typeof debitSchema>

/**
 * The states of a run: families are being told; all are; what each pays is being noted; the files are
 * there; all that was not sent back is validated.
 */
export const RUN_STATES = ['preparing', 'prepared', 'exporting', 'exported', 'collected'] as const

/** What a régie collects on a day. Each debit that is announced moves it: none slips in behind its export. */
export const debitRunSchema = z.object({
  regieId: regieIdSchema,
  collectOn: isoDateSchema,
  version: versionSchema.min(1),
  state: z.enum(RUN_STATES),
  openedAt: instantSchema,
  /** How many debits were announced, and what they come to in cents. */
  debits: z.int().min(0),
  announced: centsSchema.min(0),
  /** What the files are made of, frozen when they are asked for. */
  export: z
    .object({
      at: instantSchema,
      by: z.string(),
      creditor: z.object({
        name: z.string(),
        ics: z.string(),
        iban: z.string(),
        bic: z.string().optional(),
        siret: z.string(),
      }),
      format: z.enum(['pain.008.001.02', 'pain.008.001.08']),
      first: z.enum(['FRST', 'RCUR']),
    })
    .optional(),
  /** Once they are there: how many files, with how many debits, of how many cents. */
  sent: z
    .object({ files: z.int().min(0), debits: z.int().min(0), total: centsSchema.min(0) })
    .optional(),
})
export type DebitRun = z.infer<typeof debitRunSchema>

/** A file for the bank, sealed: the names and accounts of all families of a run. */
export const debitFileSchema = z.object({
  regieId: regieIdSchema,
  collectOn: isoDateSchema,
  file: z.int().positive().max(999),
  sealed: sealedSchema,
  expiresAt: z.int(),
})
export type DebitFile = z.infer<typeof debitFileSchema>
