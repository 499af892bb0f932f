import { beforeAll, describe, expect, it } from 'vitest'
import { grantAidRoute, grantDayCreditRoute } from '../../shared/billing/grant-routes.ts'
import {
  grantAid,
  grantDayCredit,
  listGrants,
  removeAid,
  removeDayCredit,
} from '../../shared/billing/grants.ts'
import type { InvoiceLine } from '../../shared/billing/model.ts'
import { openRun } from '../../shared/billing/open-run.ts'
import { invoiceEntity } from '../../shared/billing/document-store.ts'
import { inputsAmong } from '../../shared/billing/store.ts'
import { readFile } from '../../shared/families/read-file.ts'
import {
  activityIdSchema,
  childIdSchema,
  regieIdSchema,
  unitIdSchema,
  type FamilyId,
} from '../../shared/platform/schemas.ts'
import { cesson, cessonTown, DUPONT, openCesson } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { measure } from '../support/meter.ts'

const { table, documents } = await freshTable()
const deps = { table, town: cessonTown }
const NOW = new Date('2025-11-10T09:00:00Z')
const ENF = regieIdSchema.parse('ENF')
const REPAS = unitIdSchema.parse('REPAS')

type AidBody = Parameters<typeof grantAid>[1]['body']
type CreditBody = Parameters<typeof grantDayCredit>[1]['body']

const AID: AidBody = {
  payer: 'CCAS de Cesson',
  from: '2025-10-01',
  until: '2026-08-31',
  activityIds: [activityIdSchema.parse('RESTAURATION')],
  perDay: { kind: 'percent', percent: '50' },
  mostAmount: 10_000,
}

const CREDIT: CreditBody = {
  name: 'Carnet de 10 repas',
  activityId: activityIdSchema.parse('RESTAURATION'),
  unitIds: [REPAS],
  days: 10,
  price: 1800,
  from: '2025-10-01',
  until: '2026-08-31',
}

const by = (account: string, now = NOW) => ({
  actor: { account, roles: ['accountant' as const], family: undefined },
  now,
})

const grant = async (familyId: FamilyId, about: Partial<AidBody> = {}, call = by('accountant-1')) =>
  grantAidRoute.reply.parse(
    await grantAid(deps, {
      parameters: { familyId, aidId: 'ccas-1' },
      body: { ...AID, ...about },
      ...call,
    }),
  )

const sell = async (
  familyId: FamilyId,
  about: Partial<CreditBody> = {},
  call = by('accountant-1'),
) =>
  grantDayCreditRoute.reply.parse(
    await grantDayCredit(deps, {
      parameters: { familyId, creditId: 'carnet-1' },
      body: { ...CREDIT, ...about },
      ...call,
    }),
  )

const removeGrant = (familyId: FamilyId) =>
  removeAid(deps, { parameters: { familyId, aidId: 'ccas-1' }, ...by('accountant-2') })

const removeCredit = (familyId: FamilyId) =>
  removeDayCredit(deps, { parameters: { familyId, creditId: 'carnet-1' }, ...by('accountant-2') })

const list = (familyId: FamilyId) => listGrants(table, { parameters: { familyId } })

const family = async (): Promise<FamilyId> => (await anotherFamily(table)).familyId

/** Issues an invoice of October with one line. */
const invoice = (familyId: FamilyId, line: Pick<InvoiceLine, 'kind' | 'label' | 'amount'>) =>
  table.put(
    invoiceEntity.toItem({
      number: 'ENF202500000001',
      dueOn: '2025-12-01',
      familyId,
      regieId: ENF,
      regie: 'Régie Enfance',
      month: '2025-10',
      issuedOn: '2025-11-01',
      payer: {
        name: 'DUPONT',
        address: { street: '1 rue', postcode: '77240', town: 'Cesson' },
        emails: [],
      },
      lines: [
        {
          month: '2025-10',
          days: '2 3',
          quantity: 1,
          unitPrice: line.amount,
          priceList: 'Tarifs 2024',
          why: 'Un essai.',
          ...line,
        },
      ],
      total: line.amount,
    }),
  )

beforeAll(async () => {
  await openCesson(table)
  await openRun(
    { table, send: () => Promise.resolve() },
    {
      ...{ month: '2025-10', regieId: ENF, excluded: [], families: [] },
      at: new Date('2025-11-01T05:00:00Z'),
    },
  )
})

describe('what is granted to a family', () => {
  it('is listed with who granted it and when, whoever grants it again', async () => {
    const familyId = await family()
    await grant(familyId)
    await sell(familyId)
    const later = by('accountant-2', new Date('2025-11-12T09:00:00Z'))
    for (const call of [grant, sell]) {
      const again = await measure([documents], () => call(familyId, {}, later))
      expect(again.cost.calls).toEqual({ Query: 1 })
    }
    const noted = { notedBy: 'accountant-1', notedAt: '2025-11-10T09:00:00.000Z' }
    expect(await list(familyId)).toEqual({
      familyId,
      aids: [{ familyId, aidId: 'ccas-1', ...AID, ...noted }],
      dayCredits: [{ familyId, creditId: 'carnet-1', ...CREDIT, ...noted }],
    })
    expect(await list(await family())).toMatchObject({ aids: [], dayCredits: [] })
  })

  it('changes when it is granted otherwise, and tells who changed it last', async () => {
    const familyId = await family()
    const later = by('accountant-2', new Date('2025-11-12T09:00:00Z'))
    await grant(familyId)
    await grant(familyId, { perDay: { kind: 'amount', amount: 150 }, mostDays: 20 }, later)
    await sell(familyId)
    await sell(familyId, { days: 20, price: 3500 }, later)
    const noted = { notedBy: 'accountant-2', notedAt: '2025-11-12T09:00:00.000Z' }
    expect(await list(familyId)).toMatchObject({
      aids: [{ perDay: { kind: 'amount', amount: 150 }, mostDays: 20, ...noted }],
      dayCredits: [{ days: 20, price: 3500, ...noted }],
    })
  })

  it.each<[string, Partial<AidBody>]>([
    ['until', { until: '2025-09-30' }],
    ['childId', { childId: childIdSchema.parse('max') }],
    ['activityIds/1', { activityIds: [...AID.activityIds, activityIdSchema.parse('PISCINE')] }],
    ['perDay/percent', { perDay: { kind: 'percent', percent: '100.01' } }],
  ])('is refused as an aid that cannot be, at %s', async (field, about) => {
    await expect(grant(await family(), about)).rejects.toMatchObject({
      code: 'invalid-request',
      faults: [{ pointer: `/body/${field}` }],
    })
  })

  it.each<[string, Partial<CreditBody>]>([
    ['until', { until: '2025-09-30' }],
    ['childId', { childId: childIdSchema.parse('max') }],
    ['activityId', { activityId: activityIdSchema.parse('PISCINE') }],
    ['unitIds/0', { unitIds: [unitIdSchema.parse('JOURNEE')] }],
  ])('is refused as a day credit that cannot be, at %s', async (field, about) => {
    await expect(sell(await family(), about)).rejects.toMatchObject({
      code: 'invalid-request',
      faults: [{ pointer: `/body/${field}` }],
    })
  })

  it('is for families that there are', async () => {
    const { familyId } = grantAidRoute.parameters.parse({ familyId: '9999', aidId: 'ccas-1' })
    expect(cesson.families.map((each) => each.familyId)).not.toContain(familyId)
    for (const call of [grant, sell, list, removeGrant, removeCredit]) {
      await expect(call(familyId)).rejects.toMatchObject({ code: 'not-found' })
    }
  })

  it('may be for one child', async () => {
    const childId = childIdSchema.parse('leo')
    expect(await grant(DUPONT.familyId, { childId })).toMatchObject({ aids: [{ childId }] })
  })
})

describe('what is removed', () => {
  it('is gone when no issued month has used it, and the next run looks at what was opened since', async () => {
    const familyId = await family()
    await grant(familyId)
    await sell(familyId)
    await invoice(familyId, { kind: 'unit', label: 'Repas', amount: 208 })
    expect(await removeGrant(familyId)).toMatchObject({ aids: [] })
    expect(await removeCredit(familyId)).toMatchObject({ dayCredits: [] })
    expect(await list(familyId)).toMatchObject({ aids: [], dayCredits: [] })
    const { reviews } = inputsAmong((await readFile(table, familyId)).items)
    expect(reviews).toMatchObject([{ regieId: 'ENF', month: '2025-10' }])
  })

  it('ends today when an issued month has used it, and stays for the days before', async () => {
    const [aided, sold] = [await family(), await family()]
    await grant(aided)
    await invoice(aided, { kind: 'aid', label: AID.payer, amount: -104 })
    await sell(sold)
    await invoice(sold, { kind: 'day-credit', label: `${CREDIT.name} – Repas`, amount: 1800 })
    const ended = { from: '2025-10-01', until: '2025-11-10', notedBy: 'accountant-2' }
    expect(await removeGrant(aided)).toMatchObject({ aids: [ended] })
    expect(await removeCredit(sold)).toMatchObject({ dayCredits: [ended] })
    const again = await measure([documents], () => removeGrant(aided))
    expect(again.cost.calls).toEqual({ Query: 2 })
    expect(await list(aided)).toMatchObject({ aids: [ended] })
  })

  it('is no other aid, nor one of another time', async () => {
    const [other, before] = [await family(), await family()]
    await grant(other)
    await invoice(other, { kind: 'aid', label: 'CAF', amount: -104 })
    await grant(before, { from: '2025-11-01' })
    await invoice(before, { kind: 'aid', label: AID.payer, amount: -104 })
    for (const familyId of [other, before]) {
      expect(await removeGrant(familyId)).toMatchObject({ aids: [] })
    }
  })

  it('is removed once wherever the call breaks', async () => {
    const crashes = await crashEverywhere({
      clients: [documents],
      scenario: async () => {
        const familyId = await family()
        await grant(familyId)
        return {
          run: () => removeGrant(familyId),
          check: async ({ aids }) => {
            expect(aids).toEqual([])
            expect((await list(familyId)).aids).toEqual([])
          },
        }
      },
    })
    expect(crashes.map(({ operation }) => operation)).toContain('DeleteItem')
  })
})
