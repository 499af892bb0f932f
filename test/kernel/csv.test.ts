import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { csvOf, decodeTable, readCsv } from '../../shared/kernel/csv.ts'

/** Reads a CSV back, as a spreadsheet does: quotes may hold separators, line ends and quotes. */
const parse = (text: string): string[][] => {
  const rows: string[][] = []
  let row: string[] = []
  let rest = text.slice(1)
  while (rest !== '') {
    const [whole = '', quoted, plain = '', end = ''] =
      /^(?:"((?:[^"]|"")*)"|([^";\r\n]*))(;|\r\n)/.exec(rest) ?? []
    if (whole === '') throw new Error('Not a CSV')
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
    rest = rest.slice(whole.length)
    if (end === ';') continue
    rows.push(row)
    row = []
  }
  return rows
}

const tables = fc.array(
  fc.array(
    fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({
        unit: fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', '"', ';', 'a', '1'),
      }),
    ),
    { minLength: 1, maxLength: 5 },
  ),
  { maxLength: 5 },
)

it('reads back as it was, but for the apostrophe that keeps a formula from running', () => {
  fc.assert(
    fc.property(tables, (rows) => {
      const read = parse(csvOf(rows))
      expect(
        read.map((cells) => cells.map((cell) => cell.replace(/^'(?=[=+\-@\t\r])/, ''))),
      ).toEqual(rows.map((cells) => cells.map((cell) => cell.replace(/^'(?=[=+\-@\t\r])/, ''))))
    }),
  )
})

it('has no cell that a spreadsheet would run, unless it is a number below zero', () => {
  fc.assert(
    fc.property(tables, (rows) => {
      for (const cell of parse(csvOf(rows)).flat()) {
        if (!/^-\d+(,\d+)?$/.test(cell)) expect(cell).not.toMatch(/^[=+\-@\t\r]/)
      }
    }),
  )
})

it('keeps numbers below zero, and nothing else that begins like them', () => {
  expect(csvOf([['-12,34', '-5', '-5+3', '-12,34€']])).toBe("\uFEFF-12,34;-5;'-5+3;'-12,34€\r\n")
})

it('opens by a double click in a French office: mark, semicolons, CRLF', () => {
  expect(
    csvOf([
      ['Nom', 'Régime'],
      ['LE "GRAND"; fils', '=1+1'],
      ['', 'deux\nlignes'],
    ]),
  ).toBe('\uFEFFNom;Régime\r\n"LE ""GRAND""; fils";\'=1+1\r\n;"deux\nlignes"\r\n')
})

/** Rows that say something, with line ends as a cell keeps them. */
const kept = (rows: readonly (readonly string[])[]): string[][] =>
  rows
    .map((cells) => cells.map((cell) => cell.replaceAll(/\r\n?/g, '\n')))
    .filter((cells) => cells.some((cell) => cell !== ''))

it('is read as it was written, apostrophes and formulas too', () => {
  fc.assert(
    fc.property(tables, (rows) => {
      const { text } = decodeTable(new TextEncoder().encode(csvOf(rows)))
      expect(readCsv(text).map(({ cells }) => cells)).toEqual(kept(rows))
    }),
  )
})

it('tells the line on which each row begins, and goes on behind quotes that are not closed', () => {
  expect(readCsv('a;b\r\n"x\r\ny";2\r\n\r\n"open;3\r\nc;d"e\n"q"w;1\nlast;')).toEqual([
    { line: 1, cells: ['a', 'b'] },
    { line: 2, cells: ['x\ny', '2'] },
    { line: 5, cells: [], broken: true },
    { line: 6, cells: ['c', 'd"e'] },
    { line: 7, cells: [], broken: true },
    { line: 8, cells: ['last', ''] },
  ])
})
