import { blocksFor, blocksOf, type Block } from '../arrears/block-rules.ts'
import { owingIn } from '../arrears/image.ts'
import type { TownCatalogue } from '../catalogue/calendar.ts'
import type { Activity } from '../catalogue/model.ts'
import type { ReadFile } from '../families/read-file.ts'
import { PortalError } from '../kernel/errors.ts'
import { parisDate } from '../kernel/paris.ts'

/** The debts for which a family can book nothing of some activities now, as its file holds them. */
export const debtsAgainst = (
  { catalogue }: TownCatalogue,
  { items }: Pick<ReadFile, 'items'>,
  activities: readonly Pick<Activity, 'regieId'>[],
  now: Date,
): Block[] => blocksFor(catalogue, blocksOf(catalogue, owingIn(items), parisDate(now)), activities)

/**
 * Refuses what adds days of a régie to which the family owes too much.
 *
 * @throws PortalError `debts-overdue`, with what is overdue.
 */
export const refuseDebts = ({ blocks }: { readonly blocks: readonly Block[] }): void => {
  if (blocks.length === 0) return
  throw new PortalError('debts-overdue', {
    detail: blocks.map(({ detail }) => detail).join(' '),
  })
}
