/** The kinds of items that change what invoiced months cost: `follow-files` is shown them. */
export const REVIEWED_ENTITIES = ['Planning', 'Means', 'Aid', 'DayCredit'] as const

/** What the daily check logs of a month that should have been billed and was not: an alarm counts it. */
export const UNBILLED = 'month not billed'

/** What it logs of an issued month in which a family is withheld: another alarm counts it. */
export const WITHHELD = 'families not billed'
