import { PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { SendEmailCommand } from '@aws-sdk/client-ses'
import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { CRASHES, crashEverywhere, InjectedCrash, type Crash, type Scenario } from './crash.ts'
import { freshTable } from './engine.ts'
import { mailServer } from './ses.ts'

const { documents, tableName } = await freshTable()
const { client: ses, mails, clear } = await mailServer()

const put = (pk: string, sk: string, when?: string) =>
  documents.send(
    new PutCommand({
      TableName: tableName,
      Item: { pk, sk },
      ...(when !== undefined && { ConditionExpression: when }),
    }),
  )

const add = (pk: string) =>
  documents.send(
    new UpdateCommand({
      TableName: tableName,
      Key: { pk, sk: 'COUNTER' },
      UpdateExpression: 'ADD counted :one',
      ExpressionAttributeValues: { ':one': 1 },
    }),
  )

const itemsOf = async (pk: string) => {
  const { Items: items = [] } = await documents.send(
    new QueryCommand({
      TableName: tableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk },
      ConsistentRead: true,
    }),
  )
  return items
}

const sendMail = () =>
  ses.send(
    new SendEmailCommand({
      Source: 'portail@ville.example',
      Destination: { ToAddresses: ['parent@example.org'] },
      Message: { Subject: { Data: 'Objet' }, Body: { Text: { Data: 'Texte' } } },
    }),
  )

/** A use case over a partition of its own, which must hold `count` items afterwards. */
const leaving =
  (count: number, useCase: (pk: string) => Promise<unknown>): (() => Promise<Scenario<void>>) =>
  () => {
    const pk = randomUUID()
    return Promise.resolve({
      run: async () => {
        await useCase(pk)
      },
      check: async () => {
        expect(await itemsOf(pk)).toHaveLength(count)
      },
    })
  }

const places = (crashes: readonly Crash[], kind: string) =>
  crashes.filter((crash) => crash.kind === kind).map(({ operation }) => operation)

it('breaks each call once in each way and passes a use case that can be repeated', async () => {
  const crashes = await crashEverywhere({
    clients: [documents],
    scenario: leaving(2, async (pk) => {
      await put(pk, '1')
      await itemsOf(pk)
      await put(pk, '2')
    }),
  })
  expect(crashes).toHaveLength(3 * CRASHES.length)
  for (const kind of CRASHES) {
    expect(places(crashes, kind)).toEqual(['PutItem', 'Query', 'PutItem'])
  }
})

it('does not break the calls that prepare or check', async () => {
  const crashes = await crashEverywhere({
    clients: [documents],
    scenario: async () => {
      const pk = randomUUID()
      await put(pk, 'prepared')
      return {
        run: () => put(pk, 'written'),
        check: async () => {
          expect(await itemsOf(pk)).toHaveLength(2)
        },
      }
    },
  })
  expect(crashes).toHaveLength(CRASHES.length)
})

it('leaves nothing on the clients', async () => {
  const before = documents.middlewareStack.identify()
  await crashEverywhere({ clients: [documents], scenario: leaving(1, (pk) => put(pk, '1')) })
  expect(documents.middlewareStack.identify()).toEqual(before)
})

describe('catches', () => {
  it('a use case that takes a new key at each attempt', async () => {
    await expect(
      crashEverywhere({
        clients: [documents],
        scenario: leaving(1, (pk) => put(pk, randomUUID())),
      }),
    ).rejects.toThrow('More or less than one effect: dies-after at call 1, PutItem')
  })

  it('a use case that loses its second write because the first says it is done', async () => {
    await expect(
      crashEverywhere({
        clients: [documents],
        scenario: leaving(2, async (pk) => {
          if ((await itemsOf(pk)).length > 0) return
          await put(pk, '1')
          await put(pk, '2')
        }),
      }),
    ).rejects.toThrow('More or less than one effect: dies-before at call 3, PutItem')
  })

  it('a use case that never succeeds once it was interrupted', async () => {
    await expect(
      crashEverywhere({
        clients: [documents],
        scenario: leaving(2, async (pk) => {
          await put(pk, '1', 'attribute_not_exists(pk)')
          await put(pk, '2')
        }),
      }),
    ).rejects.toThrow('The use case does not recover: dies-before at call 2, PutItem')
  })

  it('a use case that swallows a failed write', async () => {
    await expect(
      crashEverywhere({
        clients: [documents],
        scenario: leaving(1, async (pk) => {
          await put(pk, '1').catch(() => undefined)
        }),
      }),
    ).rejects.toThrow('More or less than one effect: dies-before at call 1, PutItem')
  })

  it('a count that the SDK sends a second time', async () => {
    const scenario = (): Promise<Scenario<unknown>> => {
      const pk = randomUUID()
      return Promise.resolve({
        run: () => add(pk),
        check: async () => {
          expect(await itemsOf(pk)).toMatchObject([{ counted: 1 }])
        },
      })
    }
    await expect(
      crashEverywhere({ clients: [documents], scenario, kinds: ['sent-twice'] }),
    ).rejects.toThrow('More or less than one effect: sent-twice at call 1, UpdateItem')
  })
})

it('lets nothing of a dead process through, whatever it catches', async () => {
  const crashes = await crashEverywhere({
    clients: [documents],
    kinds: ['dies-before'],
    scenario: () => {
      const pk = randomUUID()
      const attempts: unknown[] = []
      return Promise.resolve({
        run: async () => {
          const written = await Promise.allSettled([put(pk, '1'), put(pk, '2')])
          attempts.push(written)
          const refused = written.find(({ status }) => status === 'rejected')
          if (refused === undefined) return
          await put(pk, 'MENDED').catch(() => undefined)
          throw new InjectedCrash()
        },
        check: async () => {
          expect(attempts).toHaveLength(2)
          expect(await itemsOf(pk)).toMatchObject([{ sk: '1' }, { sk: '2' }])
        },
      })
    },
  })
  expect(places(crashes, 'dies-before')).toEqual(['PutItem', 'PutItem'])
})

it('lets a living process mend what failed', async () => {
  const crashes = await crashEverywhere({
    clients: [documents],
    kinds: ['fails-before', 'fails-after'],
    scenario: leaving(1, (pk) => put(pk, '1').catch(() => put(pk, '1'))),
  })
  expect(crashes).toHaveLength(2)
})

it('counts the calls of several clients together, and tells the window of a mail apart', async () => {
  const seen = new Map<string, number>()
  const crashes = await crashEverywhere({
    clients: [documents, ses],
    scenario: async () => {
      const pk = randomUUID()
      await clear()
      return {
        run: async () => {
          if ((await itemsOf(pk)).length > 0) return
          await sendMail()
          await put(pk, 'SENT')
        },
        check: async (_, { kind, operation }) => {
          const { length } = await mails()
          seen.set(`${kind} ${operation}`, length)
          expect(length).toBeGreaterThan(0)
        },
      }
    },
  })
  expect(places(crashes, 'dies-after')).toEqual(['Query', 'SendEmail', 'PutItem'])
  expect(Object.fromEntries(seen)).toMatchObject({
    'dies-before SendEmail': 1,
    'dies-after SendEmail': 2,
    'sent-twice SendEmail': 2,
    'dies-before PutItem': 2,
    'dies-after PutItem': 1,
  })
})

it('passes on an error of the use case that no crash caused', async () => {
  await expect(
    crashEverywhere({
      clients: [documents],
      scenario: leaving(0, () => Promise.reject(new RangeError('its own'))),
    }),
  ).rejects.toThrow(RangeError)
})
