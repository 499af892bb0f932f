import { isIsoDate } from '../kernel/dates.ts'
import { parisInstant } from '../kernel/paris.ts'

/**
 * What a payment is about, in the characters that PayFiP takes: no accents, apostrophes and hyphens as
 * spaces, other signs gone, 100 characters at most.
 */
export const subjectOf = (text: string): string =>
  text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/['’‘-]/g, ' ')
    .replaceAll(/[^A-Za-z0-9 ]/g, '')
    .replaceAll(/ +/g, ' ')
    .slice(0, 100)
    .trim()

/** A reference in the characters that PayFiP takes, of at most 30. */
export const referenceOf = (...parts: readonly string[]): string =>
  parts
    .join('')
    .replaceAll(/[^A-Za-z0-9]/g, '')
    .slice(0, 30)

/**
 * The instant of a transaction, from its day `12122019` and its hour `1311` by the clocks of Paris;
 * nothing where they are none.
 */
export const instantOf = (day: string, hour: string): string | undefined => {
  const [, date, month, year] = /^(\d{2})(\d{2})(\d{4})$/.exec(day) ?? []
  const [, hours, minutes] = /^([01]\d|2[0-3]):?([0-5]\d)$/.exec(hour) ?? []
  if (date === undefined || month === undefined || year === undefined) return undefined
  if (hours === undefined || minutes === undefined) return undefined
  const iso = `${year}-${month}-${date}`
  return isIsoDate(iso) ? parisInstant(iso, `${hours}:${minutes}`).toISOString() : undefined
}
