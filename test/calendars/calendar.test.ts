import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createCalendarLink, revokeCalendarLink } from '../../shared/calendars/link.ts'
import { readCalendar } from '../../shared/calendars/read-calendar.ts'
import {
  createCalendarLinkRoute,
  readCalendarRoute,
  revokeCalendarLinkRoute,
} from '../../shared/calendars/routes.ts'
import { findLink } from '../../shared/calendars/store.ts'
import { guardianEntity } from '../../shared/families/store.ts'
import type { IsoDate } from '../../shared/kernel/dates.ts'
import { hashOf } from '../../shared/platform/hash.ts'
import { httpHandler, on } from '../../shared/platform/http.ts'
import { guardianIdSchema } from '../../shared/platform/schemas.ts'
import { newSecret } from '../../shared/platform/secret.ts'
import { cessonTown, guardian, openCesson, type DUPONT } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { freshTable } from '../support/engine.ts'
import { call, claimsOf, httpEvent, problemIn } from '../support/events.ts'
import { anotherFamily } from '../support/families.ts'
import { expectCost, measure } from '../support/meter.ts'
import { planningWith, storePlannings } from '../support/plannings.ts'

const { table, documents } = await freshTable()

const handler = httpHandler(
  on(createCalendarLinkRoute, (event) => createCalendarLink({ table, newSecret }, event)),
  on(revokeCalendarLinkRoute, (event) => revokeCalendarLink(table, event)),
  on(readCalendarRoute, (event) => readCalendar({ table, town: cessonTown }, event)),
)

const NOW = new Date('2025-10-06T10:00:00Z')

const create = async (family: typeof DUPONT): Promise<string> => {
  const answer = await call(
    handler,
    httpEvent(createCalendarLinkRoute, { claims: claimsOf(['guardian'], family) }),
  )
  expect(answer.statusCode).toBe(201)
  const { path } = createCalendarLinkRoute.reply.parse(JSON.parse(answer.body ?? ''))
  expect(path).toMatch(/^\/calendars\/[\w-]{32}\.ics$/)
  return path.slice('/calendars/'.length)
}

const read = (secret: string) =>
  call(handler, httpEvent(readCalendarRoute, { parameters: { secret }, now: NOW }))

const summariesIn = (body = ''): string[] =>
  body
    .replaceAll('\r\n ', '')
    .split('BEGIN:VEVENT')
    .slice(1)
    .map((event) => {
      const [, day] = /DTSTART;VALUE=DATE:(\d+)/.exec(event) ?? []
      const [, summary] = /SUMMARY:(.*)\r/.exec(event) ?? []
      const [, status] = /STATUS:(.*)\r/.exec(event) ?? []
      return [day, summary, status].join(' ')
    })

/** A family with such lunches of Léo. */
const familyWith = async (letters: Readonly<Record<IsoDate, string>>): Promise<typeof DUPONT> => {
  const family = await anotherFamily(table)
  const lunch = { child: 'leo', activity: 'RESTAURATION', unit: 'REPAS' }
  await storePlannings(table, [planningWith(family.familyId, lunch, letters)])
  return family
}

beforeAll(async () => {
  await openCesson(table)
})

beforeEach(() => {
  vi.spyOn(console, 'info').mockReturnValue()
})

describe('the calendar of a family', () => {
  it('shows what is booked, from a month ago on, by a secret link [wish W10]', async () => {
    const family = await familyWith({
      '2025-09-04': 'a',
      '2025-09-05': 'a',
      '2025-10-06': 'l',
      '2025-10-07': 'r',
      '2025-10-09': 'c',
      '2025-10-10': 'n',
      '2025-10-13': 'w',
      '2025-10-14': 'o',
      '2025-10-16': 'j',
      '2025-10-17': 'u',
      '2026-07-03': 'a',
    })
    const morning = { child: 'lucas', activity: 'ACCUEIL', unit: 'ACC_MATIN' }
    const evening = planningWith(
      family.familyId,
      { ...morning, unit: 'ACC_SOIR' },
      { '2025-10-07': 'r' },
    )
    const { units } = planningWith(family.familyId, morning, {
      '2025-10-07': 'a',
      '2026-03-10': 'a',
    })
    await storePlannings(table, [{ ...evening, units: { ...evening.units, ...units } }])

    const secret = await create(family)
    const answer = await read(secret)
    expect(answer).toMatchObject({
      statusCode: 200,
      headers: { 'content-type': 'text/calendar; charset=utf-8', 'cache-control': 'no-store' },
    })
    expect(summariesIn(answer.body)).toEqual([
      '20250905 Léo – Restauration Scolaire (Repas) CONFIRMED',
      '20251006 Léo – Restauration Scolaire (Repas) CONFIRMED',
      '20251007 Léo – Restauration Scolaire (Repas) TENTATIVE',
      '20251009 Léo – Restauration Scolaire (Repas) CONFIRMED',
      '20260703 Léo – Restauration Scolaire (Repas) CONFIRMED',
      '20251007 Lucas – Accueil Pre/Post Scolaire (Acc Matin\\, Acc Soir) TENTATIVE',
      '20260310 Lucas – Accueil Pre/Post Scolaire (Acc Matin) CONFIRMED',
    ])
    expect((await read(secret.replace('.ics', ''))).body).toBe(answer.body)
    // Nothing but first names: no surname, no number of the file, no address.
    expect(answer.body).not.toMatch(/DUPONT|@famille/)
    expect(answer.body).not.toContain(family.familyId)
    const ids = [...(answer.body ?? '').matchAll(/UID:(.*)\r/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(7)
    const later = await call(
      handler,
      httpEvent(readCalendarRoute, {
        parameters: { secret },
        now: new Date(NOW.getTime() + 60_000),
      }),
    )
    expect([...(later.body ?? '').matchAll(/UID:(.*)\r/g)].map(([, id]) => id)).toEqual(ids)
  })

  it('is gone when the link is replaced, revoked or unknown [wish W10]', async () => {
    const family = await familyWith({ '2025-10-06': 'a' })
    const other = await familyWith({ '2025-10-06': 'a' })
    const first = await create(family)
    const second = await create(family)
    const ofOthers = await create(other)
    const gone = await read(first)
    expect(gone.statusCode).toBe(404)
    expect(problemIn(gone).code).toBe('not-found')
    expect((await read(second)).statusCode).toBe(200)

    const revoke = async () => {
      const answer = await call(
        handler,
        httpEvent(revokeCalendarLinkRoute, { claims: claimsOf(['guardian'], family) }),
      )
      return revokeCalendarLinkRoute.reply.parse(JSON.parse(answer.body ?? ''))
    }
    expect(await revoke()).toEqual({ revoked: true })
    expect((await read(second)).statusCode).toBe(404)
    expect(await revoke()).toEqual({ revoked: false })
    expect((await read(newSecret())).statusCode).toBe(404)
    expect((await read('../etc#')).statusCode).toBe(404)
    expect((await read(ofOthers)).statusCode).toBe(200)
    expect((await read(await create(family))).statusCode).toBe(200)
  })

  it('is gone when the guardian who made the link leaves the file, and no earlier [wish W10]', async () => {
    const family = await familyWith({ '2025-10-06': 'a' })
    const other = { ...family, guardianId: guardianIdSchema.parse('g2') }
    await table.put(
      guardianEntity.toItem({
        ...other,
        title: 'M.',
        firstName: 'Paul',
        lastName: 'DUPONT',
        email: 'paul@famille.example',
      }),
    )
    const secret = await create(other)
    expect((await read(secret)).statusCode).toBe(200)
    await table.transact([{ kind: 'delete', key: guardianEntity.keyOf(other) }])
    const gone = await read(secret)
    expect(gone.statusCode).toBe(404)
    expect(problemIn(gone).code).toBe('not-found')
    expect((await read(await create(family))).statusCode).toBe(200)
  })

  it('is linked by a secret that the table does not hold', async () => {
    const family = await anotherFamily(table)
    const secret = (await create(family)).replace('.ics', '')
    expect(await findLink(table, hashOf(secret))).toMatchObject({ familyId: family.familyId })
    expect(await findLink(table, secret)).toBeUndefined()
    expect(Buffer.from(secret, 'base64url').byteLength * 8).toBeGreaterThanOrEqual(128)
  })

  it('is linked by the guardians of the family only', async () => {
    const family = await anotherFamily(table)
    const actor = guardian({ ...family, guardianId: guardianIdSchema.parse('nobody') })
    await expect(
      createCalendarLink({ table, newSecret }, { actor, now: NOW }),
    ).rejects.toMatchObject({ code: 'not-found' })
    await expect(revokeCalendarLink(table, { actor })).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('the link of a family', () => {
  it('is one, the one that was answered last, wherever its making crashes', async () => {
    const crashes = await crashEverywhere({
      clients: [documents],
      scenario: async () => {
        const family = await anotherFamily(table)
        const made: string[] = []
        const remembered = (): string => {
          const secret = newSecret()
          made.push(secret)
          return secret
        }
        const make = () =>
          createCalendarLink(
            { table, newSecret: remembered },
            { actor: guardian(family), now: NOW },
          )
        await make()
        return {
          run: make,
          check: async ({ path }) => {
            const alive: string[] = []
            for (const secret of made) {
              if ((await findLink(table, hashOf(secret))) !== undefined) alive.push(secret)
            }
            expect(alive.map((secret) => `/calendars/${secret}.ics`)).toEqual([path])
          },
        }
      },
    })
    expect(crashes.map(({ operation }) => operation)).toContain('TransactWriteItems')
  })

  it('is gone wherever its revocation crashes', async () => {
    await crashEverywhere({
      clients: [documents],
      scenario: async () => {
        const actor = guardian(await anotherFamily(table))
        const { path } = await createCalendarLink({ table, newSecret }, { actor, now: NOW })
        const secret = path.replace(/^\/calendars\/|\.ics$/g, '')
        return {
          run: () => revokeCalendarLink(table, { actor }),
          check: async () => {
            expect(await findLink(table, hashOf(secret))).toBeUndefined()
            expect(await revokeCalendarLink(table, { actor })).toEqual({ revoked: false })
          },
        }
      },
    })
  })

  it('is one after two guardians make one at once', async () => {
    const family = await anotherFamily(table)
    const links = await Promise.all([1, 2, 3].map(() => create(family)))
    const statuses = await Promise.all(links.map(async (link) => (await read(link)).statusCode))
    expect(statuses.toSorted()).toEqual([200, 404, 404])
  })

  it('costs two reads and a transaction, its calendar a read and a Query', async () => {
    const family = await familyWith({ '2025-10-06': 'a' })
    const actor = guardian(family)
    await create(family)
    const making = await measure([documents], () =>
      createCalendarLink({ table, newSecret }, { actor, now: NOW }),
    )
    expectCost('make a calendar link in place of another', making.cost)
    expect(making.cost.calls).toEqual({ GetItem: 2, TransactWriteItems: 1 })
    const secret = making.result.path.slice('/calendars/'.length)
    const reading = await measure([documents], () => read(secret))
    expectCost('read the calendar of a family', reading.cost)
    expect(reading.cost.calls).toEqual({ GetItem: 1, Query: 1 })
  })
})
