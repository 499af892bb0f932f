import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb'
import { TABLE_INDEX, TABLE_KEYS } from '../../shared/platform/keys.ts'

const keySchema = ({ partition, sort }: Record<'partition' | 'sort', string>) => [
  { AttributeName: partition, KeyType: 'HASH' as const },
  { AttributeName: sort, KeyType: 'RANGE' as const },
]

/** The one table as the stacks declare it, for engines that CloudFormation does not reach. */
export const TABLE_DEFINITION = {
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [
    TABLE_KEYS.partition,
    TABLE_KEYS.sort,
    TABLE_INDEX.partition,
    TABLE_INDEX.sort,
  ].map((name) => ({ AttributeName: name, AttributeType: 'S' as const })),
  KeySchema: keySchema(TABLE_KEYS),
  GlobalSecondaryIndexes: [
    {
      IndexName: TABLE_INDEX.name,
      KeySchema: keySchema(TABLE_INDEX),
      Projection: { ProjectionType: 'ALL' },
    },
  ],
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
} satisfies Omit<CreateTableCommandInput, 'TableName'>
