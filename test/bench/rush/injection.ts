import {
  ProvisionedThroughputExceededException,
  ThrottlingException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb'
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { setTimeout as wait } from 'node:timers/promises'
import { operationOf, type AwsClient } from '../../support/aws-client.ts'
import { throttled, throughputExceeded, transactionCancelled } from '../../support/faults.ts'
import { writesOf } from './calls.ts'
