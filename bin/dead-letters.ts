import { parseArgs } from 'node:util'
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams'
import { SQSClient } from '@aws-sdk/client-sqs'
import { openAws } from '../lib/operate/aws.ts'
import {
  dropDeadLetter,
  listDeadLetters,
  redriveDeadLetters,
  showDeadLetters,
  type DeadLetterParts,
  type DeadLetters,
} from '../lib/operate/dead-letters.ts'
import { openFunctions } from '../lib/operate/functions.ts'
import { operateOn } from '../lib/operate/target.ts'

/** What was tried in vain and waits for a person: lists, shows, hands over again, drops. */
const USAGE = `Usage: npm run dead-letters                                what waits, of every function
       npm run dead-letters -- show FUNCTION                what it is
       npm run dead-letters -- redrive FUNCTION [--most N]  have it done, once its cause is mended
       npm run dead-letters -- drop FUNCTION MESSAGE        forget what was done otherwise
PORTAL_STAGE=production says where; without it the portal on this machine is meant.`

const print = async (parts: DeadLetterParts, queues: readonly DeadLetters[]): Promise<void> => {
  const waiting = queues.filter(({ messages }) => messages > 0)
  for (const queue of waiting) {
    const [oldest] = await showDeadLetters(parts, queue)
    const since = oldest === undefined ? '' : `, the oldest of ${oldest.sentAt.toISOString()}`
    console.info(`${queue.function}: ${String(queue.messages)}${since}`)
  }
  if (waiting.length === 0) console.info(`Nothing waits in ${String(queues.length)} queues.`)
}

const show = async (parts: DeadLetterParts, queue: DeadLetters): Promise<void> => {
  for (const { id, sentAt, kind, reason, about } of await showDeadLetters(parts, queue)) {
    console.info(`${id}  ${sentAt.toISOString()}  ${kind}  ${reason}`)
    for (const each of about) console.info(`    ${each}`)
  }
}

const redrive = async (
  parts: DeadLetterParts,
  queue: DeadLetters,
  most: number | undefined,
): Promise<void> => {
  const { done, left } = await redriveDeadLetters(parts, queue, most)
  console.info(`${queue.function}: ${String(done)} handed over, ${String(left.length)} left`)
  for (const reason of left) console.info(`    ${reason}`)
  if (left.length > 0) process.exitCode = 1
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { most: { type: 'string' } },
})
const [command = 'list', name, message = ''] = positionals
const most = values.most === undefined ? undefined : Number(values.most)
const known = ['list', 'show', 'redrive', 'drop'].includes(command)
if (!known || (command === 'list') !== (name === undefined) || Number.isNaN(most)) {
  console.error(USAGE)
  process.exit(2)
}
try {
  const { stage, variables } = operateOn()
  const parts = {
    sqs: new SQSClient({}),
    streams: new DynamoDBStreamsClient({}),
    functions: openFunctions(openAws(variables), stage),
    stage,
  }
  const queues = await listDeadLetters(parts)
  if (command === 'list') await print(parts, queues)
  const chosen = queues.filter(({ function: each }) => each === name)
  if (name !== undefined && chosen.length === 0) {
    console.error(`${name} has no dead-letter queue: ${queues.map((q) => q.function).join(', ')}`)
    process.exitCode = 1
  }
  for (const queue of chosen) {
    if (command === 'show') await show(parts, queue)
    if (command === 'redrive') await redrive(parts, queue, most)
    if (command === 'drop' && !(await dropDeadLetter(parts, queue, message))) {
      console.error(`${message} is not in the queue of ${name ?? ''}`)
      process.exitCode = 1
    }
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
