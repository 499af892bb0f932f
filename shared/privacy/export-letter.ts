import * as z from 'zod'
import { issuerOf } from '../catalogue/issuer.ts'
import type { Catalogue } from '../catalogue/model.ts'
import type { Fact, Letter, LetterBlock } from '../documents/model.ts'
import { isIsoMonth } from '../kernel/dates.ts'
import { EXPORT_FIELDS, EXPORT_VALUES } from '../kernel/export-texts.ts'
import { euros } from '../kernel/money.ts'
import { PAPER_TEXTS } from '../kernel/paper-texts.ts'
import { parisDate } from '../kernel/paris.ts'
import { EXPORT } from '../kernel/privacy-texts.ts'
import { monthLabel } from '../kernel/texts.ts'
import { wordsOf } from '../trail/words-rules.ts'
import type { exportReply } from './export-routes.ts'

type Export = z.input<typeof exportReply>

/** Fields that hold cents. */
const AMOUNTS: ReadonlySet<string> = new Set([
  'amount',
  'mostAmount',
  'price',
  'total',
  'unitPrice',
])

const recordSchema = z.record(z.string(), z.unknown())

const labelOf = (field: string): string => EXPORT_FIELDS[field] ?? field

const known = (field: string, value: string): string | undefined => EXPORT_VALUES[field]?.[value]

/** A value in words: the parts of what has parts one after the other, each with its name. */
const told = (field: string, value: unknown): string => {
  if (typeof value === 'number' && AMOUNTS.has(field)) return euros(value)
  if (typeof value === 'string' && isIsoMonth(value)) return monthLabel(value)
  if (Array.isArray(value)) return value.map((each: unknown) => told(field, each)).join(', ')
  const parts = recordSchema.safeParse(value)
  if (!parts.success) return wordsOf(known, field, value)
  return Object.entries(parts.data)
    .map(([name, part]) => PAPER_TEXTS.fact(labelOf(name), told(name, part)))
    .join(' ; ')
}

/** A field as facts: one for each element of a list of things that have parts. */
const factsOf = ([field, value]: [string, unknown]): Fact[] => {
  const elements: unknown[] = Array.isArray(value) ? value : [value]
  const values = elements.some((each) => typeof each === 'object') ? elements : [value]
  return values
    .map((each) => ({ label: labelOf(field), value: told(field, each) }))
    .filter(({ value: words }) => words !== '')
}

const sectionBlocks = ({ title, retention, items }: Export['sections'][number]): LetterBlock[] => [
  { kind: 'heading', text: title },
  { kind: 'small-print', text: retention.label },
  ...items.map((item): LetterBlock => ({
    kind: 'facts',
    facts: Object.entries(item).flatMap(factsOf),
  })),
]

/** An export as a letter: all that it shows, field by field, under French names [guide 12–20]. */
export const exportLetter = (town: Catalogue['town'], exported: Export): Letter => {
  const { familyId, name, at, reader, sections, alsoHeld, notes } = exported
  const day = parisDate(new Date(at))
  return {
    title: EXPORT.title,
    issuer: issuerOf(town),
    addressee: [],
    dated: PAPER_TEXTS.dated(town.name, day),
    date: day,
    blocks: [
      {
        kind: 'facts',
        facts: [
          { label: labelOf('familyId'), value: familyId },
          { label: EXPORT.facts.family, value: name },
          ...(reader === undefined ? [] : [{ label: EXPORT.facts.reader, value: reader }]),
        ],
      },
      ...notes.map((text): LetterBlock => ({ kind: 'paragraph', text })),
      ...sections.flatMap(sectionBlocks),
      ...(alsoHeld.length === 0
        ? []
        : [{ kind: 'small-print', text: EXPORT.alsoHeld(alsoHeld) } as const]),
    ],
  }
}
