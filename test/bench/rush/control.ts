import { TransactionCanceledException } from '@aws-sdk/client-dynamodb'
import {
  GetCommand,
  PutCommand,
  TransactWriteCommand,
  type DynamoDBDocumentClient,
} from '@aws-sdk/lib-dynamodb'
import { actingGuardian } from '../../../shared/families/read-file.ts'
import { StaleReadError, TableBusyError } from '../../../shared/kernel/errors.ts'
import { rosterIn } from '../../../shared/places/image.ts'
import type { Roster, RosterAddress } from '../../../shared/places/model.ts'
import { transactItem, type Write } from '../../../shared/platform/expressions.ts'
import { keyAttributes } from '../../../shared/platform/entity.ts'
import { ENTITY_ATTRIBUTE, type Key } from '../../../shared/platform/keys.ts'
import { again } from '../../../shared/platform/retry.ts'
import { openTable } from '../../../shared/platform/table.ts'
import { claimsOf } from '../../../shared/reservations/claims.ts'
import { joinWaitingLists } from '../../../shared/reservations/join-waiting-lists.ts'
import { loadHousehold } from '../../../shared/reservations/load-household.ts'
import { draftRequests, numberRequests } from '../../../shared/reservations/make-request.ts'
import {
  lastYearOf,
  planHousehold,
  planningsToWrite,
  yearInForce,
} from '../../../shared/reservations/plan-household.ts'
import { takeRequestNumbers } from '../../../shared/requests/numbers.ts'
import { submissionWrites } from '../../../shared/reservations/store.ts'
import { answerOf, type Answer } from './crowd.ts'
import { sessionsOf, townOf, WANTED_SLOT, wishesOf, type Demand } from './town.ts'

const COUNTER_KEY: Key = { partition: ['COUNTER'], sort: ['SESSION'] }

/** What the counter says, as plans are made against it. */
const rosterWith = (session: RosterAddress, left: number): Roster => {
  const roster = rosterIn({
    [ENTITY_ATTRIBUTE]: 'Roster',
    ...session,
    [`l${WANTED_SLOT}`]: left,
  })
  if (roster === undefined) throw new Error('Rosters are stored in another way')
  return roster
}

/** Bookings that count places in an item of their transaction: what the portal does not do. */
export interface Control {
  /** Writes the counter of the one session. */
  readonly open: () => Promise<void>
  readonly book: (index: number) => Promise<Answer>
  /** How many places the counter has left. */
  readonly left: () => Promise<number>
}

/**
 * The same booking with the counter of the session inside its transaction, in the form that suits it
 * best: the counter goes down by a condition of its own, so that only the lock is in the way; one
 * number is taken for all attempts; whoever sees a full session joins the waiting list without the
 * counter. It reads, plans and retries as the portal does.
 */
export const controlOf = (
  documents: DynamoDBDocumentClient,
  tableName: string,
  demand: Demand,
): Control => {
  const table = openTable(documents, tableName)
  const town = townOf(demand)
  const [session] = sessionsOf(demand)
  if (session === undefined) throw new Error('A rush without a session')

  const left = async (): Promise<number> => {
    const { Item: counter } = await documents.send(
      new GetCommand({
        TableName: tableName,
        Key: keyAttributes(COUNTER_KEY),
        ConsistentRead: true,
      }),
    )
    return Number(counter?.['left'] ?? 0)
  }

  const save = async (writes: readonly Write[], takesPlace: boolean): Promise<void> => {
    const takePlace = {
      Update: {
        TableName: tableName,
        Key: keyAttributes(COUNTER_KEY),
        UpdateExpression: 'SET #left = #left - :one',
        ConditionExpression: '#left >= :one',
        ExpressionAttributeNames: { '#left': 'left' },
        ExpressionAttributeValues: { ':one': 1 },
      },
    }
    try {
      await documents.send(
        new TransactWriteCommand({
          TransactItems: [
            ...(takesPlace ? [takePlace] : []),
            ...writes.map((write) => transactItem(tableName, write)),
          ],
        }),
      )
    } catch (cause) {
      if (!(cause instanceof TransactionCanceledException)) throw cause
      const full = cause.CancellationReasons?.[0]?.Code === 'ConditionalCheckFailed'
      throw full ? new StaleReadError('counter') : new TableBusyError('transaction', { cause })
    }
  }

  const book = async (index: number): Promise<Answer> => {
    const { by, wishes, idempotencyKey, now } = wishesOf(index)
    const year = yearInForce(town, now)
    const number = await takeRequestNumbers(table, 1)
    return again(async () => {
      const household = await loadHousehold(table, by.familyId, lastYearOf(wishes, year))
      const rosters = [rosterWith(session, await left())]
      const planned = planHousehold(town, household, wishes, { year, now, rosters })
      const guardian = actingGuardian(household.file, by.guardianId)
      const submission = {
        familyId: by.familyId,
        familyName: household.file.family.name,
        number,
        submittedAt: now.toISOString(),
        by: { ...by, name: guardian.lastName, email: guardian.email },
        serviceEmails: [],
        requests: numberRequests(draftRequests(planned), number),
        version: 1,
      }
      const { plannings, more } = joinWaitingLists(
        town,
        { household, planned },
        submission,
        planningsToWrite(household, planned),
      )
      const receipt = {
        familyId: by.familyId,
        key: idempotencyKey,
        bodyHash: '',
        number,
        version: 1,
        state: 'done' as const,
        expiresAt: Math.floor(now.getTime() / 1000) + 86_400,
      }
      await save(
        submissionWrites({ receipt, submission, plannings, more }),
        claimsOf(household, planned).length > 0,
      )
      return answerOf(submission)
    })
  }

  return {
    open: async () => {
      await documents.send(
        new PutCommand({
          TableName: tableName,
          Item: { ...keyAttributes(COUNTER_KEY), left: demand.places },
        }),
      )
    },
    book,
    left,
  }
}
