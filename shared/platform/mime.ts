import { hashOf } from './hash.ts'

/** A line of base64, as long as RFC 2045 allows. */
const LINE = 76

/** So many bytes of a word stay below the 75 characters of an encoded word (RFC 2047). */
const WORD_BYTES = 42

const base64 = (text: string): string =>
  (
    Buffer.from(text, 'utf8')
      .toString('base64')
      .match(new RegExp(`.{1,${String(LINE)}}`, 'g')) ?? []
  ).join('\r\n')

/** A text cut into pieces of so many bytes of UTF-8 at most, no character in two. */
const pieces = (text: string): string[] => {
  const cut: string[] = []
  let piece = ''
  for (const character of text) {
    if (Buffer.byteLength(piece + character) > WORD_BYTES) {
      cut.push(piece)
      piece = ''
    }
    piece += character
  }
  return [...cut, piece]
}

/** A text in a header: as it is in ASCII, else in encoded words (RFC 2047). Line ends are cut out. */
const headerText = (text: string): string => {
  const line = text.replaceAll(/[\r\n]+/g, ' ')
  if (/^[\x20-\x7e]*$/.test(line)) return line
  return pieces(line)
    .map((piece) => `=?UTF-8?B?${Buffer.from(piece, 'utf8').toString('base64')}?=`)
    .join('\r\n ')
}

/** An address in a header, with the name before it in encoded words where it needs them. */
const headerAddress = (address: string): string => {
  const named = /^(.*\S)\s*<([^<>]+)>$/.exec(address)
  return named?.[1] === undefined || named[2] === undefined
    ? headerText(address)
    : `${headerText(named[1])} <${headerText(named[2])}>`
}

const ADDRESSES = new Set(['From', 'To'])

const part = (boundary: string, type: 'plain' | 'html', text: string): string =>
  [
    `--${boundary}`,
    `Content-Type: text/${type}; charset=UTF-8`,
    'Content-Transfer-Encoding: base64',
    '',
    base64(text),
  ].join('\r\n')

/**
 * A mail as it travels (RFC 5322): its text and its HTML, one of which is shown, under the headers
 * given. The same mail has the same bytes.
 */
export const mimeOf = (
  {
    subject,
    text,
    html,
  }: { readonly subject: string; readonly text: string; readonly html: string },
  headers: Readonly<Record<string, string>>,
): Uint8Array => {
  // No part can hold it: parts are in base64, which has no underscore.
  const boundary = `_${hashOf([subject, text, html]).slice(0, 32)}`
  const lines = [
    ...Object.entries(headers).map(
      ([name, value]) =>
        `${name}: ${ADDRESSES.has(name) ? headerAddress(value) : headerText(value)}`,
    ),
    `Subject: ${headerText(subject)}`,
    'MIME-Version: 1.0',
    `Content-Type: multipart/alternative; boundary="${boundary}"`,
    '',
    part(boundary, 'plain', text),
    part(boundary, 'html', html),
    `--${boundary}--`,
    '',
  ]
  return Buffer.from(lines.join('\r\n'), 'utf8')
}
