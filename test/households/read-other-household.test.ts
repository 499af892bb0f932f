import { describe, expect, it } from 'vitest'
import { documentItem } from '../../shared/billing/document-store.ts'
import { invoiceSchema } from '../../shared/billing/model.ts'
import { Calendars, type TownCatalogue } from '../../shared/catalogue/calendar.ts'
import { townSchema } from '../../shared/catalogue/model.ts'
import { readOtherHousehold } from '../../shared/households/read-other-household.ts'
import { readOtherHouseholdRoute } from '../../shared/households/routes.ts'
import { readFile } from '../../shared/families/read-file.ts'
import { childEntity } from '../../shared/families/store.ts'
import type { FamilyId } from '../../shared/platform/schemas.ts'
import { cesson, DUPONT, guardian, TEST } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { expectCost, measure } from '../support/meter.ts'
import { planningWith, storePlannings } from '../support/plannings.ts'
import { SHARED_CHILD, separatedParents } from '../support/separated-parents.ts'

const { table, documents } = await freshTable()

const townThat = (opened: { attendance: boolean; invoices: boolean }): TownCatalogue => {
  const town = townSchema.parse({ ...cesson.catalogue.town, sharedChildren: opened })
  const catalogue = { ...cesson.catalogue, town }
  return { catalogue, calendars: new Calendars(catalogue) }
}

const read = (
  familyId: FamilyId,
  {
    opened = { attendance: false, invoices: false },
    query = { from: '2025-09-01', to: '2025-09-30' },
    childId = 'enfant',
    now = new Date('2025-09-18T10:00:00Z'),
  }: {
    opened?: { attendance: boolean; invoices: boolean }
    query?: { from?: string; to?: string }
    childId?: string
    now?: Date
  } = {},
) =>
  readOtherHousehold(
    { table, town: townThat(opened) },
    {
      actor: guardian({ ...DUPONT, familyId }),
      parameters: readOtherHouseholdRoute.parameters.parse({ childId }),
      query: readOtherHouseholdRoute.query.parse(query),
      now,
    },
  )

const booked = async () => {
  const both = await separatedParents(table)
  await storePlannings(table, [
    planningWith(
      both.father,
      { child: SHARED_CHILD, activity: 'MERCREDIS', unit: 'JOURNEE' },
      { '2025-09-03': 'a', '2025-09-10': 'u', '2025-09-17': 'j', '2025-09-24': 'r' },
    ),
    planningWith(
      both.father,
      { child: SHARED_CHILD, activity: 'RESTAURATION', unit: 'REPAS' },
      { '2025-09-02': 'a', '2025-09-04': 'n', '2025-09-05': 'w', '2025-10-02': 'a' },
    ),
    // Of another child of that household, whoever it is.
    planningWith(
      both.father,
      { child: 'sibling', activity: 'RESTAURATION', unit: 'REPAS' },
      { '2025-09-08': 'a' },
    ),
  ])
  return both
}

describe('the other household of a child', () => {
  it('tells on which days it has booked, by name, and not how they stand', async () => {
    const { mother } = await booked()
    const reply = await read(mother)
    expect(reply).not.toHaveProperty('attendance')
    expect(reply).not.toHaveProperty('invoices')
    const meal = ['Restauration Scolaire', 'Repas']
    const day = ['Centre de Loisirs Mercredis', 'Journée']
    expect(
      reply.bookings.map(({ date, activity, units }) => [
        date,
        activity,
        ...units.map(({ name }) => name),
      ]),
    ).toEqual([
      ['2025-09-02', ...meal],
      ['2025-09-03', ...day],
      ['2025-09-05', ...meal],
      ['2025-09-10', ...day],
      ['2025-09-24', ...day],
    ])
  })

  it('is of the month in course unless asked for, and of a year at most', async () => {
    const { mother } = await booked()
    const { from, to } = await read(mother, { query: {} })
    expect([from, to]).toEqual(['2025-09-01', '2025-09-30'])
    await expect(
      read(mother, { query: { from: '2025-09-01', to: '2025-08-01' } }),
    ).rejects.toMatchObject({ code: 'period-out-of-range' })
    await expect(
      read(mother, { query: { from: '2025-09-01', to: '2026-12-01' } }),
    ).rejects.toMatchObject({ code: 'period-out-of-range' })
  })

  it('tells how the child attended where the town opens it, up to today', async () => {
    const { mother } = await booked()
    const { attendance } = await read(mother, { opened: { attendance: true, invoices: false } })
    expect(attendance?.map(({ date, meaning }) => [date, meaning])).toEqual([
      ['2025-09-02', 'Présence acceptée'],
      ['2025-09-03', 'Présence acceptée'],
      ['2025-09-10', 'Absence non justifiée'],
      ['2025-09-17', 'Absence justifiée'],
    ])
  })

  it('tells what it was invoiced for the child where the town opens it: of no other child, and not why', async () => {
    const { mother, father } = await booked()
    const line = (more: object) => ({
      kind: 'unit',
      month: '2025-08',
      childId: SHARED_CHILD,
      label: 'Repas',
      days: '2 3',
      quantity: 2,
      unitPrice: 208,
      amount: 416,
      account: '7067',
      priceList: 'Tarifs 2024',
      why: 'Quotient 512,00',
      ...more,
    })
    const document = invoiceSchema.parse({
      familyId: father,
      regieId: 'ENF',
      regie: 'Régie Enfance',
      month: '2025-08',
      issuedOn: '2025-09-01',
      dueOn: '2025-10-01',
      number: 'ENF202500000042',
      payer: {
        name: 'Famille',
        address: { street: '1 rue', postcode: '77240', town: 'Cesson' },
        emails: [],
      },
      lines: [
        line({}),
        line({ childId: 'sibling', label: 'Étude' }),
        line({ kind: 'aid', label: 'Aide du CCAS', quantity: 1, unitPrice: -100, amount: -100 }),
      ],
      total: 732,
    })
    await table.put(documentItem({ kind: 'invoice', document }))
    const { invoices } = await read(mother, { opened: { attendance: false, invoices: true } })
    expect(invoices).toEqual([
      {
        number: 'ENF202500000042',
        issuedOn: '2025-09-01',
        month: '2025-08',
        amount: 416,
        lines: [{ label: 'Repas', quantity: 2, unitPrice: 208, amount: 416 }],
      },
    ])
  })

  it('is found by nobody without authority, of a child that is not there, or of one household', async () => {
    const { mother } = await booked()
    await expect(read(mother, { childId: 'sibling' })).rejects.toMatchObject({ code: 'not-found' })
    const { familyId } = await anotherFamily(table, TEST.familyId)
    await expect(read(familyId, { childId: 'manon' })).rejects.toMatchObject({ code: 'not-found' })
    const { file } = await readFile(table, mother)
    const [child] = file.children
    if (child === undefined) throw new Error('No child')
    await table.put(
      childEntity.toItem({
        ...child,
        authorityWithdrawn: [{ guardianId: DUPONT.guardianId, since: '2025-09-18' }],
      }),
    )
    await expect(read(mother)).rejects.toMatchObject({ code: 'not-found' })
  })
})

it('costs two Queries to see the other household', async () => {
  const { mother } = await booked()
  const { cost } = await measure([documents], () => read(mother))
  expectCost('read what the other household of a child has booked', cost)
})
