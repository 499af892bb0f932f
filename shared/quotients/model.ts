import * as z from 'zod'
import { reasonSchema } from '../families/model.ts'
import type { IsoDate, IsoMonth } from '../kernel/dates.ts'
import {
  decimalSchema,
  familyIdSchema,
  guardianIdSchema,
  instantSchema,
  isoDateSchema,
  isoMonthSchema,
  personNameSchema,
  versionSchema,
} from '../platform/schemas.ts'

/** What the fund knows a person by and the family file may lack; it is asked with and never stored. */
export const birthSchema = z.strictObject({
  /** The name at birth, unless the file has it. */
  name: personNameSchema.optional(),
  /** The day of birth, unless the file has it. */
  date: isoDateSchema.optional(),
  /** The first names after the one in the file. */
  otherFirstNames: z.array(personNameSchema).max(2).optional(),
  /** The INSEE code of the country, `99100` for France. */
  country: z.stringFormat('INSEE country', /^99\d{3}$/).meta({ examples: ['99100'] }),
  /** The INSEE code of the commune of somebody born in France. */
  commune: z
    .stringFormat('INSEE commune', /^(?:\d{2}|2[AB])\d{3}$/)
    .meta({ examples: ['51108'] })
    .optional(),
})
export type Birth = z.infer<typeof birthSchema>

/** Somebody as the fund is asked about them. */
export interface Identity {
  readonly birthName: string
  readonly firstNames: readonly string[]
  readonly sex: 'F' | 'M'
  readonly birthDate: IsoDate
  readonly country: string
  readonly commune?: string
}

/** The funds that API Particulier asks: family allowances, and those of agriculture. */
export const PROVIDERS = ['CNAF', 'MSA'] as const

/** A month as the fund writes it, in two numbers that may be missing. */
const year = z.number().int().min(1900).max(2199)
const monthOfYear = z.number().int().min(1).max(12)

/**
 * What is read of an answer: the quotient, and the birth dates of the children to tell whether it is about
 * this family; they are compared and not kept. Where the fund does not know a day or a month they say so
 * (`2020-00-00`). Names and the address are not even looked at. A block is absent where the town has no
 * right to it.
 */
export const answerSchema = z.object({
  data: z.object({
    enfants: z.array(z.object({ date_naissance: z.string().nullish() })).nullish(),
    quotient_familial: z
      .object({
        fournisseur: z.enum(PROVIDERS),
        valeur: z.number().transform(String).pipe(decimalSchema).nullish(),
        annee: year.nullish(),
        mois: monthOfYear.nullish(),
        annee_calcul: year.nullish(),
        mois_calcul: monthOfYear.nullish(),
      })
      .nullish(),
  }),
})

/** Of a refusal only the code of its first error is read; its sentences may tell of people. */
export const refusalSchema = z.object({
  errors: z.tuple([z.object({ code: z.string().regex(/^\d{5}$/) })], z.unknown()),
})

/** A quotient as a fund has told it. */
export const foundQuotientSchema = z.strictObject({
  /** In euros. */
  value: decimalSchema,
  provider: z.enum(PROVIDERS),
  /** The month for which it is. */
  month: isoMonthSchema,
  /** The month in which the fund has worked it out. */
  calculatedIn: isoMonthSchema.optional(),
})
export type FoundQuotient = z.infer<typeof foundQuotientSchema>

/**
 * Why no quotient came.
 *
 * - `token-refused`, `no-rights`, `recipient-refused`: the fund refuses the town; the town must act.
 * - `no-file`: no fund has a quotient of this person. `identity`: nobody, or several, are known by it.
 * - `other-family`: the children of whom the fund tells are not those of the file.
 * - `running`, `too-many`, `provider-down`, `timeout`: it may come later.
 * - `unreadable`: an answer that nobody has told of.
 */
export const FETCH_ERRORS = [
  'token-refused',
  'no-rights',
  'recipient-refused',
  'no-file',
  'identity',
  'other-family',
  'running',
  'too-many',
  'provider-down',
  'timeout',
  'unreadable',
] as const
export type FetchError = (typeof FETCH_ERRORS)[number]

/** That a question to the funds came to nothing. */
export interface FailedAnswer {
  readonly kind: 'failed'
  readonly error: FetchError
  /** The code of API Particulier, for those who ask its support. */
  readonly apiCode?: string
  /** When the API wants to be asked again. */
  readonly retryAfterSeconds?: number
}

/** A quotient, and the birth dates of the children whom the fund counts, where it tells them. */
export interface FoundAnswer {
  readonly kind: 'found'
  readonly quotient: FoundQuotient
  readonly childrenBorn?: readonly string[]
}

export type Answer = FoundAnswer | FailedAnswer

/** Asks the funds for the quotient of somebody in a month, in the name of the town with a SIRET. */
export type AskFund = (question: {
  readonly identity: Identity
  readonly month: IsoMonth
  readonly recipient: string
}) => Promise<Answer>

/** That a guardian agrees to the town asking the fund for their quotient; the latest word of each. */
export const consentSchema = z.object({
  familyId: familyIdSchema,
  guardianId: guardianIdSchema,
  at: instantSchema,
  /** The wording that they agreed to. */
  textVersion: z.string(),
  withdrawnAt: instantSchema.optional(),
  version: versionSchema.min(1),
})
export type QuotientConsent = z.infer<typeof consentSchema>

export const outcomeSchema = z.discriminatedUnion('kind', [
  foundQuotientSchema.extend({
    kind: z.literal('found'),
    /** The first day on which it counts for prices. */
    countsFrom: isoDateSchema,
  }),
  z.strictObject({
    kind: z.literal('failed'),
    error: z.enum(FETCH_ERRORS),
    apiCode: z.string().optional(),
  }),
])

/** One question to the funds: who asked about whom, when, what for, and what came. */
export const fetchSchema = z.object({
  familyId: familyIdSchema,
  /** Whose quotient it is. */
  guardianId: guardianIdSchema,
  at: instantSchema,
  /** The account of who asked. */
  by: z.string(),
  /** The guardian who asked; nobody where staff did. */
  byGuardian: guardianIdSchema.optional(),
  purpose: z.literal('prices'),
  month: isoMonthSchema,
  /** Why staff let it count from an earlier day than the town's rule gives. */
  reason: reasonSchema.optional(),
  /** The consent by which it was asked. */
  consent: consentSchema.pick({ at: true, textVersion: true }).strict(),
  outcome: outcomeSchema,
})
export type QuotientFetch = z.infer<typeof fetchSchema>

/** Bytes, of whatever memory they lie in. */
const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array)

/** What the town signs in to API Particulier with: nobody reads it without its key. */
export const sealedTokenSchema = z.object({
  ciphertext: bytes,
  wrappedKey: bytes,
  setAt: instantSchema,
  /** The account of the administrator who set it. */
  setBy: z.string(),
  /** When it ends, and how that is known; the first tokens were kept without. */
  endsOn: isoDateSchema.optional(),
  endKnownBy: z.enum(['token', 'told', 'assumed']).optional(),
})
export type SealedToken = z.infer<typeof sealedTokenSchema>
