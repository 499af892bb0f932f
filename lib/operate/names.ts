/** The tag of a dead-letter queue: the name of the function whose work lies in it. */
export const DEAD_LETTERS_TAG = 'dead-letters-of'

/** The alias of the version that answers people, of each function that the API calls. */
export const LIVE_ALIAS = 'live'

/** What the names of all stacks of a stage, and so of their queues and functions, begin with. */
export const prefixOf = (stage: string): string => `ribambelle-${stage}-`
