import { schoolYearOf } from '../catalogue/calendar.ts'
import type { Activity, Audience, Catalogue, Unit } from '../catalogue/model.ts'
import { tellsBelief } from '../kernel/belief.ts'
import type { Fault } from '../kernel/errors.ts'
import { doubles, missing, unknownReference } from '../kernel/references.ts'
import { FAULTS } from '../kernel/texts.ts'
import type { UnitId } from '../platform/schemas.ts'
import { relationsOf, type UnitSet } from '../reservations/relations.ts'
import { faultsOfPriceLists } from '../tariffs/check-lists.ts'
import type { FamilyEntry, TownFile } from './model.ts'

/** What the town says of whom a rule is about. */
const faultsOfAudience = (at: string, audience: Audience, { categories }: Catalogue): Fault[] =>
  audience.kind === 'categories'
    ? audience.categories.flatMap((id, index) =>
        missing(`${at}/categories/${String(index)}`, id, categories),
      )
    : []

/**
 * The units that a unit brings and that need neither it nor one that it is linked with, but others:
 * what is booked together would hang on a unit that need not be there.
 */
export const faultsOfBringing = (at: string, unit: Unit, units: readonly Unit[]): Fault[] => {
  const bringers = [unit.id, ...unit.linkedWith]
  const hangsOnOthers = ({ requires }: Unit): boolean =>
    requires.length > 0 && !requires.some((needed) => bringers.includes(needed))
  return unit.brings
    .filter((id) => units.some((other) => other.id === id && hangsOnOthers(other)))
    .map((id) => ({ pointer: `${at}/brings`, detail: FAULTS.bringsDependent(id) }))
}

/**
 * The units whose booking hangs on itself, over those that bring it and those that it needs: whether
 * they are booked would depend on what was asked first.
 */
export const faultsOfCircles = (at: string, { units }: Pick<Activity, 'units'>): Fault[] => {
  const { sets, isPlain } = relationsOf(units)
  if (isPlain) return []
  const neededBy = ({ bundle, askedBy }: UnitSet): UnitSet[] => {
    const isThere = (id: UnitId): boolean => bundle.some((unit) => unit.id === id)
    const ids = bundle
      .flatMap(({ requires }) => (requires.some(isThere) ? [] : requires))
      .concat(askedBy)
    return sets.filter((set) => set.units.some(({ id }) => ids.includes(id)))
  }
  const hangsOnItself = (set: UnitSet): boolean => {
    const reached = new Set(neededBy(set).filter((each) => each !== set))
    // A set hands out what is added to it while it is walked through.
    for (const each of reached) for (const next of neededBy(each)) reached.add(next)
    return reached.has(set)
  }
  return sets.filter(hangsOnItself).flatMap((set) =>
    set.units.map((unit) => ({
      pointer: `${at}/units/${String(units.indexOf(unit))}`,
      detail: FAULTS.circle(unit.id),
    })),
  )
}

/** The relations of a unit to others of its activity: known, declared by both, and free of contradiction. */
const faultsOfRelations = (at: string, unit: Unit, { units, places }: Activity): Fault[] => {
  const declares = (other: Unit, relation: 'exclusiveWith' | 'linkedWith') =>
    other[relation].includes(unit.id)
  const mutual = (['exclusiveWith', 'linkedWith'] as const).flatMap((relation) =>
    unit[relation]
      .filter((id) => !units.some((other) => other.id === id && declares(other, relation)))
      .map((id) => unknownReference(`${at}/${relation}`, id)),
  )
  const known = (['requires', 'brings'] as const).flatMap((relation) =>
    unit[relation].flatMap((id) => missing(`${at}/${relation}`, id, units)),
  )
  const contradictory = (['linkedWith', 'requires', 'brings'] as const).flatMap((relation) =>
    unit[relation]
      .filter((id) => unit.exclusiveWith.includes(id))
      .map((id) => ({ pointer: `${at}/${relation}`, detail: FAULTS.excluded(id) })),
  )
  return [
    ...mutual,
    ...known,
    ...contradictory,
    ...faultsOfBringing(at, unit, units),
    ...(unit.lateUnitId === undefined ? [] : missing(`${at}/lateUnitId`, unit.lateUnitId, units)),
    ...unit.takes.flatMap((id) => missing(`${at}/takes`, id, places?.slots ?? [])),
  ]
}

/** The units of other activities that a unit excludes; those of its own are `exclusiveWith`. */
const faultsOfExclusions = (
  at: string,
  { excludes }: Unit,
  { id }: Activity,
  { activities }: Catalogue,
): Fault[] =>
  excludes.flatMap(({ activityId, unitId }, index) => {
    const pointer = `${at}/excludes/${String(index)}`
    const others = activities.filter((other) => other.id !== id)
    const units = others.find((other) => other.id === activityId)?.units
    if (units === undefined) return missing(`${pointer}/activityId`, activityId, others)
    return missing(`${pointer}/unitId`, unitId, units)
  })

const faultsOfPlaces = (
  at: string,
  { places, groups }: Activity,
  catalogue: Catalogue,
): Fault[] => {
  if (places === undefined) return []
  const { slots, capacities, priorities } = places
  return [
    ...doubles(`${at}/slots`, 'id', slots),
    ...capacities.flatMap(({ groupId, slotId }, index) => {
      const capacity = `${at}/capacities/${String(index)}`
      const isTwice = capacities
        .slice(0, index)
        .some((other) => other.groupId === groupId && other.slotId === slotId)
      return [
        ...missing(`${capacity}/groupId`, groupId, groups),
        ...missing(`${capacity}/slotId`, slotId, slots),
        ...(isTwice ? [{ pointer: `${capacity}/slotId`, detail: FAULTS.twice(slotId) }] : []),
      ]
    }),
    ...priorities.flatMap((audience, index) =>
      faultsOfAudience(`${at}/priorities/${String(index)}`, audience, catalogue),
    ),
  ]
}

const faultsOfBookingOpenings = (
  at: string,
  { bookingOpenings }: Activity,
  catalogue: Catalogue,
): Fault[] =>
  bookingOpenings.flatMap(({ from, until, opensAt }, index) => {
    const opening = `${at}/${String(index)}`
    return [
      ...(from <= until ? [] : [{ pointer: `${opening}/until`, detail: FAULTS.invalid }]),
      ...opensAt.flatMap(({ audience }, position) =>
        faultsOfAudience(`${opening}/opensAt/${String(position)}/audience`, audience, catalogue),
      ),
    ]
  })

const faultsOfEnrolment = (at: string, { enrolment, groups }: Activity): Fault[] => {
  if (enrolment === undefined) return []
  const { opensAt, until } = enrolment
  const closesFirst = opensAt !== undefined && until !== undefined && until < opensAt.slice(0, 10)
  return [
    ...doubles(`${at}/groups`, 'groupId', enrolment.groups),
    ...enrolment.groups.flatMap(({ groupId }, index) =>
      missing(`${at}/groups/${String(index)}/groupId`, groupId, groups),
    ),
    ...doubles(`${at}/documents`, 'id', enrolment.documents),
    ...(closesFirst ? [{ pointer: `${at}/until`, detail: FAULTS.invalid }] : []),
  ]
}

const faultsOfActivities = (catalogue: Catalogue): Fault[] =>
  catalogue.activities.flatMap((activity, index) => {
    const at = `/catalogue/activities/${String(index)}`
    return [
      ...doubles(`${at}/units`, 'id', activity.units),
      ...doubles(`${at}/groups`, 'id', activity.groups),
      ...(activity.regieId === undefined
        ? []
        : missing(`${at}/regieId`, activity.regieId, catalogue.town.regies)),
      ...activity.groups.flatMap(({ facilityId }, position) =>
        missing(`${at}/groups/${String(position)}/facilityId`, facilityId, catalogue.facilities),
      ),
      ...activity.units.flatMap((unit, position) => {
        const pointer = `${at}/units/${String(position)}`
        return [
          ...faultsOfRelations(pointer, unit, activity),
          ...faultsOfExclusions(pointer, unit, activity, catalogue),
        ]
      }),
      ...faultsOfCircles(at, activity),
      ...faultsOfPlaces(`${at}/places`, activity, catalogue),
      ...faultsOfEnrolment(`${at}/enrolment`, activity),
      ...faultsOfBookingOpenings(`${at}/bookingOpenings`, activity, catalogue),
    ]
  })

/** The régies and services of the town, each once, and the child care of its statements. */
const faultsOfTown = ({ town, activities }: Catalogue): Fault[] => [
  ...doubles('/catalogue/town/regies', 'id', town.regies),
  ...doubles('/catalogue/town/services', 'id', town.services),
  ...(town.childCare ?? []).flatMap(({ activityId }, index) =>
    missing(`/catalogue/town/childCare/${String(index)}/activityId`, activityId, activities),
  ),
]

const faultsOfDiets = ({ diets }: Catalogue): Fault[] =>
  diets.flatMap(({ id, name }, index) =>
    Object.entries({ id, name })
      .filter(([, text]) => tellsBelief(text))
      .map(([field]) => ({
        pointer: `/catalogue/diets/${String(index)}/${field}`,
        detail: FAULTS.belief,
      })),
  )

const faultsOfFamily = (catalogue: Catalogue, family: FamilyEntry, index: number): Fault[] => {
  const at = `/families/${String(index)}`
  const children = family.children.map(({ childId }) => ({ id: childId }))
  return [
    ...doubles(`${at}/guardians`, 'guardianId', family.guardians),
    ...doubles(`${at}/children`, 'childId', family.children),
    ...doubles(`${at}/enrolments`, 'enrolmentId', family.enrolments),
    ...doubles(`${at}/means`, 'from', family.means),
    ...family.children.flatMap(({ schoolId, category, diets = [] }, position) => [
      ...diets.flatMap((diet, place) =>
        missing(`${at}/children/${String(position)}/diets/${String(place)}`, diet, catalogue.diets),
      ),
      ...missing(`${at}/children/${String(position)}/schoolId`, schoolId, catalogue.facilities),
      ...missing(`${at}/children/${String(position)}/category`, category, catalogue.categories),
    ]),
    ...family.enrolments.flatMap(({ childId, activityId, groupId, from, until }, position) => {
      const enrolment = `${at}/enrolments/${String(position)}`
      const activity = catalogue.activities.find(({ id }) => id === activityId)
      return [
        ...missing(`${enrolment}/childId`, childId, children),
        ...missing(`${enrolment}/activityId`, activityId, catalogue.activities),
        ...missing(`${enrolment}/groupId`, groupId, activity?.groups ?? []),
        ...(from <= until ? [] : [{ pointer: `${enrolment}/until`, detail: FAULTS.invalid }]),
        // A register is of one school year: an enrolment over two would be missing from one of them.
        ...(from > until || schoolYearOf(from) === schoolYearOf(until)
          ? []
          : [{ pointer: `${enrolment}/until`, detail: FAULTS.oneSchoolYear }]),
      ]
    }),
  ]
}

/** That the two files of a child with two households name each other. */
const faultsOfOtherHouseholds = (families: readonly FamilyEntry[]): Fault[] =>
  families.flatMap(({ familyId, children }, index) =>
    children.flatMap(({ childId, otherHousehold }, position) => {
      const there = families
        .find((family) => family.familyId === otherHousehold?.familyId)
        ?.children.find((child) => child.childId === otherHousehold?.childId)?.otherHousehold
      return otherHousehold === undefined ||
        (there?.familyId === familyId && there.childId === childId)
        ? []
        : [
            unknownReference(
              `/families/${String(index)}/children/${String(position)}/otherHousehold`,
              `${otherHousehold.familyId} ${otherHousehold.childId}`,
            ),
          ]
    }),
  )

/**
 * Whom an account is for: a guardian has both ids, and they are those of a family of the file; staff of a
 * site are limited to facilities of the file.
 */
const faultsOfAccount = (
  { facilities: sites }: Catalogue,
  families: readonly FamilyEntry[],
  { roles, familyId, guardianId, facilities }: TownFile['accounts'][number],
  index: number,
): Fault[] => {
  const at = `/accounts/${String(index)}`
  const needed = roles.includes('guardian')
  const known = families.map((family) => ({ id: family.familyId }))
  const guardians = families
    .filter((family) => family.familyId === familyId)
    .flatMap((family) => family.guardians.map((guardian) => ({ id: guardian.guardianId })))
  const check = (pointer: string, id: string | undefined, among: readonly { id: string }[]) => {
    if (id !== undefined) return missing(pointer, id, among)
    return needed ? [{ pointer, detail: FAULTS.required }] : []
  }
  return [
    ...check(`${at}/familyId`, familyId, known),
    ...check(`${at}/guardianId`, guardianId, guardians),
    ...(facilities ?? []).flatMap((id, position) =>
      missing(`${at}/facilities/${String(position)}`, id, sites),
    ),
    ...(roles.includes('site-staff') && facilities === undefined
      ? [{ pointer: `${at}/facilities`, detail: FAULTS.required }]
      : []),
  ]
}

/**
 * What a town file refers to and does not hold: groups without their facility, activities without
 * their régie, child care that is no activity, prices of unknown units, children of unknown schools,
 * accounts of unknown guardians; exclusions and links that only one of two units declares, other
 * households that do not name each other; units that need what they exclude, bring what needs another,
 * or hang on themselves; and what it lists twice under one id.
 */
export const faultsOfTownFile = ({ catalogue, families, accounts }: TownFile): Fault[] => [
  ...doubles('/catalogue/categories', 'id', catalogue.categories),
  ...doubles('/catalogue/schoolYears', 'id', catalogue.schoolYears),
  ...doubles('/catalogue/facilities', 'id', catalogue.facilities),
  ...doubles('/catalogue/activities', 'id', catalogue.activities),
  ...doubles('/catalogue/diets', 'id', catalogue.diets),
  ...doubles('/catalogue/pages', 'id', catalogue.pages),
  ...faultsOfTown(catalogue),
  ...faultsOfDiets(catalogue),
  ...faultsOfActivities(catalogue),
  ...faultsOfPriceLists(catalogue),
  ...doubles('/families', 'familyId', families),
  ...families.flatMap((family, index) => faultsOfFamily(catalogue, family, index)),
  ...faultsOfOtherHouseholds(families),
  ...accounts.flatMap((account, index) => faultsOfAccount(catalogue, families, account, index)),
]
