import PDFDocument from 'pdfkit'
import { parisDate, parisTime } from '../kernel/paris.ts'
import { momentLabel, PAPER } from '../kernel/texts.ts'
import { printable, type Column, type Fonts, type Section, type TablePaper } from './model.ts'

type Document = InstanceType<typeof PDFDocument>
type Structure = ReturnType<Document['struct']>

/** In points, 1/72 of an inch. */
const MARGIN = 28
const FOOTER = 22
const PADDING = 3
const SIZE = { title: 15, heading: 11, text: 8, footer: 7 } as const
const INK = { text: '#000000', line: '#808080', head: '#e6e6e6' } as const

/** Says in the metadata that the document follows PDF/UA-1. */
const ACCESSIBLE = `
  <rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="">
    <pdfuaid:part>1</pdfuaid:part>
  </rdf:Description>`

/** Where a table lies: its columns with their left edges and widths, in points. */
type Grid = readonly (Column & { readonly x: number; readonly width: number })[]

const gridOf = (document: Document, columns: readonly Column[]): Grid => {
  const room = document.page.width - 2 * MARGIN
  const shares = columns.reduce((sum, { share }) => sum + share, 0)
  let x = MARGIN
  return columns.map((column) => {
    const cell = { ...column, x, width: (room * column.share) / shares }
    x += cell.width
    return cell
  })
}

const bottomOf = ({ page }: Document): number => page.height - MARGIN - FOOTER

/** Draws what is no content: a reader that speaks passes over it. */
const decorate = (document: Document, type: 'Layout' | 'Pagination', draw: () => void): void => {
  document.markContent('Artifact', { type })
  draw()
  document.endMarkedContent()
}

const useFont = (document: Document, font: keyof Fonts, size: number): Document =>
  document.font(font).fontSize(size).fillColor(INK.text)

/** The height of a row, at most that of a page: what is longer ends in an ellipsis. */
const heightOf = (document: Document, grid: Grid, cells: readonly string[]): number => {
  const heights = grid.map(({ width }, index) =>
    useFont(document, index === 0 ? 'bold' : 'regular', SIZE.text).heightOfString(
      cells[index] ?? '',
      { width: width - 2 * PADDING },
    ),
  )
  const most = bottomOf(document) - MARGIN - 80
  return Math.min(Math.max(...heights), most) + 2 * PADDING
}

/** Frames and shades a row. */
const drawFrame = (
  document: Document,
  grid: Grid,
  { y, height, shaded }: { y: number; height: number; shaded: boolean },
): void => {
  decorate(document, 'Layout', () => {
    for (const { x, width } of grid) {
      const box = document.rect(x, y, width, height).lineWidth(0.5).strokeColor(INK.line)
      if (shaded) box.fillAndStroke(INK.head, INK.line)
      else box.stroke()
    }
  })
}

/** How each cell of a row is written, in the order of the columns. */
const writers = (
  document: Document,
  grid: Grid,
  {
    cells,
    y,
    height,
    bold,
  }: { cells: readonly string[]; y: number; height: number; bold: boolean },
): (() => void)[] =>
  grid.map(({ x, width, align = 'left' }, index) => () => {
    const font = bold || index === 0 ? 'bold' : 'regular'
    useFont(document, font, SIZE.text).text(cells[index] ?? '', x + PADDING, y + PADDING, {
      width: width - 2 * PADDING,
      height: height - 2 * PADDING + 1,
      align,
      ellipsis: true,
    })
  })

/** Prints tables, page after page. */
class Printer {
  readonly document: Document
  readonly #root: Structure
  #y = MARGIN

  constructor(fonts: Fonts, { title, author, about, layout, at }: TablePaper) {
    this.document = new PDFDocument({
      size: 'A4',
      layout,
      margin: MARGIN,
      pdfVersion: '1.7',
      tagged: true,
      lang: 'fr-FR',
      displayTitle: true,
      bufferPages: true,
      // None of the fonts that PDF readers have: they lack characters, and their measures lie in
      // files that a bundle does not bring.
      font: '',
      info: {
        Title: `${title} – ${about}`,
        Author: author,
        Creator: author,
        Producer: author,
        CreationDate: at,
      },
    })
    this.document.registerFont('regular', Buffer.from(fonts.regular))
    this.document.registerFont('bold', Buffer.from(fonts.bold))
    this.#root = this.document.struct('Document')
    this.document.addStructure(this.#root)
  }

  /** Writes a line of its own across the page. */
  write(tag: 'H1' | 'H2' | 'P', text: string): void {
    const { document } = this
    const size = tag === 'H1' ? SIZE.title : tag === 'H2' ? SIZE.heading : SIZE.text + 1
    const font = tag === 'P' ? 'regular' : 'bold'
    const width = document.page.width - 2 * MARGIN
    const height = useFont(document, font, size).heightOfString(text, { width })
    const y = this.#y
    this.#root.add(
      document.struct(tag, {}, () =>
        useFont(document, font, size).text(text, MARGIN, y, { width }),
      ),
    )
    this.#y += height + PADDING
  }

  print(section: Section, isFirst: boolean): void {
    const { document } = this
    const grid = gridOf(document, section.columns)
    const titles = section.columns.map(({ title }) => title)
    const [first = []] = section.rows
    const least =
      SIZE.heading * 2 + heightOf(document, grid, titles) + heightOf(document, grid, first)
    if ((section.apart && !isFirst) || this.#y + least > bottomOf(document)) this.#turn()
    this.write('H2', section.heading)
    if (section.rows.length === 0) {
      this.write('P', section.whenEmpty)
      return
    }
    const table = document.struct('Table')
    this.#root.add(table)
    this.#printHead(table, grid, titles)
    for (const cells of section.rows) {
      const height = heightOf(document, grid, cells)
      if (this.#y + height > bottomOf(document)) this.#continue(section.heading, grid, titles)
      this.#printRow(table, grid, { cells, height })
    }
    table.end()
    this.#y += SIZE.text
  }

  /** Ends the document; each page says who issued it and when, and which of how many it is. */
  async finish({ author, title, at }: TablePaper): Promise<Uint8Array> {
    const { document } = this
    this.#root.end()
    document.appendXML(ACCESSIBLE)
    const { count } = document.bufferedPageRange()
    const printed = PAPER.printed(momentLabel(parisDate(at), parisTime(at)))
    for (let number = 1; number <= count; number += 1) {
      document.switchToPage(number - 1)
      const page = PAPER.page(number, count)
      const y = bottomOf(document) + FOOTER - SIZE.footer
      decorate(document, 'Pagination', () => {
        useFont(document, 'regular', SIZE.footer)
        const right = document.page.width - MARGIN - document.widthOfString(page)
        document.text(printable(`${author} – ${title} – ${printed}`), MARGIN, y, {
          lineBreak: false,
        })
        document.text(page, right, y, { lineBreak: false })
      })
    }
    const parts: Buffer[] = []
    document.on('data', (part: Buffer) => parts.push(part))
    const ended = new Promise((resolve) => document.on('end', resolve))
    document.end()
    await ended
    return Buffer.concat(parts)
  }

  #turn(): void {
    this.document.addPage()
    this.#y = MARGIN
  }

  /** Turns the page within a table: its head is shown again, but read out only once. */
  #continue(heading: string, grid: Grid, titles: readonly string[]): void {
    const { document } = this
    this.#turn()
    decorate(document, 'Pagination', () => {
      useFont(document, 'bold', SIZE.text).text(heading, MARGIN, this.#y, { lineBreak: false })
    })
    this.#y += SIZE.text + 2 * PADDING
    const height = heightOf(document, grid, titles)
    drawFrame(document, grid, { y: this.#y, height, shaded: true })
    decorate(document, 'Pagination', () => {
      for (const write of writers(document, grid, {
        cells: titles,
        y: this.#y,
        height,
        bold: true,
      })) {
        write()
      }
    })
    this.#y += height
  }

  #printHead(table: Structure, grid: Grid, titles: readonly string[]): void {
    const { document } = this
    const height = heightOf(document, grid, titles)
    drawFrame(document, grid, { y: this.#y, height, shaded: true })
    const row = document.struct('TR')
    const head = document.struct('THead')
    table.add(head)
    head.add(row)
    const scope = { scope: 'Column', lang: 'fr-FR' }
    for (const write of writers(document, grid, {
      cells: titles,
      y: this.#y,
      height,
      bold: true,
    })) {
      row.add(document.struct('TH', scope, write))
    }
    head.end()
    this.#y += height
  }

  #printRow(
    table: Structure,
    grid: Grid,
    { cells, height }: { cells: readonly string[]; height: number },
  ): void {
    const { document } = this
    drawFrame(document, grid, { y: this.#y, height, shaded: false })
    const row = document.struct('TR')
    table.add(row)
    const scope = { scope: 'Row', lang: 'fr-FR' }
    const written = writers(document, grid, { cells, y: this.#y, height, bold: false })
    for (const [index, write] of written.entries()) {
      row.add(index === 0 ? document.struct('TH', scope, write) : document.struct('TD', {}, write))
    }
    row.end()
    this.#y += height
  }
}

const printableSection = (section: Section): Section => ({
  ...section,
  heading: printable(section.heading),
  columns: section.columns.map((column) => ({ ...column, title: printable(column.title) })),
  rows: section.rows.map((cells) => cells.map(printable)),
})

/**
 * Prints tables as a tagged PDF (PDF/UA-1): headings, tables with heads of rows and columns, French,
 * a title; what repeats on each page is marked as no content. The fonts are embedded as far as they
 * are used. The same content at the same time gives the same bytes.
 */
export const printTables = async (paper: TablePaper, fonts: Fonts): Promise<Uint8Array> => {
  const printer = new Printer(fonts, paper)
  printer.write('H1', printable(paper.title))
  printer.write('P', printable(`${paper.author} – ${paper.about}`))
  for (const [index, section] of paper.sections.entries()) {
    printer.print(printableSection(section), index === 0)
  }
  return printer.finish(paper)
}
