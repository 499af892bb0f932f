import { beforeAll, expect, it, vi } from 'vitest'
import { activitySchema } from '../../shared/catalogue/model.ts'
import { publishCatalogue } from '../../shared/catalogue/publish-catalogue.ts'
import { beginCount, findCount, type Crowd } from '../../shared/enrolments/capacity.ts'
import {
  activityIdSchema,
  groupIdSchema,
  schoolYearIdSchema,
} from '../../shared/platform/schemas.ts'
import { cesson, GUIDE_DAY, openCesson } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { rightsGranted, rightsUsed } from '../support/used-rights.ts'

const { table, tableName, endpoint } = await freshTable()

const PETITS: Crowd = {
  activityId: activityIdSchema.parse('MERCREDIS'),
  groupId: groupIdSchema.parse('PETITS'),
  schoolYear: schoolYearIdSchema.parse('2025-2026'),
}

beforeAll(async () => {
  await openCesson(table)
  const activities = cesson.catalogue.activities.map((activity) =>
    activity.id === PETITS.activityId
      ? activitySchema.parse({
          ...activity,
          enrolment: { decision: 'staff', groups: [{ groupId: PETITS.groupId, capacity: 100 }] },
        })
      : activity,
  )
  await publishCatalogue(table, { ...cesson.catalogue, activities }, GUIDE_DAY)
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', endpoint)
  vi.stubEnv('TABLE_NAME', tableName)
})

it('counts by its rights and no more, and says in its log what it has done', async () => {
  const info = vi.spyOn(console, 'info').mockReturnValue()
  const { taken } = await beginCount(table, PETITS, GUIDE_DAY)
  expect(taken).toBeGreaterThan(0)
  const { handler } = await import('../../functions/count-groups/index.ts')
  // All of them run out with the school year, on a night on which it is still that of the count.
  const used = await rightsUsed(() => handler({ scheduledTime: '2026-08-30T01:15:00Z' }))
  expect(used).toEqual(rightsGranted('count-groups'))
  expect(await findCount(table, PETITS)).toBe(0)
  expect(info.mock.calls.flat()).toContainEqual(
    expect.objectContaining({ message: 'groups counted', checked: 1, corrected: 1 }),
  )
})
