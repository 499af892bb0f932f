/** The words of the school calendar. */
export const SCHOOL_CALENDAR = {
  summer: 'Vacances d’été',
  /** Why a booking is released: read by families in the mail of a closed day. */
  becameHoliday: 'Le calendrier scolaire officiel a changé : ce jour est désormais en vacances.',
  becameSchool: 'Le calendrier scolaire officiel a changé : ce jour est désormais un jour d’école.',
} as const
