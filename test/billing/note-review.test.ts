import { beforeAll, describe, expect, it } from 'vitest'
import { grantAid, grantDayCredit } from '../../shared/billing/grants.ts'
import { noteReview } from '../../shared/billing/note-review.ts'
import { openRun } from '../../shared/billing/open-run.ts'
import { inputsAmong } from '../../shared/billing/store.ts'
import { Calendars } from '../../shared/catalogue/calendar.ts'
import { noteMeans } from '../../shared/families/keep-means.ts'
import { readFile } from '../../shared/families/read-file.ts'
import type { IsoDate, IsoMonth } from '../../shared/kernel/dates.ts'
import {
  activityIdSchema,
  regieIdSchema,
  unitIdSchema,
  type FamilyId,
} from '../../shared/platform/schemas.ts'
import { streamHandler } from '../../shared/platform/stream.ts'
import { writesOfDays, type MarkedDay } from '../../shared/reservations/mark-days.ts'
import { planningEntity } from '../../shared/reservations/store.ts'
import { ids, write } from '../attendance/fixture.ts'
import { cesson, openCesson } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { streamedTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { measure } from '../support/meter.ts'

const { table, documents, newRecords } = await streamedTable()

const ENF = regieIdSchema.parse('ENF')
const CLM = regieIdSchema.parse('CLM')
const NOW = new Date('2025-11-10T09:00:00Z')
/** All months that were billed, each with its régie. */
const ALL = ['CLM 2025-09', 'ENF 2025-09', 'ENF 2025-10']

/** The demo town with a second régie, which bills the Wednesdays. */
const town = (() => {
  const { catalogue } = cesson
  const regies = catalogue.town.regies.flatMap((regie) => [regie, { ...regie, id: CLM }])
  const two = {
    ...catalogue,
    town: { ...catalogue.town, regies },
    activities: catalogue.activities.map((activity) =>
      activity.id === 'MERCREDIS' ? { ...activity, regieId: CLM } : activity,
    ),
  }
  return { catalogue: two, calendars: new Calendars(two) }
})()
const deps = { table, town }

const follow = streamHandler((change) => noteReview(deps, { ...change, at: NOW }))

/** Hands over what was written since the last time. */
const deliver = async (): Promise<void> => {
  expect(await follow({ Records: await newRecords() })).toEqual({ batchItemFailures: [] })
}

const reviewsOf = async (familyId: FamilyId) =>
  inputsAmong((await readFile(table, familyId)).items).reviews

/** The months under review, each with its régie. */
const monthsOf = async (familyId: FamilyId): Promise<string[]> =>
  (await reviewsOf(familyId)).map(({ regieId, month }) => `${regieId} ${month}`)

const opened = (regieId: typeof ENF, month: IsoMonth, at: Date) =>
  openRun(
    { table, send: () => Promise.resolve() },
    { month, regieId, at, excluded: [], families: [] },
  )

/** A family whose file is not news any more. */
const family = async (): Promise<FamilyId> => {
  const { familyId } = await anotherFamily(table)
  await newRecords()
  return familyId
}

const accountant = { account: 'accountant-1', roles: ['accountant'], family: undefined } as const
const asStaff = { actor: { ...accountant, roles: [...accountant.roles] }, now: NOW }

beforeAll(async () => {
  await openCesson(table)
  // September and October are billed by the one, September by the other.
  await opened(ENF, '2025-09', new Date('2025-10-01T04:00:00Z'))
  await opened(ENF, '2025-10', new Date('2025-11-01T05:00:00Z'))
  await opened(CLM, '2025-09', new Date('2025-10-01T04:00:00Z'))
  await newRecords()
})

describe('a change of days that a run has billed', () => {
  it('has the month reviewed, and the billed months after it, which may hang on it', async () => {
    const familyId = await family()
    await write(table, familyId, { 'leo RESTAURATION REPAS 2025-09-02': 'u' })
    await deliver()
    expect(await monthsOf(familyId)).toEqual(ALL)

    const later = await family()
    await write(table, later, { 'leo RESTAURATION REPAS 2025-10-14': 'e' })
    await deliver()
    expect(await monthsOf(later)).toEqual(['ENF 2025-10'])
  })

  it('is a matter of every régie, as far as it has come', async () => {
    const familyId = await family()
    await write(table, familyId, {
      'lucas MERCREDIS JOURNEE 2025-09-03': 'a',
      'lucas MERCREDIS JOURNEE 2025-10-08': 'a',
    })
    await deliver()
    expect(await monthsOf(familyId)).toEqual(ALL)

    const october = await family()
    await write(table, october, { 'lucas MERCREDIS JOURNEE 2025-10-08': 'a' })
    await deliver()
    expect(await monthsOf(october)).toEqual(['ENF 2025-10'])
  })

  it('may be one of minutes alone', async () => {
    const familyId = await family()
    const day = { unitId: ids.unit('ACC_SOIR'), date: '2025-10-14', letter: 'a' } as const
    const put = async (minutes?: MarkedDay['minutes']) => {
      const [held] = planningEntity.pick((await readFile(table, familyId)).items)
      const address = {
        ...{ familyId, childId: ids.child('lucas'), activityId: ids.activity('ACCUEIL') },
        schoolYear: planningEntity.schema.shape.schoolYear.parse('2025-2026'),
      }
      await table.transact(writesOfDays(address, held, [{ ...day, minutes }]))
    }
    await put(60)
    await newRecords()
    expect(await monthsOf(familyId)).toEqual([])
    await put(75)
    await deliver()
    expect(await monthsOf(familyId)).toEqual(['ENF 2025-10'])
  })

  it('tells from the same change again by the version only', async () => {
    const familyId = await family()
    await write(table, familyId, { 'leo RESTAURATION REPAS 2025-10-14': 'u' })
    const Records = await newRecords()
    await follow({ Records })
    const [once] = await reviewsOf(familyId)
    await follow({ Records })
    const [again, ...others] = await reviewsOf(familyId)
    expect(others).toEqual([])
    expect(again?.version).toBeGreaterThan(once?.version ?? Infinity)
    expect(again).toMatchObject({ familyId, regieId: 'ENF', month: '2025-10' })
  })

  it('is noted wherever the consumer breaks', async () => {
    const crashes = await crashEverywhere({
      clients: [documents],
      scenario: async () => {
        const familyId = await family()
        await write(table, familyId, { 'leo RESTAURATION REPAS 2025-09-02': 'u' })
        const Records = await newRecords()
        return {
          run: async () => {
            const { batchItemFailures } = await follow({ Records })
            if (batchItemFailures.length > 0) throw new Error('Not handled')
          },
          check: async () => {
            expect(await monthsOf(familyId)).toEqual(ALL)
          },
        }
      },
    })
    expect(crashes.map(({ operation }) => operation)).toContain('UpdateItem')
  })
})

describe('a change of days that nobody has billed', () => {
  it('costs nothing in the month in course and after it', async () => {
    const familyId = await family()
    await write(table, familyId, {
      'leo RESTAURATION REPAS 2025-11-03': 'u',
      'leo RESTAURATION REPAS 2026-05-05': 'a',
    })
    const Records = await newRecords()
    const { cost } = await measure([documents], () => follow({ Records }))
    expect(cost.calls).toEqual({})
    expect(await monthsOf(familyId)).toEqual([])
  })

  it('costs one read for a régie where a run is still to come', async () => {
    const familyId = await family()
    await write(table, familyId, { 'lucas MERCREDIS JOURNEE 2025-11-05': 'a' })
    const Records = await newRecords()
    const inDecember = streamHandler((change) =>
      noteReview(deps, { ...change, at: new Date('2025-12-01T04:00:00Z') }),
    )
    const { cost } = await measure([documents], () => inDecember({ Records }))
    expect(cost.calls).toEqual({ GetItem: 2 })
  })
})

describe('what prices follow from', () => {
  const body = { quotient: '0', source: 'caf' } as const
  const means = (familyId: FamilyId, from: IsoDate, reason?: string) =>
    noteMeans(deps, {
      parameters: { familyId, from },
      body: { ...body, ...(reason === undefined ? {} : { reason }) },
      ...asStaff,
    })

  it('means from an earlier day: every régie reviews what it has billed since [guide 53]', async () => {
    const familyId = await family()
    await means(familyId, '2025-09-15', 'Attestation reçue en retard')
    await deliver()
    expect(await monthsOf(familyId)).toEqual(ALL)
  })

  it('means from before the town’s first school year: no month before it is reviewed', async () => {
    const familyId = await family()
    await means(familyId, '2019-01-01', 'Attestation ancienne')
    await deliver()
    expect(await monthsOf(familyId)).toEqual(ALL)
  })

  it('means from a day to come: nobody reviews anything', async () => {
    const familyId = await family()
    await means(familyId, '2025-09-15')
    await means(familyId, '2025-12-01')
    await deliver()
    expect(await monthsOf(familyId)).toEqual([])
  })

  it('an aid: every régie reviews its months, and those that it had before it was changed', async () => {
    const familyId = await family()
    const aid = (from: '2025-10-01' | '2025-11-01') =>
      grantAid(deps, {
        parameters: { familyId, aidId: 'ccas-1' },
        body: {
          payer: 'CCAS',
          ...{ from, until: '2026-08-31' },
          activityIds: [activityIdSchema.parse('RESTAURATION')],
          perDay: { kind: 'percent', percent: '50' },
        },
        ...asStaff,
      })
    await aid('2025-11-01')
    await deliver()
    expect(await monthsOf(familyId)).toEqual([])
    await aid('2025-10-01')
    await deliver()
    const [review] = await reviewsOf(familyId)
    expect(await monthsOf(familyId)).toEqual(['ENF 2025-10'])
    await aid('2025-11-01')
    await deliver()
    expect((await reviewsOf(familyId))[0]?.version).toBeGreaterThan(review?.version ?? Infinity)
  })

  it('days paid in advance: every régie, since what they leave to pay is of the family', async () => {
    const familyId = await family()
    await grantDayCredit(deps, {
      parameters: { familyId, creditId: 'carnet-1' },
      body: {
        name: 'Carnet de 10 repas',
        activityId: activityIdSchema.parse('RESTAURATION'),
        unitIds: [unitIdSchema.parse('REPAS')],
        ...{ days: 10, price: 1800, from: '2025-09-01', until: '2025-09-30' },
      },
      ...asStaff,
    })
    await deliver()
    expect(await monthsOf(familyId)).toEqual(ALL)
  })
})
