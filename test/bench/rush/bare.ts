import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { createTable, deleteTable, openClient, type Place } from './table.ts'

/**
 * How many conditional updates of one item the engine answers a second, to so many clients at once:
 * what bookings are compared with.
 */
export const bareUpdatesPerSecond = async (
  place: Place,
  clients: number,
  milliseconds: number,
): Promise<number> => {
  await createTable(place)
  const documents = openClient(place.endpoint)
  const update = new UpdateCommand({
    TableName: place.tableName,
    Key: { pk: 'BARE', sk: 'COUNTER' },
    UpdateExpression: 'SET #left = if_not_exists(#left, :start) - :one',
    ConditionExpression: 'attribute_not_exists(#left) OR #left >= :one',
    ExpressionAttributeNames: { '#left': 'left' },
    ExpressionAttributeValues: { ':start': 1_000_000_000, ':one': 1 },
  })
  let updates = 0
  const start = performance.now()
  const client = async (): Promise<void> => {
    while (performance.now() - start < milliseconds) {
      await documents.send(update)
      updates += 1
    }
  }
  await Promise.all(Array.from({ length: clients }, client))
  const seconds = (performance.now() - start) / 1000
  documents.destroy()
  await deleteTable(place)
  return Math.round(updates / seconds)
}
