import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { escapeHtml } from '../kernel/html.ts'
import type { SampleMail } from './samples.ts'

const indexPage = (mails: readonly SampleMail[]): string => {
  const rows = mails.map(({ name, subject, text, topic }) => {
    const plain = text === undefined ? '' : `<a href="${name}.txt">text</a>`
    return (
      `<tr><td><a href="${name}.html">${name}</a></td><td>${plain}</td>` +
      `<td>${topic ?? ''}</td><td lang="fr">${escapeHtml(subject)}</td></tr>`
    )
  })
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Mails</title></head><body>',
    '<table><thead><tr><th>HTML</th><th>Text</th><th>Can be stopped</th><th>Subject</th></tr></thead>',
    `<tbody>${rows.join('')}</tbody></table></body></html>`,
  ].join('')
}

/** Writes mails as text and as HTML into a folder, with a page that leads to each. */
export const writeMails = (folder: string, mails: readonly SampleMail[]): void => {
  mkdirSync(folder, { recursive: true })
  for (const { name, subject, html, text } of mails) {
    writeFileSync(join(folder, `${name}.html`), html)
    if (text !== undefined) writeFileSync(join(folder, `${name}.txt`), `${subject}\n\n${text}`)
  }
  writeFileSync(join(folder, 'index.html'), indexPage(mails))
}
