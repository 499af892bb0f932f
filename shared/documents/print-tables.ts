import { parisDate, parisTime } from '../kernel/paris.ts'
import { momentLabel, PAPER } from '../kernel/texts.ts'
import { printable, type Fonts, type Section, type TablePaper } from './model.ts'
import { PaperTable, type TableStyle } from './paper-table.ts'
import { Paper } from './paper.ts'

/** In points, 1/72 of an inch. */
const MARGIN = 28
const AFTER = 3
const SIZE = { title: 15, heading: 11, text: 9 } as const
const TABLE: TableStyle = { size: 8, noteSize: 8, frame: 'grid' }

const printableSection = (section: Section): Section => ({
  ...section,
  heading: printable(section.heading),
  columns: section.columns.map((column) => ({ ...column, title: printable(column.title) })),
  rows: section.rows.map((cells) => cells.map(printable)),
})

const printSection = (paper: Paper, section: Section, isFirst: boolean): void => {
  const { heading, columns, whenEmpty, apart } = section
  const rows = section.rows.map((cells) => ({ kind: 'line', cells }) as const)
  const table = new PaperTable(paper, { columns, rows }, TABLE)
  if (apart && !isFirst) paper.turn()
  paper.keep(SIZE.heading * 2 + table.least)
  paper.write('H2', heading, { font: 'bold', size: SIZE.heading }, AFTER)
  if (rows.length === 0) paper.write('P', whenEmpty, { size: SIZE.text }, AFTER)
  else table.print(heading)
}

/**
 * Prints tables as a tagged PDF (PDF/UA-1): headings, tables with heads of rows and columns, French,
 * a title; what repeats on each page is marked as no content. The fonts are embedded as far as they
 * are used. The same content at the same time gives the same bytes.
 */
export const printTables = async (
  { title, about, author, layout, at, sections }: TablePaper,
  fonts: Fonts,
): Promise<Uint8Array> => {
  const paper = new Paper(fonts, {
    title: `${title} – ${about}`,
    author,
    layout,
    margin: MARGIN,
    at,
    compress: true,
  })
  paper.write('H1', printable(title), { font: 'bold', size: SIZE.title }, AFTER)
  paper.write('P', printable(`${author} – ${about}`), { size: SIZE.text }, AFTER)
  for (const [index, section] of sections.entries()) {
    printSection(paper, printableSection(section), index === 0)
  }
  const printed = PAPER.printed(momentLabel(parisDate(at), parisTime(at)))
  return paper.finish(printable(`${author} – ${title} – ${printed}`))
}
