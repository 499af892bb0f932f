import type { Write } from '../platform/expressions.ts'
import type { Means } from './model.ts'
import { meansEntity } from './store.ts'

/** The write of means, in the place of what the family has shown for the same day. */
export const meansWrite = (means: Means): Write => ({
  kind: 'put',
  item: meansEntity.toItem(means),
})
