import { DeleteTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, GetCommand, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb'
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { startEngine } from '../../lib/local/engine.ts'
import { ROUTES } from '../../shared/api/routes.ts'
import { onlineRegies } from '../../shared/catalogue/online-regies.ts'
import { addressIdOf } from '../../shared/mail-health/rules.ts'
import { findAddress, mailAddressEntity } from '../../shared/mail-health/store.ts'
import { environments } from '../../shared/platform/functions.ts'
import { openTable } from '../../shared/platform/table.ts'
import { sessionSchema } from '../../shared/sessions/routes.ts'
import {
  dropDeadLetter,
  listDeadLetters,
  redriveDeadLetters,
  showDeadLetters,
  type DeadLetters,
} from '../../lib/operate/dead-letters.ts'
import {
  copyTable,
  differences,
  restoreTable,
  shapeOf,
  summaryOf,
  summaryOfTable,
} from '../../lib/operate/backup.ts'
import { stageTable } from '../../lib/operate/stage-table.ts'
import { smokeFunctions } from '../../lib/operate/smoke.ts'
import { cesson } from '../support/cesson.ts'
import { bounceReport } from '../support/mail-reports.ts'
import { expectPrivateLogs } from '../support/log-privacy.ts'
import { operatedFolder, type OperatedPortal } from '../support/operated-portal.ts'

const PASSWORD = cesson.accounts[0]?.password ?? ''
const PATIENCE = 240_000

const { folder, start, stop } = await operatedFolder()
let operated: OperatedPortal

const mailboxSchema = z.object({ emails: z.array(z.object({ subject: z.string() })) })

const itemSchema = z.record(z.string(), z.unknown())

const allItems = async (): Promise<unknown[]> => {
  const { documents, tableName } = operated
  const items: Record<string, unknown>[] = []
  let from: Record<string, unknown> | undefined
  do {
    const page = await documents.send(
      new ScanCommand({
        TableName: tableName,
        ConsistentRead: true,
        ...(from === undefined ? {} : { ExclusiveStartKey: from }),
      }),
    )
    items.push(...(page.Items ?? []))
    from = page.LastEvaluatedKey
  } while (from !== undefined)
  return items
}

/** Spoils one attribute of an item as a hand in the console would, and returns what mends it. */
const spoil = async (
  pk: string,
  sk: string,
  attribute: string,
): Promise<{ readonly mend: () => Promise<void> }> => {
  const { documents, tableName: TableName } = operated
  const { Item: item } = await documents.send(new GetCommand({ TableName, Key: { pk, sk } }))
  const right = itemSchema.parse(item)
  await documents.send(new PutCommand({ TableName, Item: { ...right, [attribute]: 7 } }))
  return {
    mend: async () => {
      await documents.send(new PutCommand({ TableName, Item: right }))
    },
  }
}

const ask = async (path: string, token: string, body?: unknown): Promise<unknown> => {
  const response = await fetch(`${operated.portal.portalUrl}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Error(`${path}: ${String(response.status)} ${await response.text()}`)
  return response.json()
}

const signIn = async (login: string): Promise<string> =>
  sessionSchema.parse(await ask('/sessions', '', { login, password: PASSWORD })).idToken

const queueOf = async (name: string): Promise<DeadLetters> => {
  const found = (await listDeadLetters(operated.parts)).find((each) => each.function === name)
  if (found === undefined) throw new Error(`${name} has no dead-letter queue`)
  return found
}

beforeAll(async () => {
  operated = await start('2025-09-10T10:00')
  await operated.portal.settle(PATIENCE)
})

describe('the smoke event', () => {
  it('is answered by every function that is deployed, and writes nothing', async () => {
    const before = await allItems()
    const asked = await smokeFunctions(operated.parts.functions)
    expect(asked.filter(({ failure }) => failure !== undefined)).toEqual([])
    expect(asked).toHaveLength(Object.keys(environments).length)
    // Of what the API calls, that version which it calls.
    const live = asked.filter(({ function: name }) => name.endsWith(':live'))
    expect(live).toHaveLength(new Set(ROUTES.map((route) => route.function)).size)
    expect(await allItems()).toEqual(before)
  })

  it('cannot be sent through the API', async () => {
    const response = await fetch(`${operated.portal.portalUrl}/sessions?smoke=true`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', smoke: 'true' },
      body: '{"smoke":true}',
    })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ code: 'invalid-request' })
  })
})

it('the régies of a town that is loaded are known before the next deployment', async () => {
  const client = new DynamoDBClient({
    endpoint: operated.portal.variables['AWS_ENDPOINT_URL_DYNAMODB'] ?? '',
    ...{ region: 'eu-west-3', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } },
  })
  const tableName = await stageTable(client, 'demo')
  const regies = await onlineRegies(openTable(DynamoDBDocumentClient.from(client), tableName ?? ''))
  expect(regies?.map(({ id }) => id)).toEqual(cesson.catalogue.town.regies.map(({ id }) => id))
  expect(regies).toContainEqual({ id: 'ENF', takesOnline: true, mode: 'test' })
})

describe('work that failed', () => {
  it('of a queue and of the stream lies apart, and is done once its cause is mended', async () => {
    const agent = await signIn('agent@cesson.example')
    expect((await listDeadLetters(operated.parts)).map(({ messages }) => messages)).toContain(0)
    // A child whose item cannot be read: neither the trail nor the closing of a day gets on.
    const { mend } = await spoil('FAMILY#1001', 'FILE#CHILD#leo', 'birthDate')
    const closing = { date: '2025-09-16', reason: 'Grève de Madame DUPONT' }
    await ask('/activities/RESTAURATION/closures', agent, closing)
    await operated.portal.settle(PATIENCE)

    // A closing is worked on twice.
    await vi.waitFor(
      async () => {
        expect(await queueOf('close-days')).toMatchObject({ messages: 2 })
      },
      { timeout: PATIENCE, interval: 200 },
    )
    const [jobs, records] = [await queueOf('close-days'), await queueOf('follow-files')]
    expect(records.messages).toBe(1)
    const [job] = await showDeadLetters(operated.parts, jobs)
    expect(job).toMatchObject({ kind: 'job', reason: 'MaxReceives' })
    expect(job?.about).toEqual(
      expect.arrayContaining(['activityId RESTAURATION', 'date 2025-09-16', 'familyIds 1001']),
    )
    expect(JSON.stringify(job)).not.toContain('DUPONT')
    const [record] = await showDeadLetters(operated.parts, records)
    expect(record).toMatchObject({
      ...{ kind: 'records', reason: 'RetryAttemptsExhausted' },
      about: ['MODIFY Child of FAMILY#1001'],
    })

    // As long as the cause is there, nothing is lost by trying.
    expect(await redriveDeadLetters(operated.parts, records)).toEqual({
      done: 0,
      left: ['the function failed again: see its log'],
    })
    expect(await showDeadLetters(operated.parts, records)).toHaveLength(1)

    await mend()
    await operated.portal.settle(PATIENCE)
    const trail = () => ask('/families/1001/trail?limit=50', agent).then(JSON.stringify)
    const before = await trail()
    expect(await redriveDeadLetters(operated.parts, jobs, 1)).toEqual({ done: 1, left: [] })
    expect(await redriveDeadLetters(operated.parts, jobs)).toEqual({ done: 1, left: [] })
    expect(await redriveDeadLetters(operated.parts, records)).toEqual({ done: 1, left: [] })
    await operated.portal.settle(PATIENCE)
    for (const name of ['close-days', 'follow-files']) {
      expect(await queueOf(name)).toMatchObject({ messages: 0 })
    }
    const closeDays = [...operated.logs()].find(([name]) => /closedays/i.test(name))?.[1]
    expect(closeDays).toContain('closed day released')
    // The one entry that the trail lacked, at the time of the change and not of the redrive.
    expect((await trail()).length).toBeGreaterThan(before.length)
  })

  it('says in its logs what failed and of which family, and nothing about anybody', () => {
    const failed = [...operated.logs().values()].join('')
    expect(failed).toContain('"message":"change not handled"')
    expect(failed).toMatch(/"sequenceNumber":"\d+","entity":"Child","familyId":"1001"/)
    expectPrivateLogs(operated.logs(), ['Grève'])
  })

  it('of the clock lies apart, and is done for its own time', async () => {
    const { mend } = await spoil('CATALOGUE', 'CURRENT', 'edition')
    // Functions that have run hold the catalogue for a while: this one has not.
    const fired = operated.portal.moveTo(operated.portal.now() + 13 * 3_600_000) ?? []
    const due = fired.filter(({ targetArn }) => /sweepplaces/i.test(targetArn)).length
    expect(due).toBeGreaterThan(1)
    // Each is tried again after pauses, over which nothing is at work.
    await vi.waitFor(
      async () => {
        expect(await queueOf('sweep-places')).toMatchObject({ messages: due })
      },
      { timeout: PATIENCE, interval: 200 },
    )
    const missed = await queueOf('sweep-places')
    const letters = await showDeadLetters(operated.parts, missed)
    expect(letters).toHaveLength(due)
    const [first] = letters
    expect(first).toMatchObject({ kind: 'event', reason: 'RetriesExhausted' })
    expect(first?.about[0]).toMatch(/^scheduledTime 2025-09-10T/)

    await mend()
    // One was done by hand meanwhile; nobody is rid of another by a wrong number.
    expect(await dropDeadLetter(operated.parts, missed, 'no-such-message')).toBe(false)
    expect(await dropDeadLetter(operated.parts, missed, first?.id ?? '')).toBe(true)
    const { done, left } = await redriveDeadLetters(operated.parts, missed)
    expect([done, left]).toEqual([letters.length - 1, []])
    await operated.portal.settle(PATIENCE)
    expect(await queueOf('sweep-places')).toMatchObject({ messages: 0 })
  })
})

describe('a report of a mail that did not arrive', () => {
  const EMAIL = 'nobody.any.more@famille.example'
  const report = (feedbackId: string): string =>
    JSON.stringify(
      bounceReport({
        ...{ email: EMAIL, feedbackId },
        tags: { family: ['1001'], mail: ['confirmation-1'] },
      }),
    )
  /** As SNS writes it into the queue of a subscription, when it could not call the function. */
  const undelivered = (feedbackId: string): string =>
    JSON.stringify({
      Type: 'Notification',
      MessageId: '4f1a2d80-0c3f-5a29-9f3b-43d3cdb9f0aa',
      TopicArn: 'arn:aws:sns:eu-west-3:123456789012:ribambelle-demo-families-MailReports',
      Subject: 'Amazon SES Email Event Notification',
      Message: report(feedbackId),
      Timestamp: '2025-09-10T08:00:05.123Z',
      SignatureVersion: '1',
      Signature: 'c2lnbmF0dXJl',
      SigningCertURL: 'https://sns.eu-west-3.amazonaws.com/SimpleNotificationService-0.pem',
      UnsubscribeURL: 'https://sns.eu-west-3.amazonaws.com/?Action=Unsubscribe',
    })
  const known = () => findAddress(openTable(operated.documents, operated.tableName), EMAIL)

  it('is heard after all, when SNS could not hand it over', async () => {
    const missed = await queueOf('hear-mails')
    await operated.parts.sqs.send(
      new SendMessageCommand({ QueueUrl: missed.url, MessageBody: undelivered('first') }),
    )
    const [letter, ...more] = await showDeadLetters(operated.parts, missed)
    expect(more).toEqual([])
    expect(letter).toMatchObject({
      ...{ kind: 'event', reason: 'NotDelivered' },
      about: ['Bounce of 2025-09-02T10:00:00.000Z family 1001 mail confirmation-1'],
    })
    expect(JSON.stringify(letter)).not.toContain(EMAIL)
    expect(await known()).toBeUndefined()
    expect(await redriveDeadLetters(operated.parts, missed)).toEqual({ done: 1, left: [] })
    await operated.portal.settle(PATIENCE)
    expect(await queueOf('hear-mails')).toMatchObject({ messages: 0 })
    expect(JSON.stringify(await known())).toContain('first')
  })

  it('is heard after all, when the function failed', async () => {
    const { partition, sort } = mailAddressEntity.keyOf({ addressId: addressIdOf(EMAIL) })
    const { mend } = await spoil(partition.join('#'), sort.join('#'), 'email')
    const name = (await operated.parts.functions.named('hear-mails')) ?? ''
    const Sns = { Type: 'Notification', Message: report('second') }
    await operated.parts.functions.send(name, { Records: [{ EventSource: 'aws:sns', Sns }] })
    // It is tried again after pauses, over which nothing is at work.
    await vi.waitFor(
      async () => {
        expect(await queueOf('hear-mails')).toMatchObject({ messages: 1 })
      },
      { timeout: PATIENCE, interval: 200 },
    )
    const missed = await queueOf('hear-mails')
    expect(await showDeadLetters(operated.parts, missed)).toMatchObject([
      {
        ...{ kind: 'event', reason: 'RetriesExhausted' },
        about: ['Bounce of 2025-09-02T10:00:00.000Z family 1001 mail confirmation-1'],
      },
    ])
    await mend()
    expect(await redriveDeadLetters(operated.parts, missed)).toEqual({ done: 1, left: [] })
    await operated.portal.settle(PATIENCE)
    expect(await queueOf('hear-mails')).toMatchObject({ messages: 0 })
    expect(JSON.stringify(await known())).toContain('second')
  })

  it('stays where the function is not deployed, and what is no report is not handed over', async () => {
    const missed = await queueOf('hear-mails')
    for (const MessageBody of [undelivered('third'), 'something else']) {
      await operated.parts.sqs.send(new SendMessageCommand({ QueueUrl: missed.url, MessageBody }))
    }
    const functions = { ...operated.parts.functions, named: () => Promise.resolve(undefined) }
    const { done, left } = await redriveDeadLetters({ ...operated.parts, functions }, missed)
    expect(done).toBe(0)
    expect(left.toSorted()).toEqual([
      'it does not say of which function it is: invoke that by hand',
      'there is no function hear-mails',
    ])
    for (const { id } of await showDeadLetters(operated.parts, missed)) {
      expect(await dropDeadLetter(operated.parts, missed, id)).toBe(true)
    }
  })
})

describe('a table that is lost', () => {
  const PAGES = ['/family', '/ledger', '/requests', '/planning?from=2025-09-01&to=2025-09-30']
  const subjects = async (): Promise<string[]> => {
    await operated.portal.settle(PATIENCE)
    const response = await fetch(`${operated.portal.mailboxUrl}/store`)
    return mailboxSchema.parse(await response.json()).emails.map(({ subject }) => subject)
  }
  const send = async (path: string, token: string, key: string, body: unknown): Promise<void> => {
    const response = await fetch(`${operated.portal.portalUrl}${path}`, {
      method: 'POST',
      headers: {
        ...{ authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        'idempotency-key': key,
      },
      body: JSON.stringify(body),
    })
    expect([response.status, await response.text()]).toEqual([201, expect.anything()])
  }
  const book = (token: string, key: string, weekday: number): Promise<void> => {
    const week = [{ weekday, units: ['REPAS'] }]
    const wish = { kind: 'recurrence', enrolmentId: 'leo-restauration-2025', weeks: [week] }
    return send('/submissions', token, key, { wishes: [wish] })
  }

  it('is restored with all that it held, and nothing that was done is done again', async () => {
    const parent = await signIn('madelainedupont@famille.example')
    await book(parent, 'before-the-loss', 1)
    const cheque = { regieId: 'ENF', amount: 1000, paidOn: '2025-09-10', means: 'cheque' }
    await send(
      '/families/1001/payments',
      await signIn('regisseur@cesson.example'),
      'a-cheque',
      cheque,
    )
    const sent = await subjects()
    expect(sent.length).toBeGreaterThan(0)
    const read = (token: string) => Promise.all(PAGES.map((page) => ask(page, token)))
    const before = await read(await signIn('madelainedupont@famille.example'))
    expect(JSON.stringify(before[1])).toContain('"kind":"payment"')
    await stop()

    const engine = await startEngine(folder)
    const client = new DynamoDBClient({
      ...{ endpoint: engine.url, region: 'eu-west-3' },
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    })
    const { tableName: TableName } = operated
    const shape = await shapeOf(client, TableName, TableName)
    const backup = await copyTable(client, TableName)
    await client.send(new DeleteTableCommand({ TableName }))
    expect((await client.send(new ListTablesCommand({}))).TableNames).toEqual([])

    await restoreTable(client, shape, backup)
    const [held, restored] = [await summaryOf(backup), await summaryOfTable(client, TableName)]
    expect([...held.keys()]).toEqual(expect.arrayContaining(['Family', 'Payment', 'Submission']))
    expect(differences(held, restored)).toEqual([])
    await engine.stop()

    operated = await start()
    const again = await signIn('madelainedupont@famille.example')
    expect(await read(again)).toEqual(before)
    // The mailbox of this process has what was sent before, and nothing of it twice.
    expect(await subjects()).toEqual(sent)
    // Who follows the table goes on with what is new in it.
    await book(again, 'after-the-loss', 2)
    expect(await subjects()).toHaveLength(sent.length + 1)
  })

  it('is compared kind by kind with another', async () => {
    const item = (n: string, more = {}) => ({ pk: { S: n }, entity: { S: 'Thing' }, ...more })
    const [a, b] = [item('a', { set: { B: new Uint8Array([1]) } }), item('b')]
    const one = await summaryOf([a, b])
    expect(differences(one, await summaryOf([b, { ...a }]))).toEqual([])
    expect(differences(one, await summaryOf([a]))).toEqual(['Thing: 2 and 1'])
    expect(differences(one, await summaryOf([a, item('c')]))).toEqual([
      'Thing: 2 each, not the same',
    ])
    expect(differences(one, await summaryOf([a, b, { pk: { S: 'd' } }]))).toEqual([
      'counters: 0 and 1',
    ])
  })
})
