import type { IsoDate } from './dates.ts'
import { shortDate } from './texts.ts'

const listed = (days: readonly IsoDate[]): string => days.map(shortDate).join(', ')

/** The words of the school calendar. */
export const SCHOOL_CALENDAR = {
  summer: 'Vacances d’été',
  /** Why a booking is released: read by families in the mail of a closed day. */
  becameHoliday: 'Le calendrier scolaire officiel a changé : ce jour est désormais en vacances.',
  becameSchool: 'Le calendrier scolaire officiel a changé : ce jour est désormais un jour d’école.',
  /** What staff read of the last refresh. */
  refresh: {
    same: 'Le calendrier scolaire de la mairie suit celui du ministère.',
    added: (year: string): string => `Année scolaire ajoutée : ${year}.`,
    changed: (year: string, days: readonly IsoDate[]): string =>
      `Jours modifiés par le ministère en ${year} : ${listed(days)}.`,
    own: (year: string, days: readonly IsoDate[]): string =>
      `Jours que la mairie garde autrement que le ministère en ${year} : ${listed(days)}.`,
    unreadable: (why: string): string =>
      `Calendrier officiel illisible (${why}) : la mairie garde ses dates.`,
    publicHolidays: (days: readonly IsoDate[]): string =>
      `Jours fériés qui diffèrent de ceux de l’État : ${listed(days)}.`,
  },
} as const
