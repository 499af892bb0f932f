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
        .map((row) => row.map((cell, index) => `${block.head[index] ?? ''} : ${cell}`).join(' ; '))
        .join('\n')
    case 'link':
      return `${block.text} : ${block.url}`
  }
}

const CELL = 'padding:4px 12px 4px 0;border-bottom:1px solid #ccc;text-align:left'

const htmlOf = (block: Block): string => {
  switch (block.kind) {
    case 'paragraph':
      return `<p>${escapeHtml(block.text)}</p>`
    case 'heading':
      return `<h2 style="font-size:17px;margin:24px 0 4px">${escapeHtml(block.text)}</h2>`
    case 'list':
      return `<ul>${block.items.map((item) => `<li>${escapeHtml(item)}</li>`).join('')}</ul>`
    case 'table': {
      const head = block.head.map(
        (cell) => `<th scope="col" style="${CELL}">${escapeHtml(cell)}</th>`,
      )
      const rows = block.rows.map(
        (row) =>
          `<tr>${row.map((cell) => `<td style="${CELL}">${escapeHtml(cell)}</td>`).join('')}</tr>`,
      )
      return `<table style="border-collapse:collapse"><thead><tr>${head.join('')}</tr></thead><tbody>${rows.join('')}</tbody></table>`
    }
    case 'link':
      return `<p><a href="${escapeHtml(block.url)}">${escapeHtml(block.text)}</a></p>`
  }
}

/** The blocks as plain text. */
export const plainText = (blocks: readonly Block[]): string =>
  `${blocks.map(textOf).join('\n\n')}\n`

/** The blocks as a page that old mail clients show too: no style sheet, no image, no script. */
export const htmlPage = (title: string, blocks: readonly Block[]): string =>
  [
    '<!doctype html><html lang="fr"><head><meta charset="utf-8">',
    `<title>${escapeHtml(title)}</title></head>`,
    '<body style="font-family:Arial,sans-serif;font-size:15px;line-height:1.5;color:#1a1a1a;max-width:680px;margin:0 auto;padding:16px">',
    blocks.map(htmlOf).join(''),
    '</body></html>',
  ].join('')
