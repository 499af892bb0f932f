import PDFDocument from 'pdfkit'
import { PAPER } from '../kernel/texts.ts'
import type { Fonts } from './model.ts'

type Document = InstanceType<typeof PDFDocument>
/** An element of the structure that a reader which speaks follows. */
export type Structure = ReturnType<Document['struct']>

/** Room at the end of a page for its footer, in points (1/72 of an inch). */
const FOOTER = 22
const FOOTER_SIZE = 7
const INK = '#000000'

/** Says in the metadata that the document follows PDF/UA-1. */
const ACCESSIBLE = `
  <rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="">
    <pdfuaid:part>1</pdfuaid:part>
  </rdf:Description>`

/** What a document says of itself, and how its pages are. */
export interface PaperSetup {
  /** The title that readers show in the place of the name of the file. */
  readonly title: string
  readonly author: string
  readonly layout: 'portrait' | 'landscape'
  /** In points, on all sides. */
  readonly margin: number
  /** When it was made, as its metadata tell: never the clock of who prints it. */
  readonly at: Date
  /**
   * Whether it is compressed. Compressed bytes differ from one processor to the next: a document that
   * has to stay the same for ever is not.
   */
  readonly compress: boolean
}

/** How a text is set. */
export interface Setting {
  readonly font?: keyof Fonts
  /** In points. */
  readonly size: number
  /** The left edge and the width in points: from margin to margin unless given. */
  readonly x?: number
  readonly width?: number
  readonly align?: 'left' | 'right' | 'center'
}

/**
 * A tagged PDF on A4 pages (PDF/UA-1): in French, with a title, its fonts embedded as far as they are
 * used. Texts go below each other, at `y`; whatever is no content is marked as such.
 */
export class Paper {
  readonly document: Document
  readonly margin: number
  /** Where the next text begins, in points from the top of the page. */
  y: number
  readonly #root: Structure

  constructor(fonts: Fonts, { title, author, layout, margin, at, compress }: PaperSetup) {
    this.margin = margin
    this.y = margin
    this.document = new PDFDocument({
      size: 'A4',
      layout,
      margin,
      compress,
      pdfVersion: '1.7',
      tagged: true,
      lang: 'fr-FR',
      displayTitle: true,
      bufferPages: true,
      // None of the fonts that PDF readers have: they lack characters, and their measures lie in
      // files that a bundle does not bring.
      font: '',
      info: {
        Title: title,
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

  /** The room between the margins, in points. */
  get width(): number {
    return this.document.page.width - 2 * this.margin
  }

  /** Where the content of a page ends, in points from its top. */
  get bottom(): number {
    return this.document.page.height - this.margin - FOOTER
  }

  /** The document, ready to write with a font of a size in points. */
  use(font: keyof Fonts, size: number): Document {
    return this.document.font(font).fontSize(size).fillColor(INK)
  }

  /** The height of a text as it is set, in points. */
  heightOf(text: string, { font = 'regular', size, width = this.width }: Setting): number {
    return this.use(font, size).heightOfString(text, { width })
  }

  /** Adds an element at the end of the document. */
  add(structure: Structure): void {
    this.#root.add(structure)
  }

  /** Draws what is no content: a reader that speaks passes over it. */
  decorate(type: 'Layout' | 'Pagination', draw: () => void): void {
    this.document.markContent('Artifact', { type })
    draw()
    this.document.endMarkedContent()
  }

  /** Writes a text, on the next page if it has no room on this one; `after` points below it are free. */
  write(tag: 'H1' | 'H2' | 'P', text: string, setting: Setting, after: number): void {
    const { font = 'regular', size, x = this.margin, width = this.width, align = 'left' } = setting
    const height = this.heightOf(text, setting)
    this.keep(height)
    const y = this.y
    this.add(
      this.document.struct(tag, {}, () => this.use(font, size).text(text, x, y, { width, align })),
    )
    this.y += height + after
  }

  /** Turns the page unless so many points are free on it. */
  keep(height: number): void {
    if (this.y + height > this.bottom) this.turn()
  }

  turn(): void {
    this.document.addPage()
    this.y = this.margin
  }

  /** Ends the document; the footer of each page tells which of how many it is. */
  async finish(footer: string): Promise<Uint8Array> {
    const { document } = this
    this.#root.end()
    document.appendXML(ACCESSIBLE)
    const { count } = document.bufferedPageRange()
    for (let number = 1; number <= count; number += 1) {
      document.switchToPage(number - 1)
      const page = PAPER.page(number, count)
      const y = this.bottom + FOOTER - FOOTER_SIZE
      this.decorate('Pagination', () => {
        this.use('regular', FOOTER_SIZE)
        const right = document.page.width - this.margin - document.widthOfString(page)
        document.text(footer, this.margin, y, { lineBreak: false })
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
}
