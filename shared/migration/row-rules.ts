import { schoolYearOf } from '../catalogue/calendar.ts'
import type { Catalogue } from '../catalogue/model.ts'
import { faultsOfFields, faultsOfGuardian, faultsOfWords } from '../families/file-rules.ts'
import type { IsoDate } from '../kernel/dates.ts'
import type { Fault } from '../kernel/errors.ts'
import { MIGRATION_FAULTS as FAULTS } from '../kernel/migration-texts.ts'
import { FAULTS as GENERAL } from '../kernel/texts.ts'
import type { Kind, Refusal, Row } from './model.ts'

/** What rows are checked against. */
export interface Against {
  readonly catalogue: Catalogue
  /** The day in Paris. */
  readonly today: IsoDate
}

type Found = Pick<Refusal, 'field' | 'reason'>

const when = (wrong: boolean, field: string, reason: string): Found[] =>
  wrong ? [{ field, reason }] : []

type Named = readonly { readonly id: string }[]

const unknown = (field: string, id: string, among: Named): Found[] =>
  when(!among.some((each) => each.id === id), field, FAULTS.unknown(id))

/** What the rules of family files say, of the field that they point to. */
const ofFile = (faults: readonly Fault[]): Found[] =>
  faults.map(({ pointer, detail }) => ({ field: pointer.split('/')[2], reason: detail }))

/** Whether some are given and others are not. */
const isPart = (values: readonly unknown[]): boolean =>
  new Set(values.map((value) => value === undefined)).size > 1

/** What cannot be in a row of each file, whatever else is in the files. */
const CHECKS: { readonly [K in Kind]: (row: Row<K>, against: Against) => Found[] } = {
  families: (row, { catalogue: { town }, today }) => [
    ...ofFile(faultsOfFields('family', town.files, row, 'staff')),
    ...when(
      isPart([row.fund, row.allowanceNumber, row.allowanceGuardian]),
      'allowanceNumber',
      FAULTS.allowance,
    ),
    ...when((row.inactiveSince ?? '') > today, 'inactiveSince', FAULTS.inFuture),
  ],
  guardians: (row, { catalogue: { town }, today }) => [
    ...ofFile([
      ...faultsOfFields('guardian', town.files, row, 'staff'),
      ...faultsOfGuardian(row, today),
    ]),
    ...when(
      isPart([row.street, row.postcode, row.town]) ||
        (row.complement !== undefined && row.street === undefined),
      'street',
      FAULTS.address,
    ),
  ],
  children: (row, { catalogue: { town, facilities, categories, diets }, today }) => [
    ...ofFile([
      ...faultsOfFields('child', town.files, row, 'staff'),
      ...faultsOfGuardian(row, today),
      ...faultsOfWords('className', row.className),
    ]),
    ...unknown('schoolId', row.schoolId, facilities),
    ...unknown('category', row.category, categories),
    ...(row.diets ?? []).flatMap((id) => unknown('diets', id, diets)),
    ...when(
      isPart([row.custodyWeeks, row.custodyFrom]) ||
        (row.custodyRule !== undefined && row.custodyWeeks === undefined),
      'custodyWeeks',
      FAULTS.custody,
    ),
  ],
  enrolments: ({ activityId, groupId, from, until }, { catalogue: { activities }, today }) => {
    const activity = activities.find(({ id }) => id === activityId)
    return [
      ...unknown('activityId', activityId, activities),
      ...(activity === undefined ? [] : unknown('groupId', groupId, activity.groups)),
      ...when(until < from, 'until', FAULTS.order),
      ...when(
        from <= until && schoolYearOf(from) !== schoolYearOf(until),
        'until',
        GENERAL.oneSchoolYear,
      ),
      // Programs of before enrol for whole school years: the days themselves are those that are open.
      ...when(
        activity !== undefined &&
          from <= until &&
          until >= today &&
          !activity.opening.periods.some((open) => open.from <= until && open.until >= from),
        'from',
        FAULTS.notOpen,
      ),
    ]
  },
  means: ({ quotient, income }) =>
    when(quotient === undefined && income === undefined, 'quotient', FAULTS.noMeans),
  invoices: ({ regieId, issuedOn, dueOn, amount, paid, due }, { catalogue: { town }, today }) => [
    ...unknown('regieId', regieId, town.regies),
    ...when(issuedOn > today, 'issuedOn', FAULTS.inFuture),
    ...when(dueOn < issuedOn, 'dueOn', FAULTS.order),
    ...when(amount - paid !== due, 'due', FAULTS.sums),
    ...when(amount - paid === due && due === 0, 'due', FAULTS.settled),
  ],
  credits: ({ regieId, on, credit }, { catalogue: { town }, today }) => [
    ...unknown('regieId', regieId, town.regies),
    ...when(on > today, 'on', FAULTS.inFuture),
    ...when(credit === 0, 'credit', FAULTS.notPositive),
  ],
}

/** What is wrong with a row by itself: dates, sums, what goes together, what the catalogue does not have. */
export const faultsOfRow = <K extends Kind>(kind: K, row: Row<K>, against: Against): Found[] => {
  const check = CHECKS[kind]
  return check(row, against)
}

/** By what a row is known in its family, and from one import to the next. */
const KEYS: { readonly [K in Kind]: (row: Row<K>) => readonly [field: string, key: string] } = {
  families: ({ family }) => ['family', family],
  guardians: ({ guardian }) => ['guardian', guardian],
  children: ({ child }) => ['child', child],
  enrolments: ({ enrolment }) => ['enrolment', enrolment],
  means: ({ from }) => ['from', from],
  invoices: ({ regieId, number }) => ['number', `${regieId} ${number}`],
  credits: ({ regieId }) => ['regieId', regieId],
}

/** The field that names a row, and by what it is known. */
export const keyOf = <K extends Kind>(
  kind: K,
  row: Row<K>,
): readonly [field: string, key: string] => {
  const tell = KEYS[kind]
  return tell(row)
}
