import { beforeAll, describe, expect, it } from 'vitest'
import { checkMarks } from '../../shared/attendance/check-marks.ts'
import { MOST_MARKS, type Mark } from '../../shared/attendance/model.ts'
import { markSheet } from '../../shared/attendance/mark-sheet.ts'
import { findSheet, sheetEntity } from '../../shared/attendance/store.ts'
import { familyPartition } from '../../shared/platform/keys.ts'
import { listWaiting } from '../../shared/places/waiting-list.ts'
import { planningEntity } from '../../shared/reservations/store.ts'
import { cessonTown, openCesson } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import {
  AGENT,
  ids,
  letterIn,
  mark,
  MEALS,
  NOON,
  openFamilies,
  send,
  waitFor,
  write,
} from './fixture.ts'

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
      { childId: 'leo', unitId: 'REPAS', state: 'present' },
      { childId: 'lucas', unitId: 'REPAS', state: 'absent' },
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
      contacts: [{ name: 'Jeanne MARTIN', mayCollect: false }, { name: 'Paul LEROY' }],
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

  it('changes a month that is over too, for the next invoice to correct', async () => {
    const { familyId } = await anotherFamily(table)
    await write(table, familyId, { 'leo RESTAURATION REPAS 2025-09-02': 'a' })
    const now = new Date('2025-10-01T08:00:00Z')
    await send(table, [mark(familyId, 'leo', 'absent')], { now })
    expect(await letterIn(table, familyId, LEO)).toBe('u')
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
  const EVENING = ids.unit('ACC_SOIR')
  const LUNCH = '2025-09-02T10:00:00.000Z'

  const come = (familyId: ReturnType<typeof ids.family>, about: Partial<Mark>) =>
    markSheet(
      { table, town },
      {
        actor: AGENT,
        parameters: evening,
        body: { marks: [mark(familyId, 'lucas', 'present', { unitIds: [EVENING], ...about })] },
        now: NOON,
      },
    )
  const stay = async (about: Partial<Mark>) => {
    const { familyId } = await anotherFamily(table)
    const noted = await come(familyId, about)
    return noted.marks.find((each) => each.familyId === familyId)
  }
  const minutesOf = async (familyId: ReturnType<typeof ids.family>) =>
    (await plannings(familyId)).map(({ minutes }) => minutes?.[EVENING]?.[evening.date])

  it('are noted where the unit is billed by the time spent, together or one by one', async () => {
    expect(await stay({ arrivedAt: '16:30', leftAt: '18:05' })).toMatchObject({
      unitId: 'ACC_SOIR',
      arrivedAt: '16:30',
      leftAt: '18:05',
    })
    expect((await stay({ arrivedAt: '16:30' }))?.leftAt).toBeUndefined()
    expect(await stay({ leftAt: '18:05' })).toMatchObject({ leftAt: '18:05' })
  })

  it('become the minutes of the planning, replaced by a correction and removed with the presence', async () => {
    const { familyId } = await anotherFamily(table)
    await write(table, familyId, { 'lucas ACCUEIL ACC_SOIR 2025-09-02': 'a' })
    const at = (minute: number) => new Date(Date.parse(LUNCH) + minute * 60_000).toISOString()
    const noted = async (minute: number, about: Partial<Mark>) => {
      await come(familyId, { markedAt: at(minute), ...about })
      return minutesOf(familyId)
    }
    expect(await noted(0, { arrivedAt: '16:30' })).toEqual([undefined])
    expect(await noted(1, { arrivedAt: '16:30', leftAt: '18:05' })).toEqual([95])
    expect(await noted(2, { arrivedAt: '16:30', leftAt: '18:20' })).toEqual([110])
    // What was noted earlier and comes later changes nothing.
    expect(await noted(1, { arrivedAt: '16:30', leftAt: '16:40' })).toEqual([110])
    expect(await noted(3, { state: 'absent' })).toEqual([undefined])
    expect(await letterIn(table, familyId, ['lucas', 'ACCUEIL', 'ACC_SOIR'])).toBe('u')
    expect(await noted(4, { arrivedAt: '16:30', leftAt: '16:30' })).toEqual([0])
    expect(await noted(5, {})).toEqual([undefined])
  })

  it('are minutes of a child who came without a booking too, and of timed units alone', async () => {
    const { familyId } = await anotherFamily(table)
    const unitIds = [ids.unit('ACC_MATIN'), EVENING]
    await come(familyId, { unitIds, arrivedAt: '07:30', leftAt: '18:00' })
    const [planning] = await plannings(familyId)
    expect(planning?.minutes).toEqual({ [EVENING]: { [evening.date]: 630 } })
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
