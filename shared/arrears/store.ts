import type { IsoDate } from '../kernel/dates.ts'
import { StaleReadError } from '../kernel/errors.ts'
import { defineEntity, type Item } from '../platform/entity.ts'
import { nextVersion, type Write } from '../platform/expressions.ts'
import { familyPartition, type Key, type Segment } from '../platform/keys.ts'
import type { FamilyId, RegieId } from '../platform/schemas.ts'
import { putNext, type Table } from '../platform/table.ts'
import {
  debtorSchema,
  debtSchema,
  planSchema,
  reminderSchema,
  transferSchema,
  type Debt,
  type Debtor,
  type Plan,
  type Reminder,
  type Transfer,
  type Owing,
} from './model.ts'

/** Debts lie in the family file: who reads the file to book for it reads them, too. */
export const debtEntity = defineEntity({
  type: 'Debt',
  schema: debtSchema,
  key: ({ familyId, regieId }: Pick<Debt, 'familyId' | 'regieId'>): Key => ({
    partition: familyPartition(familyId),
    sort: ['FILE', 'DEBT', regieId],
  }),
  // The debtors of a régie, the oldest debts first. Who owes nothing has no item.
  index: ({ regieId, oldestDueOn, familyId }) => ({
    partition: ['DEBTORS', regieId],
    sort: [oldestDueOn, familyId],
  }),
})

/** Plans lie beside the debts that they concern. */
export const planEntity = defineEntity({
  type: 'PaymentPlan',
  schema: planSchema,
  key: ({ familyId, number }: Pick<Plan, 'familyId' | 'number'>): Key => ({
    partition: familyPartition(familyId),
    sort: ['FILE', 'DEBT_PLAN', number],
  }),
  // By its last day: behind it a plan is done or broken, which is as if there were none.
  index: ({ regieId, familyId, number, instalments, ended }) =>
    ended === undefined
      ? {
          partition: ['PLANS', regieId],
          sort: [instalments.at(-1)?.on ?? '', familyId, number],
        }
      : undefined,
})

/**
 * By their number and not their day: of two runs of different days at once only one writes the next
 * one, and the other has to look again.
 */
export const reminderEntity = defineEntity({
  type: 'Reminder',
  schema: reminderSchema,
  key: ({ familyId, number }: Pick<Reminder, 'familyId' | 'number'>): Key => ({
    partition: familyPartition(familyId),
    sort: ['REMINDER', number],
  }),
})

export const transferEntity = defineEntity({
  type: 'Transfer',
  schema: transferSchema,
  key: ({ regieId, number }: Pick<Transfer, 'regieId' | 'number'>): Key => ({
    partition: ['REGIE', regieId],
    sort: ['TRANSFER', number],
  }),
})

/** A family is on a list once. */
export const debtorEntity = defineEntity({
  type: 'Debtor',
  schema: debtorSchema,
  key: ({
    familyId,
    regieId,
    transfer,
  }: Pick<Debtor, 'familyId' | 'regieId' | 'transfer'>): Key => ({
    partition: familyPartition(familyId),
    sort: ['TRANSFERRED', regieId, transfer],
  }),
  // All of a list, for its files.
  index: ({ regieId, transfer, familyId }) => ({
    partition: ['TRANSFER', regieId, transfer],
    sort: [familyId],
  }),
})

/** What a family owes, among the items of its file. */
export const owingAmong = (items: readonly Item[]): Owing => ({
  debts: debtEntity.pick(items),
  plans: planEntity.pick(items),
})

/** The debts and plans of a family, by one Query. */
export const loadOwing = async (table: Table, familyId: FamilyId): Promise<Owing> =>
  owingAmong(
    await table.query({
      partition: familyPartition(familyId),
      from: ['FILE', 'DEBT'],
      to: ['FILE', 'DEBT_PLAN'],
    }),
  )

/** The writes that make a stored debt another one, or take it away. */
export const debtWrite = (held: Debt | undefined, wanted: Omit<Debt, 'version'>): Write => ({
  kind: 'put',
  item: debtEntity.toItem({ ...wanted, version: (held?.version ?? 0) + 1 }),
  when: { kind: 'version', version: held?.version ?? 0 },
})

export const debtEnd = (held: Debt): Write => ({
  kind: 'delete',
  key: debtEntity.keyOf(held),
  when: { kind: 'version', version: held.version },
})

/**
 * Debts of a régie over the index, the oldest first; they may be a moment behind the ledgers.
 *
 * @param after the place of the last one that was read.
 * @param until the last due day that is asked for.
 */
export const listDebts = async (
  table: Table,
  regieId: RegieId,
  {
    after,
    until,
    limit,
  }: {
    after?: readonly [IsoDate, FamilyId] | undefined
    until?: IsoDate | undefined
    limit?: number | undefined
  } = {},
): Promise<Debt[]> => {
  const from: readonly Segment[] = after ?? []
  const debts = debtEntity.pick(
    await table.query({
      partition: ['DEBTORS', regieId],
      from,
      to: until === undefined ? [] : [until],
      index: true,
      ...(limit === undefined ? {} : { limit: limit + 1 }),
    }),
  )
  const rest = debts.filter(
    ({ oldestDueOn, familyId }) => oldestDueOn !== after?.[0] || familyId !== after[1],
  )
  return limit === undefined ? rest : rest.slice(0, limit)
}

/** The plans of a régie that are not over on a day, over the index. */
export const listPlans = async (table: Table, regieId: RegieId, today: IsoDate): Promise<Plan[]> =>
  planEntity.pick(
    await table.query({ partition: ['PLANS', regieId], from: [today], to: [], index: true }),
  )

/** The write of a plan that is as it was read, or new. */
export const planWrite = (plan: Plan): Write => nextVersion(planEntity, plan)

/** The reminders of a family, the oldest first, by one Query. */
export const listReminders = async (table: Table, familyId: FamilyId): Promise<Reminder[]> =>
  reminderEntity.pick(
    await table.query({ partition: familyPartition(familyId), from: ['REMINDER'] }),
  )

export const findReminder = async (
  table: Table,
  address: Pick<Reminder, 'familyId' | 'number'>,
): Promise<Reminder | undefined> =>
  reminderEntity.found(await table.get(reminderEntity.keyOf(address)))

/** The write of a reminder: refused when there is one of its number. */
export const reminderWrite = (reminder: Reminder): Write => ({
  kind: 'put',
  item: reminderEntity.toItem(reminder),
  when: { kind: 'absent' },
})

export const findTransfer = async (
  table: Table,
  address: Pick<Transfer, 'regieId' | 'number'>,
): Promise<Transfer | undefined> =>
  transferEntity.found(await table.get(transferEntity.keyOf(address)))

/** The lists of a régie, the newest first. */
export const listTransfers = async (
  table: Table,
  regieId: RegieId,
  limit: number,
): Promise<Transfer[]> =>
  transferEntity.pick(
    await table.query({
      partition: ['REGIE', regieId],
      from: ['TRANSFER'],
      newestFirst: true,
      limit,
    }),
  )

/**
 * Stores a list as it stands.
 *
 * @throws StaleReadError when somebody else has moved it.
 */
export const saveTransfer = async (table: Table, transfer: Transfer): Promise<void> => {
  if (!(await putNext(table, transferEntity, transfer))) throw new StaleReadError('transfer')
}

/** The debtors of a list over the index, by the numbers of their files. */
export const listDebtors = async (
  table: Table,
  { regieId, number }: Pick<Transfer, 'regieId' | 'number'>,
  { after, limit }: { after?: FamilyId | undefined; limit?: number } = {},
): Promise<Debtor[]> => {
  const debtors = debtorEntity.pick(
    await table.query({
      partition: ['TRANSFER', regieId, number],
      from: after === undefined ? [] : [after],
      to: [],
      index: true,
      ...(limit === undefined ? {} : { limit: limit + 1 }),
    }),
  )
  const rest = debtors.filter(({ familyId }) => familyId !== after)
  return limit === undefined ? rest : rest.slice(0, limit)
}

/** The write of a debtor of a list: refused when the family is on it already. */
export const debtorWrite = (debtor: Debtor): Write => ({
  kind: 'put',
  item: debtorEntity.toItem(debtor),
  when: { kind: 'absent' },
})

/**
 * Writes all or nothing.
 *
 * @throws StaleReadError when something has changed since it was read.
 */
export const writeArrears = async (table: Table, writes: readonly Write[]): Promise<void> => {
  const outcome = await table.transact(writes)
  if (!outcome.done) throw new StaleReadError('arrears')
}
