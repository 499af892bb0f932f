import * as z from 'zod'
import { readFile } from '../families/read-file.ts'
import { defineEntity } from '../platform/entity.ts'
import { nextVersion, type Write } from '../platform/expressions.ts'
import { familyPartition, type Key } from '../platform/keys.ts'
import {
  childIdSchema,
  familyIdSchema,
  type ChildId,
  type FamilyId,
  type SchoolYearId,
} from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import type { Household } from './load-household.ts'
import type { Planning, Wish } from './model.ts'
import { planningsAmong } from './store.ts'

/** What both households of a child write when they book for it, so that one of two rivals starts anew. */
export const bondEntity = defineEntity({
  type: 'Bond',
  schema: z.object({
    familyId: familyIdSchema,
    childId: childIdSchema,
    version: z.int().positive(),
  }),
  key: ({ familyId, childId }: { familyId: FamilyId; childId: ChildId }): Key => ({
    partition: familyPartition(familyId),
    sort: ['BOND', childId],
  }),
})

type Bond = z.infer<typeof bondEntity.schema>

/** What is booked for children in their other household, and what must not change meanwhile. */
export interface Elsewhere {
  readonly elsewhere: readonly Planning[]
  readonly bonds: readonly Write[]
}

const nextBond = async (
  table: Table,
  address: Pick<Bond, 'familyId' | 'childId'>,
): Promise<Bond> => {
  const { familyId, childId } = address
  const item = await table.get(bondEntity.keyOf(address))
  const version = item === undefined ? 0 : bondEntity.fromItem(item).version
  return { familyId, childId, version: version + 1 }
}

const bondWrite = (bond: Bond): Write => nextVersion(bondEntity, bond)

/** Deletes the bond of a child, as far as it lies in the file of one of its households. */
export const eraseBond = (
  table: Table,
  { familyId, childId }: Pick<Bond, 'familyId' | 'childId'>,
): Promise<void> => table.delete(bondEntity.keyOf({ familyId, childId }))

/**
 * What the other households of the children that wishes are about have booked for them: nothing to
 * read for children of one household. The bond is read first: a booking that comes in between
 * changes it, and with it refuses what is decided here.
 */
export const loadElsewhere = async (
  table: Table,
  { file }: Household,
  wishes: readonly Wish[],
  to: SchoolYearId,
): Promise<Elsewhere> => {
  const named = new Set(
    wishes.map(
      (wish) =>
        file.enrolments.find(({ enrolmentId }) => enrolmentId === wish.enrolmentId)?.childId,
    ),
  )
  const found = await Promise.all(
    file.children.map(async ({ childId, otherHousehold }) => {
      if (otherHousehold === undefined || !named.has(childId)) return { plannings: [], bonds: [] }
      const own = { familyId: file.family.familyId, childId }
      const first = own.familyId < otherHousehold.familyId ? own : otherHousehold
      const bond = await nextBond(table, first)
      const { items } = await readFile(table, otherHousehold.familyId, ['FILE', 'PLANNING', to])
      const plannings = planningsAmong(items).filter(
        (planning) => planning.childId === otherHousehold.childId,
      )
      return { plannings, bonds: [bondWrite(bond)] }
    }),
  )
  return {
    elsewhere: found.flatMap(({ plannings }) => plannings),
    bonds: found.flatMap(({ bonds }) => bonds),
  }
}
