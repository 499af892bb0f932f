import { typeset } from '../documents/typography.ts'
import { escapeHtml } from '../kernel/html.ts'

/** A part of a mail, written once for the text and for the HTML. */
export type Block =
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | {
      readonly kind: 'table'
      readonly head: readonly string[]
      readonly rows: readonly (readonly string[])[]
    }
  | { readonly kind: 'link'; readonly text: string; readonly url: string }

/** The cells of a row that say something, each with its label. */
const labels = (head: readonly string[], row: readonly string[]): (readonly [string, string])[] =>
  row.map((cell, index) => [head[index] ?? '', cell] as const).filter(([, cell]) => cell !== '')

const textOf = (block: Block): string => {
  switch (block.kind) {
    case 'paragraph':
      return block.text
    case 'heading':
      return `${block.text}\n${'-'.repeat(block.text.length)}`
    case 'list':
      return block.items.map((item) => `- ${item}`).join('\n')
    case 'table':
      return block.rows
        .map((row) =>
          labels(block.head, row)
            .map(([label, cell]) => `${label} : ${cell}`)
            .join(' ; '),
        )
        .join('\n')
    case 'link':
      return `${block.text} : ${block.url}`
  }
}

const CELL = 'padding:4px 12px 4px 0;border-bottom:1px solid #ccc;text-align:left'
const LABEL =
  'padding:2px 12px 2px 0;color:#555;text-align:left;font-weight:normal;vertical-align:top;white-space:nowrap'
const VALUE = 'padding:2px 0;text-align:right;vertical-align:top'

/** So many columns are read on a telephone. */
const MOST_COLUMNS = 3

/** The space that never breaks and that fonts of old clients have, unlike the narrow one. */
const htmlText = (text: string): string => escapeHtml(typeset(text).replaceAll('\u202F', '\u00A0'))

/** A table as it is read on paper. */
const columns = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const first = head.map((cell) => `<th scope="col" style="${CELL}">${htmlText(cell)}</th>`)
  const others = rows.map(
    (row) => `<tr>${row.map((cell) => `<td style="${CELL}">${htmlText(cell)}</td>`).join('')}</tr>`,
  )
  return (
    '<table style="border-collapse:collapse">' +
    `<thead><tr>${first.join('')}</tr></thead><tbody>${others.join('')}</tbody></table>`
  )
}

/** A line of a row that is read downwards; the first of a row stands out. */
const labelled = ([label, cell]: readonly [string, string], place: number): string =>
  `<tr><th scope="row" style="${LABEL}">${htmlText(label)}</th>` +
  `<td style="${VALUE}${place === 0 ? ';font-weight:bold' : ''}">${htmlText(cell)}</td></tr>`

const END = '<tr><td colspan="2" style="border-bottom:1px solid #ccc;height:6px"></td></tr>'

/** A table too wide for a telephone: the cells of a row one below the other, beside their labels. */
const stacked = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const lines = rows.map((row) => `${labels(head, row).map(labelled).join('')}${END}`)
  return `<table style="border-collapse:collapse;width:100%">${lines.join('')}</table>`
}

const htmlOf = (block: Block): string => {
  switch (block.kind) {
    case 'paragraph':
      return `<p>${htmlText(block.text)}</p>`
    case 'heading':
      return `<h2 style="font-size:17px;margin:24px 0 4px">${htmlText(block.text)}</h2>`
    case 'list':
      return `<ul style="padding-left:20px">${block.items.map((item) => `<li>${htmlText(item)}</li>`).join('')}</ul>`
    case 'table':
      return block.head.length > MOST_COLUMNS
        ? stacked(block.head, block.rows)
        : columns(block.head, block.rows)
    case 'link':
      return `<p><a href="${escapeHtml(block.url)}">${htmlText(block.text)}</a></p>`
  }
}

/** The blocks as plain text. */
const plainText = (blocks: readonly Block[]): string => `${blocks.map(textOf).join('\n\n')}\n`

/** The blocks as a page that old mail clients show too: no style sheet, no image, no script. */
const htmlPage = (title: string, blocks: readonly Block[]): string =>
  [
    '<!doctype html><html lang="fr"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${htmlText(title)}</title></head>`,
    '<body style="font-family:Arial,sans-serif;font-size:15px;line-height:1.5;color:#1a1a1a;max-width:680px;margin:0 auto;padding:16px">',
    blocks.map(htmlOf).join(''),
    '</body></html>',
  ].join('')

export const paragraph = (text: string): Block => ({ kind: 'paragraph', text })

/** A subject and blocks, signed, as what goes out: the same in text and in HTML. */
export const written = (
  subject: string,
  blocks: readonly Block[],
  signature: string,
): { readonly subject: string; readonly text: string; readonly html: string } => {
  const signed = [...blocks, paragraph(signature)]
  return { subject, text: plainText(signed), html: htmlPage(subject, signed) }
}
