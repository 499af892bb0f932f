import { addDays, type IsoDate } from '../kernel/dates.ts'

/** A line of an iCalendar file holds so many octets at most, its end aside (RFC 5545, 3.1). */
const LONGEST_LINE = 75

const LINE_END = '\r\n'

/** Something that takes a whole day. */
export interface CalendarEvent {
  /** The same for the same event whenever the file is written. */
  readonly uid: string
  readonly date: IsoDate
  readonly summary: string
  readonly status: 'CONFIRMED' | 'TENTATIVE'
}

/** A file of events, as a client that subscribes to it reads it again and again. */
export interface Calendar {
  readonly name: string
  readonly events: readonly CalendarEvent[]
  /** When the file is written. */
  readonly writtenAt: Date
  /** How often clients should ask for it, in hours. */
  readonly refreshHours: number
}

/** Control characters cannot stand in a text; of line breaks there is one. */
const isPrintable = (character: string): boolean =>
  character === '\n' || character === '\t' || (character >= ' ' && character !== '\u007F')

/** A text as the value of a property (RFC 5545, 3.3.11). */
export const escapeText = (text: string): string =>
  Array.from(text.replaceAll('\r\n', '\n'))
    .filter(isPrintable)
    .join('')
    .replaceAll(/[\\;,]/g, (character) => `\\${character}`)
    .replaceAll('\n', '\\n')

/**
 * A content line, folded into lines of up to 75 octets (RFC 5545, 3.1). No character is cut: clients
 * that decode before they unfold read it too.
 */
export const foldLine = (line: string): string => {
  let folded = ''
  let octets = 0
  for (const character of line) {
    const size = Buffer.byteLength(character)
    if (octets + size > LONGEST_LINE) {
      folded += `${LINE_END} `
      octets = 1
    }
    folded += character
    octets += size
  }
  return folded
}

/** `20250902`. */
const dateValue = (date: IsoDate): string => date.replaceAll('-', '')

/** `20250715T084100Z`. */
const instantValue = (instant: Date): string =>
  instant
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(/[-:]/g, '')

const eventLines = ({ uid, date, summary, status }: CalendarEvent, stamp: string): string[] => [
  'BEGIN:VEVENT',
  `UID:${escapeText(uid)}`,
  `DTSTAMP:${stamp}`,
  `DTSTART;VALUE=DATE:${dateValue(date)}`,
  `DTEND;VALUE=DATE:${dateValue(addDays(date, 1))}`,
  `SUMMARY:${escapeText(summary)}`,
  `STATUS:${status}`,
  // A child at school leaves the day of the parent free.
  'TRANSP:TRANSPARENT',
  'END:VEVENT',
]

/**
 * An iCalendar file (RFC 5545) of all-day events. It is a publication, so that the stamp of each
 * event is when the file was written. Name and refresh interval are said as RFC 7986 has it and as
 * older clients read it.
 */
export const writeCalendar = ({ name, events, writtenAt, refreshHours }: Calendar): string => {
  const stamp = instantValue(writtenAt)
  const refresh = `PT${String(refreshHours)}H`
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Ribambelle//Portail famille//FR',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    `NAME:${escapeText(name)}`,
    `X-WR-CALNAME:${escapeText(name)}`,
    `REFRESH-INTERVAL;VALUE=DURATION:${refresh}`,
    `X-PUBLISHED-TTL:${refresh}`,
    ...events.flatMap((event) => eventLines(event, stamp)),
    'END:VCALENDAR',
  ]
  return lines.map((line) => foldLine(line) + LINE_END).join('')
}
