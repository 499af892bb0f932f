import type { DynamoDBRecord } from 'aws-lambda'
import { followFile } from '../../shared/families/follow-file.ts'
import { streamHandler } from '../../shared/platform/stream.ts'
import type { Table } from '../../shared/platform/table.ts'
import { cessonTown } from './cesson.ts'

/** The function that follows family files, as the stream calls it: the use case, in the demo town. */
export const fileFollower = (table: Table, at?: Date) =>
  streamHandler((change) =>
    followFile({ table, town: cessonTown }, { ...change, at: at ?? change.at }),
  )

/** Delivers records to it; unless it takes all of them it throws, and they are delivered again. */
export const deliverFiles =
  (table: Table, at?: Date) =>
  async (Records: DynamoDBRecord[]): Promise<void> => {
    const { batchItemFailures } = await fileFollower(table, at)({ Records })
    if (batchItemFailures.length > 0) throw new Error('Some records were not taken')
  }
