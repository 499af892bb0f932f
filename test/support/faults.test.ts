import { GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb'
import { SendEmailCommand, SESClient } from '@aws-sdk/client-ses'
import { expect, it, onTestFinished } from 'vitest'
import { TableBusyError } from '../../shared/kernel/errors.ts'
import { freshTable } from './engine.ts'
import {
  failNext,
  mailRejected,
  mailThrottled,
  throttled,
  throughputExceeded,
  transactionCancelled,
  transactionConflict,
  transactionInProgress,
} from './faults.ts'

const { documents, table, tableName } = await freshTable()

const write = (sk: string) =>
  new TransactWriteCommand({
    TransactItems: [{ Put: { TableName: tableName, Item: { pk: 'FAULT', sk } } }],
  })

it('makes a command fail once for each error and then lets it reach the engine', async () => {
  onTestFinished(
    failNext(documents, TransactWriteCommand, [transactionConflict(), throughputExceeded()]),
  )
  await expect(documents.send(write('1'))).rejects.toMatchObject({
    name: 'TransactionCanceledException',
    CancellationReasons: [{ Code: 'TransactionConflict' }],
  })
  await expect(documents.send(write('1'))).rejects.toMatchObject({
    name: 'ProvisionedThroughputExceededException',
  })
  await documents.send(write('1'))
  await expect(table.query({ partition: ['FAULT'] })).resolves.toHaveLength(1)
})

it('leaves other commands of the client alone', async () => {
  onTestFinished(failNext(documents, TransactWriteCommand, [throttled()]))
  const answer = await documents.send(
    new GetCommand({ TableName: tableName, Key: { pk: 'FAULT', sk: 'none' } }),
  )
  expect(answer.Item).toBeUndefined()
})

it('ends with the function that it returns', async () => {
  const end = failNext(documents, TransactWriteCommand, [throttled()])
  end()
  await expect(documents.send(write('2'))).resolves.toMatchObject({})
})

it.each([
  ['a conflict at a position', transactionConflict(3, 1), 'TransactionCanceledException'],
  [
    'a condition beside a conflict',
    transactionCancelled([{ Code: 'ConditionalCheckFailed' }, { Code: 'TransactionConflict' }]),
    'TransactionCanceledException',
  ],
  ['a transaction in progress', transactionInProgress(), 'TransactionInProgressException'],
  ['throttling', throttled(), 'ThrottlingException'],
  ['throughput', throughputExceeded(), 'ProvisionedThroughputExceededException'],
])('throws %s under the name that the SDK gives it', async (_, error, name) => {
  onTestFinished(failNext(documents, TransactWriteCommand, [error]))
  await expect(documents.send(write('3'))).rejects.toMatchObject({ name })
})

it.each([
  ['too many mails', mailThrottled(), 'Throttling'],
  ['a refused mail', mailRejected(), 'MessageRejected'],
])('throws %s for SES', async (_, error, name) => {
  const client = new SESClient({})
  onTestFinished(failNext(client, SendEmailCommand, [error]))
  const mail = new SendEmailCommand({
    Source: 'portail@ville.example',
    Destination: { ToAddresses: ['parent@example.org'] },
    Message: { Subject: { Data: 'Objet' }, Body: { Text: { Data: 'Texte' } } },
  })
  await expect(client.send(mail)).rejects.toMatchObject({ name })
})

it('shows the table a conflict as busy, to be tried again', async () => {
  onTestFinished(failNext(documents, TransactWriteCommand, [transactionConflict()]))
  await expect(
    table.transact([{ kind: 'put', item: { pk: 'FAULT', sk: '4' } }]),
  ).rejects.toBeInstanceOf(TableBusyError)
})
