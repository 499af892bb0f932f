import { defineEntity } from '../platform/entity.ts'
import { nextVersion, type Write } from '../platform/expressions.ts'
import type { Key, Segment } from '../platform/keys.ts'
import type { FamilyId, RegieId } from '../platform/schemas.ts'
import { putNext, type Table } from '../platform/table.ts'
import {
  debitFileSchema,
  debitRunSchema,
  debitSchema,
  type Debit,
  type DebitFile,
  type DebitRun,
} from './model.ts'

/** Which run: of a régie, for a day. */
export type RunAddress = Pick<DebitRun, 'regieId' | 'collectOn'>

/** A run, its debits and files: read where they are written, so that an export misses none. */
const runPartition = ({ regieId, collectOn }: RunAddress): readonly Segment[] => [
  'DEBIT_RUN',
  regieId,
  collectOn,
]

const runEntity = defineEntity({
  type: 'DebitRun',
  schema: debitRunSchema,
  key: (address: RunAddress): Key => ({ partition: runPartition(address), sort: ['RUN'] }),
  index: ({ regieId, collectOn }) => ({
    partition: ['DEBIT_RUNS', regieId],
    sort: [collectOn],
  }),
})

const debitEntity = defineEntity({
  type: 'Debit',
  schema: debitSchema,
  key: ({ familyId, ...address }: RunAddress & { readonly familyId: FamilyId }): Key => ({
    partition: runPartition(address),
    sort: ['DEBIT', familyId],
  }),
})

const fileEntity = defineEntity({
  type: 'DebitFile',
  schema: debitFileSchema,
  key: ({ file, ...address }: RunAddress & { readonly file: number }): Key => ({
    partition: runPartition(address),
    sort: ['FILE', file],
  }),
})

/** A run; nothing before it is opened. */
export const findRun = async (table: Table, address: RunAddress): Promise<DebitRun | undefined> =>
  runEntity.found(await table.get(runEntity.keyOf(address)))

/** The runs of a régie, the latest collection first. */
export const listRuns = async (
  table: Table,
  regieId: RegieId,
  limit: number,
): Promise<DebitRun[]> =>
  runEntity.pick(
    await table.query({
      partition: ['DEBIT_RUNS', regieId],
      index: true,
      newestFirst: true,
      limit,
    }),
  )

/** The write of a run, new or moved on: refused when it has moved since it was read. */
export const runWrite = (run: DebitRun): Write => nextVersion(runEntity, run)

/** Writes a run, new or moved on; false when it has moved since it was read. */
export const putRun = (table: Table, run: DebitRun): Promise<boolean> =>
  putNext(table, runEntity, run)

/** What a run collects of a family; nothing if it does not. */
export const findDebit = async (
  table: Table,
  address: RunAddress & { readonly familyId: FamilyId },
): Promise<Debit | undefined> => debitEntity.found(await table.get(debitEntity.keyOf(address)))

/** The debits of a run, by their number. */
export const listDebits = async (table: Table, address: RunAddress): Promise<Debit[]> =>
  debitEntity
    .pick(await table.query({ partition: runPartition(address), from: ['DEBIT'] }))
    .toSorted((a, b) => a.number - b.number)

/** The write of a debit, new or changed: refused when it has changed since it was read. */
export const debitWrite = (debit: Debit): Write => nextVersion(debitEntity, debit)

/** Writes a changed debit; false when it has changed since it was read. */
export const putDebit = (table: Table, debit: Debit): Promise<boolean> =>
  putNext(table, debitEntity, debit)

/** A file of a run; nothing before it is made, or once it is forgotten. */
export const findFile = async (
  table: Table,
  address: RunAddress & { readonly file: number },
): Promise<DebitFile | undefined> => fileEntity.found(await table.get(fileEntity.keyOf(address)))

/** Keeps a file; one that was kept first stays. */
export const putFile = async (table: Table, file: DebitFile): Promise<void> => {
  await table.put(fileEntity.toItem(file), { kind: 'absent' })
}
