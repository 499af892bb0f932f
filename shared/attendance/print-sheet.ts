import type { Column, Fonts, Section } from '../documents/model.ts'
import { printTables } from '../documents/print-tables.ts'
import { PLANNING_LEGEND, REGISTERS } from '../kernel/texts.ts'
import { calleesOf, collectorsOf, flag, headRow, timesOf } from './export.ts'
import type { DaySheet, Headcount, Headcounts } from './routes.ts'

const { columns, marks } = REGISTERS

/** What the paper of a register needs beside the register. */
export interface Printing {
  /** The name of the town. */
  readonly town: string
  readonly fonts: Fonts
  readonly at: Date
}

type Child = DaySheet['groups'][number]['children'][number]

const BOXES = { present: '☑', absent: '☒', excused: '☒' } as const

/** A box to tick with the unit, and whatever is not as usual: how it was booked, what was noted. */
const presenceOf = (unit: Child['units'][number]): string => {
  const { name, meaning, mark } = unit
  if (mark !== undefined) {
    return [`${BOXES[mark.state]} ${name} : ${marks[mark.state]}`, ...timesOf(unit)].join(', ')
  }
  return meaning === PLANNING_LEGEND.accepted ? `☐ ${name}` : `☐ ${name} : ${meaning}`
}

/** Numbers stay in one line. */
const unbroken = (text: string): string => text.replaceAll(/(?<=\d) (?=\d)/g, '\u00A0')

const linesOf = (lines: readonly string[]): string => lines.map(unbroken).join('\n')

const sheetColumns: readonly Column[] = [
  { title: columns.child, share: 125 },
  { title: columns.presence, share: 115 },
  { title: columns.diets, share: 75 },
  { title: columns.allergy, share: 30, align: 'center' },
  { title: columns.leavesAlone, share: 45, align: 'center' },
  { title: columns.collectors, share: 145 },
  { title: columns.phones, share: 175 },
  { title: columns.signature, share: 70 },
]

const childRow = (child: Child): string[] => [
  linesOf([
    `${child.lastName} ${child.firstName}`.trim(),
    ...(child.birthDate === undefined ? [] : [REGISTERS.born(child.birthDate)]),
  ]),
  child.units.length === 0 ? REGISTERS.notBooked : linesOf(child.units.map(presenceOf)),
  linesOf(child.diets.map(({ name }) => name)),
  flag(child.allergy),
  flag(child.leavesAlone),
  linesOf(collectorsOf(child)),
  linesOf(calleesOf(child)),
  '',
]

/**
 * A day sheet on paper, to tick and to sign: a page or more for each group, what the sheet on the
 * screen shows and nothing else.
 */
export const printDaySheet = (
  { activity, day, open, groups }: DaySheet,
  { town, fonts, at }: Printing,
): Promise<Uint8Array> => {
  const sections = groups.map(({ group, facility, children }): Section => {
    const names = [group, facility].filter((name) => name !== '').join(' – ')
    return {
      heading: `${activity} – ${names} – ${day}`,
      columns: sheetColumns,
      rows: children.map(childRow),
      whenEmpty: open ? REGISTERS.nobody : REGISTERS.closed,
      apart: children.length > 0,
    }
  })
  const about = `${activity} – ${day}`
  const title = REGISTERS.sheetTitle
  return printTables({ title, about, author: town, layout: 'landscape', at, sections }, fonts)
}

/** More diets than this make the table of headcounts too wide for a page upright. */
const MOST_UPRIGHT_DIETS = 5

/** Headcounts on paper, for the kitchen: a table for each day, and one of the week. */
export const printHeadcounts = (
  { activity, from, to, diets, days, total }: Headcounts,
  { town, fonts, at }: Printing,
): Promise<Uint8Array> => {
  const number = { share: 50, align: 'right' } as const
  const countColumns: readonly Column[] = [
    { title: columns.group, share: 140 },
    { title: columns.unit, share: 90 },
    { title: columns.expected, ...number },
    { title: columns.absent, ...number },
    { title: columns.allergy, ...number },
    ...diets.map(({ name }) => ({ title: name, ...number })),
  ]
  const rowsOf = (group: string, counts: readonly Headcount[]): string[][] =>
    counts.map((count) => headRow('', group, count).slice(1))
  const section = (heading: string, rows: string[][]): Section => ({
    heading,
    columns: countColumns,
    rows,
    whenEmpty: REGISTERS.closed,
    apart: false,
  })
  const sections = [
    ...days.map(({ day, groups, total: ofDay }) =>
      section(day, [
        ...groups.flatMap(({ group, units }) => rowsOf(group, units)),
        ...rowsOf(REGISTERS.total, ofDay),
      ]),
    ),
    section(REGISTERS.weekTotal, days.length === 0 ? [] : rowsOf(REGISTERS.total, total)),
  ]
  const about = `${activity} – ${REGISTERS.week(from, to)}`
  const layout = diets.length > MOST_UPRIGHT_DIETS ? 'landscape' : 'portrait'
  return printTables(
    { title: REGISTERS.headcountsTitle, about, author: town, layout, at, sections },
    fonts,
  )
}
