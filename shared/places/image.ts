import type { Item } from '../platform/entity.ts'
import type { Roster } from './model.ts'
import { rosterIn as storedRosterIn } from './store.ts'

/** The roster in an image of the stream; nothing if the image is of something else. */
export const rosterIn = (image: Item): Roster | undefined => storedRosterIn(image)
