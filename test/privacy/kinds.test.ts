import { expect, it } from 'vitest'
import { childEntity, enrolmentEntity, meansEntity } from '../../shared/families/store.ts'
import { healthConsentEntity } from '../../shared/health/store.ts'
import type { IsoDate } from '../../shared/kernel/dates.ts'
import type { Item } from '../../shared/platform/entity.ts'
import { kindOf } from '../../shared/privacy/kinds.ts'
import { planningEntity } from '../../shared/reservations/store.ts'
import { childIdSchema, familyIdSchema, schoolYearIdSchema } from '../../shared/platform/schemas.ts'
import { cesson, DUPONT } from '../support/cesson.ts'

const { familyId } = DUPONT
const family = cesson.families.find((each) => each.familyId === familyId)
const [child] = family?.children ?? []
const [enrolment] = family?.enrolments ?? []
if (child === undefined || enrolment === undefined) throw new Error('The family has children')
const { childId } = child

const enrolled = (until: IsoDate): Item =>
  enrolmentEntity.toItem({ ...enrolment, familyId, childId, until })
const childItem = childEntity.toItem({ ...child, familyId })

/** From which day the period of an item counts, among others of its family. */
const since = (item: Item, among: readonly Item[] = []): IsoDate | undefined =>
  kindOf(item['entity'])?.since?.(item, [item, ...among])

it('counts the period of an enrolment, and of a planning, from its last day', () => {
  expect(since(enrolled('2026-03-31'))).toBe('2026-03-31')
  const planning = { familyId, schoolYear: schoolYearIdSchema.parse('2025-2026'), childId }
  const { activityId } = enrolment
  const item = planningEntity.toItem({ ...planning, activityId, version: 1, units: {} })
  expect(since(item)).toBe('2026-08-31')
})

it('counts the period of means from the day on which others count', () => {
  const meansFrom = (from: IsoDate): Item =>
    meansEntity.toItem({
      ...{ familyId, from, quotient: '500', source: 'declared' },
      notedAt: '2024-01-01T00:00:00.000Z',
    })
  const [first, second, third] = [
    meansFrom('2024-01-01'),
    meansFrom('2025-01-01'),
    meansFrom('2026-01-01'),
  ]
  expect(since(first, [third, second])).toBe('2025-01-01')
  expect(since(second, [third, first])).toBe('2026-01-01')
  expect(since(third, [first, second])).toBeUndefined()
})

it('counts that of health from the end of the school year in which a child was cared for last', () => {
  const consent = healthConsentEntity.toItem({
    ...{ familyId, childId, by: DUPONT, at: '2024-10-01T08:00:00.000Z' },
    ...{ textVersion: '1', version: 1 },
  })
  expect(since(consent, [childItem])).toBe('2025-08-31')
  expect(since(consent, [childItem, enrolled('2025-12-31')])).toBe('2026-08-31')
  const other = { familyId: familyIdSchema.parse('9002'), childId: childIdSchema.parse('x') }
  const shared = childEntity.toItem({ ...child, familyId, otherHousehold: other })
  expect(since(consent, [shared, enrolled('2025-12-31')])).toBeUndefined()
})
