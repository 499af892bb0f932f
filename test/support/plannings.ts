import { schoolYearOf } from '../../shared/catalogue/calendar.ts'
import type { IsoDate } from '../../shared/kernel/dates.ts'
import {
  activityIdSchema,
  childIdSchema,
  unitIdSchema,
  type FamilyId,
} from '../../shared/platform/schemas.ts'
import type { Table } from '../../shared/platform/table.ts'
import { writeLine, type Years } from '../../shared/reservations/lines.ts'
import type { Planning } from '../../shared/reservations/model.ts'
import { planningEntity } from '../../shared/reservations/store.ts'

/** The planning of a child in an activity and school year that has letters on some days. */
export const planningWith = (
  familyId: FamilyId,
  owner: { readonly child: string; readonly activity: string; readonly unit: string },
  letters: Readonly<Record<IsoDate, string>>,
): Planning => {
  const days = Object.entries(letters)
  const [first = ['2025-09-01', '']] = days
  const schoolYear = schoolYearOf(asDate(first[0]))
  const unit = unitIdSchema.parse(owner.unit)
  const years = days.reduce<Years>(
    (written, [date, letter]) => writeLine(written, unit, asDate(date), letter),
    new Map(),
  )
  return {
    familyId,
    schoolYear,
    childId: childIdSchema.parse(owner.child),
    activityId: activityIdSchema.parse(owner.activity),
    version: 1,
    units: years.get(schoolYear) ?? {},
  }
}

const asDate = (text: string): IsoDate => {
  const [year = '', month = '', day = ''] = text.split('-')
  return `${year}-${month}-${day}`
}

/** Stores plannings as they are, past every rule. */
export const storePlannings = async (
  table: Table,
  plannings: readonly Planning[],
): Promise<void> => {
  for (const planning of plannings) await table.put(planningEntity.toItem(planning))
}
