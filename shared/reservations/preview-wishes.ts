import type { TownCatalogue } from '../catalogue/calendar.ts'
import { bookableUnits, labelsOf } from '../catalogue/look-up.ts'
import { householdOf } from '../families/read-file.ts'
import { AVAILABILITY_LEGEND, KEPT_REASONS } from '../kernel/texts.ts'
import type { Call } from '../platform/http.ts'
import type { Table } from '../platform/table.ts'
import { prepare } from './carry-out.ts'
import type { KeptReason } from './decide-day.ts'
import { estimatesOf } from './estimate.ts'
import { readLine } from './lines.ts'
import { draftRequests } from './make-request.ts'
import { CHANGES } from './model.ts'
import type { previewWishesRoute } from './routes.ts'
import { datedUnits } from './view.ts'
import type * as z from 'zod'

const reasons: Record<KeptReason, string> = { ...AVAILABILITY_LEGEND, ...KEPT_REASONS }

/**
 * The recap of wishes before they are submitted [guide 45]: what would be added, removed or wait for
 * a place, what it would cost, what stays as it is and why, and which debts keep it from being booked.
 * Stores nothing and takes no place.
 *
 * @throws PortalError the refusals of `planHousehold`, `period-out-of-range`, `not-found`.
 */
export const previewWishes = async (
  { table, town }: { table: Table; town: TownCatalogue },
  { actor, body: { wishes }, now }: Pick<Call<typeof previewWishesRoute>, 'actor' | 'body' | 'now'>,
): Promise<z.input<(typeof previewWishesRoute)['reply']>> => {
  const { familyId, guardianId } = householdOf(actor)
  const { household, planned, blocks } = await prepare({ table, town }, familyId, {
    wishes,
    at: now.toISOString(),
    acting: { kind: 'family' },
    guardianId,
  })
  const estimates = estimatesOf(town, household, planned)
  return {
    requests: planned.flatMap((each, index) =>
      draftRequests([each]).map((draft) => {
        const { activity, facility, unit } = labelsOf(town.catalogue, draft)
        const named = (letter: (typeof CHANGES)[keyof typeof CHANGES]) =>
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
          waiting: named(CHANGES.waiting),
          ...(estimates[index] ?? { estimate: null, lines: [] }),
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
    debts: blocks.map(({ regieId, regie, overdue, detail }) => ({
      regieId,
      regie,
      overdue,
      detail,
    })),
  }
}
