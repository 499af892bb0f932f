/** What is logged when the fund refuses the town itself, so that nobody's quotient comes: an alarm counts it. */
export const TOWN_REFUSED = 'API Particulier refuses the town'
