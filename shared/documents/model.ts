/** The fonts of a document, as TrueType files. They have every character that is `printable`. */
export interface Fonts {
  readonly regular: Uint8Array
  readonly bold: Uint8Array
}

/** A column of a table. */
export interface Column {
  readonly title: string
  /** Its share of the width of the page, against those of the other columns. */
  readonly share: number
  readonly align?: 'left' | 'center' | 'right'
}

/** A heading with a table below, or with a sentence where there is nothing to list. */
export interface Section {
  readonly heading: string
  readonly columns: readonly Column[]
  /** The first cell of a row is its head; a cell may have several lines. */
  readonly rows: readonly (readonly string[])[]
  readonly whenEmpty: string
  /** Whether it begins on a page of its own. */
  readonly apart: boolean
}

/** A document of tables on A4 paper. */
export interface TablePaper {
  readonly title: string
  /** Below the title: what it is about. */
  readonly about: string
  /** Who issues it. */
  readonly author: string
  readonly layout: 'portrait' | 'landscape'
  /** When it is printed; the document says it, and two of the same content and time are alike. */
  readonly at: Date
  readonly sections: readonly Section[]
}

/** All that the fonts have no picture of: signs outside of Latin scripts and punctuation. */
const UNPRINTABLE =
  /[^\n -~\u00A0-\u024F\u1E00-\u1EFB\u2010-\u2027\u202F-\u205E\u20AC\u2610-\u2612]/gu

/** A text that the fonts can show: what they cannot is a replacement character, never nothing. */
export const printable = (text: string): string =>
  text.normalize('NFC').replaceAll(UNPRINTABLE, '\uFFFD')
