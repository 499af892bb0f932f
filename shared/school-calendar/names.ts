/** What is logged when the official dates have changed days of the town: an alarm counts it. */
export const CALENDAR_CHANGED = 'School calendar changed'

/** What is logged when the official calendar cannot be read, or contradicts itself: an alarm counts it. */
export const CALENDAR_UNREADABLE = 'School calendar unreadable'

/** What is logged when the public holidays are not those that the portal computes: an alarm counts it. */
export const PUBLIC_HOLIDAYS_DIFFER = 'Public holidays differ'
