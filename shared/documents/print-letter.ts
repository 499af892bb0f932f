import { PAPER_TEXTS } from '../kernel/paper-texts.ts'
import type { Fonts, Letter, LetterBlock } from './model.ts'
import { PaperTable, type TableStyle } from './paper-table.ts'
import { Paper } from './paper.ts'
import { printableLetter } from './printable-letter.ts'
import { typeset } from './typography.ts'

/** In points, 1/72 of an inch; 2.83 of them are a millimetre. */
const MARGIN = 42.5
const ISSUER = { width: 235 }
/** Where the window of a French envelope shows the address: 110 mm from the left, 50 mm from above. */
const WINDOW = { x: 312, y: 142, width: 226, bottom: 235 }
const SIZE = { title: 15, name: 11, heading: 11, text: 9.5, address: 10.5, small: 7.5, total: 22 }
const TABLE: TableStyle = { size: 8.5, noteSize: 7, frame: 'rules' }
const INK = { frame: '#404040' } as const
const BOX_PADDING = 8

const printHead = (paper: Paper, { issuer, addressee, dated }: Letter): void => {
  paper.write('P', issuer.name, { font: 'bold', size: SIZE.name, ...ISSUER }, 2)
  for (const line of issuer.lines) paper.write('P', line, { size: SIZE.text - 1, ...ISSUER }, 1)
  if (addressee.length > 0) {
    const below = paper.y
    paper.y = WINDOW.y
    const { x, width } = WINDOW
    paper.write('P', addressee.join('\n'), { size: SIZE.address, x, width }, 0)
    paper.y = Math.max(below, paper.y, WINDOW.bottom)
  }
  paper.write('P', dated, { size: SIZE.text, align: 'right' }, 14)
}

const printTotal = (paper: Paper, { label, value }: { label: string; value: string }): void => {
  const inner = { x: paper.margin + BOX_PADDING, width: paper.width - 2 * BOX_PADDING }
  const above = { font: 'bold', size: SIZE.heading, ...inner } as const
  const large = { font: 'bold', size: SIZE.total, align: 'right', ...inner } as const
  const height = paper.heightOf(label, above) + paper.heightOf(value, large) + 2 * BOX_PADDING
  paper.keep(height)
  const { y } = paper
  paper.decorate('Layout', () => {
    paper.document.rect(paper.margin, y, paper.width, height)
    paper.document.lineWidth(1).strokeColor(INK.frame).stroke()
  })
  paper.y += BOX_PADDING
  paper.write('P', label, above, 0)
  paper.write('P', value, large, 0)
  paper.y = y + height + 10
}

/** What has to follow a heading on its page, in points. */
const leastAfter = (paper: Paper, block: LetterBlock | undefined): number =>
  block?.kind === 'table' ? new PaperTable(paper, block, TABLE).least : SIZE.text * 2

const printBlock = (paper: Paper, block: LetterBlock, next: LetterBlock | undefined): void => {
  switch (block.kind) {
    case 'heading':
      paper.keep(SIZE.heading * 2 + leastAfter(paper, next))
      paper.y += 4
      paper.write('H2', block.text, { font: 'bold', size: SIZE.heading }, 4)
      break
    case 'paragraph':
      paper.write('P', block.text, { size: SIZE.text }, 6)
      break
    case 'small-print':
      paper.write('P', block.text, { size: SIZE.small }, 4)
      break
    case 'facts':
      for (const { label, value } of block.facts) {
        paper.write('P', typeset(PAPER_TEXTS.fact(label, value)), { size: SIZE.text }, 2)
      }
      paper.y += 8
      break
    case 'total':
      printTotal(paper, block)
      break
    case 'table': {
      const table = new PaperTable(paper, block, TABLE)
      paper.keep(table.least)
      table.print(block.caption)
    }
  }
}

/**
 * Prints a letter as a tagged PDF (PDF/UA-1), its address in the window of the envelope. It takes its
 * time from the letter and is not compressed, so that the same letter is the same bytes for ever, on
 * whatever processor.
 */
export const printLetter = async (letter: Letter, fonts: Fonts): Promise<Uint8Array> => {
  const shown = printableLetter(letter)
  const { title, issuer, date, blocks } = shown
  const paper = new Paper(fonts, {
    title,
    author: issuer.name,
    layout: 'portrait',
    margin: MARGIN,
    at: new Date(`${date}T00:00:00Z`),
    compress: false,
  })
  printHead(paper, shown)
  paper.write('H1', title, { font: 'bold', size: SIZE.title }, 8)
  for (const [index, block] of blocks.entries()) printBlock(paper, block, blocks[index + 1])
  return paper.finish(PAPER_TEXTS.footer(issuer.name, title))
}
