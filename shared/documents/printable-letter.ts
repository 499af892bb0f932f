import { printable, type Cell, type Letter, type LetterBlock, type TableRow } from './model.ts'
import { typeset } from './typography.ts'

/** A text as letters show it: set in the French way, with signs that the fonts have. */
const shown = (text: string): string => printable(typeset(text))

const shownCell = (cell: Cell): Cell =>
  typeof cell === 'string' ? shown(cell) : { text: shown(cell.text), note: shown(cell.note) }

const shownRow = ({ kind, cells }: TableRow): TableRow => ({ kind, cells: cells.map(shownCell) })

const shownBlock = (block: LetterBlock): LetterBlock => {
  switch (block.kind) {
    case 'heading':
    case 'paragraph':
    case 'small-print':
      return { ...block, text: shown(block.text) }
    case 'total':
      return { ...block, label: shown(block.label), value: shown(block.value) }
    case 'facts':
      return {
        ...block,
        facts: block.facts.map(({ label, value }) => ({
          label: shown(label),
          value: shown(value),
        })),
      }
    case 'table':
      return {
        ...block,
        caption: shown(block.caption),
        columns: block.columns.map((column) => ({ ...column, title: shown(column.title) })),
        rows: block.rows.map(shownRow),
      }
  }
}

/** A letter with all of its texts as both the PDF and the HTML show them. */
export const printableLetter = (letter: Letter): Letter => ({
  ...letter,
  title: shown(letter.title),
  issuer: { name: shown(letter.issuer.name), lines: letter.issuer.lines.map(shown) },
  addressee: letter.addressee.map(shown),
  dated: shown(letter.dated),
  blocks: letter.blocks.map(shownBlock),
})
