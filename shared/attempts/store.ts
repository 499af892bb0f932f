import { StaleReadError } from '../kernel/errors.ts'
import { defineEntity } from '../platform/entity.ts'
import { hashOf } from '../platform/hash.ts'
import type { Key } from '../platform/keys.ts'
import type { Table } from '../platform/table.ts'
import { attemptsSchema, type Attempted, type Attempts } from './model.ts'
import type { Counted } from './rules.ts'

const attemptsEntity = defineEntity({
  type: 'Attempts',
  schema: attemptsSchema,
  key: ({ attemptsId }: { attemptsId: string }): Key => ({
    partition: ['ATTEMPTS', attemptsId],
    sort: ['ATTEMPTS'],
  }),
})

const idOf = ({ proof, name }: Attempted): string => hashOf([proof, name.toLowerCase()])

/** The tries of a name, if there are any of late. One read. */
export const findAttempts = async (
  table: Table,
  attempted: Attempted,
): Promise<Attempts | undefined> =>
  attemptsEntity.found(await table.get(attemptsEntity.keyOf({ attemptsId: idOf(attempted) })))

/**
 * Keeps how the tries of a name stand, in place of the version that was read.
 *
 * @param seen that version, 0 where there was none.
 * @throws StaleReadError when another try was counted meanwhile.
 */
export const saveAttempts = async (
  table: Table,
  attempted: Attempted,
  counted: Counted,
  seen: number,
): Promise<Attempts> => {
  const attempts = { ...counted, attemptsId: idOf(attempted), version: seen + 1 }
  const item = attemptsEntity.toItem(attempts)
  if (!(await table.put(item, { kind: 'version', version: seen }))) {
    throw new StaleReadError('attempts')
  }
  return attempts
}

/** Keeps how the tries of a name stand, whatever they were. */
export const replaceAttempts = async (
  table: Table,
  attempted: Attempted,
  counted: Counted,
): Promise<void> => {
  const attempts = { ...counted, attemptsId: idOf(attempted), version: 1 }
  await table.put(attemptsEntity.toItem(attempts))
}

/** Forgets the tries of a name. */
export const forgetAttempts = (table: Table, attempted: Attempted): Promise<void> =>
  table.delete(attemptsEntity.keyOf({ attemptsId: idOf(attempted) }))
