import * as z from 'zod'
import { DECIMAL } from '../kernel/decimal.ts'
import { isIsoDate, isIsoMonth } from '../kernel/dates.ts'
import { normalEmail } from '../kernel/email.ts'
import { phoneNumberOf } from '../kernel/phone.ts'

const identifier = z.string().regex(/^[\w-]{1,48}$/)

/** The number of a family file, as staff read it. */
export const familyIdSchema = identifier.brand<'FamilyId'>()
export type FamilyId = z.infer<typeof familyIdSchema>

export const guardianIdSchema = identifier.brand<'GuardianId'>()
export type GuardianId = z.infer<typeof guardianIdSchema>

export const childIdSchema = identifier.brand<'ChildId'>()
export type ChildId = z.infer<typeof childIdSchema>

export const contactIdSchema = identifier.brand<'ContactId'>()
export type ContactId = z.infer<typeof contactIdSchema>

/** A document that a family has put into its file. */
export const attachmentIdSchema = identifier.brand<'AttachmentId'>()
export type AttachmentId = z.infer<typeof attachmentIdSchema>

/** A document that a town asks families for. */
export const documentIdSchema = identifier.brand<'DocumentId'>()

export const enrolmentIdSchema = identifier.brand<'EnrolmentId'>()
export type EnrolmentId = z.infer<typeof enrolmentIdSchema>

export const facilityIdSchema = identifier.brand<'FacilityId'>()
export type FacilityId = z.infer<typeof facilityIdSchema>

/** A service of the town to which people write. */
export const serviceIdSchema = identifier.brand<'ServiceId'>()
export type ServiceId = z.infer<typeof serviceIdSchema>

export const activityIdSchema = identifier.brand<'ActivityId'>()
export type ActivityId = z.infer<typeof activityIdSchema>

export const groupIdSchema = identifier.brand<'GroupId'>()
export type GroupId = z.infer<typeof groupIdSchema>

export const unitIdSchema = identifier.brand<'UnitId'>()
export type UnitId = z.infer<typeof unitIdSchema>

/** A part of a day in which places are counted. */
export const slotIdSchema = identifier.brand<'SlotId'>()

/** An account in the town's books, `7067`. */
export const bookAccountSchema = z.string().regex(/^[\w.-]{1,20}$/)

/** A circumstance of families that the town takes into account, such as both parents at work. */
export const circumstanceIdSchema = identifier.brand<'CircumstanceId'>()
export type CircumstanceId = z.infer<typeof circumstanceIdSchema>

export const categoryIdSchema = identifier.brand<'CategoryId'>()
export type CategoryId = z.infer<typeof categoryIdSchema>

/** A diet that the town's kitchens serve. */
export const dietIdSchema = identifier.brand<'DietId'>()

export const regieIdSchema = z
  .string()
  .regex(/^[A-Z0-9]{2,4}$/)
  .brand<'RegieId'>()
export type RegieId = z.infer<typeof regieIdSchema>

/** A school year, named by its two civil years: `2025-2026` runs from September to August. */
export const schoolYearIdSchema = z
  .string()
  .regex(/^\d{4}-\d{4}$/)
  .brand<'SchoolYearId'>()
export type SchoolYearId = z.infer<typeof schoolYearIdSchema>

/** Numbers are parts of keys, in nine digits. */
export const LARGEST_NUMBER = 999_999_999

/**
 * The version of something that people edit; what nobody has edited yet is at 1, and 0 is the version
 * of what is not there.
 */
export const versionSchema = z.int().nonnegative().max(LARGEST_NUMBER)

/**
 * The header `if-match` of an edit: the `ETag` of what the client has read, `"3"`, as the number in
 * it. An edit without it, or of any version (`*`), is refused: it could undo what somebody else wrote.
 */
export const ifMatchSchema = z
  .stringFormat('version', /^"(0|[1-9]\d{0,8})"$/)
  .meta({ examples: ['"3"'] })
  .transform((tag) => Number(tag.slice(1, -1)))

/** A number in a path or a query. */
export const numberInTextSchema = z.coerce.number().int().positive().max(LARGEST_NUMBER)

/** The number of a request, unique in the town. */
export const requestNumberSchema = z.int().positive().max(LARGEST_NUMBER).brand<'RequestNumber'>()
export type RequestNumber = z.infer<typeof requestNumberSchema>

const fourDigits = z.string().regex(/^\d{4}$/)
const twoDigits = z.string().regex(/^\d{2}$/)

/** Days and months from 1900 to 2199: those around them would leave the four digits of a year. */
const isOfThisTime = (text: string): boolean => '1900' <= text && text < '2200'

/** A day that exists, `2025-09-01`. */
export const isoDateSchema = z
  .templateLiteral([fourDigits, '-', twoDigits, '-', twoDigits])
  .refine((text) => isIsoDate(text) && isOfThisTime(text))
  .meta({ format: 'date' })

/** A month that exists, `2025-09`. */
export const isoMonthSchema = z
  .templateLiteral([fourDigits, '-', twoDigits])
  .refine((text) => isIsoMonth(text) && isOfThisTime(text))

/** A minute as the clocks of Paris show it, `2026-03-04T08:30`. */
export const localTimeSchema = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d$/)
  .refine((text) => isIsoDate(text.slice(0, 10)) && isOfThisTime(text))

/** An instant in UTC, `2025-07-15T08:41:00.000Z`. */
export const instantSchema = z.iso.datetime()

/** An amount in integer cents. */
export const centsSchema = z.int()

/** An hour of the day in Paris, `10:00`. */
export const hourSchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/)

/** A telephone number in the international form of E.164, `+33612345678`. */
export const phoneSchema = z.stringFormat('phone', /^\+[1-9]\d{6,14}$/)

/** A telephone number as people type it, `06 12 34 56 78`, which becomes one of E.164. */
export const typedPhoneSchema = z
  .string()
  .max(40)
  .meta({ examples: ['06 12 34 56 78'] })
  .transform(phoneNumberOf)
  .pipe(phoneSchema)

/** An e-mail address as people type it, in the form in which addresses are compared. */
export const emailSchema = z.string().overwrite(normalEmail).max(128).check(z.email())

/**
 * A line of text as people type it: what stands around it is cut off, its letters are composed
 * (NFC), and it holds no characters of control.
 */
export const lineSchema = (longest: number, of = /^[^\p{C}\u2028\u2029]*$/u): z.ZodString =>
  z.string().trim().normalize().min(1).max(longest).regex(of)

/**
 * What people write in several lines, such as a message or a reason: like a line, with line feeds.
 *
 * @param least the fewest characters.
 */
export const paragraphsSchema = (longest: number, least = 1): z.ZodString =>
  z
    .string()
    .trim()
    .normalize()
    .min(least)
    .max(longest)
    .regex(/^(?:[^\p{C}]|\n)*$/u)

/** The name of a person: letters with their accents, hyphens, apostrophes, full stops and spaces. */
export const personNameSchema = lineSchema(80, /^[\p{L}\p{M}][\p{L}\p{M}'’. -]*$/u).meta({
  examples: ['Léo'],
})

/** Monday is 1, Sunday is 7. */
export const weekdaySchema = z.literal([1, 2, 3, 4, 5, 6, 7])

/** An exact number as it is written in data, `308.01`: up to nine digits and six decimals. */
export const decimalSchema = z.string().regex(DECIMAL)

/** Where a reader of an inbox of staff has arrived: the time and the number of what they saw last. */
export const placeInInboxSchema = z.string().regex(/^\d{4}-\d{2}-\d{2}T[\d:.]{12}Z_\d{1,9}$/)

/** Bytes as the table holds them; a stream hands them over as text. */
export const bytesSchema = z.union([
  z.instanceof(Uint8Array),
  z.base64().transform((text) => new Uint8Array(Buffer.from(text, 'base64'))),
])
