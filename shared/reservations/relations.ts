import type { Unit } from '../catalogue/model.ts'
import type { UnitId } from '../platform/schemas.ts'

/** Units that are booked and cancelled together (solidaires): mostly one alone. */
export interface UnitSet {
  readonly units: readonly Unit[]
  /** The set and all that it brings: booked together, or not at all. */
  readonly bundle: readonly Unit[]
  /** A wish for one of these is a wish for the set: its own units, and those that bring them. */
  readonly askedBy: readonly UnitId[]
}

/** How the units of an activity hang together. */
export interface Relations {
  readonly units: readonly Unit[]
  /** In the order of the catalogue, but those on which others depend before these. */
  readonly sets: readonly UnitSet[]
  /** By unit, those that it cannot share a day with. */
  readonly exclusive: ReadonlyMap<UnitId, readonly UnitId[]>
  /** Whether exclusion is all that there is between them. */
  readonly isPlain: boolean
}

/** All that is reached from some units, themselves included. */
const reach = (
  from: readonly UnitId[],
  next: (unit: UnitId) => readonly UnitId[],
): ReadonlySet<UnitId> => {
  const reached = new Set(from)
  // A set hands out what is added to it while it is walked through.
  for (const unit of reached) for (const other of next(unit)) reached.add(other)
  return reached
}

/** What a relation says of units, from either side. */
const bothWays = (
  units: readonly Unit[],
  relation: (unit: Unit) => readonly UnitId[],
): ReadonlyMap<UnitId, readonly UnitId[]> =>
  new Map(
    units.map((unit) => [
      unit.id,
      units
        .filter(({ id }) => relation(unit).includes(id))
        .concat(units.filter((other) => relation(other).includes(unit.id)))
        .map(({ id }) => id),
    ]),
  )

const setsOf = (units: readonly Unit[]): UnitSet[] => {
  const linked = bothWays(units, ({ linkedWith }) => linkedWith)
  const linkedTo = (id: UnitId) => linked.get(id) ?? []
  const brought = new Map(units.map(({ id, brings }) => [id, brings]))
  const bundles = new Map(
    units.map(({ id }) => [
      id,
      reach([id], (each) => [...linkedTo(each), ...(brought.get(each) ?? [])]),
    ]),
  )
  const known = new Set<UnitId>()
  return units.flatMap(({ id }) => {
    if (known.has(id)) return []
    const own = reach([id], linkedTo)
    for (const each of own) known.add(each)
    return [
      {
        units: units.filter((unit) => own.has(unit.id)),
        bundle: units.filter((unit) => bundles.get(id)?.has(unit.id) === true),
        askedBy: units.map((unit) => unit.id).filter((each) => bundles.get(each)?.has(id) === true),
      },
    ]
  })
}

/** Those on which others depend first: what is required, and what brings. */
const inOrder = (sets: readonly UnitSet[]): UnitSet[] => {
  const ordered: UnitSet[] = []
  const visited = new Set<UnitSet>()
  const visit = (set: UnitSet): void => {
    if (visited.has(set)) return
    visited.add(set)
    const first = [...set.askedBy, ...set.bundle.flatMap(({ requires }) => requires)]
    sets.filter(({ units }) => units.some(({ id }) => first.includes(id))).forEach(visit)
    ordered.push(set)
  }
  sets.forEach(visit)
  return ordered
}

/** How units hang together, worked out once for all days of a plan. */
export const relationsOf = (units: readonly Unit[]): Relations => {
  const isPlain = units.every(
    ({ linkedWith, requires, brings }) =>
      linkedWith.length === 0 && requires.length === 0 && brings.length === 0,
  )
  return {
    units,
    sets: isPlain
      ? units.map((unit) => ({ units: [unit], bundle: [unit], askedBy: [unit.id] }))
      : inOrder(setsOf(units)),
    exclusive: bothWays(units, ({ exclusiveWith }) => exclusiveWith),
    isPlain,
  }
}
