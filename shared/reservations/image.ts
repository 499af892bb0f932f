import type { Item } from '../platform/entity.ts'
import type { Submission } from './model.ts'
import { submissionEntity } from './store.ts'

/** The submission in an image of the stream; nothing if the image is of something else. */
export const submissionIn = (image: Item): Submission | undefined =>
  submissionEntity.pick([image])[0]
