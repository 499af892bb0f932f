import type { IsoDate } from '../kernel/dates.ts'

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

/** What stands in a cell: a text, and maybe a note in small letters below it. */
export type Cell = string | { readonly text: string; readonly note: string }

/** A row of a table: its head, a line, or a sum, which stands out. The first cell is its head. */
export interface TableRow {
  readonly kind: 'head' | 'line' | 'sum'
  readonly cells: readonly Cell[]
}

/** A part of a letter, below the one before. */
export type LetterBlock =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string }
  /** What the law asks to be said: in small letters. */
  | { readonly kind: 'small-print'; readonly text: string }
  /** Facts that are looked up, each with its name. */
  | { readonly kind: 'facts'; readonly facts: readonly Fact[] }
  /** The sum that matters, in large figures. */
  | { readonly kind: 'total'; readonly label: string; readonly value: string }
  | {
      readonly kind: 'table'
      /** What it lists: it stands above where it goes on on another page. */
      readonly caption: string
      readonly columns: readonly Column[]
      readonly rows: readonly TableRow[]
    }

export interface Fact {
  readonly label: string
  readonly value: string
}

/** A letter on A4 paper, described once for the PDF and for the HTML. */
export interface Letter {
  readonly title: string
  /** Who issues it: the name, then lines with address and contact. */
  readonly issuer: { readonly name: string; readonly lines: readonly string[] }
  /** To whom it goes, placed for the window of an envelope; nobody for a letter to the public. */
  readonly addressee: readonly string[]
  /** Place and date, « Cesson, le 03/10/2026 ». */
  readonly dated: string
  readonly date: IsoDate
  readonly blocks: readonly LetterBlock[]
}

/** All that the fonts have no picture of: signs outside of Latin scripts and punctuation. */
const UNPRINTABLE =
  /[^\n -~\u00A0-\u024F\u1E00-\u1EFB\u2010-\u2027\u202F-\u205E\u20AC\u2212\u2264\u2265\u2610-\u2612]/gu

/** A text that the fonts can show: what they cannot is a replacement character, never nothing. */
export const printable = (text: string): string =>
  text.normalize('NFC').replaceAll(UNPRINTABLE, '\uFFFD')
