import type { SlotCount } from './rules.ts'

/** How the places of a slot stand on a day, as staff read it. */
export const viewCount = ({
  held,
  left,
  freed,
}: SlotCount): { capacity: number; held: number; left: number; kept: number } => ({
  capacity: held + left + freed,
  held,
  left,
  kept: freed,
})
