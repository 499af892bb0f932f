import * as z from 'zod'
import { cardSchema } from '../families/model.ts'
import {
  activityIdSchema,
  childIdSchema,
  familyIdSchema,
  groupIdSchema,
  hourSchema,
  instantSchema,
  isoDateSchema,
  unitIdSchema,
} from '../platform/schemas.ts'

/** What is noted of a child at a unit: there, not there, not there for an accepted reason. */
export const presenceSchema = z.enum(['present', 'absent', 'excused'])
export type Presence = z.infer<typeof presenceSchema>

/** The most marks of one call: a large canteen in one go. */
export const MOST_MARKS = 300

/** The most marks of one call, each unit of a child counted: a canteen with five units. */
export const MOST_UNIT_MARKS = 1500

const presenceFields = {
  familyId: familyIdSchema,
  childId: childIdSchema,
  state: presenceSchema,
  /** By the clocks of Paris, where the unit is billed by the time spent. */
  arrivedAt: hourSchema.optional(),
  leftAt: hourSchema.optional(),
  /** When it was noted, by the clock of the device: it may have been offline since. */
  markedAt: instantSchema.max(30),
  /** Made by the device, so that the same mark sent again is known. */
  markId: z.string().regex(/^[\w-]{8,40}$/),
}

/** A mark as a device sends it: one child at one or several units. */
export const markSchema = z.strictObject({
  ...presenceFields,
  unitIds: z.array(unitIdSchema).min(1).max(12),
})
export type Mark = z.infer<typeof markSchema>

export const marksSchema = z.strictObject({ marks: z.array(markSchema).min(1).max(MOST_MARKS) })

/** The mark that stands for a child at a unit. */
export const entrySchema = z.object({
  ...presenceFields,
  unitId: unitIdSchema,
  /** What the planning said before anybody marked, so that a correction gives it back. */
  booked: z.string().regex(/^[.racnwoljue]$/),
})
export type Entry = z.infer<typeof entrySchema>

/** Which register: one group of an activity on a day. */
export const sheetAddressSchema = z.object({
  activityId: activityIdSchema,
  groupId: groupIdSchema,
  date: isoDateSchema,
})
export type SheetAddress = z.infer<typeof sheetAddressSchema>

/**
 * The most that a sheet holds, in bytes of its JSON, which is longer than what the table counts: so
 * the sheet stays below the 400 KB that an item of DynamoDB may have. An entry has 180 to 230 bytes,
 * 370 with the longest ids, the card of a guest up to 3,000: that is room for 1,000 entries at the
 * least and 1,700 as they usually are, one for each child of the group and unit of the day.
 */
export const MOST_BYTES = 400_000

/**
 * A register (feuille de pointage). It says who was there; the plannings say what follows of it. It
 * holds `MOST_BYTES` at most.
 */
export const sheetSchema = sheetAddressSchema.extend({
  /** Raised by each write. */
  version: z.int().positive(),
  entries: z.array(entrySchema),
  /** The cards of children who were there without being enrolled. */
  guests: z.array(z.object({ familyId: familyIdSchema, childId: childIdSchema, card: cardSchema })),
})
export type Sheet = z.infer<typeof sheetSchema>
