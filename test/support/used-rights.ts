import { DecryptCommand, GenerateDataKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { DynamoDBDocumentClient, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb'
import { vi } from 'vitest'
import type { FunctionName } from '../../shared/platform/functions.ts'
import { RIGHTS } from './rights.ts'
import { ACCOUNT_KEY, TOKEN_KEY } from './vault.ts'

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

/** Where a file lies: all of a folder. */
const folderOf = (key: string | undefined): string => `Documents/${key?.split('/')[0] ?? ''}/*`

const KEY_NAMES: Readonly<Record<string, string>> = {
  [TOKEN_KEY]: 'TokenKey',
  [ACCOUNT_KEY]: 'AccountKey',
}

const keyName = (id: string | undefined): string => KEY_NAMES[id ?? ''] ?? 'HealthKey'

/** The rights that a call of the key or of the bucket asks for. */
const rightsOfSecret = (command: unknown): string[] => {
  if (command instanceof GenerateDataKeyCommand) {
    return [`kms:GenerateDataKey ${keyName(command.input.KeyId)}`]
  }
  if (command instanceof DecryptCommand) return [`kms:Decrypt ${keyName(command.input.KeyId)}`]
  if (command instanceof GetObjectCommand) {
    // Without the second S3 does not tell that a file is missing.
    return [`s3:GetObject ${folderOf(command.input.Key)}`, 's3:ListBucket Documents']
  }
  if (command instanceof CopyObjectCommand) {
    const { CopySource: source, Key: target } = command.input
    const from = source?.slice(source.indexOf('/') + 1)
    return [`s3:GetObject ${folderOf(from)}`, `s3:PutObject ${folderOf(target)}`]
  }
  if (command instanceof DeleteObjectCommand) {
    return [`s3:DeleteObject ${folderOf(command.input.Key)}`]
  }
  throw new Error('A call whose rights nobody has told')
}

const calls = vi.spyOn(DynamoDBDocumentClient.prototype, 'send')
const secrets = [vi.spyOn(KMSClient.prototype, 'send'), vi.spyOn(S3Client.prototype, 'send')]

/** The rights on the table, the key and the bucket that functions used while they worked. */
export const rightsUsed = async (work: () => Promise<unknown>): Promise<string[]> => {
  for (const spy of [calls, ...secrets]) spy.mockClear()
  await work()
  const used = [
    ...calls.mock.calls.flatMap(([command]) => rightsOf(command)),
    ...secrets.flatMap((spy) => spy.mock.calls.flatMap(([command]) => rightsOfSecret(command))),
  ]
  return [...new Set(used)].toSorted()
}

/** The rights on the table, the key and the bucket that a function is given. */
export const rightsGranted = (name: FunctionName): string[] =>
  RIGHTS[name].filter((right) => /^(?:dynamodb:(?!.*Stream)|kms:|s3:)/.test(right)).toSorted()
