import * as z from 'zod'
import { hashOf } from '../platform/hash.ts'
import { defineEntity } from '../platform/entity.ts'
import type { Key } from '../platform/keys.ts'
import type { Table } from '../platform/table.ts'
import {
  keptReportSchema,
  officialYearSchema,
  type KeptReport,
  type OfficialYear,
  type Zone,
} from './model.ts'

const PARTITION = 'SCHOOL_CALENDAR'

/** The official dates of a zone and school year with which the town was last compared. */
const officialEntity = defineEntity({
  type: 'OfficialSchoolYear',
  schema: z.object(officialYearSchema.shape),
  key: ({ zone, id }: Pick<OfficialYear, 'zone' | 'id'>): Key => ({
    partition: [PARTITION],
    sort: ['ZONE', zone, id],
  }),
})

/** What the last refresh has found. */
const reportEntity = defineEntity({
  type: 'SchoolCalendarReport',
  schema: keptReportSchema,
  key: (): Key => ({ partition: [PARTITION], sort: ['REPORT'] }),
})

/** What the last refresh has found; nothing before the first one. */
export const findReport = async (table: Table): Promise<KeptReport | undefined> =>
  reportEntity.found(await table.get(reportEntity.keyOf({})))

/** Keeps what a refresh has found, in the place of the one before. */
export const keepReport = async (table: Table, report: KeptReport): Promise<void> => {
  await table.put(reportEntity.toItem(report))
}

/** The official dates that were kept of a zone, by their school year: one Query. */
export const loadOfficial = async (
  table: Table,
  zone: Zone,
): Promise<ReadonlyMap<OfficialYear['id'], OfficialYear>> =>
  new Map(
    officialEntity
      .pick(await table.query({ partition: [PARTITION], from: ['ZONE', zone] }))
      .map((year) => [year.id, year]),
  )

/** Keeps the official dates of a year; writes nothing where they are kept already. */
export const keepOfficial = async (
  table: Table,
  kept: OfficialYear | undefined,
  year: OfficialYear,
): Promise<void> => {
  if (kept !== undefined && hashOf(kept) === hashOf(year)) return
  await table.put(officialEntity.toItem(year))
}
