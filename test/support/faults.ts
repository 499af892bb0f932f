import {
  ProvisionedThroughputExceededException,
  ThrottlingException,
  TransactionCanceledException,
  TransactionConflictException,
  TransactionInProgressException,
  type CancellationReason,
} from '@aws-sdk/client-dynamodb'
import { MessageRejected, SESServiceException } from '@aws-sdk/client-ses'
import { mockClient } from 'aws-sdk-client-mock'

const metadata = { $metadata: { httpStatusCode: 400 } }

/** A transaction refused for the reasons given, by position of its writes. */
export const transactionCancelled = (
  reasons: readonly CancellationReason[],
): TransactionCanceledException =>
  new TransactionCanceledException({
    ...metadata,
    message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons.map(({ Code }) => Code).join(', ')}]`,
    CancellationReasons: [...reasons],
  })

/** Another writer holds the item of the write at `position`, of a transaction of `writes`. */
export const transactionConflict = (writes = 1, position = 0): TransactionCanceledException =>
  transactionCancelled(
    Array.from({ length: writes }, (_, index) =>
      index === position
        ? { Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' }
        : { Code: 'None' },
    ),
  )

/** A write by itself meets a transaction that is under way on its item. */
export const writeConflict = (): TransactionConflictException =>
  new TransactionConflictException({
    ...metadata,
    message: 'Transaction is ongoing for the item',
  })

/** The same transaction is still under way, sent by an attempt that was given up. */
export const transactionInProgress = (): TransactionInProgressException =>
  new TransactionInProgressException({
    ...metadata,
    Message: 'Transaction with the given request token is already in progress',
    message: 'Transaction with the given request token is already in progress',
  })

/** DynamoDB refuses a call because the account or the table is called too often. */
export const throttled = (): ThrottlingException =>
  new ThrottlingException({ ...metadata, message: 'Rate exceeded' })

/** DynamoDB refuses a call because one partition is called too often. */
export const throughputExceeded = (): ProvisionedThroughputExceededException =>
  new ProvisionedThroughputExceededException({
    ...metadata,
    message: 'The level of configured provisioned throughput for the table was exceeded',
  })

/** SES refuses a mail because more are sent a second than the account may. */
export const mailThrottled = (): SESServiceException =>
  new SESServiceException({
    ...metadata,
    name: 'Throttling',
    $fault: 'client',
    message: 'Maximum sending rate exceeded.',
  })

/** SES refuses this mail for good. */
export const mailRejected = (): MessageRejected =>
  new MessageRejected({ ...metadata, message: 'Email address is not verified.' })

/**
 * Makes the next calls of one command of a client fail with `errors`, one each; every other call
 * reaches the engine. For what a local engine cannot do: conflicts, throttling, refused mails. It
 * stands in for a call with all the attempts of the SDK: an error here is what is left after them.
 *
 * @returns how to end it; call it in `onTestFinished`.
 */
export const failNext = (
  client: Parameters<typeof mockClient>[0],
  command: abstract new (input: never) => object,
  errors: readonly Error[],
): (() => void) => {
  const mock = mockClient(client)
  const left = [...errors]
  mock.send.callsFake((sent) => {
    const error = sent instanceof command ? left.shift() : undefined
    return error === undefined ? mock.send.wrappedMethod.call(client, sent) : Promise.reject(error)
  })
  return () => mock.restore()
}
