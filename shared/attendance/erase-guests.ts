import { spanOf } from '../catalogue/school-time.ts'
import { eachDay, type IsoDate } from '../kernel/dates.ts'
import type { Item } from '../platform/entity.ts'
import { again } from '../platform/retry.ts'
import type { ActivityId, FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { planningIn } from '../reservations/image.ts'
import { bookedUnits, letterOn } from '../reservations/lines.ts'
import { LETTERS, type Planning } from '../reservations/model.ts'
import { listSheets, saveSheet } from './store.ts'

/** The days on which a child came without being booked: only then a register may hold its card. */
const daysAsGuest = (planning: Planning): IsoDate[] => {
  const { from, to } = spanOf(planning.schoolYear)
  const units = bookedUnits(planning).filter(
    (unit) => planning.units[unit]?.includes(LETTERS.unbooked) === true,
  )
  if (units.length === 0) return []
  return eachDay(from, to).filter((date) =>
    units.some((unit) => letterOn(planning, unit, date) === LETTERS.unbooked),
  )
}

const eraseFrom = (
  table: Table,
  familyId: FamilyId,
  day: { readonly activityId: ActivityId; readonly date: IsoDate },
): Promise<void> =>
  again(async () => {
    for (const sheet of await listSheets(table, day)) {
      const guests = sheet.guests.filter((guest) => guest.familyId !== familyId)
      if (guests.length === sheet.guests.length) continue
      await saveSheet(table, { ...sheet, guests, version: sheet.version + 1 }, [])
    }
  })

/**
 * Takes the cards of the children of a family out of the registers that hold them. Marks stay, by the
 * numbers of file and child, which name nobody once the file is gone: heads were counted by them.
 *
 * @param items all of the family's, its plannings among them.
 * @throws StaleReadError when a register is marked again and again meanwhile.
 */
export const eraseGuests = async (
  table: Table,
  familyId: FamilyId,
  items: readonly Item[],
): Promise<void> => {
  for (const planning of items.flatMap((item) => planningIn(item) ?? [])) {
    for (const date of daysAsGuest(planning)) {
      await eraseFrom(table, familyId, { activityId: planning.activityId, date })
    }
  }
}
