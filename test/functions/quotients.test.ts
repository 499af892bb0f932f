import { beforeAll, expect, it, vi } from 'vitest'
import { guardianEntity } from '../../shared/families/store.ts'
import { QUOTIENT_CONSENT } from '../../shared/kernel/quotient-texts.ts'
import { TOWN_REFUSED } from '../../shared/quotients/names.ts'
import {
  fetchFamilyQuotientRoute,
  fetchQuotientRoute,
  giveConsentRoute,
  keepTokenRoute,
  readQuotientsRoute,
  readTokenRoute,
  withdrawConsentRoute,
} from '../../shared/quotients/routes.ts'
import { openCesson } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { call, claimsOf, httpEvent, problemIn } from '../support/events.ts'
import { rightsGranted, rightsUsed } from '../support/used-rights.ts'
import { openVault, TOKEN_KEY } from '../support/vault.ts'
import { CHALONS, openFunds, openQuotients, TOKEN } from '../quotients/fixture.ts'
import { matching } from '../support/matching.ts'

const { table, tableName, endpoint } = await freshTable()
const { keysUrl } = await openVault()
const { funds, client } = await openFunds()
const { familyOf } = openQuotients(table, client())

beforeAll(async () => {
  await openCesson(table)
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', endpoint)
  vi.stubEnv('AWS_ENDPOINT_URL_KMS', keysUrl)
  vi.stubEnv('TABLE_NAME', tableName)
  vi.stubEnv('TOKEN_KEY_ARN', TOKEN_KEY)
  vi.stubEnv('API_PARTICULIER_URL', funds.url)
})

const handlerOf = async () => (await import('../../functions/quotients/index.ts')).handler
const accepted = { accepted: true, textVersion: QUOTIENT_CONSENT.version }
const administrator = claimsOf(['administrator'])

it('answers that the town must act while nobody has set its token [wish W8]', async () => {
  const handler = await handlerOf()
  const logged = vi.spyOn(console, 'warn').mockReturnValue()
  const claims = claimsOf(['guardian'], await familyOf({}))
  await call(handler, httpEvent(giveConsentRoute, { claims, body: accepted }))
  const answer = await call(
    handler,
    httpEvent(fetchQuotientRoute, { claims, body: { birth: CHALONS } }),
  )
  expect(problemIn(answer)).toMatchObject({
    status: 503,
    code: 'unavailable',
    detail: matching('elle en est avertie'),
  })
  expect(logged.mock.calls).toMatchObject([[{ message: TOWN_REFUSED, error: 'token-refused' }]])
  logged.mockRestore()
})

it('lets the function keep the token, ask the funds and note it, and nothing else', async () => {
  const handler = await handlerOf()
  const by = await familyOf({})
  const claims = claimsOf(['guardian'], by)
  expect(
    await rightsUsed(async () => {
      const events = [
        httpEvent(keepTokenRoute, { claims: administrator, body: { token: TOKEN } }),
        httpEvent(readTokenRoute, { claims: administrator }),
        httpEvent(giveConsentRoute, { claims, body: accepted }),
        httpEvent(fetchQuotientRoute, { claims, body: { birth: CHALONS } }),
        httpEvent(fetchFamilyQuotientRoute, {
          claims: claimsOf(['accountant']),
          parameters: { familyId: by.familyId },
          body: { birth: CHALONS, guardianId: by.guardianId },
        }),
        httpEvent(readQuotientsRoute, { claims }),
        httpEvent(withdrawConsentRoute, { claims }),
      ]
      for (const event of events)
        expect(await call(handler, event)).toMatchObject({ statusCode: 200 })
    }),
  ).toEqual(rightsGranted('quotients'))
  expect(funds.asked.at(-1)?.authorization).toBe(`Bearer ${TOKEN}`)
  expect(JSON.stringify(await table.query({ partition: ['SECRETS'] }))).not.toContain(TOKEN)
})

it('says in French what to do, and when, where no quotient comes', async () => {
  const handler = await handlerOf()
  await call(handler, httpEvent(keepTokenRoute, { claims: administrator, body: { token: TOKEN } }))
  const by = await familyOf({
    birthName: 'Desfouin',
    firstName: 'René',
    birthDate: '2002-12-05',
  })
  const claims = claimsOf(['guardian'], by)
  const ask = (birth: unknown) =>
    call(handler, httpEvent(fetchQuotientRoute, { claims, body: { birth } }))
  expect(problemIn(await ask(CHALONS))).toMatchObject({
    status: 409,
    code: 'consent-missing',
    detail: matching('Donnez d’abord votre accord'),
  })
  await call(handler, httpEvent(giveConsentRoute, { claims, body: accepted }))
  const later = await ask({ country: '99100', commune: '08480' })
  expect(later).toMatchObject({ statusCode: 503, headers: { 'retry-after': '42' } })
  expect(problemIn(later).detail).toContain('Trop de demandes')
  expect(problemIn(await ask({ country: 'France' }))).toMatchObject({
    status: 400,
    errors: [{ pointer: '/body/birth/country' }],
  })
  const item = await table.get(guardianEntity.keyOf(by))
  await table.put(
    guardianEntity.toItem({ ...guardianEntity.fromItem(item ?? {}), birthName: 'Sansdossier' }),
  )
  expect(problemIn(await ask(CHALONS))).toMatchObject({
    status: 422,
    code: 'quotient-unknown',
    detail: matching('attestation de quotient familial'),
  })
})

it('logs nothing of whom it asks about, nor the token, whatever comes of it', async () => {
  const handler = await handlerOf()
  const spies = (['info', 'warn', 'error'] as const).map((level) =>
    vi.spyOn(console, level).mockReturnValue(),
  )
  await call(handler, httpEvent(keepTokenRoute, { claims: administrator, body: { token: TOKEN } }))
  for (const birthName of ['Sansdroits', 'Sansdossier', 'Illisible', 'Durand', 'Jetonexpire']) {
    const claims = claimsOf(['guardian'], await familyOf({ birthName, firstName: 'Zwickel' }))
    await call(handler, httpEvent(giveConsentRoute, { claims, body: accepted }))
    await call(handler, httpEvent(fetchQuotientRoute, { claims, body: { birth: CHALONS } }))
  }
  const logged = JSON.stringify(
    spies.map((spy) =>
      spy.mock.calls.map((parts) => parts.map((part: unknown) => JSON.stringify(part))),
    ),
  )
  for (const spy of spies) spy.mockRestore()
  expect(logged).toContain(TOWN_REFUSED)
  expect(logged).toContain('no-file')
  for (const secret of ['Zwickel', 'Sansdossier', '1987', '51108', TOKEN, 'nomNaissance']) {
    expect(logged).not.toContain(secret)
  }
})
