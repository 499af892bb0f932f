import type { Item } from '../platform/entity.ts'
import type { Means } from './model.ts'
import { meansEntity } from './store.ts'

/** The means of a family in an image of the stream; nothing if the image is of something else. */
export const meansIn = (image: Item): Means | undefined => meansEntity.pick([image])[0]
