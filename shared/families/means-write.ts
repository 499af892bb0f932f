import type { Condition, Write } from '../platform/expressions.ts'
import type { Means } from './model.ts'
import { meansEntity } from './store.ts'

/**
 * The write of means, in the place of what the family has shown for the same day.
 *
 * @param when what must hold of what it replaces; whatever it is without.
 */
export const meansWrite = (means: Means, when?: Condition): Write => ({
  kind: 'put',
  item: meansEntity.toItem(means),
  ...(when === undefined ? {} : { when }),
})
