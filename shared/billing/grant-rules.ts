import type { Catalogue } from '../catalogue/model.ts'
import type { Child } from '../families/model.ts'
import { GRANTS } from '../kernel/billing-texts.ts'
import { monthOf, type IsoDate } from '../kernel/dates.ts'
import { compare, decimal, wholeNumber } from '../kernel/decimal.ts'
import type { Fault } from '../kernel/errors.ts'
import { DETAILS } from '../kernel/texts.ts'
import type { ChildId } from '../platform/schemas.ts'
import type { Aid, DayCredit, InvoiceLine, IssuedDocument } from './model.ts'

/** What aids and day credits have in common. */
interface Granted {
  readonly from: IsoDate
  readonly until: IsoDate
  readonly childId?: ChildId | undefined
}

const faultsOfPeriod = ({ from, until }: Granted): Fault[] =>
  from <= until ? [] : [{ pointer: '/body/until', detail: DETAILS.periodOrder }]

const faultsOfChild = ({ childId }: Granted, children: readonly Child[]): Fault[] =>
  childId === undefined || children.some((child) => child.childId === childId)
    ? []
    : [{ pointer: '/body/childId', detail: DETAILS.unknownChild }]

/** What is wrong with an aid: its days, its child, its activities, more than a day costs. */
export const faultsOfAid = (
  { activities }: Pick<Catalogue, 'activities'>,
  children: readonly Child[],
  aid: Aid,
): Fault[] => [
  ...faultsOfPeriod(aid),
  ...faultsOfChild(aid, children),
  ...aid.activityIds.flatMap((id, index) =>
    activities.some((activity) => activity.id === id)
      ? []
      : [{ pointer: `/body/activityIds/${String(index)}`, detail: GRANTS.unknownActivity(id) }],
  ),
  ...(aid.perDay.kind === 'percent' && compare(decimal(aid.perDay.percent), wholeNumber(100)) > 0
    ? [{ pointer: '/body/perDay/percent', detail: GRANTS.mostPercent }]
    : []),
]

/** What is wrong with a day credit: its days, its child, its activity and units. */
export const faultsOfDayCredit = (
  { activities }: Pick<Catalogue, 'activities'>,
  children: readonly Child[],
  credit: DayCredit,
): Fault[] => {
  const activity = activities.find(({ id }) => id === credit.activityId)
  return [
    ...faultsOfPeriod(credit),
    ...faultsOfChild(credit, children),
    ...(activity === undefined
      ? [{ pointer: '/body/activityId', detail: GRANTS.unknownActivity(credit.activityId) }]
      : credit.unitIds.flatMap((unitId, index) =>
          activity.units.some(({ id }) => id === unitId)
            ? []
            : [
                {
                  pointer: `/body/unitIds/${String(index)}`,
                  detail: DETAILS.unknownUnit(activity.name),
                },
              ],
        )),
  ]
}

/** Whether a document that was issued has a line of what was granted. */
export const isUsed = (
  documents: readonly IssuedDocument[],
  { kind, label, from, until }: Granted & Pick<InvoiceLine, 'kind' | 'label'>,
): boolean =>
  documents.some(({ document: { lines } }) =>
    lines.some(
      (line) =>
        line.kind === kind &&
        line.label.startsWith(label) &&
        monthOf(from) <= line.month &&
        line.month <= monthOf(until),
    ),
  )
