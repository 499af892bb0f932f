/** What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection). */
const FORMULA = /^[=+\-@\t\r]/

/** The same behind apostrophes that were there before, which must not be lost when the cell is read. */
const MARKED = /^'+[=+\-@\t\r]/

/** A number below zero, which begins like a formula and is none. */
const NEGATIVE = /^-\d+(,\d+)?$/

const cellOf = (text: string): string => {
  const isFormula = FORMULA.test(text) && !NEGATIVE.test(text)
  // The apostrophe is how spreadsheets themselves mark a cell as text.
  const harmless = isFormula || MARKED.test(text) ? `'${text}` : text
  return /[";\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}

/**
 * A table as the spreadsheets of a French office open it by a double click: semicolons, CRLF, UTF-8
 * with its mark. No cell can become a formula.
 */
export const csvOf = (rows: readonly (readonly string[])[]): string =>
  `\uFEFF${rows.map((cells) => `${cells.map(cellOf).join(';')}\r\n`).join('')}`

/** The encodings in which the programs of French offices write tables. */
export type Encoding = 'UTF-8' | 'Windows-1252'

/**
 * The text of a table, and how it was encoded: what is no UTF-8 is Windows-1252, of which every
 * sequence of bytes is a text. The mark at the beginning is no part of the text.
 */
export const decodeTable = (
  bytes: Uint8Array,
): { readonly text: string; readonly encoding: Encoding } => {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), encoding: 'UTF-8' }
  } catch {
    return { text: new TextDecoder('windows-1252').decode(bytes), encoding: 'Windows-1252' }
  }
}

/** A row of a table as it was read. */
export interface CsvRow {
  /** The line of the file on which it begins, from 1. */
  readonly line: number
  readonly cells: readonly string[]
  /** Where quotes begin that are not closed, or text goes on behind them. */
  readonly broken?: true
}

/** A cell with what ends it; in quotes it may hold separators, line ends and doubled quotes. */
const CELL = /(?:"((?:[^"]|"")*)"|([^;\r\n]*))(;|\r\n|\n|\r|$)/y

/** The end of the line on which something stands that is no cell. */
const REST = /[^\r\n]*(?:\r\n|\n|\r|$)/y

/** A cell without the apostrophe that marks it as text; line ends in it are line feeds. */
const textOf = (cell: string): string =>
  (MARKED.test(cell) ? cell.slice(1) : cell).replaceAll(/\r\n?/g, '\n')

const lineEnds = (text: string): number => text.match(/\r\n|\n|\r/g)?.length ?? 0

/**
 * The rows of a table whose cells are separated by semicolons, as `csvOf` writes it or an older program
 * has. A row with quotes that are not closed is broken up to the end of its line, and reading goes on
 * behind it. Empty lines are no rows.
 */
export const readCsv = (text: string): CsvRow[] => {
  const rows: CsvRow[] = []
  let at = 0
  let line = 1
  while (at < text.length) {
    const start = at
    const cells: string[] = []
    let end = ';'
    while (end === ';') {
      CELL.lastIndex = at
      const [whole, quoted, plain = '', ending = ''] = CELL.exec(text) ?? []
      // A plain cell that begins with a quote is one that was never closed.
      if (whole === undefined || plain.startsWith('"')) break
      cells.push(textOf(quoted?.replaceAll('""', '"') ?? plain))
      at += whole.length
      end = ending
    }
    if (end === ';') {
      REST.lastIndex = at
      at += REST.exec(text)?.[0].length ?? text.length
      rows.push({ line, cells, broken: true })
    } else if (cells.some((cell) => cell !== '')) rows.push({ line, cells })
    line += lineEnds(text.slice(start, at))
  }
  return rows
}
