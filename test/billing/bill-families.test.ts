import { beforeAll, describe, expect, it } from 'vitest'
import { billFamilies } from '../../shared/billing/bill-families.ts'
import type { BillingJob, Invoice } from '../../shared/billing/model.ts'
import { openBillingRun } from '../../shared/billing/open-run.ts'
import { readBillingRun, readLedger } from '../../shared/billing/read-ledger.ts'
import { listInvoices } from '../../shared/billing/store.ts'
import type { IsoMonth } from '../../shared/kernel/dates.ts'
import { familyPartition, SEQUENCES } from '../../shared/platform/keys.ts'
import { familyIdSchema, type FamilyId } from '../../shared/platform/schemas.ts'
import { counterValue } from '../../shared/platform/table.ts'
import { submitWishes } from '../../shared/reservations/submit-wishes.ts'
import {
  cessonTown,
  DUPONT,
  GUIDE_MORNING,
  guardian,
  guideWishes,
  openCesson,
  TEST,
  weekly,
} from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { expectCost, measure } from '../support/meter.ts'

const { table, documents } = await freshTable()
const deps = { table, town: cessonTown }

const job = (month: IsoMonth, familyIds: FamilyId[], slice = 0): BillingJob => ({
  month,
  slice,
  issuedOn: '2025-10-01',
  familyIds,
})

/** Opens families that book the year of guide 002. */
const bookedFamilies = async (count: number): Promise<FamilyId[]> => {
  const families: FamilyId[] = []
  for (let index = 0; index < count; index += 1) {
    const by = await anotherFamily(table)
    await submitWishes(
      { table, town: cessonTown },
      { by, wishes: guideWishes, idempotencyKey: 'the-whole-year', now: GUIDE_MORNING },
    )
    families.push(by.familyId)
  }
  return families
}

const lastNumber = async (): Promise<number> =>
  counterValue(await table.get({ partition: SEQUENCES, sort: ['INVOICE', 'ENF', '2025'] }))

const invoicesOf = async (families: readonly FamilyId[]): Promise<Invoice[]> =>
  (await Promise.all(families.map((familyId) => listInvoices(table, familyId)))).flat()

const placeIn = ({ number }: Invoice): number => Number(number.slice(7))

describe('the monthly billing', () => {
  beforeAll(async () => {
    await openCesson(table)
  })

  it('bills each child and unit with quantity, unit price and amount, to the cent [guide 9, 29, 54]', async () => {
    const [familyId] = await bookedFamilies(1)
    if (familyId === undefined) throw new Error('No family')
    const report = await billFamilies(deps, job('2025-09', [familyId]))
    const ledger = await readLedger(table, { actor: guardian({ ...DUPONT, familyId }) })
    // September 2025: 7 Mondays and Thursdays of study from the 8th, 9 Tuesdays and Thursdays of
    // meals and evening care, 6 Mondays and Fridays from the 8th.
    expect(ledger.invoices).toMatchObject([
      {
        month: '2025-09',
        issuedOn: '2025-10-01',
        dueOn: '2025-10-31',
        lines: [
          { child: 'Léo', unit: 'ETUDES', quantity: 7, unitPrice: 141, amount: 987 },
          { child: 'Léo', unit: 'Repas', quantity: 9, unitPrice: 208, amount: 1872 },
          { child: 'Lucas', unit: 'Repas', quantity: 7, unitPrice: 208, amount: 1456 },
          { child: 'Lucas', unit: 'Acc Soir', quantity: 9, unitPrice: 141, amount: 1269 },
        ],
        total: 5584,
      },
    ])
    expect(ledger.totals).toEqual({ invoiced: 5584, invoices: 1 })
    expect(report).toMatchObject({ invoices: 1, total: 5584, anomalies: [] })
  })

  it('writes nothing for a family without a booking', async () => {
    const by = await anotherFamily(table, TEST.familyId)
    const before = await lastNumber()
    const report = await billFamilies(deps, job('2025-09', [by.familyId]))
    expect(report).toMatchObject({ invoices: 0, total: 0, anomalies: [] })
    expect(await lastNumber()).toBe(before)
  })

  it('reports a child without a price by child, unit and date, withholds the invoice, and bills the others', async () => {
    const [priced, unpriced] = await bookedFamilies(2)
    if (priced === undefined || unpriced === undefined) throw new Error('No families')
    const [list] = cessonTown.catalogue.priceLists
    if (list === undefined) throw new Error('No price list')
    const catalogue = {
      ...cessonTown.catalogue,
      priceLists: [
        {
          ...list,
          prices: list.prices.filter(({ activityId }) => activityId !== 'ETUDES'),
        },
      ],
    }
    // Only one of the two families has a child in the studies.
    await submitWishes(
      { table, town: cessonTown },
      {
        by: { ...DUPONT, familyId: priced },
        wishes: [weekly('leo-etudes-2025', {})],
        idempotencyKey: 'without-studies',
        now: GUIDE_MORNING,
      },
    )
    const report = await billFamilies(
      { table, town: { ...cessonTown, catalogue } },
      job('2025-09', [unpriced, priced]),
    )
    expect(report.invoices).toBe(1)
    expect(report.anomalies).toHaveLength(1)
    expect(report.anomalies[0]).toMatchObject({
      familyId: unpriced,
      detail:
        'Aucun tarif pour Léo : Etudes Surveillées, ETUDES, catégorie ENFANT, 7 jours dès le 08/09/2025.',
    })
    expect(await invoicesOf([unpriced])).toEqual([])
    expect(await invoicesOf([priced])).toHaveLength(1)
  })

  it('is not held up by a family whose file is gone or cannot be read', async () => {
    const [sound, broken] = await bookedFamilies(2)
    if (sound === undefined || broken === undefined) throw new Error('No families')
    const gone = familyIdSchema.parse('4999')
    await table.put({
      pk: `FAMILY#${broken}`,
      sk: 'FILE#CHILD#nameless',
      entity: 'Child',
      familyId: broken,
    })
    const report = await billFamilies(deps, job('2025-09', [gone, broken, sound]))
    expect(report.invoices).toBe(1)
    expect(report.anomalies.map(({ familyId }) => familyId)).toEqual([gone, broken])
    expect(await invoicesOf([sound])).toHaveLength(1)
  })

  it('bills a month once however often it runs, and writes no number twice', async () => {
    const families = await bookedFamilies(3)
    const before = await lastNumber()
    const first = await billFamilies(deps, job('2025-09', families))
    const invoices = await invoicesOf(families)
    const again = await billFamilies(deps, job('2025-09', families))
    expect(await invoicesOf(families)).toEqual(invoices)
    expect(await lastNumber()).toBe(before + 3)
    expect(again).toEqual(first)
    expect(invoices.map(placeIn).toSorted((a, b) => a - b)).toEqual([
      before + 1,
      before + 2,
      before + 3,
    ])
  })

  it('keeps the series without a gap when slices run at the same time, twice each', async () => {
    const families = await bookedFamilies(12)
    const before = await lastNumber()
    const slices = [0, 1, 2, 3].map((slice) =>
      job('2025-09', families.slice(slice * 3, slice * 3 + 3), slice),
    )
    await Promise.all([...slices, ...slices].map((each) => billFamilies(deps, each)))
    const places = (await invoicesOf(families)).map(placeIn).toSorted((a, b) => a - b)
    expect(places).toEqual(Array.from({ length: 12 }, (_, index) => before + index + 1))
    expect(await lastNumber()).toBe(before + 12)
  })

  it('leaves one invoice a family and an unbroken series wherever the worker crashes', async () => {
    const crashes = await crashEverywhere({
      clients: [documents],
      scenario: async () => {
        const families = await bookedFamilies(2)
        const before = await lastNumber()
        return {
          run: () => billFamilies(deps, job('2025-09', families)),
          check: async (report) => {
            const places = (await invoicesOf(families)).map(placeIn).toSorted((a, b) => a - b)
            expect(places).toEqual([before + 1, before + 2])
            expect(await lastNumber()).toBe(before + 2)
            expect(report.invoices).toBe(2)
          },
        }
      },
    })
    expect(crashes.map(({ operation }) => operation)).toContain('TransactWriteItems')
  })

  it('costs one Query and one write for each family, the series and the report aside', async () => {
    const families = await bookedFamilies(10)
    const first = await measure([documents], () => billFamilies(deps, job('2025-09', families)))
    expect(first.cost.calls).toEqual({ Query: 10, GetItem: 1, TransactWriteItems: 1, PutItem: 1 })
    expectCost('bill 10 families for a month', first.cost)
    const items = await Promise.all(
      families.map((familyId) =>
        table.query({ partition: familyPartition(familyId), from: ['LEDGER'] }),
      ),
    )
    expect(items.map((ledger) => ledger.length)).toEqual(families.map(() => 1))
  })
})

describe('the run of a month', () => {
  it('covers every family once, in slices, for the month before the due time', async () => {
    const jobs = await openBillingRun(table, new Date('2025-10-01T04:00:00Z'))
    const families = jobs.flatMap(({ familyIds }) => familyIds)
    expect(new Set(families).size).toBe(families.length)
    expect(families).toEqual(expect.arrayContaining([DUPONT.familyId, TEST.familyId]))
    expect(
      jobs.every(({ month, issuedOn }) => month === '2025-09' && issuedOn === '2025-10-01'),
    ).toBe(true)
    expect(Math.max(...jobs.map(({ familyIds }) => familyIds.length))).toBeLessThanOrEqual(50)
  })

  it('hands out the same work when the schedule fires twice', async () => {
    const at = new Date('2025-10-01T04:00:00Z')
    expect(await openBillingRun(table, at)).toEqual(await openBillingRun(table, at))
  })

  it('knows the month by the hour of Paris, not of Greenwich', async () => {
    const [first] = await openBillingRun(table, new Date('2025-10-31T23:30:00Z'))
    expect(first?.month).toBe('2025-10')
  })

  it('tells how far it is and what it found', async () => {
    const jobs = await openBillingRun(table, new Date('2025-10-01T04:00:00Z'))
    const before = await readBillingRun(table, { parameters: { month: '2025-09' } })
    for (const each of jobs) await billFamilies(deps, each)
    const after = await readBillingRun(table, { parameters: { month: '2025-09' } })
    expect(before).toMatchObject({ slices: jobs.length, openedAt: '2025-10-01T04:00:00.000Z' })
    expect(after.slicesDone).toBe(jobs.length)
    expect(after.invoices).toBeGreaterThan(0)
    await expect(readBillingRun(table, { parameters: { month: '2024-01' } })).rejects.toMatchObject(
      {
        code: 'not-found',
      },
    )
  })
})
