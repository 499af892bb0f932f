import { csvOf } from '../kernel/csv.ts'
import { REGISTERS, shortDate } from '../kernel/texts.ts'
import type { DaySheet, Headcount, Headcounts } from './routes.ts'

const { columns, marks, yes, no } = REGISTERS

type Child = DaySheet['groups'][number]['children'][number]

/** When a child came and left, where it was noted. */
export const timesOf = ({ mark }: Child['units'][number]): string[] =>
  mark?.arrivedAt === undefined && mark?.leftAt === undefined
    ? []
    : [`${mark.arrivedAt ?? '?'} – ${mark.leftAt ?? '?'}`]

/** A flag as people read it. */
export const flag = (set: boolean): string => (set ? yes : no)

type Contact = Child['contacts'][number]

const callee = ({ name, relation, phone }: Contact): string => `${name} (${relation}) ${phone}`

/** Who may collect a child, the guardians aside: they always may. */
export const collectorsOf = ({ contacts }: Child): string[] =>
  contacts.filter(({ mayCollect }) => mayCollect).map(callee)

/** Whom to call: the guardians, then those who may not collect the child. */
export const calleesOf = ({ guardians, contacts }: Child): string[] => [
  ...guardians.map(({ name, phone }) => (phone === undefined ? name : `${name} ${phone}`)),
  ...contacts.filter(({ mayCollect }) => !mayCollect).map(callee),
]

const childRow = (units: DaySheet['units'], group: string, child: Child): string[] => [
  group,
  child.lastName,
  child.firstName,
  child.birthDate === undefined ? '' : shortDate(child.birthDate),
  ...units.map(({ unitId }) => child.units.find((each) => each.unitId === unitId)?.meaning ?? ''),
  child.diets.map(({ name }) => name).join(', '),
  flag(child.allergy),
  flag(child.leavesAlone),
  collectorsOf(child).join(', '),
  calleesOf(child).join(', '),
  child.units
    .flatMap(({ name, mark }) => (mark === undefined ? [] : [`${name} : ${marks[mark.state]}`]))
    .join(', '),
  child.units.flatMap(timesOf).join(', '),
]

/** The rows of a day sheet, its header first: one for each child. */
export const daySheetRows = ({ units, groups }: DaySheet): string[][] => [
  [
    columns.group,
    columns.lastName,
    columns.firstName,
    columns.birthDate,
    ...units.map(({ name }) => name),
    columns.diets,
    columns.allergy,
    columns.leavesAlone,
    columns.collectors,
    columns.phones,
    columns.mark,
    columns.times,
  ],
  ...groups.flatMap(({ group, children }) =>
    children.map((child) => childRow(units, group, child)),
  ),
]

/** A row of headcounts, which begins with its day. */
export const headRow = (day: string, group: string, count: Headcount): string[] => [
  day,
  group,
  count.name,
  String(count.expected),
  String(count.absent),
  String(count.allergies),
  ...count.diets.map(({ expected }) => String(expected)),
]

/** The rows of headcounts, their header first: by day, group and unit, each day with its total. */
export const headcountRows = ({ diets, days, total }: Headcounts): string[][] => [
  [
    columns.day,
    columns.group,
    columns.unit,
    columns.expected,
    columns.absent,
    columns.allergy,
    ...diets.map(({ name }) => name),
  ],
  ...days.flatMap(({ day, groups, total: ofDay }) => [
    ...groups.flatMap(({ group, units }) => units.map((count) => headRow(day, group, count))),
    ...ofDay.map((count) => headRow(day, REGISTERS.total, count)),
  ]),
  ...total.map((count) => headRow(REGISTERS.total, REGISTERS.total, count)),
]

/** A day sheet for a spreadsheet. */
export const daySheetCsv = (sheet: DaySheet): string => csvOf(daySheetRows(sheet))

/** Headcounts for a spreadsheet. */
export const headcountsCsv = (headcounts: Headcounts): string => csvOf(headcountRows(headcounts))
