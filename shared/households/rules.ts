import type { Custody } from '../families/model.ts'

/** The weeks of the other household of a child who alternates. */
export const otherWeeks = (custody: Custody | undefined): Custody | undefined =>
  custody && { ...custody, weeks: custody.weeks === 'even' ? 'odd' : 'even' }

/** Whether two say the same of the weeks of a child. */
export const sameCustody = (a: Custody | undefined, b: Custody | undefined): boolean =>
  a?.weeks === b?.weeks && a?.from === b?.from && a?.rule === b?.rule
