import type { Check, Update } from '../../shared/platform/expressions.ts'
import type { Mutation } from './world.ts'

const withoutChecks =
  (isDropped: (check: Check) => boolean): Mutation =>
  (table) => ({
    ...table,
    update: (key, change: Update) =>
      table.update(key, {
        ...change,
        when: (change.when ?? []).filter((check) => !isDropped(check)),
      }),
  })

/** Ways to spoil the mechanism, each of which the check must find. */
export const MUTANTS: Readonly<Record<string, Mutation>> = {
  'places are taken without asking whether any is left': withoutChecks(
    ({ is }) => is === 'at-least',
  ),
  'holdings are changed without comparing what was seen': withoutChecks(
    ({ is }) => is !== 'at-least',
  ),
  'places are given back although a submission is being carried out': (table) => ({
    ...table,
    query: (range) =>
      range.from?.length === 1 && range.from[0] === 'RECEIPT'
        ? Promise.resolve([])
        : table.query(range),
  }),
  'the waiting list is served from its end': (table) => ({
    ...table,
    query: async (range) => {
      const items = await table.query(range)
      return range.partition[0] === 'WAITING' ? items.reverse() : items
    },
  }),
  'waits do not end by their deadline': (table) => ({
    ...table,
    query: async (range) => {
      const items = await table.query(range)
      return range.partition[1] === 'ends' ? items.filter((item) => 'offeredUntil' in item) : items
    },
  }),
  'plannings are written over what was changed meanwhile': (table) => ({
    ...table,
    transact: (writes) =>
      table.transact(
        writes.map((write) =>
          write.kind === 'put' && write.item['entity'] === 'Planning'
            ? { kind: 'put', item: write.item }
            : write,
        ),
      ),
  }),
}
