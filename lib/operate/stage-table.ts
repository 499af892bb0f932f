import { ListTablesCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { prefixOf } from './names.ts'

/** The name of a stage's table among all of the account, which are listed by the hundred; nothing before it is deployed. */
export const stageTable = async (
  client: DynamoDBClient,
  stage: string,
): Promise<string | undefined> => {
  let from: string | undefined
  do {
    const page = await client.send(new ListTablesCommand({ ExclusiveStartTableName: from }))
    const found = page.TableNames?.find((name) => name.startsWith(`${prefixOf(stage)}stateful`))
    if (found !== undefined) return found
    from = page.LastEvaluatedTableName
  } while (from !== undefined)
  return undefined
}
