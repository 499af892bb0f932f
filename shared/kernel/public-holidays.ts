import { addDays, dateOfEpochDay, weekdayOf, type IsoDate } from './dates.ts'

/** Easter Sunday of the Gregorian calendar (Meeus, Jones, Butcher). */
export const easter = (year: number): IsoDate => {
  const golden = year % 19
  const century = Math.floor(year / 100)
  const yearOfCentury = year % 100
  const correction = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3)
  const epact = (19 * golden + century - Math.floor(century / 4) - correction + 15) % 30
  const sunday =
    (32 + 2 * (century % 4) + 2 * Math.floor(yearOfCentury / 4) - epact - (yearOfCentury % 4)) % 7
  const late = Math.floor((golden + 11 * epact + 22 * sunday) / 451)
  const monthAndDay = epact + sunday - 7 * late + 114
  return dateOfEpochDay(
    Date.UTC(year, Math.floor(monthAndDay / 31) - 1, (monthAndDay % 31) + 1) / 86_400_000,
  )
}

/**
 * Where there are more public holidays than in the rest of France (art. L3134-13 of the Labour Code): in
 * Alsace and Moselle 26 December, and Good Friday in communes with a Protestant or a mixed church.
 */
export const LOCAL_HOLIDAYS = ['alsace-moselle', 'alsace-moselle-good-friday'] as const
export type LocalHolidays = (typeof LOCAL_HOLIDAYS)[number]

const holidaysOf = (
  year: number,
  local: LocalHolidays | undefined,
): ReadonlyMap<IsoDate, string> => {
  const sunday = easter(year)
  return new Map<IsoDate, string>([
    [`${String(year)}-01-01`, 'Jour de l’an'],
    ...(local === 'alsace-moselle-good-friday'
      ? [[addDays(sunday, -2), 'Vendredi saint'] as const]
      : []),
    [addDays(sunday, 1), 'Lundi de Pâques'],
    [`${String(year)}-05-01`, 'Fête du Travail'],
    [`${String(year)}-05-08`, 'Victoire 1945'],
    [addDays(sunday, 39), 'Ascension'],
    [addDays(sunday, 50), 'Lundi de Pentecôte'],
    [`${String(year)}-07-14`, 'Fête nationale'],
    [`${String(year)}-08-15`, 'Assomption'],
    [`${String(year)}-11-01`, 'Toussaint'],
    [`${String(year)}-11-11`, 'Armistice 1918'],
    [`${String(year)}-12-25`, 'Noël'],
    ...(local === undefined ? [] : [[`${String(year)}-12-26`, 'Saint-Étienne'] as const]),
  ])
}

const years = new Map<string, ReadonlyMap<IsoDate, string>>()

/**
 * The eleven public holidays of metropolitan France in a year (art. L3133-1 of the Labour Code), by date.
 *
 * @param local where the town lies, if there are more of them there.
 */
export const publicHolidays = (
  year: number,
  local?: LocalHolidays,
): ReadonlyMap<IsoDate, string> => {
  const key = `${String(year)} ${local ?? ''}`
  const known = years.get(key) ?? holidaysOf(year, local)
  years.set(key, known)
  return known
}

/** The name of the public holiday on `date`, or nothing. */
export const publicHolidayOn = (date: IsoDate, local?: LocalHolidays): string | undefined =>
  publicHolidays(Number(date.slice(0, 4)), local).get(date)

/** Whether `date` is a working day: neither Saturday, Sunday nor a public holiday. */
export const isWorkingDay = (date: IsoDate, local?: LocalHolidays): boolean =>
  weekdayOf(date) <= 5 && publicHolidayOn(date, local) === undefined
