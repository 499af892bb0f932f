/** The tags by which a mail says whose it is: SES repeats them in what it reports. */
export const TAGS = { family: 'family', mail: 'mail', audience: 'audience' } as const

/** The audience of a mail to a service of the town. */
export const TOWN = 'town'
