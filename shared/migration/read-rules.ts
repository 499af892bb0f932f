import type * as z from 'zod'
import { decodeTable, readCsv, type CsvRow, type Encoding } from '../kernel/csv.ts'
import { PortalError } from '../kernel/errors.ts'
import { MIGRATION_FAULTS } from '../kernel/migration-texts.ts'
import { parseDocument } from '../platform/validation.ts'
import {
  columnsOf,
  emptySheets,
  formerIdSchema,
  KINDS,
  ROWS,
  type Kind,
  type Line,
  type OpenSheets,
  type Refusal,
  type Row,
} from './model.ts'

/** The files of a move as bytes; one that is not there is not taken over. */
export type Folder = Readonly<Partial<Record<Kind, Uint8Array>>>

/** How a file was read. */
export interface Reading {
  readonly kind: Kind
  readonly encoding: Encoding
  /** Without the line of the titles. */
  readonly lines: number
}

/** What stands in the files of a move. */
export interface ReadFolder {
  readonly sheets: OpenSheets
  readonly refusals: readonly Refusal[]
  /** The families that have a refused line: they are refused as a whole. */
  readonly spoiled: ReadonlySet<string>
  /** Whether the titles of all files are what they are to be; nothing is taken over else. */
  readonly isReadable: boolean
  readonly readings: readonly Reading[]
}

/** A title as it is compared: `Code postal` is `code_postal`, `Prénom` is `prenom`. */
const titleOf = (cell: string): string =>
  cell
    .trim()
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z\d]+/g, '_')

/** The fields of the columns by their place, or why the titles are refused. */
const fieldsOf = (
  kind: Kind,
  { cells, line }: CsvRow,
): { readonly fields: readonly string[]; readonly refusals: readonly Refusal[] } => {
  const columns = columnsOf(kind)
  const titles = cells.map(titleOf)
  const fields = titles.map((title) => columns.find(([, column]) => column === title)?.[0] ?? '')
  const unknown = cells.filter((_, index) => fields[index] === '')
  const { shape } = ROWS[kind]
  const required = Object.entries<z.ZodType>(shape).filter(
    ([, schema]) => !schema.safeParse(undefined).success,
  )
  const at = { kind, line }
  return {
    fields,
    refusals: [
      ...unknown.map((name) => ({ ...at, reason: MIGRATION_FAULTS.unknownColumn(name) })),
      ...(unknown.some((name) => name.includes(','))
        ? [{ ...at, reason: MIGRATION_FAULTS.separator }]
        : []),
      ...cells
        .filter((_, index) => fields[index] !== '' && fields.indexOf(fields[index] ?? '') !== index)
        .map((name) => ({ ...at, reason: MIGRATION_FAULTS.columnTwice(name) })),
      ...required
        .filter(([field]) => !fields.includes(field))
        .map(([field]) => ({ ...at, field, reason: MIGRATION_FAULTS.missingColumn })),
    ],
  }
}

/** A row, or what is wrong with its cells. */
const rowOf = <K extends Kind>(
  kind: K,
  schema: z.ZodType<Row<K>>,
  cells: Readonly<Record<string, string>>,
  line: number,
): { readonly row: Row<K> } | { readonly refusals: readonly Refusal[] } => {
  try {
    return { row: parseDocument(schema, cells) }
  } catch (error) {
    if (!(error instanceof PortalError)) throw error
    return {
      refusals: error.faults.map(({ pointer, detail }) => ({
        ...{ kind, line, reason: detail },
        field: pointer.split('/')[1],
      })),
    }
  }
}

/** Whether a file begins with the mark of UTF-16, of either order. */
const isUtf16 = ([first, second]: Uint8Array): boolean =>
  (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)

/** What one file holds. */
class FileReader<K extends Kind> {
  readonly #kind: K
  readonly #schema: z.ZodType<Row<K>>
  readonly #into: Line<K>[]
  readonly refusals: Refusal[] = []
  readonly spoiled = new Set<string>()
  isReadable = true

  constructor(kind: K, schema: z.ZodType<Row<K>>, into: Line<K>[]) {
    this.#kind = kind
    this.#schema = schema
    this.#into = into
  }

  #refuse(line: number, reason: string): void {
    this.refusals.push({ kind: this.#kind, line, reason })
  }

  #readRow(fields: readonly string[], { line, cells, broken }: CsvRow): void {
    const given = fields.flatMap((field, index) => {
      const cell = cells[index]?.trim() ?? ''
      return cell === '' ? [] : [[field, cell] as const]
    })
    const byField = Object.fromEntries(given)
    const family = formerIdSchema.safeParse(byField['family'])
    if (broken === true) this.#refuse(line, MIGRATION_FAULTS.broken)
    else if (cells.length !== fields.length) {
      this.#refuse(line, MIGRATION_FAULTS.cells(cells.length, fields.length))
    } else {
      const read = rowOf(this.#kind, this.#schema, byField, line)
      if ('row' in read) {
        this.#into.push({ line, row: read.row })
        return
      }
      this.refusals.push(...read.refusals)
    }
    if (family.success) this.spoiled.add(family.data)
  }

  read(bytes: Uint8Array): Reading {
    if (isUtf16(bytes)) {
      this.isReadable = false
      this.#refuse(1, MIGRATION_FAULTS.utf16)
      return { kind: this.#kind, encoding: 'UTF-8', lines: 0 }
    }
    const { text, encoding } = decodeTable(bytes)
    const [titles, ...rows] = readCsv(text)
    const reading = { kind: this.#kind, encoding, lines: rows.length }
    if (titles === undefined) {
      this.isReadable = false
      this.#refuse(1, MIGRATION_FAULTS.empty)
      return reading
    }
    const { fields, refusals } = fieldsOf(this.#kind, titles)
    this.refusals.push(...refusals)
    this.isReadable = refusals.length === 0
    if (this.isReadable) for (const row of rows) this.#readRow(fields, row)
    return reading
  }
}

const readerOf = <K extends Kind>(
  kind: K,
  schema: z.ZodType<Row<K>>,
  into: Line<K>[],
): FileReader<K> => new FileReader(kind, schema, into)

/**
 * Reads the files of a move: UTF-8 with or without its mark, or Windows-1252; semicolons; columns in any
 * order, by their titles without regard to case and accents; French and ISO dates, French decimals. Every
 * cell that cannot be read is told with its line and column.
 */
export const readFolder = (folder: Folder): ReadFolder => {
  const sheets = emptySheets()
  const readers = {
    families: readerOf('families', ROWS.families, sheets.families),
    guardians: readerOf('guardians', ROWS.guardians, sheets.guardians),
    children: readerOf('children', ROWS.children, sheets.children),
    enrolments: readerOf('enrolments', ROWS.enrolments, sheets.enrolments),
    means: readerOf('means', ROWS.means, sheets.means),
    invoices: readerOf('invoices', ROWS.invoices, sheets.invoices),
    credits: readerOf('credits', ROWS.credits, sheets.credits),
  }
  const readings = KINDS.flatMap((kind) => {
    const bytes = folder[kind]
    return bytes === undefined ? [] : [readers[kind].read(bytes)]
  })
  return {
    sheets,
    readings,
    isReadable: KINDS.every((kind) => readers[kind].isReadable),
    refusals: KINDS.flatMap((kind) => readers[kind].refusals),
    spoiled: new Set(KINDS.flatMap((kind) => [...readers[kind].spoiled])),
  }
}
