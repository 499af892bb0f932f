import type { Activity, Catalogue } from '../catalogue/model.ts'
import type { Child } from '../families/model.ts'
import type { IsoDate } from '../kernel/dates.ts'
import type { UnitId } from '../platform/schemas.ts'
import { readLine, sameOwner, yearsOf, type Line, type Owner, type Years } from './lines.ts'
import type { Planning } from './model.ts'
import { holdsPlace } from './rules.ts'
import { areExclusive } from './wishes.ts'

interface Period {
  readonly from: IsoDate
  readonly to: IsoDate
}

interface OwnedYears {
  readonly owner: Owner
  readonly years: Years
}

/** The owners of plannings, each once, with what they have. */
const owned = (plannings: readonly Planning[]): OwnedYears[] =>
  plannings
    .filter((each, index) => plannings.findIndex((other) => sameOwner(other, each)) === index)
    .map((owner) => ({ owner, years: yearsOf(plannings, owner) }))

/** All letters of a household while it is planned: what was stored, and what has been decided since. */
export class HouseholdLetters {
  readonly #elsewhere: readonly Planning[]
  #current: readonly OwnedYears[]

  /** @param elsewhere the plannings of its children in their other households. */
  constructor(plannings: readonly Planning[], elsewhere: readonly Planning[] = []) {
    this.#current = owned(plannings)
    this.#elsewhere = elsewhere
  }

  /** What a child has in an activity. */
  of(owner: Owner): Years {
    return this.#current.find((each) => sameOwner(each.owner, owner))?.years ?? new Map()
  }

  /** Notes what has been decided for a child in an activity. */
  decide(owner: Owner, years: Years): void {
    const others = this.#current.filter((each) => !sameOwner(each.owner, owner))
    this.#current = [...others, { owner, years }]
  }

  /** Whether another child of the household has a place in an activity on a day. */
  siblingHolds(
    { childId }: Pick<Child, 'childId'>,
    { id: activityId, units }: Pick<Activity, 'id' | 'units'>,
    date: IsoDate,
  ): boolean {
    return this.#current.some(
      ({ owner, years }) =>
        owner.childId !== childId &&
        owner.activityId === activityId &&
        units.some(({ id }) => holdsPlace(readLine(years, id, date, date))),
    )
  }

  /**
   * By unit of an activity, the lines of the units that exclude it: of the child's other activities,
   * and of its other household, where the same unit excludes itself.
   */
  rivalsOf(
    { activities }: Catalogue,
    { child, activity }: { readonly child: Child; readonly activity: Activity },
    { from, to }: Period,
  ): ReadonlyMap<UnitId, readonly Line[]> {
    const rivals = new Map<UnitId, Line[]>()
    const collect = ({ owner, years }: OwnedYears, isElsewhere: boolean): void => {
      const other = activities.find(({ id }) => id === owner.activityId)
      for (const theirs of other?.units ?? []) {
        for (const unit of activity.units) {
          const isSame = isElsewhere && other?.id === activity.id && theirs.id === unit.id
          const b = other && { activity: other, unit: theirs }
          if (!isSame && (b === undefined || !areExclusive({ activity, unit }, b))) continue
          const line = readLine(years, theirs.id, from, to)
          rivals.set(unit.id, [...(rivals.get(unit.id) ?? []), line])
        }
      }
    }
    for (const each of this.#current) {
      const isOther = each.owner.activityId !== activity.id
      if (isOther && each.owner.childId === child.childId) collect(each, false)
    }
    const { otherHousehold } = child
    const there = this.#elsewhere.filter(
      ({ familyId, childId }) =>
        familyId === otherHousehold?.familyId && childId === otherHousehold.childId,
    )
    for (const each of owned(there)) collect(each, true)
    return rivals
  }
}
