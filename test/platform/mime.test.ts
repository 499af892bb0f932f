import fc from 'fast-check'
import { expect, it } from 'vitest'
import { mimeOf } from '../../shared/platform/mime.ts'

const headers = {
  From: 'Portail famille de Cesson-la-Forêt <portail@cesson.example>',
  To: 'parent@famille.example',
  'List-Unsubscribe': '<https://api.cesson.example/unsubscribe/news/secret>',
}

const written = (subject: string, text = 'Bonjour', html = '<p>Bonjour</p>'): string =>
  Buffer.from(mimeOf({ subject, text, html }, headers)).toString('utf8')

/** What an encoded word says (RFC 2047). */
const decoded = (header: string): string =>
  header
    .replaceAll(/\?=\r\n =\?/g, '?==?')
    .replaceAll(/=\?UTF-8\?B\?([^?]*)\?=/g, (_, word: string) =>
      Buffer.from(word, 'base64').toString('utf8'),
    )

const headerOf = (mail: string, name: string): string => {
  const [head = ''] = mail.split('\r\n\r\n')
  const lines = head.replaceAll(/\r\n(?= )/g, '\n')
  const line = lines.split('\r\n').find((each) => each.startsWith(`${name}: `)) ?? ''
  return decoded(line.slice(name.length + 2).replaceAll('\n', '\r\n'))
}

/** The parts of a mail: what stands in them, by their type. */
const partsOf = (mail: string): Record<string, string> => {
  const boundary = /boundary="([^"]+)"/.exec(mail)?.[1] ?? ''
  return Object.fromEntries(
    mail
      .split(`--${boundary}`)
      .slice(1, -1)
      .map((part) => {
        const [head = '', body = ''] = part.split('\r\n\r\n')
        const type = /text\/(plain|html); charset=UTF-8/.exec(head)?.[1] ?? ''
        return [type, Buffer.from(body, 'base64').toString('utf8')]
      }),
  )
}

it('carries subject, text and HTML whatever letters they have', () => {
  const line = fc.string({ unit: 'grapheme', maxLength: 120 }).map((text) => `${text}é`)
  fc.assert(
    fc.property(line, fc.string({ unit: 'grapheme', maxLength: 400 }), (subject, text) => {
      const mail = written(subject, text, `<p>${text}</p>`)
      expect(partsOf(mail)).toEqual({ plain: text, html: `<p>${text}</p>` })
      expect(headerOf(mail, 'Subject')).toBe(subject.replaceAll(/[\r\n]+/g, ' '))
    }),
  )
})

it('has lines that every mail server takes, in ASCII', () => {
  const mail = written(
    'Une place s’est libérée pour Léo : répondez avant le mardi 02/09/2025 à 18:00',
  )
  expect(mail).toMatch(/^[\x20-\x7e\r\n]*$/)
  for (const each of mail.split('\r\n')) expect(each.length).toBeLessThanOrEqual(100)
})

it('lets no text become a header', () => {
  const mail = written('Bonjour\r\nBcc: everybody@town.example')
  expect(headerOf(mail, 'Subject')).toBe('Bonjour Bcc: everybody@town.example')
  expect(mail).not.toMatch(/^Bcc:/m)
})

it('names the sender with the address left as it is', () => {
  expect(headerOf(written('Bonjour'), 'From')).toBe(headers.From)
  expect(written('Bonjour')).toMatch(/^From: =\?UTF-8\?B\?.*<portail@cesson\.example>$/ms)
})
