import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { ROUTES } from '../../shared/api/routes.ts'
import { contactEntity } from '../../shared/families/store.ts'
import { removeMyContactRoute } from '../../shared/families/edit-routes.ts'
import { PortalError } from '../../shared/kernel/errors.ts'
import { httpHandler, on } from '../../shared/platform/http.ts'
import { familyIdSchema, guardianIdSchema } from '../../shared/platform/schemas.ts'
import { ROLES, routeKey, type Role, type Route } from '../../shared/platform/route.ts'
import { DUPONT, TEST } from '../support/cesson.ts'
import { call, claimsOf, httpEvent } from '../support/events.ts'
import { callOf, kindsIn, type Ids, type Kind } from './calls.ts'
import { openPortal, type Answer, type Ask } from './portal.ts'
import { MARK, openFamilies, UNKNOWN } from './town.ts'

const { table, ask } = await openPortal()
let own: Ids
let other: Ids
let second: Ids

beforeAll(async () => {
  ;({ own, other, second } = await openFamilies(table, ask))
})

beforeEach(() => {
  for (const method of ['info', 'warn'] as const) vi.spyOn(console, method).mockReturnValue()
})

/** Whose ids a call may carry. */
const families = () => ({ own, other, second, unknown: UNKNOWN })

/** The parent of Manon; for other roles too: it is the role that opens a route, not the family. */
const claimsFor = (roles: readonly Role[]) => claimsOf(roles, TEST)

type Caller = (route: Route, ids: (kind: Kind) => string, roles: readonly Role[]) => Promise<Answer>

const caller =
  (through: Ask): Caller =>
  (route, ids, roles) =>
    through(route, { ...callOf(route, ids), claims: claimsFor(roles) })

const mayCall = (route: Route, role: Role): boolean =>
  route.access === 'public' || route.access.some((allowed) => allowed === role)

/** The answer in words, without the id that the call itself carried. */
const told = ({ statusCode = 0, body = '' }: Answer, id = ''): string =>
  `${String(statusCode)} ${body.replaceAll(/"[^"]*"|\d+/g, (word) => (word === id || word === `"${id}"` ? 'ID' : word))}`

/**
 * How an unknown id is refused: in a path as not found, in a form perhaps as a field that is wrong.
 * A filter lets nothing pass, and each of many decisions has its own outcome.
 */
const refusesUnknown = (route: Route, kind: Kind, answer: string): boolean => {
  const { parameters, query } = callOf(route, (each) => (each === kind ? UNKNOWN : own)[each])
  const isIn = (part: object = {}): boolean => Object.values(part).includes(UNKNOWN[kind])
  if (isIn(parameters)) return answer.startsWith('404 ')
  if (isIn(query)) return /^(404|200) /.test(answer)
  if (route.id === 'decideRequests') return answer.includes('"code":"not-found"')
  return answer.startsWith('404 ') || /^4(00|22) .*"pointer":"\/body/.test(answer)
}

/** What the demo town has none of, so that the family's own id is as unknown as any. */
const NOTHING_THERE: ReadonlySet<string> = new Set([
  'answerOffer',
  'answerVisitor',
  'exportDeposit',
  'printDeposit',
  'readDeposit',
  'readChildHealth',
])

/**
 * What is wrong with the roles of a route: who is let in without being named, by whatever ids, and
 * who is named and not let in.
 */
const faultsOfRoles = async (ask: Caller, route: Route): Promise<string[]> => {
  const faults: string[] = []
  for (const role of [...ROLES, undefined]) {
    if (role !== undefined && mayCall(route, role)) continue
    for (const [whose, ids] of Object.entries(families())) {
      const answer = told(await ask(route, (kind) => ids[kind], role === undefined ? [] : [role]))
      if (!/^403 .*"code":"forbidden"/.test(answer)) {
        faults.push(`${role ?? 'nobody'}, ids ${whose}: ${answer}`)
      }
    }
  }
  return faults
}

/**
 * What is wrong with the ids of a route: one of another family, or of a child's second household,
 * must be answered as one that nothing has, and the family's own must not.
 */
const faultsOfIds = async (
  ask: Caller,
  route: Route,
  roles: readonly Role[],
): Promise<string[]> => {
  const faults: string[] = []
  const kinds = kindsIn(route).filter((kind) => kind !== 'familyId')
  for (const kind of kinds) {
    const withIdOf = async (ids: Ids): Promise<string> =>
      told(await ask(route, (each) => (each === kind ? ids : own)[each], roles), ids[kind])
    const unknown = await withIdOf(UNKNOWN)
    if (!refusesUnknown(route, kind, unknown)) faults.push(`unknown ${kind}: ${unknown}`)
    for (const [whose, ids] of Object.entries({ other, second })) {
      const foreign = await withIdOf(ids)
      if (foreign !== unknown) faults.push(`${kind} of ${whose}: ${foreign}`)
    }
  }
  const answer = told(await ask(route, (kind) => own[kind], roles))
  const wrong = NOTHING_THERE.has(route.id) ? /^(400|403|5)/ : /^(400|403|404|5)/
  if (kinds.length > 0 && wrong.test(answer)) faults.push(`own ids: ${answer}`)
  return faults
}

const byKey = (routes: readonly Route[]) => routes.map((route) => [routeKey(route), route] as const)
const closed = ROUTES.filter(({ access }) => access !== 'public')
const ofParents = closed.filter((route) => mayCall(route, 'guardian') && !mayCall(route, 'agent'))
const ofStaff = closed.filter((route) => !mayCall(route, 'guardian'))
const ofAll = closed.filter((route) => mayCall(route, 'guardian') && mayCall(route, 'agent'))

it('has routes of parents, of staff and of all who sign in', () => {
  expect(ofAll.filter(({ access }) => access.length !== ROLES.length)).toEqual([])
  expect(ofParents.length).toBeGreaterThan(40)
  expect(ofStaff.length).toBeGreaterThan(60)
})

describe('a role that a route does not name is refused, whatever the ids', () => {
  it.each(byKey(closed))('%s', async (_, route) => {
    expect(await faultsOfRoles(caller(ask), route)).toEqual([])
  })
})

describe('a parent is told of the ids of others what they are told of none', () => {
  it.each(byKey(ofParents))('%s', async (_, route) => {
    const answers: string[] = []
    const listening: Ask = async (...asked) => {
      const answer = await ask(...asked)
      answers.push(answer.body ?? '')
      return answer
    }
    expect(await faultsOfIds(caller(listening), route, ['guardian'])).toEqual([])
    expect(answers.filter((body) => body.includes(MARK))).toEqual([])
    expect(answers).not.toHaveLength(0)
  })
})

describe('who has left a family, or never had one, finds nothing', () => {
  const gone = { ...TEST, guardianId: guardianIdSchema.parse('g9') }
  const nowhere = { ...TEST, familyId: familyIdSchema.parse(UNKNOWN.familyId) }
  it.each(byKey(ofParents))('%s', async (_, route) => {
    for (const family of [gone, nowhere]) {
      const about = {
        ...callOf(route, (kind) => own[kind]),
        claims: claimsOf(['guardian'], family),
      }
      const answer = told(await ask(route, about))
      expect(answer).toMatch(/^404 .*"code":"not-found"/)
    }
    const homeless = { ...callOf(route, (kind) => own[kind]), claims: claimsOf(['guardian']) }
    expect(told(await ask(route, homeless))).toMatch(/^403 .*"code":"forbidden"/)
  })
})

describe('staff reach what they may, with ids that belong together', () => {
  it.each(byKey([...ofStaff, ...ofAll]))('%s', async (_, route) => {
    const roles = ROLES.filter((role) => mayCall(route, role))
    for (const role of roles) {
      for (const ids of [UNKNOWN, second, other]) {
        const { statusCode = 0 } = await ask(route, {
          ...callOf(route, (kind) => ids[kind]),
          claims: claimsOf([role]),
        })
        expect(statusCode).not.toBe(403)
        expect(statusCode).toBeLessThan(500)
      }
    }
    expect(await faultsOfIds(caller(ask), route, roles)).toEqual([])
  })
})

describe('these tests see', () => {
  /** A handler that takes a contact for the caller's whosever it is. */
  const leaking =
    (route: Route): Ask =>
    (_, about) =>
      call(
        httpHandler(
          on({ ...removeMyContactRoute, access: route.access }, async ({ parameters }) => {
            for (const { familyId } of [TEST, DUPONT]) {
              const key = contactEntity.keyOf({ familyId, ...parameters })
              if ((await table.get(key)) !== undefined) return parameters
            }
            throw new PortalError('not-found')
          }),
        ),
        httpEvent(removeMyContactRoute, about),
      )

  beforeAll(async () => {
    for (const { familyId, contactId } of [own, other]) {
      const contact = { name: 'Paul', relation: 'Oncle', phone: '+33612345678' }
      const value = contactEntity.schema.parse({ familyId, contactId, ...contact })
      await table.put(contactEntity.toItem(value))
    }
  })

  it('a use case that does not ask whose an id is', async () => {
    const faults = await faultsOfIds(caller(leaking(removeMyContactRoute)), removeMyContactRoute, [
      'guardian',
    ])
    expect(faults).toEqual([expect.stringMatching(/^contactId of other: 200/)])
  })

  it('a route that lets another role in', async () => {
    const route = { ...removeMyContactRoute, access: ['guardian', 'accountant'] } as const
    const faults = await faultsOfRoles(caller(leaking(route)), removeMyContactRoute)
    expect(faults).toHaveLength(4)
    expect(faults[0]).toMatch(/^accountant, ids own: 200/)
  })
})
