import { afterEach, beforeAll, expect, it, vi } from 'vitest'
import * as z from 'zod'
import {
  changeAccountRoute,
  changeDayRoute,
  enterMandateRoute,
  listMandatesRoute,
  readDebitsRoute,
  readFamilyMandatesRoute,
  revokeFamilyMandateRoute,
  revokeMandateRoute,
  signMandateRoute,
} from '../../shared/debits/routes.ts'
import {
  exportDebitRunRoute,
  importRejectsRoute,
  listDebitRunsRoute,
  prepareDebitRunRoute,
  readDebitFileRoute,
  readDebitRunRoute,
} from '../../shared/debits/run-routes.ts'
import { UNSENT } from '../../shared/debits/names.ts'
import type { IsoDate } from '../../shared/kernel/dates.ts'
import type { Route } from '../../shared/platform/route.ts'
import { loadTown } from '../../shared/setup/load-town.ts'
import { ENF, IBAN, morning, OTHER_IBAN, owe, signature } from '../debits/fixture.ts'
import { cesson, GUIDE_DAY, openCesson } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { call, claimsOf, httpEvent, problemIn, type HttpCall } from '../support/events.ts'
import { anotherFamily } from '../support/families.ts'
import { matching } from '../support/matching.ts'
import { rightsGranted, rightsUsed } from '../support/used-rights.ts'
import { ACCOUNT_KEY, openVault } from '../support/vault.ts'

const { table, tableName, endpoint } = await freshTable()
const { keysUrl } = await openVault()

beforeAll(async () => {
  await openCesson(table)
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', endpoint)
  vi.stubEnv('AWS_ENDPOINT_URL_KMS', keysUrl)
  vi.stubEnv('TABLE_NAME', tableName)
  vi.stubEnv('ACCOUNT_KEY_ARN', ACCOUNT_KEY)
})

const logged: unknown[] = []
beforeAll(() => {
  for (const method of ['info', 'warn', 'error'] as const) {
    vi.spyOn(console, method).mockImplementation((...line) => {
      logged.push(...line)
    })
  }
})
afterEach(() => {
  expect(JSON.stringify(logged)).not.toContain('3000600001')
})

const RUN = { regieId: ENF, date: '2025-10-06' }

let keys = 0
const key = () => {
  keys += 1
  return { 'idempotency-key': `debit-call-${String(keys)}` }
}

const rumIn = (body: string): string => z.object({ rum: z.string() }).parse(JSON.parse(body)).rum

/** Calls the function of the routes as somebody on a day. */
const asking =
  (claims: HttpCall['claims'], day: IsoDate = '2025-09-01') =>
  async (route: Route, about: HttpCall = {}): Promise<string> => {
    const { handler } = await import('../../functions/debits/index.ts')
    const event = httpEvent(route, { now: morning(day), ...about, ...(claims && { claims }) })
    const { statusCode, body = '' } = await call(handler, event)
    expect(`${String(statusCode)} ${statusCode === route.status ? '' : body}`).toBe(
      `${String(route.status)} `,
    )
    return body
  }

const collect = async (day: IsoDate): Promise<void> => {
  const { handler } = await import('../../functions/collect-debits/index.ts')
  await handler({ scheduledTime: morning(day).toISOString() })
}

it('lets families sign, accountants collect, and nobody read an account but the bank', async () => {
  const family = await anotherFamily(table, undefined, [])
  const guardian = asking(claimsOf(['guardian'], family))
  const accountant = asking(claimsOf(['accountant']))
  const { holder, iban, place, consent } = signature({ iban: OTHER_IBAN })
  const account = { holder, iban, place, consent }
  const { familyId, guardianId } = family
  const replies: string[] = []
  let file = ''
  expect(
    await rightsUsed(async () => {
      const rum = rumIn(await guardian(signMandateRoute, { headers: key(), body: signature() }))
      await owe(table, { familyId, regieId: ENF }, 1000)
      const parameters = { rum }
      replies.push(await guardian(changeDayRoute, { parameters, body: { day: 15 } }))
      replies.push(await guardian(changeDayRoute, { parameters, body: { day: 5 } }))
      const changed = await guardian(changeAccountRoute, {
        ...{ parameters, headers: key(), body: account },
      })
      replies.push(changed)
      replies.push(await accountant(prepareDebitRunRoute, { parameters: RUN }))
      replies.push(await guardian(readDebitsRoute))
      replies.push(await accountant(exportDebitRunRoute, { parameters: RUN }))
      file = await accountant(readDebitFileRoute, { parameters: { ...RUN, file: '1' } })
      replies.push(await accountant(readDebitRunRoute, { parameters: RUN }))
      replies.push(await accountant(listDebitRunsRoute, { parameters: { regieId: ENF } }))
      replies.push(await accountant(listMandatesRoute, { query: { regieId: ENF } }))
      replies.push(await accountant(readFamilyMandatesRoute, { parameters: { familyId } }))
      replies.push(
        await accountant(importRejectsRoute, {
          body: { rejects: [{ endToEndId: 'ENF-20251006-000001', reason: 'AM04' }] },
        }),
      )
      replies.push(
        await guardian(revokeMandateRoute, { parameters: { rum: rumIn(changed) }, body: {} }),
      )
      const paper = await accountant(enterMandateRoute, {
        ...{ parameters: { familyId }, headers: key() },
        body: {
          ...{ regieId: ENF, day: 5, holder: 'X', iban: IBAN, place: 'Cesson' },
          ...{ guardianId, signedOn: '2025-08-20' },
        },
      })
      replies.push(paper)
      replies.push(
        await accountant(revokeFamilyMandateRoute, {
          parameters: { familyId, rum: rumIn(paper) },
          body: { reason: 'Asked for in writing' },
        }),
      )
    }),
  ).toEqual(rightsGranted('debits'))
  expect(file).toContain(`<IBAN>${OTHER_IBAN}</IBAN>`)
  const told = replies.join('\n')
  expect(told).toContain('DE** **** 3000')
  expect(told).toContain('"amount":1000')
  expect(told).not.toContain(OTHER_IBAN)
  expect(told).not.toContain(IBAN)
  expect(told).not.toMatch(/ciphertext|wrappedKey|sealed/)
})

it('refuses in French an IBAN that is none, and names it in no answer', async () => {
  const { handler } = await import('../../functions/debits/index.ts')
  const family = await anotherFamily(table, undefined, [])
  const wrong = `${IBAN.slice(0, -1)}8`
  const answer = await call(
    handler,
    httpEvent(signMandateRoute, {
      claims: claimsOf(['guardian'], family),
      headers: key(),
      body: signature({ iban: wrong }),
    }),
  )
  expect(problemIn(answer)).toMatchObject({
    status: 400,
    errors: [{ pointer: '/body/iban', detail: matching('un IBAN valable') }],
  })
  expect(answer.body).not.toContain(wrong)
})

it.each(['guardian', 'agent', 'administrator', 'site-staff'] as const)(
  'lets no %s fetch the file for the bank',
  async (role) => {
    const { handler } = await import('../../functions/debits/index.ts')
    const answer = await call(
      handler,
      httpEvent(readDebitFileRoute, {
        claims: claimsOf([role]),
        parameters: { ...RUN, file: '1' },
      }),
    )
    expect(answer.statusCode).toBe(403)
  },
)

/** The demo town from now on, whose régie has the file made two days before. */
const exportByItself = async (): Promise<void> => {
  const { catalogue, ...others } = cesson
  const regies = catalogue.town.regies.map((regie) => ({
    ...regie,
    debit: { ...regie.debit, exportDays: 2 },
  }))
  const town = { ...catalogue.town, regies }
  const deps = { table, createAccount: () => Promise.resolve() }
  await loadTown(deps, { ...others, catalogue: { ...catalogue, town } }, GUIDE_DAY)
}

it('announces, warns, makes the file and collects by the clock', async () => {
  await exportByItself()
  const family = await anotherFamily(table, undefined, [])
  const guardian = asking(claimsOf(['guardian'], family))
  await guardian(signMandateRoute, { headers: key(), body: signature() })
  await owe(table, { ...family, regieId: ENF }, 1000, '2025-09-20')
  logged.length = 0
  const used = await rightsUsed(async () => {
    await collect('2025-10-20')
    await collect('2025-11-02')
    expect(logged).toContainEqual(
      expect.objectContaining({ message: UNSENT, collectOn: '2025-11-05' }),
    )
    await collect('2025-11-03')
    await collect('2025-11-05')
  })
  const granted = rightsGranted('collect-debits')
  // A payment moves to another day, which deletes it from its own, where its month was closed only.
  expect(used).toEqual(granted.filter((right) => right !== 'dynamodb:DeleteItem Table'))
  const accountant = asking(claimsOf(['accountant']), '2025-11-05')
  const run = await accountant(readDebitRunRoute, {
    parameters: { regieId: ENF, date: '2025-11-05' },
  })
  expect(JSON.parse(run)).toMatchObject({ state: 'collected', sent: { total: 1000 } })
})
