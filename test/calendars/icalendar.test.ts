import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { escapeText, foldLine, writeCalendar } from '../../shared/calendars/icalendar.ts'

/** As RFC 5545 has clients read it. */
const unfold = (text: string): string => text.replaceAll('\r\n ', '')

const unescapeText = (text: string): string =>
  text.replaceAll(/\\([\\;,nN])/g, (_, character: string) =>
    character.toLowerCase() === 'n' ? '\n' : character,
  )

/** Texts of whole characters, with the ones that need an escape and long ones of many octets. */
const texts = fc
  .array(
    fc.oneof(
      fc.constantFrom('\\', ';', ',', '\n', '\\n', 'é', '–', '👧🏽', ' ', '\t'),
      fc.string({ unit: 'binary' }),
    ),
    { maxLength: 80 },
  )
  .map((parts) => parts.join('').replaceAll(/\p{Cc}/gu, '\n'))

describe('an iCalendar text', () => {
  it('is read as it was written [wish W10]', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const escaped = escapeText(text)
        expect(escaped).not.toMatch(/[\n\r]/)
        expect(unescapeText(escaped)).toBe(text)
      }),
    )
  })

  it('loses line breaks of Windows and control characters', () => {
    expect(escapeText('Léo\r\nLucas\u0000;\u007F')).toBe('Léo\\nLucas\\;')
  })
})

describe('a content line', () => {
  it('is folded into lines of up to 75 octets without cutting a character, and unfolds to itself [wish W10]', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const line = `SUMMARY:${escapeText(text)}`
        const folded = foldLine(line)
        expect(unfold(folded)).toBe(line)
        for (const part of folded.split('\r\n')) {
          expect(Buffer.byteLength(part)).toBeLessThanOrEqual(75)
          expect(part.isWellFormed()).toBe(true)
        }
      }),
    )
  })

  it.each([
    [75, 1],
    [76, 2],
    [149, 2],
    [150, 3],
  ])('of %d octets takes %d lines', (octets, lines) => {
    expect(foldLine('a'.repeat(octets)).split('\r\n')).toHaveLength(lines)
  })
})

it('writes a file as RFC 5545 asks, each line ended by CR and LF', () => {
  const text = writeCalendar({
    name: 'Portail, Ville',
    events: [
      {
        uid: 'abc@ribambelle',
        date: '2025-12-31',
        summary: 'Léo – Restauration (Repas)',
        status: 'TENTATIVE',
      },
    ],
    writtenAt: new Date('2025-07-15T08:41:00Z'),
    refreshHours: 4,
  })
  expect(text.split('\r\n')).toEqual([
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Ribambelle//Portail famille//FR',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    'NAME:Portail\\, Ville',
    'X-WR-CALNAME:Portail\\, Ville',
    'REFRESH-INTERVAL;VALUE=DURATION:PT4H',
    'X-PUBLISHED-TTL:PT4H',
    'BEGIN:VEVENT',
    'UID:abc@ribambelle',
    'DTSTAMP:20250715T084100Z',
    'DTSTART;VALUE=DATE:20251231',
    'DTEND;VALUE=DATE:20260101',
    'SUMMARY:Léo – Restauration (Repas)',
    'STATUS:TENTATIVE',
    'TRANSP:TRANSPARENT',
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ])
})
