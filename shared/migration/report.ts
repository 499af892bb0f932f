import {
  MIGRATION_COLUMNS,
  MIGRATION_FILES as FILES,
  MIGRATION_REPORT as WORDS,
} from '../kernel/migration-texts.ts'
import type { TownExport } from './export-town.ts'
import type { ImportReport } from './import-town.ts'
import { KINDS, type Kind, type Refusal } from './model.ts'

const columnOf = (kind: Kind, field: string | undefined): string | undefined =>
  new Map<string, string>(Object.entries(MIGRATION_COLUMNS[kind])).get(field ?? '')

/** A refused line in French: file, line, column, reason. */
export const refusalLine = ({ kind, line, field, reason }: Refusal): string =>
  WORDS.refusal(FILES[kind], line, columnOf(kind, field), reason)

/** What an import has done or would do, in French, a line for each thing that it says. */
export const importLines = (
  { readings, refusals, families, rows }: ImportReport,
  written: boolean,
): string[] => [
  ...readings.map(({ kind, encoding, lines }) => WORDS.encodings(FILES[kind], encoding, lines)),
  ...refusals.map(refusalLine),
  WORDS.families(families),
  ...KINDS.filter((kind) => readings.some((reading) => reading.kind === kind)).map((kind) =>
    WORDS.rows(FILES[kind], rows[kind]),
  ),
  written ? WORDS.written : WORDS.dryRun,
]

/** What an export has written, in French. */
export const exportLines = ({ lines, leftOut }: TownExport): string[] => [
  ...KINDS.map((kind) => WORDS.exported(FILES[kind], lines[kind])),
  ...(leftOut === 0 ? [] : [WORDS.leftOut(leftOut)]),
]
