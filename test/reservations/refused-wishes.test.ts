import { describe, expect, it } from 'vitest'
import { familyIdSchema, guardianIdSchema } from '../../shared/platform/schemas.ts'
import { wishSchema } from '../../shared/reservations/model.ts'
import { DUPONT, TEST, ticked, weekly } from '../support/cesson.ts'
import { anotherFamily } from '../support/families.ts'
import { table, submit, planningsOf, refusalOf, expectRefusal } from './submit-fixture.ts'

describe('a submission is refused', () => {
  const meals = weekly('lucas-restauration-2025', { 2: ['REPAS'] })

  it('for an enrolment that another family has, without saying so', async () => {
    const others = await refusalOf(submit(TEST, [meals]))
    const nobodys = await refusalOf(submit(TEST, [weekly('nobodys', { 2: ['REPAS'] })]))
    expect(others).toEqual(nobodys)
    expect(others).toMatchObject({
      code: 'unknown-enrolment',
      faults: [{ pointer: '/body/wishes/0/enrolmentId' }],
    })
    expect(await planningsOf(TEST.familyId)).toEqual([])
  })

  it('for all its wishes when one of them is not possible', async () => {
    const by = await anotherFamily(table)
    const error = await expectRefusal(by, [meals, weekly('nobodys', {})], 'unknown-enrolment')
    expect(error.faults).toMatchObject([{ pointer: '/body/wishes/1/enrolmentId' }])
  })

  it.each([
    ['that no activity has', weekly('lucas-accueil-2025', { 1: ['SIESTE'] })],
    ['of another activity', weekly('lucas-accueil-2025', { 1: ['REPAS'] })],
    ['that families do not book', weekly('lucas-accueil-2025', { 1: ['ACC_S_HORS_DELAIS'] })],
    ['ticked on a day', ticked('lucas-accueil-2025', { '2025-09-01': ['ACC_S_HORS_DELAIS'] })],
    [
      'drawn as a line',
      wishSchema.parse({
        kind: 'lines',
        enrolmentId: 'lucas-accueil-2025',
        from: '2025-09-01',
        units: { ACC_S_HORS_DELAIS: '_' },
      }),
    ],
  ])('for a unit %s', async (_, wish) => {
    const by = await anotherFamily(table)
    const error = await expectRefusal(by, [meals, wish], 'unknown-unit')
    expect(error.faults).toEqual([
      {
        pointer: '/body/wishes/1',
        detail: 'Prestation inconnue dans l’activité « Accueil Pre/Post Scolaire ».',
      },
    ])
  })

  it('for units of one day that exclude each other, with the day and their names', async () => {
    const by = await anotherFamily(table)
    const error = await expectRefusal(
      by,
      [weekly('lucas-mercredis-2025', { 3: ['MATIN', 'JOURNEE'] })],
      'exclusive-units',
    )
    expect(error.detail).toBe(
      'Le mercredi 03/09/2025, Matin et Journée ne peuvent pas être réservés ensemble.',
    )
  })

  it.each([
    [
      'backwards',
      { from: '2025-09-02', to: '2025-09-01' },
      'Le premier jour doit précéder le dernier.',
    ],
    [
      'longer than a year',
      { from: '2025-09-01', to: '2026-09-02' },
      'Une période compte au plus 366 jours.',
    ],
    [
      'of the next year without its end',
      { from: '2026-09-01' },
      'Le premier jour doit précéder le dernier.',
    ],
  ] as const)('for a period %s', async (_, period, detail) => {
    const by = await anotherFamily(table)
    const wish = weekly('lucas-restauration-2025', { 2: ['REPAS'] }, period)
    const error = await expectRefusal(by, [meals, wish], 'period-out-of-range')
    expect(error.faults).toEqual([{ pointer: '/body/wishes/1', detail }])
  })

  it('for wishes for one enrolment that together span more than a year', async () => {
    const by = await anotherFamily(table)
    const error = await expectRefusal(
      by,
      [
        ticked('lucas-restauration-2025', { '2025-09-02': ['REPAS'] }),
        ticked('lucas-accueil-2025', { '2026-09-02': ['ACC_SOIR'] }),
        ticked('lucas-restauration-2025', { '2099-09-02': ['REPAS'] }),
      ],
      'period-out-of-range',
    )
    expect(error.faults).toMatchObject([{ pointer: '/body/wishes/2' }])
  })

  it('but not for a period of 366 days', async () => {
    const by = await anotherFamily(table)
    const wish = weekly(
      'lucas-restauration-2025',
      { 2: ['REPAS'] },
      { from: '2025-09-01', to: '2026-09-01' },
    )
    expect((await submit(by, [wish])).requests).toHaveLength(1)
  })

  it.each([
    ['nothing is booked and nothing wanted', weekly('lucas-restauration-2025', {})],
    ['every wanted day is closed', weekly('lucas-restauration-2025', { 3: ['REPAS'] })],
  ])('when %s', async (_, wish) => {
    await expectRefusal(await anotherFamily(table), [wish], 'nothing-to-change')
  })

  it('when it asks for what is booked already', async () => {
    const by = await anotherFamily(table)
    await submit(by, [meals])
    await expectRefusal(by, [meals], 'nothing-to-change')
  })

  it('when the whole period is past', async () => {
    const by = await anotherFamily(table)
    await expectRefusal(by, [meals], 'nothing-to-change', { now: new Date('2026-07-02T10:00:00Z') })
  })

  it('when the town has published no school year any more', async () => {
    const by = await anotherFamily(table)
    await expectRefusal(by, [meals], 'period-out-of-range', {
      now: new Date('2030-01-01T10:00:00Z'),
    })
  })

  it('with “not found” for a guardian who is not in the file, as for a family that does not exist', async () => {
    const guardianId = guardianIdSchema.parse('g9')
    const stranger = await refusalOf(submit({ ...DUPONT, guardianId }, [meals]))
    const nobody = await refusalOf(
      submit({ familyId: familyIdSchema.parse('9999'), guardianId }, [meals]),
    )
    expect(stranger).toMatchObject({ code: 'not-found' })
    expect(stranger).toEqual(nobody)
    expect(await planningsOf(familyIdSchema.parse('9999'))).toEqual([])
  })

  it('with “not found” for a guardian who has left, even with a key that was used before', async () => {
    const by = await anotherFamily(table)
    const key = { idempotencyKey: 'before-leaving' }
    await submit(by, [meals], key)
    await expectRefusal(
      { ...by, guardianId: guardianIdSchema.parse('g9') },
      [meals],
      'not-found',
      key,
    )
  })
})
