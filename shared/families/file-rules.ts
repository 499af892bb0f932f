import * as z from 'zod'
import type { FileSettings } from '../catalogue/file-settings.ts'
import { type Catalogue } from '../catalogue/model.ts'
import { tellsBelief } from '../kernel/belief.ts'
import type { IsoDate } from '../kernel/dates.ts'
import type { Fault } from '../kernel/errors.ts'
import { FILE_FAULTS } from '../kernel/file-texts.ts'
import { unknownReference } from '../kernel/references.ts'
import { FAULTS } from '../kernel/texts.ts'
import type { ChildInput, FamilyInput, GuardianInput } from './file-inputs.ts'
import type { Guardian } from './model.ts'

/** The kinds of items of which a town may ask, or check, single fields. */
export type Section = 'family' | 'guardian' | 'child'

/** The most items of each kind in a family file: it is loaded whole, and opened in one transaction. */
export const MOST = { guardians: 4, children: 20, contacts: 20 } as const

/** The fields of a section among those that a town lists. */
export const fieldsOf = (section: Section, fields: readonly string[]): string[] =>
  fields.flatMap((field) => {
    const [kind = '', name = ''] = field.split('.')
    return kind === section ? [name] : []
  })

const has = (value: object, field: string): boolean =>
  new Map<string, unknown>(Object.entries(value)).get(field) !== undefined

const pointerTo = (field: string): string => `/body/${field}`

/** The fields that the town insists on and an item lacks [guide 11]. */
export const missingFields = (
  section: Section,
  { mandatory }: Pick<FileSettings, 'mandatory'>,
  item: object,
): string[] => fieldsOf(section, mandatory).filter((field) => !has(item, field))

/** Who writes: parents must fill in what the town insists on, staff note what they know. */
export type Writer = 'parent' | 'staff'

/** What the town's settings say against what somebody writes [guide 11]. */
export const faultsOfFields = (
  section: Section,
  { mandatory, notAsked }: Pick<FileSettings, 'mandatory' | 'notAsked'>,
  written: object,
  writer: Writer,
): Fault[] => [
  ...(writer === 'staff' ? [] : missingFields(section, { mandatory }, written)).map((field) => ({
    pointer: pointerTo(field),
    detail: FAULTS.required,
  })),
  ...fieldsOf(section, notAsked)
    .filter((field) => has(written, field))
    .map((field) => ({ pointer: pointerTo(field), detail: FILE_FAULTS.notAsked })),
]

const faultIf = (wrong: boolean, field: string, detail: string): Fault[] =>
  wrong ? [{ pointer: pointerTo(field), detail }] : []

/** The earliest day on which anybody in a file is born. */
const EARLIEST_BIRTH: IsoDate = '1900-01-01'

const faultsOfBirth = (birthDate: IsoDate | undefined, today: IsoDate): Fault[] => [
  ...faultIf(birthDate !== undefined && birthDate > today, 'birthDate', FILE_FAULTS.inFuture),
  ...faultIf(
    birthDate !== undefined && birthDate < EARLIEST_BIRTH,
    'birthDate',
    FILE_FAULTS.tooLongAgo,
  ),
]

/** What contradicts the file in what somebody writes of the family. */
export const faultsOfFamily = (
  { allowance }: Pick<FamilyInput, 'allowance'>,
  guardians: readonly Pick<Guardian, 'guardianId'>[],
): Fault[] =>
  faultIf(
    allowance !== undefined &&
      !guardians.some(({ guardianId }) => guardianId === allowance.guardianId),
    'allowance/guardianId',
    FILE_FAULTS.unknownGuardian,
  )

/** What cannot be in what somebody writes of a guardian, on the day `today` of Paris. */
export const faultsOfGuardian = (
  { birthDate }: Pick<GuardianInput, 'birthDate'>,
  today: IsoDate,
): Fault[] => faultsOfBirth(birthDate, today)

/** The most years that a child of a file may have lived: portals serve them up to their majority. */
const OLDEST_CHILD = 25

/** What cannot be in what somebody writes of a child, on the day `today` of Paris. */
export const faultsOfChild = (
  child: ChildInput & { readonly category?: string | undefined },
  { facilities, diets, categories }: Pick<Catalogue, 'facilities' | 'diets' | 'categories'>,
  today: IsoDate,
): Fault[] => [
  ...faultsOfBirth(child.birthDate, today),
  ...faultIf(
    child.birthDate >= EARLIEST_BIRTH &&
      Number(today.slice(0, 4)) - Number(child.birthDate.slice(0, 4)) > OLDEST_CHILD,
    'birthDate',
    FILE_FAULTS.tooLongAgo,
  ),
  ...(facilities.some(({ id }) => id === child.schoolId)
    ? []
    : [unknownReference(pointerTo('schoolId'), child.schoolId)]),
  ...(child.category === undefined || categories.some(({ id }) => id === child.category)
    ? []
    : [unknownReference(pointerTo('category'), child.category)]),
  ...(child.diets ?? []).flatMap((diet, index) =>
    diets.some(({ id }) => id === diet)
      ? []
      : [unknownReference(pointerTo(`diets/${String(index)}`), diet)],
  ),
  ...faultIf(
    child.carePlanUntil !== undefined && child.allergy !== true,
    'carePlanUntil',
    FILE_FAULTS.carePlanWithout,
  ),
  ...faultsOfWords('className', child.className),
]

/** That a free text of a file tells a belief. */
export const faultsOfWords = (field: string, text: string | undefined): Fault[] =>
  faultIf(text !== undefined && tellsBelief(text), field, FILE_FAULTS.belief)

/** What an item says, without who wrote it when: two writings of the same are the same text. */
export const contentOf = <Value extends object>(schema: z.ZodType<Value>, value: Value): string =>
  JSON.stringify({
    ...z.parse<z.ZodType<Value>>(schema, value),
    version: undefined,
    changed: undefined,
    pending: undefined,
  })

/** An item with all that people write of it as it was written; what they left out is removed. */
export const rewritten = <Value extends object>(
  schema: z.ZodType<Value>,
  held: Value,
  fields: readonly string[],
  written: object,
): Value =>
  z.parse<z.ZodType<Value>>(schema, {
    ...held,
    ...Object.fromEntries(fields.map((field) => [field, undefined])),
    ...written,
  })
