import { schoolYearOf } from '../catalogue/calendar.ts'
import type { Enrolment, FamilyFile } from '../families/model.ts'
import { addDays, earlierOf, type IsoDate } from '../kernel/dates.ts'
import { ENROLMENTS } from '../kernel/family-texts.ts'
import type { Write } from '../platform/expressions.ts'
import type { EnrolmentId, FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { daysHeldAfter, planningTouch } from '../reservations/end-days.ts'
import { sameOwner } from '../reservations/lines.ts'
import { loadHousehold, type Household } from '../reservations/load-household.ts'
import type { Turn } from './model.ts'
import { sharersOf } from './child-place-rules.ts'
import { endedAmong } from './place-of-child.ts'
import { endWrite, forgetEndWrite, nextTurn, turnWrite } from './store.ts'

/** What an import tells of an enrolment that it brings into a file that is there. */
type Address = Pick<Enrolment, 'enrolmentId' | 'childId' | 'activityId' | 'groupId' | 'from'>

const pairOf = ({ childId, activityId }: Pick<Enrolment, 'childId' | 'activityId'>): string =>
  `${childId} ${activityId}`

const planningOf = (address: Pick<Enrolment, 'childId' | 'activityId' | 'from'>): string =>
  `${pairOf(address)} ${schoolYearOf(address.from)}`

/** Which of some enrolments of a family were ended early. One read for each. */
const endedOf = async (
  table: Table,
  familyId: FamilyId,
  enrolmentIds: readonly EnrolmentId[],
): Promise<EnrolmentId[]> => {
  const addresses = enrolmentIds.map((enrolmentId) => ({ familyId, enrolmentId }))
  return (await endedAmong(table, addresses)).map(({ enrolmentId }) => enrolmentId)
}

/**
 * How an import changes enrolments of a file that is there already, under the rules that hold for staff: of
 * two changes at once one is decided anew, days that are booked stay within the enrolment, and the place of
 * who leaves is given back once. Open it before reading the file.
 */
export class BroughtEnrolments {
  readonly #brought: readonly Address[]
  readonly #turns: Map<string, Turn>
  readonly #ended: Set<EnrolmentId>
  #plannings: Household['plannings']
  /** The enrolments of the family before the import. */
  #held: FamilyFile['enrolments'] = []

  private constructor(
    brought: readonly Address[],
    turns: Map<string, Turn>,
    ended: Set<EnrolmentId>,
    plannings: Household['plannings'],
  ) {
    this.#brought = brought
    this.#turns = turns
    this.#ended = ended
    this.#plannings = plannings
  }

  /**
   * Reads what others change meanwhile: a turn for each child and activity; where an enrolment may change,
   * its end and the plannings.
   *
   * @param changing those of the enrolments that the family has already.
   * @throws PortalError `not-found` when the family is gone.
   */
  static async open(
    table: Table,
    familyId: FamilyId,
    brought: readonly Address[],
    changing: readonly Address[],
  ): Promise<BroughtEnrolments> {
    const pairs = new Map(brought.map((address) => [pairOf(address), address]))
    // Before all that is decided on.
    const turns = await Promise.all(
      [...pairs].map(async ([pair, { childId, activityId }]) => {
        return [pair, await nextTurn(table, { familyId, childId, activityId })] as const
      }),
    )
    const ids = changing.map(({ enrolmentId }) => enrolmentId)
    const last = changing
      .map(({ from }) => schoolYearOf(from))
      .toSorted()
      .at(-1)
    const [ended, household] = await Promise.all([
      endedOf(table, familyId, ids),
      last === undefined ? undefined : loadHousehold(table, familyId, last),
    ])
    return new BroughtEnrolments(
      brought,
      new Map(turns),
      new Set(ended),
      household?.plannings ?? [],
    )
  }

  /**
   * Takes note of the file, once it is read, and of which others of its enrolments were ended early: of
   * those by which a child may have the place already that a row is about. One read for each, none for most.
   */
  async meet(
    table: Table,
    { family: { familyId }, enrolments }: FamilyFile,
    today: IsoDate,
  ): Promise<void> {
    this.#held = enrolments
    const known = new Set(this.#brought.map(({ enrolmentId }) => enrolmentId))
    const sharers = this.#brought
      .flatMap((each) => sharersOf({ enrolments }, each, today))
      .map(({ enrolmentId }) => enrolmentId)
    const others = [...new Set(sharers)].filter((each) => !known.has(each))
    for (const each of await endedOf(table, familyId, others)) this.#ended.add(each)
  }

  /** The days that an enrolment loses on which something is booked, asked for, waited for or marked. */
  daysLost(held: Enrolment, { from, until }: Pick<Enrolment, 'from' | 'until'>): IsoDate[] {
    const household = { plannings: this.#plannings }
    const before = { ...held, until: earlierOf(held.until, addDays(from, -1)) }
    return [
      ...daysHeldAfter(household, before, addDays(held.from, -1)),
      ...daysHeldAfter(household, held, until),
    ]
  }

  /** Whether an enrolment was ended early, as it is in the file or as rows have made it. */
  hasEnded({ enrolmentId, until }: Pick<Enrolment, 'enrolmentId' | 'until'>): boolean {
    const held = this.#held.find((each) => each.enrolmentId === enrolmentId)
    if (held === undefined) return false
    return until === held.until ? this.#ended.has(enrolmentId) : until < held.until
  }

  /**
   * The writes that go with enrolments in one transaction: each turn and each planning goes with the first
   * of them, and with the first of every later transaction.
   *
   * @param changed as they were and are to be.
   */
  writes(
    brought: readonly Enrolment[],
    changed: readonly { readonly held: Enrolment; readonly wanted: Enrolment }[],
    { at, by }: { readonly at: string; readonly by: string },
  ): Write[] {
    const turns = [...new Set(brought.map(pairOf))].flatMap((pair) => {
      const turn = this.#turns.get(pair)
      if (turn === undefined) return []
      this.#turns.set(pair, { ...turn, version: turn.version + 1 })
      return [turnWrite(turn)]
    })
    const plannings = new Map(changed.map(({ held }) => [planningOf(held), held]))
    return [
      ...turns,
      ...[...plannings.values()].flatMap((held) => this.#touch(held)),
      ...changed.flatMap(({ held, wanted }): Write[] => {
        const { familyId, enrolmentId, until: lastDay } = wanted
        const reason = ENROLMENTS.movedEnd
        if (lastDay < held.until) {
          return [endWrite({ familyId, enrolmentId, lastDay, reason, at, by, before: held })]
        }
        const isLonger = lastDay > held.until && this.#ended.has(enrolmentId)
        return isLonger ? [forgetEndWrite({ familyId, enrolmentId })] : []
      }),
    ]
  }

  /** The next touch of the same planning comes after this one. */
  #touch(held: Enrolment): Write[] {
    const { familyId, childId, activityId, from } = held
    const schoolYear = schoolYearOf(from)
    const planning = this.#plannings.find(
      (each) => sameOwner(each, held) && each.schoolYear === schoolYear,
    ) ?? { familyId, schoolYear, childId, activityId, version: 0, units: {} }
    const writes = planningTouch({ plannings: [planning] }, held)
    this.#plannings = [
      ...this.#plannings.filter((each) => each !== planning),
      { ...planning, version: planning.version + 1 },
    ]
    return writes
  }
}
