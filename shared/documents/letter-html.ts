import { escapeHtml } from '../kernel/html.ts'
import { PAPER_TEXTS } from '../kernel/paper-texts.ts'
import type { Cell, Column, Letter, LetterBlock, TableRow } from './model.ts'
import { printableLetter } from './printable-letter.ts'

/** Readable from 320 pixels on and with large letters; on paper as a letter. */
const STYLE = `
:root{color-scheme:light}
body{margin:0 auto;max-width:50rem;padding:1.5rem;font:1rem/1.5 system-ui,sans-serif;color:#000;background:#fff}
header{display:flex;flex-wrap:wrap;justify-content:space-between;gap:1rem}
address{font-style:normal;white-space:pre-line}
.issuer{font-weight:bold}
.dated{text-align:right}
h1{font-size:1.5rem;margin:1.5rem 0 .5rem}
h2{font-size:1.15rem;margin:1.5rem 0 .25rem}
dl{display:grid;grid-template-columns:fit-content(50%) 1fr;gap:.1rem 1rem;margin:.5rem 0}
dt{font-weight:bold}
dd{margin:0}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;min-width:38rem}
caption{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden;white-space:nowrap}
th,td{padding:.3rem .5rem;border-bottom:1px solid #767676;text-align:left;vertical-align:top}
thead th,.sum th,.sum td{background:#ececec;font-weight:bold}
.right{text-align:right}
.center{text-align:center}
small{display:block;font-weight:normal}
.total{border:2px solid #000;padding:.75rem 1rem;margin:1.5rem 0;font-weight:bold}
.total span{display:block;font-size:2rem;text-align:right}
.small-print{font-size:.85rem}
@media print{html{font-size:9pt}table{min-width:0}body{max-width:none;padding:0}tr,.total{break-inside:avoid}h2{break-after:avoid}@page{size:A4;margin:15mm}}
`

const classOf = ({ align = 'left' }: Column): string =>
  align === 'left' ? '' : ` class="${align}"`

const cellText = (cell: Cell): string =>
  typeof cell === 'string'
    ? escapeHtml(cell)
    : `${escapeHtml(cell.text)}${cell.note === '' ? '' : `<small>${escapeHtml(cell.note)}</small>`}`

const rowHtml = ({ kind, cells }: TableRow, columns: readonly Column[]): string => {
  const written = columns.map((column, index) => {
    const text = cellText(cells[index] ?? '')
    return index === 0
      ? `<th scope="row"${classOf(column)}>${text}</th>`
      : `<td${classOf(column)}>${text}</td>`
  })
  return `<tr${kind === 'sum' ? ' class="sum"' : ''}>${written.join('')}</tr>\n`
}

const blockHtml = (block: LetterBlock): string => {
  switch (block.kind) {
    case 'heading':
      return `<h2>${escapeHtml(block.text)}</h2>`
    case 'paragraph':
      return `<p>${escapeHtml(block.text)}</p>`
    case 'small-print':
      return `<p class="small-print">${escapeHtml(block.text)}</p>`
    case 'facts': {
      const facts = block.facts.map(
        ({ label, value }) => `<dt>${escapeHtml(label)}</dt><dd>${escapeHtml(value)}</dd>`,
      )
      return `<dl>${facts.join('')}</dl>`
    }
    case 'total':
      return `<p class="total">${escapeHtml(block.label)} <span>${escapeHtml(block.value)}</span></p>`
    case 'table': {
      const head = block.columns.map(
        (column) => `<th scope="col"${classOf(column)}>${escapeHtml(column.title)}</th>`,
      )
      const caption = escapeHtml(block.caption)
      return [
        // What scrolls sideways on a narrow screen has to be reached by the keyboard.
        `<div class="wide" role="region" aria-label="${caption}" tabindex="0">`,
        `<table><caption>${caption}</caption><thead><tr>${head.join('')}</tr></thead>\n`,
        `<tbody>${block.rows.map((row) => rowHtml(row, block.columns)).join('')}</tbody></table></div>`,
      ].join('')
    }
  }
}

/**
 * A letter as a page of HTML that stands alone: headings, tables with heads, a style sheet for screen
 * and paper, no script and nothing to load. The same letter is the same text for ever.
 */
export const letterHtml = (letter: Letter): string => {
  const { title, issuer, addressee, dated, date, blocks } = printableLetter(letter)
  const to =
    addressee.length === 0
      ? ''
      : `<address aria-label="${PAPER_TEXTS.addressee}">${escapeHtml(addressee.join('\n'))}</address>`
  return [
    '<!doctype html>\n<html lang="fr">\n<head>\n<meta charset="utf-8">\n',
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
    `<title>${escapeHtml(`${title} – ${issuer.name}`)}</title>\n<style>${STYLE}</style>\n</head>\n<body>\n`,
    `<header><address aria-label="${PAPER_TEXTS.issuer}"><span class="issuer">${escapeHtml(issuer.name)}</span>\n`,
    `${escapeHtml(issuer.lines.join('\n'))}</address>${to}</header>\n`,
    `<main>\n<p class="dated"><time datetime="${date}">${escapeHtml(dated)}</time></p>\n`,
    `<h1>${escapeHtml(title)}</h1>\n${blocks.map(blockHtml).join('\n')}\n</main>\n</body>\n</html>\n`,
  ].join('')
}
