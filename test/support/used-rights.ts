import { DynamoDBDocumentClient, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb'
import { vi } from 'vitest'
import type { FunctionName } from '../../shared/platform/functions.ts'
import { RIGHTS } from './rights.ts'

const ACTIONS: Readonly<Record<string, string>> = {
  GetCommand: 'GetItem',
  PutCommand: 'PutItem',
  UpdateCommand: 'UpdateItem',
  DeleteCommand: 'DeleteItem',
}

/** The rights that a call of the table asks for: a transaction those of each of its writes. */
const rightsOf = (command: unknown): string[] => {
  if (command instanceof QueryCommand) {
    const { IndexName: index } = command.input
    return [`dynamodb:Query Table${index === undefined ? '' : `/index/${index}`}`]
  }
  if (command instanceof TransactWriteCommand) {
    return (command.input.TransactItems ?? []).flatMap((item) =>
      Object.keys(item).map((kind) => `dynamodb:${kind}Item Table`),
    )
  }
  const name = command instanceof Object ? command.constructor.name : ''
  return [`dynamodb:${ACTIONS[name] ?? name} Table`]
}

const calls = vi.spyOn(DynamoDBDocumentClient.prototype, 'send')

/** The rights on the table that functions used while they worked. */
export const rightsUsed = async (work: () => Promise<unknown>): Promise<string[]> => {
  calls.mockClear()
  await work()
  return [...new Set(calls.mock.calls.flatMap(([command]) => rightsOf(command)))].toSorted()
}

/** The rights on the table that a function is given. */
export const rightsGranted = (name: FunctionName): string[] =>
  RIGHTS[name].filter((right) => /^dynamodb:(?!.*Stream)/.test(right)).toSorted()
