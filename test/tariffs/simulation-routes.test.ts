import { beforeAll, expect, it, vi } from 'vitest'
import type { httpHandler } from '../../shared/platform/http.ts'
import {
  listTariffServicesRoute,
  readPriceTableRoute,
  simulateForFamilyRoute,
  simulateRoute,
} from '../../shared/tariffs/routes.ts'
import { DUPONT, openCesson } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { call, claimsOf, httpEvent, problemIn } from '../support/events.ts'

const { table, tableName, endpoint } = await freshTable()
let town: ReturnType<typeof httpHandler>
let ledger: ReturnType<typeof httpHandler>

beforeAll(async () => {
  await openCesson(table)
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', endpoint)
  vi.stubEnv('TABLE_NAME', tableName)
  ;({ handler: town } = await import('../../functions/town/index.ts'))
  ;({ handler: ledger } = await import('../../functions/ledger/index.ts'))
})

const figures = { service: 'Enfance', priceListId: 'TARIFS_2024' }

it('tells everybody the services, what they cost by their figures, and the whole list [guide 6, 51]', async () => {
  const services = await call(town, httpEvent(listTariffServicesRoute))
  const { services: all } = listTariffServicesRoute.reply.parse(JSON.parse(services.body ?? ''))
  expect(all).toMatchObject([{ service: 'Enfance', inForce: 'TARIFS_2024' }])

  const simulated = await call(
    town,
    httpEvent(simulateRoute, { body: { ...figures, commune: 'Nandy', quotient: '0.17' } }),
  )
  expect(simulated.statusCode).toBe(200)
  const { category, rows } = simulateRoute.reply.parse(JSON.parse(simulated.body ?? ''))
  expect(category.name).toBe('Elève Sénartais')
  expect(rows).toHaveLength(13)

  const parameters = { priceListId: 'TARIFS_2024' }
  const table2024 = await call(town, httpEvent(readPriceTableRoute, { parameters }))
  const { tables } = readPriceTableRoute.reply.parse(JSON.parse(table2024.body ?? ''))
  expect(tables).toHaveLength(2)
})

it('refuses what does not exist, in French [guide 51]', async () => {
  const unknown = await call(
    town,
    httpEvent(simulateRoute, { body: { ...figures, service: 'Voirie' } }),
  )
  expect([unknown.statusCode, problemIn(unknown).errors]).toEqual([
    400,
    [{ pointer: '/body/service', detail: 'Le service « Voirie » n’existe pas.' }],
  ])
  const parameters = { priceListId: 'TARIFS_1999' }
  const missing = await call(town, httpEvent(readPriceTableRoute, { parameters }))
  expect(missing.statusCode).toBe(404)
})

it('fills a simulation in from the file of who is signed in [guide 51, 53]', async () => {
  const claims = claimsOf(['guardian'], DUPONT)
  const body = { ...figures, childId: 'lucas', quotientDetail: true }
  const reply = await call(ledger, httpEvent(simulateForFamilyRoute, { claims, body }))
  const results = simulateForFamilyRoute.reply.parse(JSON.parse(reply.body ?? ''))
  expect(results).toMatchObject({
    user: 'Mme Madelaine DUPONT',
    child: 'Lucas',
    quotient: '0.17',
    quotientDetail: { from: '2024-09-01', source: 'Transmis par la CAF' },
  })
})
