import { ScanCommand } from '@aws-sdk/lib-dynamodb'
import fc from 'fast-check'
import { beforeAll, beforeEach, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { ROUTES } from '../../shared/api/routes.ts'
import { creditNoteEntity, invoiceEntity } from '../../shared/billing/document-store.ts'
import { PROBLEM_TITLES } from '../../shared/kernel/texts.ts'
import type { Item } from '../../shared/platform/entity.ts'
import { ENTITY_ATTRIBUTE } from '../../shared/platform/keys.ts'
import { routeKey, type Route } from '../../shared/platform/route.ts'
import { TEST } from '../support/cesson.ts'
import { claimsOf, problemIn, type HttpCall } from '../support/events.ts'
import { callOf, operationOf, optionsOf, type Ids } from './calls.ts'
import { changedAt, hostile, waysIn } from './hostile.ts'
import { openPortal, type Answer } from './portal.ts'
import { openFamilies } from './town.ts'

/** Every kind of item that the functions declare, by its name: how a stored one is read. */
const entities = vi.hoisted(() => new Map<string, (item: Item) => unknown>())

vi.mock(import('../../shared/platform/entity.ts'), async (original) => {
  const real = await original()
  return {
    ...real,
    defineEntity: (definition) => {
      const entity = real.defineEntity(definition)
      entities.set(entity.type, entity.fromItem)
      return entity
    },
  }
})

// Issued documents are packed and sealed, each in a way of its own.
entities.set('Invoice', invoiceEntity.fromItem)
entities.set('CreditNote', creditNoteEntity.fromItem)

const { table, ask, tableName, documents } = await openPortal()
let own: Ids

beforeAll(async () => {
  ;({ own } = await openFamilies(table, ask))
})

/** What a function said of an answer that it did not expect. */
let logged: unknown[] = []

beforeEach(() => {
  logged = []
  for (const method of ['info', 'warn'] as const) vi.spyOn(console, method).mockReturnValue()
  vi.spyOn(console, 'error').mockImplementation((...line) => {
    logged.push(...line)
  })
})

/** Those that ask somebody else, who may have no answer: the town must act, and the parent is told. */
const DEPENDS_ON_OTHERS: ReadonlySet<string> = new Set(['fetchQuotient', 'fetchFamilyQuotient'])

/** What is wrong with an answer to a hostile call; nothing where it is done or refused well. */
const faultOf = (route: Route, answer: Answer): string | undefined => {
  const { statusCode = 0 } = answer
  if (statusCode < 400) return undefined
  const { code, title, errors = [] } = problemIn(answer)
  const depends = DEPENDS_ON_OTHERS.has(route.id) && code === 'unavailable'
  if (statusCode >= 500 && !depends) return `it broke: ${JSON.stringify(logged)}`
  if (title !== PROBLEM_TITLES[code]) return `its title is ${title}`
  if (code === 'invalid-request' && errors.length === 0) return 'it names no field'
  for (const { pointer, detail } of errors) {
    if (!/^\/(body|query|path|headers)(\/|$)/.test(pointer)) return `it points to ${pointer}`
    if (!/[.!?:]$/.test(detail) || /\b(invalid|expected|required|must)\b/i.test(detail)) {
      return `it says ${detail}`
    }
  }
  return undefined
}

/** The claims of somebody whom the route lets in, and nobody's where it is open to all. */
const claimsFor = ({ access }: Route): Pick<HttpCall, 'claims'> =>
  access === 'public' ? {} : { claims: claimsOf([access[0]], TEST) }

const choose = (kind: keyof Ids): string => own[kind]

/** A call with all that it may say, or with as much of it as `keep` says. */
const fullCall = (route: Route, keep: (name: string) => boolean = () => true): HttpCall => {
  const call = callOf(route, choose)
  const options = Object.entries(optionsOf(route, choose)).filter(([name]) => keep(name))
  const body: unknown = call.body
  return typeof body === 'object' && body !== null
    ? { ...call, body: { ...Object.fromEntries(options), ...body } }
    : call
}

it.each(ROUTES.map((route) => [routeKey(route), route] as const))(
  '%s answers anything with a success or with a refusal in French',
  async (_, route) => {
    const names = operationOf(route).parameters.filter((parameter) => parameter.in === 'query')
    await fc.assert(
      fc.asyncProperty(
        hostile(names.map(({ name }) => name)),
        fc.func(fc.boolean()),
        async (mutate, keep) => {
          logged = []
          const call = mutate(fullCall(route, keep))
          const answer = await ask(route, { ...call, ...claimsFor(route) })
          expect(faultOf(route, answer)).toBeUndefined()
        },
      ),
      { numRuns: 25, seed: 20_250_715 },
    )
  },
)

/** What cannot be printed, and may end a text where nobody expects it, or turn it round. */
const UNREADABLE = ['Nul\u0000lement', 'Demi\ud83d', 'Retourn\u202eé']

it.each(
  ROUTES.flatMap((route) => (route.body === undefined ? [] : [[routeKey(route), route] as const])),
)('%s answers to texts that cannot be read, in every field', async (_, route) => {
  const { body } = fullCall(route)
  for (const way of waysIn(body)) {
    for (const text of UNREADABLE) {
      const call = fullCall(route)
      const changed = changedAt(call.body, way, (held) => (typeof held === 'string' ? text : held))
      const answer = await ask(route, { ...call, body: changed, ...claimsFor(route) })
      expect(faultOf(route, answer)).toBeUndefined()
    }
  }
})

const textsIn = (value: unknown): string[] => {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}

it('nothing is stored that cannot be read again, nor text that no font shows', async () => {
  const items: Item[] = []
  let start: Record<string, unknown> | undefined
  do {
    const page = await documents.send(
      new ScanCommand({ TableName: tableName, ...(start && { ExclusiveStartKey: start }) }),
    )
    items.push(...(page.Items ?? []))
    start = page.LastEvaluatedKey
  } while (start !== undefined)

  const faults = items.flatMap((item) => {
    const type = z.string().parse(item[ENTITY_ATTRIBUTE] ?? '')
    const read = entities.get(type)
    const where = `${type} ${String(item['pk'])} ${String(item['sk'])}`
    try {
      if (type !== '' && read === undefined) return [`${where}: nobody declares it`]
      read?.(item)
    } catch (error) {
      return [`${where}: ${String(error)}`]
    }
    const broken = textsIn(item).filter((text) => /[\u0000\u202e\ufffd]|\p{Cs}/u.test(text))
    return broken.map((text) => `${where}: ${JSON.stringify(text)}`)
  })
  expect(faults).toEqual([])
  expect(items.length).toBeGreaterThan(200)
})
