import { beforeAll, describe, expect, it } from 'vitest'
import { fault } from '../../lib/local/payfip-soap.ts'
import { NOT_OPENED, UNREACHABLE } from '../../shared/payments/names.ts'
import { openCesson } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { openPayfip } from '../payfip/fixture.ts'
import { codeOf, newKey, openPayments, watchLogs } from './fixture.ts'

const { table } = await freshTable()
const { payfip, clock } = await openPayfip(new Date('2025-10-15T09:00:00Z'))
const online = openPayments(table, { url: payfip.url, now: () => clock.now })
const { owing, start, follow, standing, operationOf } = online
const warned = watchLogs()

beforeAll(async () => {
  await openCesson(table)
})

describe('when PayFiP opens nothing', () => {
  it.each([
    [
      'fault R3',
      fault('FonctionnelleErreur', 'R3', { libelle: 'Non' }),
      'online-refused',
      NOT_OPENED,
    ],
    [
      'fault A2',
      fault('FonctionnelleErreur', 'A2', { libelle: 'Non' }),
      'online-refused',
      undefined,
    ],
    [
      'fault M3',
      fault('FonctionnelleErreur', 'M3', { libelle: 'Non' }),
      'online-refused',
      NOT_OPENED,
    ],
    [
      'a technical fault',
      fault('TechDysfonctionnementErreur', '999'),
      'online-refused',
      UNREACHABLE,
    ],
    ['an outage', fault('TechIndisponibiliteErreur', ''), 'online-refused', UNREACHABLE],
    [
      '502 without XML',
      { status: 502, type: 'text/html', body: '<html></html>' },
      'unavailable',
      UNREACHABLE,
    ],
    [
      'no answer in time',
      { status: 200, type: 'text/xml', body: '', after: 30_000 },
      'unavailable',
      UNREACHABLE,
    ],
  ] as const)(
    '%s leaves nothing held, and the same call begins anew [wish W9]',
    async (_, reply, code, told) => {
      const { by, invoices } = await owing(1500)
      const key = newKey()
      payfip.disturb({ reply })
      expect(await codeOf(start(by, invoices, { key }))).toBe(code)
      expect(warned).toEqual(told === undefined ? [] : [told])
      expect(await standing(by)).toMatchObject({ paying: [], states: ['failed'] })
      const begins = await start(by, invoices, { key })
      expect(begins).toMatchObject({ state: 'open' })
      await payfip.choose(await operationOf(by, begins.paymentId), 'P')
      await follow(by, begins.paymentId)
      expect(await standing(by)).toMatchObject({ states: ['paid'], invoices: ['settled'] })
    },
    20_000,
  )
})
