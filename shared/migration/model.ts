import * as z from 'zod'
import { reasonSchema } from '../families/model.ts'
import { MIGRATION_COLUMNS, MIGRATION_VALUES } from '../kernel/migration-texts.ts'
import {
  activityIdSchema,
  bookAccountSchema,
  categoryIdSchema,
  childIdSchema,
  circumstanceIdSchema,
  dietIdSchema,
  enrolmentIdSchema,
  facilityIdSchema,
  familyIdSchema,
  groupIdSchema,
  guardianIdSchema,
  lineSchema,
  personNameSchema,
  regieIdSchema,
  typedPhoneSchema,
} from '../platform/schemas.ts'
import {
  centsCell,
  countCell,
  dayCell,
  decimalCell,
  listCell,
  monthCell,
  withdrawnCell,
  wordCell,
} from './cells.ts'

/** What the files of a move hold, in the order in which it is taken over. */
export const KINDS = [
  'families',
  'guardians',
  'children',
  'enrolments',
  'means',
  'invoices',
  'credits',
] as const
export type Kind = (typeof KINDS)[number]

/** The number of a family in the program before; those of its members are unique within the family. */
export const formerIdSchema = z.string().regex(/^[\w-]{1,48}$/)

const family = formerIdSchema
const postcode = z.stringFormat('postcode', /^(?:0[1-9]|[1-8]\d|9[0-578])\d{3}$/)

/** What a row of each file says; cells that are empty are left out. */
export const ROWS = {
  families: z.strictObject({
    family,
    name: lineSchema(80),
    street: lineSchema(120),
    complement: lineSchema(120).optional(),
    postcode,
    town: lineSchema(80),
    homePhone: typedPhoneSchema.optional(),
    situation: wordCell(MIGRATION_VALUES.situation).optional(),
    childrenCount: countCell(20).optional(),
    fund: wordCell(MIGRATION_VALUES.fund).optional(),
    allowanceNumber: z
      .string()
      .regex(/^[\dA-Z]{5,15}$/)
      .optional(),
    allowanceGuardian: guardianIdSchema.optional(),
    circumstances: listCell(circumstanceIdSchema).optional(),
    inactiveSince: dayCell.optional(),
  }),
  guardians: z.strictObject({
    family,
    guardian: guardianIdSchema,
    title: z.enum(['M.', 'Mme']),
    firstName: personNameSchema,
    lastName: personNameSchema,
    birthName: personNameSchema.optional(),
    birthDate: dayCell.optional(),
    email: z.email().max(128),
    phone: typedPhoneSchema.optional(),
    workPhone: typedPhoneSchema.optional(),
    street: lineSchema(120).optional(),
    complement: lineSchema(120).optional(),
    postcode: postcode.optional(),
    town: lineSchema(80).optional(),
    employer: lineSchema(120).optional(),
  }),
  children: z.strictObject({
    family,
    child: childIdSchema,
    firstName: personNameSchema,
    secondName: personNameSchema.optional(),
    lastName: personNameSchema,
    birthDate: dayCell,
    birthPlace: lineSchema(80).optional(),
    sex: wordCell(MIGRATION_VALUES.sex).optional(),
    schoolId: facilityIdSchema,
    className: lineSchema(20).optional(),
    category: categoryIdSchema,
    diets: listCell(dietIdSchema).optional(),
    allergy: wordCell(MIGRATION_VALUES.yesNo).optional(),
    carePlanUntil: dayCell.optional(),
    authorityWithdrawn: withdrawnCell.optional(),
    custodyWeeks: wordCell(MIGRATION_VALUES.weeks).optional(),
    custodyFrom: dayCell.optional(),
    custodyRule: wordCell(MIGRATION_VALUES.rule).optional(),
  }),
  enrolments: z.strictObject({
    family,
    enrolment: enrolmentIdSchema,
    childId: childIdSchema,
    activityId: activityIdSchema,
    groupId: groupIdSchema,
    from: dayCell,
    until: dayCell,
  }),
  means: z.strictObject({
    family,
    from: dayCell,
    quotient: decimalCell.optional(),
    income: decimalCell.optional(),
    dependants: countCell(20).optional(),
    parts: decimalCell.optional(),
    source: wordCell(MIGRATION_VALUES.source),
    reason: reasonSchema.optional(),
  }),
  invoices: z.strictObject({
    family,
    regieId: regieIdSchema,
    number: lineSchema(40),
    month: monthCell,
    issuedOn: dayCell,
    dueOn: dayCell,
    label: lineSchema(200),
    account: bookAccountSchema.optional(),
    amount: centsCell,
    paid: centsCell,
    due: centsCell,
  }),
  credits: z.strictObject({ family, regieId: regieIdSchema, on: dayCell, credit: centsCell }),
}

/** What a row of a file says. */
export type Row<K extends Kind> = z.infer<(typeof ROWS)[K]>

/** A row with the line of the file on which it stands. */
export interface Line<K extends Kind> {
  readonly line: number
  readonly row: Row<K>
}

/** The rows of some families, by file. */
export type Sheets = { readonly [K in Kind]: readonly Line<K>[] }

/** The same as it grows. */
export type OpenSheets = { readonly [K in Kind]: Line<K>[] }

/** No row at all. */
export const emptySheets = (): OpenSheets => ({
  families: [],
  guardians: [],
  children: [],
  enrolments: [],
  means: [],
  invoices: [],
  credits: [],
})

/** The columns of a file, in their order. */
export const columnsOf = (kind: Kind): readonly (readonly [field: string, column: string])[] =>
  Object.entries(MIGRATION_COLUMNS[kind])

/** Why a line is not taken over, or stands in the way of its family. */
export interface Refusal {
  readonly kind: Kind
  /** From 1, as editors count them. */
  readonly line: number
  /** The field that is wrong, by the portal's name; the line as a whole without. */
  readonly field?: string | undefined
  /** In French. */
  readonly reason: string
}

/** Under which number a family of the program before is known here. */
export const movedNumberSchema = z.object({ former: formerIdSchema, familyId: familyIdSchema })

/**
 * What was taken over of a family: of each row that was, by its key, a hash. The same row again says
 * nothing new; one that changed is known for it.
 */
export const movedInSchema = z.object({
  familyId: familyIdSchema,
  former: formerIdSchema,
  version: z.int().positive(),
  rows: z.record(z.string(), z.string()),
})
export type MovedIn = z.infer<typeof movedInSchema>
