import { beforeAll, describe, expect, it } from 'vitest'
import { checkMarks } from '../../shared/attendance/check-marks.ts'
import { MOST_MARKS, type Mark } from '../../shared/attendance/model.ts'
import { markSheet } from '../../shared/attendance/mark-sheet.ts'
import { findSheet, sheetEntity } from '../../shared/attendance/store.ts'
import { familyPartition } from '../../shared/platform/keys.ts'
import { listWaiting } from '../../shared/places/waiting-list.ts'
import { planningEntity } from '../../shared/reservations/store.ts'
import { invoiceEntity } from '../../shared/billing/store.ts'
import { regieIdSchema } from '../../shared/platform/schemas.ts'
import { cessonTown, openCesson } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { ids, letterIn, mark, MEALS, NOON, openFamilies, send, waitFor, write } from './fixture.ts'

const { table } = await freshTable()

const LEO = ['leo', 'RESTAURATION', 'REPAS'] as const
const LUCAS = ['lucas', 'RESTAURATION', 'REPAS'] as const

const plannings = async (familyId: ReturnType<typeof ids.family>) =>
  planningEntity.pick(await table.query({ partition: familyPartition(familyId) }))

beforeAll(async () => {
  await openCesson(table)
})

describe('a sheet of marks', () => {
  it('makes absences owed and excused ones not, and leaves those who came [guide 50]', async () => {
    const { familyId } = await anotherFamily(table)
    await write(table, familyId, {
      'leo RESTAURATION REPAS 2025-09-02': 'a',
      'lucas RESTAURATION REPAS 2025-09-02': 'a',
    })
    const [came, away] = [mark(familyId, 'leo', 'present'), mark(familyId, 'lucas', 'absent')]
    const { marks } = await send(table, [came, away])
    expect(marks.filter((each) => each.familyId === familyId)).toMatchObject([
      { childId: 'leo', unitId: 'REPAS', state: 'present', billed: false },
      { childId: 'lucas', unitId: 'REPAS', state: 'absent', billed: false },
    ])
    expect(await letterIn(table, familyId, LEO)).toBe('a')
    expect(await letterIn(table, familyId, LUCAS)).toBe('u')

    await send(table, [
      mark(familyId, 'lucas', 'excused', { markedAt: '2025-09-02T10:20:00.000Z' }),
    ])
    expect(await letterIn(table, familyId, LUCAS)).toBe('j')
  })

  it('gives back what was booked when a mark is corrected, and keeps the late price [guide 50]', async () => {
    const { familyId } = await anotherFamily(table)
    await write(table, familyId, { 'leo RESTAURATION REPAS 2025-09-02': 'l' })
    await send(table, [mark(familyId, 'leo', 'absent')])
    expect(await letterIn(table, familyId, LEO)).toBe('l')
    await send(table, [mark(familyId, 'leo', 'excused', { markedAt: '2025-09-02T10:20:00.000Z' })])
    expect(await letterIn(table, familyId, LEO)).toBe('j')
    await send(table, [mark(familyId, 'leo', 'present', { markedAt: '2025-09-02T10:25:00.000Z' })])
    expect(await letterIn(table, familyId, LEO)).toBe('l')
  })

  it('notes a child who came without a booking, and takes it back', async () => {
    const { familyId } = await anotherFamily(table)
    await send(table, [mark(familyId, 'leo', 'present')])
    expect(await letterIn(table, familyId, LEO)).toBe('e')
    await send(table, [mark(familyId, 'leo', 'absent', { markedAt: '2025-09-02T10:25:00.000Z' })])
    expect(await letterIn(table, familyId, LEO)).toBe('.')
  })

  it('notes a child who is not even enrolled, with the card of who must be called', async () => {
    const [familyId = ids.family('')] = await openFamilies(
      table,
      [7001],
      [{ activityId: 'ETUDES', groupId: 'ETUDES_E_PREVERT' }],
    )
    await send(table, [mark(familyId, 'lucas', 'present')])
    expect(await letterIn(table, familyId, LUCAS)).toBe('e')
    const { guests } = await findSheet(table, MEALS)
    expect(guests.find((guest) => guest.familyId === familyId)?.card).toMatchObject({
      firstName: 'Lucas',
      diets: ['SANS_VIANDE'],
      contacts: [{ name: 'Jeanne MARTIN', mayCollect: true }, { name: 'Paul LEROY' }],
    })
  })

  it('takes a child who came off the waiting list', async () => {
    const { familyId } = await anotherFamily(table)
    await waitFor(table, familyId, 'leo')
    await send(table, [mark(familyId, 'leo', 'absent')])
    expect(await letterIn(table, familyId, LEO)).toBe('w')
    await send(table, [mark(familyId, 'leo', 'present', { markedAt: '2025-09-02T10:25:00.000Z' })])
    expect(await letterIn(table, familyId, LEO)).toBe('e')
    expect(await listWaiting(table, MEALS, MEALS.date)).toEqual([])
    expect((await plannings(familyId))[0]).not.toHaveProperty('waits')
    // The place in the list is gone: a correction does not pretend that the child still waits.
    await send(table, [mark(familyId, 'leo', 'absent', { markedAt: '2025-09-02T10:28:00.000Z' })])
    expect(await letterIn(table, familyId, LEO)).toBe('.')
  })

  it('ignores older marks that arrive later, and the same marks again', async () => {
    const { familyId } = await anotherFamily(table)
    await write(table, familyId, { 'leo RESTAURATION REPAS 2025-09-02': 'a' })
    const early = mark(familyId, 'leo', 'absent', { markedAt: '2025-09-02T09:50:00.000Z' })
    const late = mark(familyId, 'leo', 'present', { markedAt: '2025-09-02T10:10:00.000Z' })
    const once = await send(table, [late])
    const before = [await findSheet(table, MEALS), await plannings(familyId)]
    expect(await send(table, [early])).toEqual(once)
    expect(await send(table, [late, early, late])).toEqual(once)
    expect([await findSheet(table, MEALS), await plannings(familyId)]).toEqual(before)
  })

  it('tells apart children of two families who have the same id', async () => {
    const [one, other] = [await anotherFamily(table), await anotherFamily(table)]
    for (const { familyId } of [one, other]) {
      await write(table, familyId, { 'leo RESTAURATION REPAS 2025-09-02': 'a' })
    }
    await send(table, [mark(one.familyId, 'leo', 'absent')])
    expect(await letterIn(table, one.familyId, LEO)).toBe('u')
    expect(await letterIn(table, other.familyId, LEO)).toBe('a')
  })

  it('keeps what a certificate has excused when a device delivers an old absence', async () => {
    const { familyId } = await anotherFamily(table)
    await write(table, familyId, { 'leo RESTAURATION REPAS 2025-09-02': 'j' })
    await send(table, [mark(familyId, 'leo', 'absent')])
    expect(await letterIn(table, familyId, LEO)).toBe('j')
  })

  it('leaves a month as it was billed when marks come after the invoice, and says so', async () => {
    const { familyId } = await anotherFamily(table)
    await write(table, familyId, { 'leo RESTAURATION REPAS 2025-09-02': 'a' })
    await table.put(
      invoiceEntity.toItem({
        familyId,
        number: 'ENF202500000001',
        regieId: regieIdSchema.parse('ENF'),
        regie: 'Régie Enfance',
        month: '2025-09',
        issuedOn: '2025-10-01',
        dueOn: '2025-10-31',
        payer: {
          name: 'DUPONT',
          address: { street: '1 rue', postcode: '77240', town: 'Cesson' },
          emails: [],
        },
        lines: [
          {
            childId: ids.child('leo'),
            child: 'Léo',
            activityId: MEALS.activityId,
            activity: 'Restauration Scolaire',
            unitId: ids.unit('REPAS'),
            unit: 'Repas',
            quantity: 1,
            unitPrice: 208,
            amount: 208,
            priceList: 'Tarifs 2024',
          },
        ],
        total: 208,
      }),
    )
    const now = new Date('2025-10-01T08:00:00Z')
    const { marks } = await send(table, [mark(familyId, 'leo', 'absent')], { now })
    expect(marks.find((each) => each.familyId === familyId)).toMatchObject({
      state: 'absent',
      billed: true,
    })
    expect(await letterIn(table, familyId, LEO)).toBe('a')
  })

  it('takes a whole canteen in one call, also when every child is away', async () => {
    const families = await openFamilies(
      table,
      Array.from({ length: 95 }, (_, index) => 8000 + index),
    )
    for (const familyId of families) {
      await write(table, familyId, { 'lucas RESTAURATION REPAS 2025-09-04': 'a' })
    }
    const strike = families.map((familyId) =>
      mark(familyId, 'lucas', 'absent', { markedAt: '2025-09-04T10:00:00.000Z' }),
    )
    const parameters = { ...MEALS, date: '2025-09-04' } as const
    const now = new Date('2025-09-04T10:30:00Z')
    const { marks } = await send(table, strike, { parameters, now })
    expect(marks).toHaveLength(95)
    for (const familyId of families) {
      expect(await letterIn(table, familyId, LUCAS, '2025-09-04')).toBe('u')
    }
  })

  it('loses nothing of several devices at once', async () => {
    const families = [await anotherFamily(table), await anotherFamily(table)]
    const date = '2025-09-05' as const
    const now = new Date('2025-09-05T10:30:00Z')
    for (const { familyId } of families) {
      await write(table, familyId, { [`leo RESTAURATION REPAS ${date}`]: 'a' })
    }
    await Promise.all(
      families.map(({ familyId }) =>
        send(table, [mark(familyId, 'leo', 'absent', { markedAt: '2025-09-05T10:00:00.000Z' })], {
          parameters: { ...MEALS, date },
          now,
        }),
      ),
    )
    const { entries } = await findSheet(table, { ...MEALS, date })
    expect(entries).toHaveLength(2)
    for (const { familyId } of families) {
      expect(await letterIn(table, familyId, LEO, date)).toBe('u')
    }
  })
})

describe('arrival and departure', () => {
  const { catalogue } = cessonTown
  /** The demo town, with evening care billed by the time spent. */
  const town = {
    ...cessonTown,
    catalogue: {
      ...catalogue,
      activities: catalogue.activities.map((activity) => ({
        ...activity,
        units: activity.units.map((unit) =>
          unit.id === ids.unit('ACC_SOIR') ? { ...unit, byTime: true } : unit,
        ),
      })),
    },
  }
  const evening = {
    activityId: ids.activity('ACCUEIL'),
    groupId: ids.group('ACC_PP_SCO_M_PREVERT'),
    date: '2025-09-02',
  } as const
  const stay = async (about: Partial<Mark>) => {
    const { familyId } = await anotherFamily(table)
    const unitIds = [ids.unit('ACC_SOIR')]
    const marks = [mark(familyId, 'lucas', 'present', { unitIds, ...about })]
    const noted = await markSheet(
      { table, town },
      { parameters: evening, body: { marks }, now: NOON },
    )
    return noted.marks.find((each) => each.familyId === familyId)
  }

  it('are noted where the unit is billed by the time spent, together or one by one', async () => {
    expect(await stay({ arrivedAt: '16:30', leftAt: '18:05' })).toMatchObject({
      unitId: 'ACC_SOIR',
      arrivedAt: '16:30',
      leftAt: '18:05',
    })
    expect((await stay({ arrivedAt: '16:30' }))?.leftAt).toBeUndefined()
    expect(await stay({ leftAt: '18:05' })).toMatchObject({ leftAt: '18:05' })
  })

  it.each<[string, string, Parameters<typeof stay>[0]]>([
    [
      'where nobody bills by them',
      'arrivedAt',
      { unitIds: [ids.unit('ACC_MATIN')], arrivedAt: '07:45' },
    ],
    ['of a child who was not there', 'arrivedAt', { state: 'absent', arrivedAt: '16:30' }],
    ['in the wrong order', 'leftAt', { arrivedAt: '16:30', leftAt: '16:29' }],
  ])('are refused %s', async (_, field, about) => {
    await expect(stay(about)).rejects.toMatchObject({
      code: 'invalid-request',
      faults: [{ pointer: `/body/marks/0/${field}` }],
    })
  })
})

describe('refusals name the field', () => {
  const of = async (about: Partial<Mark>, options: Parameters<typeof send>[2] = {}) => {
    const { familyId } = await anotherFamily(table)
    return send(table, [mark(familyId, 'leo', 'present', about)], options)
  }

  it.each<[string, string, Partial<Mark>]>([
    ['a child that the town does not know', '/body/marks/0/childId', { childId: ids.child('max') }],
    ['a family that it does not know', '/body/marks/0/childId', { familyId: ids.family('none') }],
    ['a unit of another activity', '/body/marks/0/unitIds/0', { unitIds: [ids.unit('MATIN')] }],
    ['a time to come', '/body/marks/0/markedAt', { markedAt: '2025-09-02T10:35:01.000Z' }],
  ])('%s', async (_, pointer, about) => {
    await expect(of(about)).rejects.toMatchObject({
      code: 'invalid-request',
      faults: [{ pointer }],
    })
  })

  it('more marks at once than a sheet could hold, each unit counted', () => {
    const activity = cessonTown.catalogue.activities.find(({ id }) => id === MEALS.activityId)
    if (activity === undefined) throw new Error('The demo town has no meals')
    const marksOf = (units: number) =>
      Array.from({ length: MOST_MARKS }, () =>
        mark(ids.family('1001'), 'leo', 'present', {
          unitIds: Array.from({ length: units }, () => ids.unit('REPAS')),
        }),
      )
    expect(() => {
      checkMarks(activity, marksOf(5), NOON)
    }).not.toThrow()
    expect(() => {
      checkMarks(activity, marksOf(6), NOON)
    }).toThrow(
      expect.objectContaining({
        code: 'invalid-request',
        faults: [
          {
            pointer: '/body/marks',
            detail:
              'Envoyez au plus 1500 pointages à la fois, chacun d’un enfant pour une prestation.',
          },
        ],
      }),
    )
  })

  it('a mark that a full sheet has no room for, and nothing else is written', async () => {
    const { familyId } = await anotherFamily(table)
    const parameters = { ...MEALS, date: '2025-09-08' } as const
    const now = new Date('2025-09-08T10:30:00Z')
    const about = { markedAt: '2025-09-08T10:00:00.000Z' }
    const entries = Array.from({ length: 1700 }, (_, index) => ({
      ...mark(ids.family(String(100_000 + index)), 'lucas', 'present', about),
      markId: `device-${String(index)}`.padEnd(40, '-'),
      unitId: ids.unit('REPAS'),
      booked: 'a',
    }))
    const held = { ...parameters, version: 1, guests: [] }
    await table.put(sheetEntity.toItem({ ...held, entries }))
    await expect(
      send(table, [mark(familyId, 'leo', 'present', about)], { parameters, now }),
    ).resolves.toBeDefined()
    const more = Array.from({ length: 900 }, (_, index) => ({
      ...mark(ids.family(String(200_000 + index)), 'lucas', 'present', about),
      unitId: ids.unit('REPAS'),
      booked: 'a',
    }))
    await table.put(sheetEntity.toItem({ ...held, entries: [...entries, ...more] }))
    await expect(
      send(table, [mark(familyId, 'leo', 'present', about)], { parameters, now }),
    ).rejects.toMatchObject({
      code: 'invalid-request',
      faults: [{ pointer: '/body/marks', detail: 'Cette feuille est pleine.' }],
    })
    expect((await findSheet(table, parameters)).version).toBe(1)
  })

  it('but let the clock of a device be five minutes ahead', async () => {
    await expect(of({ markedAt: '2025-09-02T10:35:00.000Z' })).resolves.toBeDefined()
  })

  it.each([
    ['a day to come', '2025-09-04', NOON],
    ['a Sunday', '2025-08-31', NOON],
    ['a public holiday', '2025-11-11', new Date('2025-11-12T10:00:00Z')],
  ] as const)('%s', async (_, date, now) => {
    await expect(of({}, { parameters: { ...MEALS, date }, now })).rejects.toMatchObject({
      code: 'period-out-of-range',
      faults: [{ pointer: '/path/date' }],
    })
  })

  it.each([
    ['an activity', { ...MEALS, activityId: ids.activity('NONE') }],
    ['a group', { ...MEALS, groupId: ids.group('PETITS') }],
  ])('%s that does not exist is not found', async (_, parameters) => {
    await expect(of({}, { parameters })).rejects.toMatchObject({ code: 'not-found' })
  })
})
