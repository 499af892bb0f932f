import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  ListTablesCommand,
  ResourceNotFoundException,
  ScanCommand,
} from '@aws-sdk/client-dynamodb'
import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { expect, it, onTestFinished } from 'vitest'
import { copyTable, drill, restoreTable, shapeOf } from '../../lib/operate/backup.ts'
import { operationOf } from '../support/aws-client.ts'
import { freshTable } from '../support/engine.ts'
import { failNext } from '../support/faults.ts'

const { tableName, endpoint, documents } = await freshTable()
const client = new DynamoDBClient({ endpoint })
const copy = `${tableName}-drill`

/** The tables of this test: an engine may be shared by others. */
const tables = async (): Promise<string[]> => {
  const { TableNames: names = [] } = await client.send(new ListTablesCommand({}))
  return names.filter((name) => name.startsWith(tableName))
}

// More than one batch holds.
for (let number = 0; number < 30; number += 1) {
  const Item = { pk: 'THINGS', sk: String(number), entity: 'Thing' }
  await documents.send(new PutCommand({ TableName: tableName, Item }))
}

it('finds that a copy holds the same, and leaves none', async () => {
  expect(await drill(client, tableName)).toEqual([])
  expect(await tables()).toEqual([tableName])
})

it.each([
  ['it cannot be made', CreateTableCommand],
  ['it is half filled', BatchWriteItemCommand],
  ['it cannot be read again', ScanCommand],
] as const)('leaves no copy when %s', async (_, command) => {
  const broken = new DynamoDBClient({ endpoint })
  let calls = 0
  broken.middlewareStack.add(
    (next, context) => async (call) => {
      if (`${operationOf(context)}Command` !== command.name) return next(call)
      calls += 1
      // The second batch, and the scan of the copy.
      if (command !== CreateTableCommand && calls < 2) return next(call)
      throw new Error('the connection broke')
    },
    { step: 'initialize' },
  )
  await expect(drill(broken, tableName)).rejects.toThrow('the connection broke')
  expect(await tables()).toEqual([tableName])
})

it('takes away the copy of a drill that was killed, and makes its own', async () => {
  const { create } = await shapeOf(client, tableName, copy)
  await restoreTable(client, { create, stream: undefined }, await copyTable(client, tableName))
  expect(await tables()).toContain(copy)
  expect(await drill(client, tableName)).toEqual([])
  expect(await tables()).toEqual([tableName])
})

it('says that its copy could not be deleted', async () => {
  const broken = new DynamoDBClient({ endpoint })
  // The first time it looks for what a drill before has left.
  const gone = new ResourceNotFoundException({ $metadata: {}, message: 'No such table' })
  onTestFinished(failNext(broken, DeleteTableCommand, [gone, new Error('not allowed')]))
  await expect(drill(broken, tableName)).rejects.toThrow('not allowed')
  expect(await tables()).toContain(copy)
  await client.send(new DeleteTableCommand({ TableName: copy }))
})
