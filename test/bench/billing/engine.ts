import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import * as z from 'zod'
import { startEngine } from '../../../lib/local/engine.ts'
import { billFamilies } from '../../../shared/billing/bill-families.ts'
import { issueDocuments } from '../../../shared/billing/issue-documents.ts'
import type { BillingJob } from '../../../shared/billing/model.ts'
import { openRun, type Opening } from '../../../shared/billing/open-run.ts'
import {
  childEntity,
  enrolmentEntity,
  familyEntity,
  guardianEntity,
  meansEntity,
} from '../../../shared/families/store.ts'
import type { Item } from '../../../shared/platform/entity.ts'
import { TABLE_KEYS } from '../../../shared/platform/keys.ts'
import { regieIdSchema, type FamilyId } from '../../../shared/platform/schemas.ts'
import { openTable, type Table } from '../../../shared/platform/table.ts'
import { planningEntity } from '../../../shared/reservations/store.ts'
import { operationOf } from '../../support/aws-client.ts'
import { createTable, openClient, storeAll } from '../rush/table.ts'
import { benchFamily } from './families.ts'
import { benchTown, MONTH } from './town.ts'

/** What a stretch of work has read and written, in units of table and index. */
interface Spent {
  /** Of families: what is read of their files. */
  fileUnits: number
  /** Of families: their documents. */
  documentUnits: number
  /** Of the run: its drafts, numbers and pages. */
  readUnits: number
  writeUnits: number
  /** Calls that write. */
  writes: number
}

const consumedSchema = z.object({
  Table: z.object({ CapacityUnits: z.number().default(0) }).optional(),
  GlobalSecondaryIndexes: z
    .record(z.string(), z.object({ CapacityUnits: z.number().default(0) }))
    .default({}),
})
const answerSchema = z.object({
  ConsumedCapacity: z
    .union([z.array(consumedSchema), consumedSchema.transform((one) => [one])])
    .default([]),
})

const READS = new Set(['GetItem', 'BatchGetItem', 'Query', 'Scan', 'TransactGetItems'])

const nothingSpent = (): Spent => ({
  ...{ fileUnits: 0, documentUnits: 0, readUnits: 0, writeUnits: 0, writes: 0 },
})

const familySchema = z.string().startsWith('FAMILY#')
/** A call that puts one item of a family, or asks for what a family holds. */
const familyCallSchema = z.union([
  z.object({ Item: z.object({ [TABLE_KEYS.partition]: familySchema }) }),
  z.object({
    ExpressionAttributeValues: z
      .record(z.string(), z.unknown())
      .refine((values) =>
        Object.values(values).some((each) => familySchema.safeParse(each).success),
      ),
  }),
])

const isOfFamily = (input: unknown): boolean => familyCallSchema.safeParse(input).success

/** Adds up what calls of a client spend; the meter begins anew whenever it is read. */
const meterOn = ({ middlewareStack }: DynamoDBDocumentClient): (() => Spent) => {
  let spent: Spent = nothingSpent()
  middlewareStack.add(
    (next, context) => async (call) => {
      const isRead = READS.has(operationOf(context))
      const input = { ...call.input, ReturnConsumedCapacity: 'INDEXES' }
      const answer = await next({ ...call, input })
      const units = answerSchema
        .parse(answer.output)
        .ConsumedCapacity.flatMap(({ Table: table, GlobalSecondaryIndexes: indexes }) => [
          table?.CapacityUnits ?? 0,
          ...Object.values(indexes).map(({ CapacityUnits }) => CapacityUnits),
        ])
        .reduce((sum, each) => sum + each, 0)
      const ofFamily = isOfFamily(call.input)
      if (isRead) spent[ofFamily ? 'fileUnits' : 'readUnits'] += units
      else {
        spent[ofFamily ? 'documentUnits' : 'writeUnits'] += units
        spent.writes += 1
      }
      return answer
    },
    { step: 'initialize', name: 'bench-meter' },
  )
  return () => {
    const read = spent
    spent = nothingSpent()
    return read
  }
}

const itemsOf = (number: number): Item[] => {
  const { file, plannings } = benchFamily(number)
  return [
    familyEntity.toItem(file.family),
    ...file.guardians.map((each) => guardianEntity.toItem(each)),
    ...file.children.map((each) => childEntity.toItem(each)),
    ...file.enrolments.map((each) => enrolmentEntity.toItem(each)),
    ...file.means.map((each) => meansEntity.toItem(each)),
    ...plannings.map((each) => planningEntity.toItem(each)),
  ]
}

/** Works off the jobs of a run as the queue hands them out, mails apart: those are no bills. */
const workOff = async (table: Table, jobs: BillingJob[]): Promise<BillingJob[]> => {
  const done: BillingJob[] = []
  const send = (more: readonly BillingJob[]): Promise<void> => {
    jobs.push(...more)
    return Promise.resolve()
  }
  for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
    done.push(job)
    if (job.step === 'compute') await billFamilies({ table, town: benchTown, send }, job)
    if (job.step === 'issue') await issueDocuments({ table, send }, job)
  }
  return done
}

/** The figures of a run with the engine. */
export interface EngineFigures {
  readonly families: number
  /** Of this process and the engine on one machine. */
  readonly familiesPerSecond: number
  /** Of the file of a family, and of its document. */
  readonly readUnitsPerFamily: number
  readonly writeUnitsPerFamily: number
  /** Beside these, of the drafts, numbers and pages of the run. */
  readonly runReadUnitsPerFamily: number
  readonly runWriteUnitsPerFamily: number
  /** Calls that write when the same month is run again. */
  readonly rerunWrites: number
  /** Calls that write when the queue delivers every job of the run once more. */
  readonly redeliveryWrites: number
}

const per = (units: number, families: number): number => Number((units / families).toFixed(3))

const runOn = async (endpoint: string, families: number): Promise<EngineFigures> => {
  const place = { endpoint, tableName: 'billing' }
  await createTable(place)
  for (let number = 0; number < families; number += 1) await storeAll(place, itemsOf(number))
  const documents = openClient(endpoint)
  const read = meterOn(documents)
  const table = openTable(documents, place.tableName)
  const jobs: BillingJob[] = []
  const send = (more: readonly BillingJob[]): Promise<void> => {
    jobs.push(...more)
    return Promise.resolve()
  }
  const opening: Opening = {
    month: MONTH,
    regieId: regieIdSchema.parse('ENF'),
    at: new Date('2026-04-01T04:00:00Z'),
    excluded: [],
    families: Array.from(
      { length: families },
      (_, number): FamilyId => benchFamily(number).file.family.familyId,
    ),
  }
  const started = performance.now()
  await openRun({ table, send }, opening)
  const done = await workOff(table, jobs)
  const seconds = (performance.now() - started) / 1000
  const { fileUnits, documentUnits, readUnits, writeUnits } = read()
  await openRun({ table, send }, { ...opening, at: new Date('2026-04-02T04:00:00Z') })
  await workOff(table, jobs)
  const { writes: rerunWrites } = read()
  await workOff(table, done)
  const { writes: redeliveryWrites } = read()
  documents.destroy()
  return {
    families,
    familiesPerSecond: Math.round(families / seconds),
    readUnitsPerFamily: per(fileUnits, families),
    writeUnitsPerFamily: per(documentUnits, families),
    runReadUnitsPerFamily: per(readUnits, families),
    runWriteUnitsPerFamily: per(writeUnits, families),
    rerunWrites,
    redeliveryWrites,
  }
}

/** Runs the month for families in an engine of its own, then once more. */
export const engineFigures = async (families: number, given?: string): Promise<EngineFigures> => {
  const folder = mkdtempSync(join(tmpdir(), 'billing-'))
  mkdirSync(join(folder, 'logs'))
  const engine = await startEngine(folder, given)
  try {
    return await runOn(engine.url, families)
  } finally {
    await engine.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
