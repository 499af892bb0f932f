import type { Cell, Column, TableRow } from './model.ts'
import type { Paper, Structure } from './paper.ts'

/** In points. */
const PADDING = 3
/** How much of a page a row leaves to what stands above it. */
const ABOVE = 80
const INK = { grid: '#808080', rule: '#b0b0b0', head: '#e6e6e6', sum: '#f4f4f4' } as const

/** How a table looks. */
export interface TableStyle {
  /** Of texts and of the notes below them, in points. */
  readonly size: number
  readonly noteSize: number
  /** Boxes around all cells, or a rule below each row. */
  readonly frame: 'grid' | 'rules'
}

/** Where a table lies: its columns with their left edges and widths, in points. */
type Grid = readonly (Column & { readonly x: number; readonly width: number })[]

/** A row with its height in points. */
interface Measured {
  readonly row: TableRow
  readonly height: number
}

const gridOf = (paper: Paper, columns: readonly Column[]): Grid => {
  const shares = columns.reduce((total, { share }) => total + share, 0)
  let x = paper.margin
  return columns.map((column) => {
    const cell = { ...column, x, width: (paper.width * column.share) / shares }
    x += cell.width
    return cell
  })
}

const textOf = (cell: Cell | undefined): string =>
  typeof cell === 'string' ? cell : (cell?.text ?? '')

const noteOf = (cell: Cell | undefined): string =>
  cell === undefined || typeof cell === 'string' ? '' : cell.note

/** Prints one table, page after page, at the place where its paper is. */
export class PaperTable {
  readonly #paper: Paper
  readonly #style: TableStyle
  readonly #grid: Grid
  readonly #head: TableRow
  readonly #rows: readonly TableRow[]

  constructor(
    paper: Paper,
    { columns, rows }: { columns: readonly Column[]; rows: readonly TableRow[] },
    style: TableStyle,
  ) {
    this.#paper = paper
    this.#style = style
    this.#grid = gridOf(paper, columns)
    this.#head = { kind: 'head', cells: columns.map(({ title }) => title) }
    this.#rows = rows
  }

  /** The height of the head and of the first row, which stay together, in points. */
  get least(): number {
    const [first] = this.#rows
    return this.#heightOf(this.#head) + (first === undefined ? 0 : this.#heightOf(first))
  }

  /**
   * Prints it. Where it turns the page its head is shown again, but read out only once.
   *
   * @param heading what stands above the head on the following pages.
   */
  print(heading: string): void {
    const paper = this.#paper
    const table = paper.document.struct('Table')
    paper.add(table)
    this.#printHead(table)
    const body = paper.document.struct('TBody')
    table.add(body)
    for (const row of this.#rows) {
      const height = this.#heightOf(row)
      if (paper.y + height > paper.bottom) this.#continue(heading)
      this.#printRow(body, { row, height })
    }
    table.end()
    paper.y += this.#style.size
  }

  /** At most that of a page: a cell that is longer ends in an ellipsis. */
  #heightOf({ kind, cells }: TableRow): number {
    const { size, noteSize } = this.#style
    const heights = this.#grid.map(({ width }, index) => {
      const font = kind !== 'line' || index === 0 ? 'bold' : 'regular'
      const note = noteOf(cells[index])
      return (
        this.#paper.heightOf(textOf(cells[index]), { font, size, width: width - 2 * PADDING }) +
        (note === ''
          ? 0
          : this.#paper.heightOf(note, { size: noteSize, width: width - 2 * PADDING }) + 1)
      )
    })
    return (
      Math.min(Math.max(...heights), this.#paper.bottom - this.#paper.margin - ABOVE) + 2 * PADDING
    )
  }

  /** Frames and shades a row. */
  #drawFrame({ row: { kind }, height }: Measured): void {
    const { document, y } = this.#paper
    const ink = kind === 'head' ? INK.head : kind === 'sum' ? INK.sum : undefined
    this.#paper.decorate('Layout', () => {
      if (this.#style.frame === 'rules') {
        const { margin, width } = this.#paper
        if (ink !== undefined) document.rect(margin, y, width, height).fill(ink)
        document.moveTo(margin, y + height).lineTo(margin + width, y + height)
        document.lineWidth(0.5).strokeColor(INK.rule).stroke()
        return
      }
      for (const { x, width } of this.#grid) {
        const box = document.rect(x, y, width, height).lineWidth(0.5).strokeColor(INK.grid)
        if (ink === undefined) box.stroke()
        else box.fillAndStroke(ink, INK.grid)
      }
    })
  }

  /** How each cell of a row is written, in the order of the columns. */
  #writers({ row: { kind, cells }, height }: Measured): (() => void)[] {
    const { size, noteSize } = this.#style
    const { y } = this.#paper
    return this.#grid.map(({ x, width, align = 'left' }, index) => () => {
      const room = { width: width - 2 * PADDING, align, ellipsis: true }
      const bottom = y + height - PADDING + 1
      const text = textOf(cells[index])
      const document = this.#paper.use(kind !== 'line' || index === 0 ? 'bold' : 'regular', size)
      document.text(text, x + PADDING, y + PADDING, { ...room, height: bottom - y - PADDING })
      const note = noteOf(cells[index])
      if (note === '') return
      const below = text === '' ? y + PADDING : document.y + 1
      this.#paper
        .use('regular', noteSize)
        .text(note, x + PADDING, below, { ...room, height: bottom - below })
    })
  }

  #continue(heading: string): void {
    const paper = this.#paper
    const { size } = this.#style
    paper.turn()
    paper.decorate('Pagination', () => {
      paper.use('bold', size).text(heading, paper.margin, paper.y, { lineBreak: false })
    })
    paper.y += size + 2 * PADDING
    const measured = { row: this.#head, height: this.#heightOf(this.#head) }
    this.#drawFrame(measured)
    paper.decorate('Pagination', () => {
      for (const write of this.#writers(measured)) write()
    })
    paper.y += measured.height
  }

  #printHead(table: Structure): void {
    const { document } = this.#paper
    const measured = { row: this.#head, height: this.#heightOf(this.#head) }
    this.#drawFrame(measured)
    const row = document.struct('TR')
    const head = document.struct('THead')
    table.add(head)
    head.add(row)
    const scope = { scope: 'Column', lang: 'fr-FR' }
    for (const write of this.#writers(measured)) row.add(document.struct('TH', scope, write))
    head.end()
    this.#paper.y += measured.height
  }

  #printRow(body: Structure, measured: Measured): void {
    const { document } = this.#paper
    this.#drawFrame(measured)
    const row = document.struct('TR')
    body.add(row)
    const scope = { scope: 'Row', lang: 'fr-FR' }
    for (const [index, write] of this.#writers(measured).entries()) {
      row.add(index === 0 ? document.struct('TH', scope, write) : document.struct('TD', {}, write))
    }
    row.end()
    this.#paper.y += measured.height
  }
}
