import { SEQUENCES } from '../platform/keys.ts'
import { requestNumberSchema, type RequestNumber } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'

/**
 * Takes a run of request numbers and returns the first. A crash leaves numbers unused: the series
 * of requests may have gaps, that of invoices may not.
 */
export const takeRequestNumbers = async (table: Table, count: number): Promise<RequestNumber> => {
  const last = await table.count({ partition: SEQUENCES, sort: ['REQUEST'] }, count)
  return requestNumberSchema.parse(last - count + 1)
}
