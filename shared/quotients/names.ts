/** What is logged when the fund refuses the town itself, so that nobody's quotient comes: an alarm counts it. */
export const TOWN_REFUSED = 'API Particulier refuses the town'

/** What is logged each day from 30 days before the end of the town's token on: an alarm counts it. */
export const TOKEN_ENDS = 'the token of API Particulier ends'
