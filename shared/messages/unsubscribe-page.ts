import { UNSUBSCRIBE } from '../kernel/mail-texts.ts'
import { escapeHtml } from '../kernel/html.ts'

/** What the button sends: the same as a mail client that stops mails by itself (RFC 8058). */
const FORM =
  '<form method="post"><input type="hidden" name="List-Unsubscribe" value="One-Click">' +
  `<button type="submit" style="font-size:16px;padding:12px 20px">${escapeHtml(UNSUBSCRIBE.button)}</button></form>`

/** A page on which people stop mails, or read that they have. It loads nothing and runs nothing. */
export const unsubscribePage = ({
  title,
  text,
  isAsking,
}: {
  readonly title: string
  readonly text: string
  readonly isAsking: boolean
}): string =>
  [
    '<!doctype html><html lang="fr"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="robots" content="noindex">',
    `<title>${escapeHtml(title)}</title></head>`,
    '<body style="font-family:Arial,sans-serif;font-size:16px;line-height:1.5;color:#1a1a1a;max-width:560px;margin:0 auto;padding:24px">',
    `<h1 style="font-size:22px">${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p>`,
    isAsking ? FORM : '',
    `<p>${escapeHtml(UNSUBSCRIBE.service)}</p></body></html>`,
  ].join('')
