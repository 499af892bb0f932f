import { createFamily } from '../../shared/families/create-family.ts'
import {
  activityIdSchema,
  childIdSchema,
  enrolmentIdSchema,
  familyIdSchema,
  groupIdSchema,
  type FamilyId,
} from '../../shared/platform/schemas.ts'
import type { Table } from '../../shared/platform/table.ts'
import { cesson, DUPONT } from './cesson.ts'

const MERCREDIS = activityIdSchema.parse('MERCREDIS')

/** The child, by the same name in both files. */
export const SHARED_CHILD = childIdSchema.parse('enfant')

let last = 9000

/** The two families of a child whose parents are separated: each has its own file and enrolment. */
export const separatedParents = async (
  table: Table,
): Promise<{ readonly mother: FamilyId; readonly father: FamilyId }> => {
  const ids = [last + 1, last + 2].map((id) => familyIdSchema.parse(String(id)))
  last += 2
  const model = cesson.families.find(({ familyId }) => familyId === DUPONT.familyId)
  const [child] = model?.children ?? []
  const [mother, father] = ids
  if (model === undefined || child === undefined || mother === undefined || father === undefined) {
    throw new Error('The demo town has no family')
  }
  for (const [familyId, other] of [
    [mother, father],
    [father, mother],
  ] as const) {
    await createFamily(table, {
      family: { familyId, name: model.name, address: model.address },
      guardians: model.guardians.map((guardian) => ({ ...guardian, familyId })),
      children: [
        {
          ...child,
          childId: SHARED_CHILD,
          familyId,
          otherHousehold: { familyId: other, childId: SHARED_CHILD },
        },
      ],
      enrolments: [
        {
          familyId,
          enrolmentId: enrolmentIdSchema.parse('mercredis'),
          childId: SHARED_CHILD,
          activityId: MERCREDIS,
          groupId: groupIdSchema.parse('PETITS'),
          from: '2025-09-01',
          until: '2026-07-03',
        },
      ],
      contacts: [],
      authorisations: [],
      means: [],
    })
  }
  return { mother, father }
}
