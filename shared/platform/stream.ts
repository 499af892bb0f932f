import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import type {
  AttributeValue as ImageValue,
  DynamoDBBatchResponse,
  DynamoDBStreamEvent,
} from 'aws-lambda'
import type { Item } from './entity.ts'
import { ENTITY_ATTRIBUTE } from './keys.ts'
import { log } from './log.ts'
import { answeringSmoke, type Handler } from './smoke.ts'

/** A change of an item, as the stream tells it. */
export interface Change {
  /** The item as it was; nothing when it is new. */
  readonly before: Item | undefined
  /** The item as it is; nothing when it was deleted. */
  readonly after: Item | undefined
  /** When it was written. */
  readonly at: Date
}

const itemOf = (image: Record<string, ImageValue> | undefined): Item | undefined =>
  image === undefined
    ? undefined
    : // The same wire format under two type packages: one knows unions, the other optional fields.
      // eslint-disable-next-line @typescript-eslint/consistent-type-assertions
      unmarshall(image as Record<string, AttributeValue>)

/** What a change is of, even one that cannot be read: the kind of the item, and its family if it has one. */
const subjectOf = (
  image: Record<string, ImageValue> | undefined,
): { readonly entity: string | undefined; readonly familyId: string | undefined } => ({
  entity: image?.[ENTITY_ATTRIBUTE]?.S,
  familyId: image?.['familyId']?.S,
})

/**
 * The handler of a stream consumer: changes one after the other, in the order of the stream. At the
 * first failure it stops and reports it; Lambda then delivers again from there, and all that comes
 * after it, so handling a change twice must have one effect.
 */
export const streamHandler = (
  handle: (change: Change) => Promise<void>,
): Handler<DynamoDBStreamEvent, DynamoDBBatchResponse> =>
  answeringSmoke(async (event) => {
    for (const { eventID, dynamodb } of event.Records) {
      const sequenceNumber = dynamodb?.SequenceNumber ?? ''
      try {
        await handle({
          before: itemOf(dynamodb?.OldImage),
          after: itemOf(dynamodb?.NewImage),
          at: new Date((dynamodb?.ApproximateCreationDateTime ?? 0) * 1000),
        })
      } catch (error) {
        const subject = subjectOf(dynamodb?.NewImage ?? dynamodb?.OldImage)
        log.error('change not handled', error, { eventID, sequenceNumber, ...subject })
        return { batchItemFailures: [{ itemIdentifier: sequenceNumber }] }
      }
    }
    return { batchItemFailures: [] }
  })
