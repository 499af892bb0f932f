import { beforeAll, expect } from 'vitest'
import type { IsoDate } from '../../shared/kernel/dates.ts'
import { PortalError, type ErrorCode } from '../../shared/kernel/errors.ts'
import { familyPartition } from '../../shared/platform/keys.ts'
import { activityIdSchema, childIdSchema, type FamilyId } from '../../shared/platform/schemas.ts'
import { readLine, yearsOf } from '../../shared/reservations/lines.ts'
import type { Planning, Submission, Wish } from '../../shared/reservations/model.ts'
import { planningEntity } from '../../shared/reservations/store.ts'
import { submitWishes, type SubmittedWishes } from '../../shared/reservations/submit-wishes.ts'
import { cesson, cessonTown, type DUPONT, GUIDE_MORNING, openCesson } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'

/** A table of the demo town, submissions to it, and what they leave behind. */

export const { table } = await freshTable()
export const deps = { table, town: cessonTown }

let keys = 0

/** Submits with a key of its own unless one is given. */
export const submit = (
  by: typeof DUPONT,
  wishes: readonly Wish[],
  about: Partial<Pick<SubmittedWishes, 'idempotencyKey' | 'now'>> = {},
): Promise<Submission> => {
  keys += 1
  return submitWishes(deps, {
    by,
    wishes,
    idempotencyKey: `key-${keys}`,
    now: GUIDE_MORNING,
    ...about,
  })
}

export const itemsOf = (familyId: FamilyId) => table.query({ partition: familyPartition(familyId) })

export const planningsOf = async (familyId: FamilyId): Promise<Planning[]> =>
  planningEntity.pick(await itemsOf(familyId))

/** The letters of a unit, `REPAS` of `lucas` in `RESTAURATION`, from a day to a day. */
export const lettersOf = async (
  familyId: FamilyId,
  [childId = '', activityId = '', unitId = '']: readonly string[],
  from: IsoDate,
  to: IsoDate = from,
): Promise<string> => {
  const owner = {
    childId: childIdSchema.parse(childId),
    activityId: activityIdSchema.parse(activityId),
  }
  const unit = cesson.catalogue.activities
    .flatMap(({ units }) => units)
    .find(({ id }) => id === unitId)
  if (unit === undefined) throw new Error('No such unit')
  return readLine(yearsOf(await planningsOf(familyId), owner), unit.id, from, to)
}

export const MEALS = ['lucas', 'RESTAURATION', 'REPAS'] as const

export const refusalOf = async (call: Promise<unknown>): Promise<PortalError> => {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof PortalError) return error
  throw new Error('Not refused by the portal', { cause: error })
}

/** Asserts that a submission is refused with a code, and that it leaves nothing behind. */
export const expectRefusal = async (
  by: typeof DUPONT,
  wishes: readonly Wish[],
  code: ErrorCode,
  about: Partial<Pick<SubmittedWishes, 'idempotencyKey' | 'now'>> = {},
): Promise<PortalError> => {
  const before = await itemsOf(by.familyId)
  const error = await refusalOf(submit(by, wishes, about))
  expect(error.code).toBe(code)
  expect(await itemsOf(by.familyId)).toEqual(before)
  return error
}

beforeAll(async () => {
  await openCesson(table)
})
