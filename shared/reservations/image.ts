import type { Item } from '../platform/entity.ts'
import type { Planning, Receipt, Submission } from './model.ts'
import { planningEntity, receiptEntity, submissionEntity } from './store.ts'

/** The submission in an image of the stream; nothing if the image is of something else. */
export const submissionIn = (image: Item): Submission | undefined =>
  submissionEntity.pick([image])[0]

/** The planning in an image of the stream; nothing if the image is of something else. */
export const planningIn = (image: Item): Planning | undefined => planningEntity.pick([image])[0]

/** The receipt in an image of the stream; nothing if the image is of something else. */
export const receiptIn = (image: Item): Receipt | undefined => receiptEntity.pick([image])[0]
