import type { TownCatalogue } from '../catalogue/calendar.ts'
import { bookableUnits, labelsOf } from '../catalogue/look-up.ts'
import { actingGuardian, householdOf } from '../families/read-file.ts'
import { AVAILABILITY_LEGEND, KEPT_REASONS } from '../kernel/texts.ts'
import type { Call } from '../platform/http.ts'
import type { Table } from '../platform/table.ts'
import { readLine } from './lines.ts'
import { draftRequests } from './make-request.ts'
import { CHANGES } from './model.ts'
import { lastYearOf, planHousehold, yearInForce } from './plan-household.ts'
import type { previewWishesRoute } from './routes.ts'
import type { KeptReason } from './rules.ts'
import { loadHousehold } from './load-household.ts'
import { datedUnits } from './view.ts'
import type * as z from 'zod'

const reasons: Record<KeptReason, string> = { ...AVAILABILITY_LEGEND, ...KEPT_REASONS }

/**
 * The recap of wishes before they are submitted [guide 45]: what would be added and removed, what
 * stays and why. Stores nothing.
 *
 * @throws PortalError the refusals of `planHousehold`, `period-out-of-range`, `not-found`.
 */
export const previewWishes = async (
  { table, town }: { table: Table; town: TownCatalogue },
  { actor, body: { wishes }, now }: Pick<Call<typeof previewWishesRoute>, 'actor' | 'body' | 'now'>,
): Promise<z.input<(typeof previewWishesRoute)['reply']>> => {
  const { familyId, guardianId } = householdOf(actor)
  const year = yearInForce(town, now)
  const household = await loadHousehold(table, familyId, lastYearOf(wishes, year))
  actingGuardian(household.file, guardianId)
  const planned = planHousehold(town, household, wishes, { year, now })
  return {
    requests: planned.flatMap((each) =>
      draftRequests([each]).map((draft) => {
        const { activity, facility, unit } = labelsOf(town.catalogue, draft)
        const named = (letter: '+' | '-') =>
          datedUnits(draft, letter).map(({ date, units }) => ({ date, units: units.map(unit) }))
        return {
          childId: draft.childId,
          child: draft.child,
          activityId: draft.activityId,
          activity,
          facility,
          state: draft.state,
          from: draft.from,
          to: draft.to,
          units: bookableUnits(each.activity).map(({ id, name }) => ({
            unitId: id,
            name,
            days: readLine(each.plan.years, id, draft.from, draft.to),
          })),
          added: named(CHANGES.added),
          removed: named(CHANGES.removed),
        }
      }),
    ),
    kept: planned.flatMap(({ enrolment, plan }) =>
      plan.kept.map(({ date, unitId, reason }) => ({
        childId: enrolment.childId,
        activityId: enrolment.activityId,
        date,
        unitId,
        reason: reasons[reason],
      })),
    ),
  }
}
