/** What the daily job logs of a run that is about to be missed: an alarm listens for it. */
export const UNSENT = 'debits not sent to the bank'
