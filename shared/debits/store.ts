import { StaleReadError } from '../kernel/errors.ts'
import { defineEntity, type Item } from '../platform/entity.ts'
import { nextVersion, type Write } from '../platform/expressions.ts'
import { familyPartition, SEQUENCES, type Key, type Segment } from '../platform/keys.ts'
import type { FamilyId, RegieId } from '../platform/schemas.ts'
import { counterValue, type Table } from '../platform/table.ts'
import { mandateSchema, rumSchema, type Mandate } from './model.ts'

/** The mandates by which a régie collects, over all families, by the day of the month. */
const mandatesPartition = (regieId: RegieId): readonly Segment[] => ['MANDATES', regieId]

/** Of the mandates of a family those that are active are in the index. */
export const mandateEntity = defineEntity({
  type: 'Mandate',
  schema: mandateSchema,
  key: ({
    familyId,
    regieId,
    ordinal,
  }: Pick<Mandate, 'familyId' | 'regieId' | 'ordinal'>): Key => ({
    partition: familyPartition(familyId),
    sort: ['MANDATE', regieId, ordinal],
  }),
  index: ({ state, regieId, day, familyId }) =>
    state === 'active'
      ? { partition: mandatesPartition(regieId), sort: [day, familyId] }
      : undefined,
})

const SERIES: Key = { partition: SEQUENCES, sort: ['MANDATE'] }

/** The last number of the series of mandates. */
export const lastMandateNumber = async (table: Table): Promise<number> =>
  counterValue(await table.get(SERIES))

/** The reference of a number of the series. */
export const rumOf = (regieId: RegieId, number: number): Mandate['rum'] =>
  rumSchema.parse(`${regieId}-M${String(number).padStart(9, '0')}`)

/** The mandates that a family has given to a régie, or to all, the oldest of each first. One Query. */
export const loadMandates = async (
  table: Table,
  familyId: FamilyId,
  regieId?: RegieId,
): Promise<Mandate[]> => {
  const items: Item[] = await table.query({
    partition: familyPartition(familyId),
    from: regieId === undefined ? ['MANDATE'] : ['MANDATE', regieId],
  })
  return mandateEntity.pick(items)
}

/** One mandate; nothing if there is none. */
export const findMandate = async (
  table: Table,
  address: Pick<Mandate, 'familyId' | 'regieId' | 'ordinal'>,
): Promise<Mandate | undefined> =>
  mandateEntity.found(await table.get(mandateEntity.keyOf(address)))

/**
 * The mandates of a régie that were active a moment ago, by the day of the month and the family.
 *
 * @param days the days of the month, both counted; all without.
 */
export const listMandates = async (
  table: Table,
  regieId: RegieId,
  days: { readonly from: number; readonly to: number } = { from: 1, to: 28 },
): Promise<Mandate[]> =>
  mandateEntity.pick(
    await table.query({
      partition: mandatesPartition(regieId),
      from: [days.from],
      to: [days.to],
      index: true,
    }),
  )

/** The writes of a new mandate under the next number of the town's series. */
export const newMandateWrites = (mandate: Mandate, number: number): Write[] => [
  { kind: 'move-counter', key: SERIES, from: number - 1, to: number },
  { kind: 'put', item: mandateEntity.toItem(mandate), when: { kind: 'absent' } },
]

/** The write of what has become of a mandate: refused when it has changed since it was read. */
export const mandateWrite = (mandate: Mandate): Write => nextVersion(mandateEntity, mandate)

/**
 * Writes all or nothing.
 *
 * @throws StaleReadError when something has changed since it was read.
 */
export const writeDebits = async (table: Table, writes: readonly Write[]): Promise<void> => {
  const outcome = await table.transact(writes)
  if (!outcome.done) throw new StaleReadError('debits')
}
