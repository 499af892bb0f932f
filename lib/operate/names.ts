/** The tag of a dead-letter queue: the name of the function whose work lies in it. */
export const DEAD_LETTERS_TAG = 'dead-letters-of'

/** What the names of all stacks of a stage, and so of their queues and functions, begin with. */
export const prefixOf = (stage: string): string => `ribambelle-${stage}-`
