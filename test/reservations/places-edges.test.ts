import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { Calendars, type TownCatalogue } from '../../shared/catalogue/calendar.ts'
import { activitySchema } from '../../shared/catalogue/model.ts'
import { addDays, type IsoDate } from '../../shared/kernel/dates.ts'
import { readRoster } from '../../shared/places/release-places.ts'
import { listOver, waitingWrite } from '../../shared/places/waiting-list.ts'
import { familyPartition } from '../../shared/platform/keys.ts'
import {
  familyIdSchema,
  guardianIdSchema,
  requestNumberSchema,
  type GroupId,
} from '../../shared/platform/schemas.ts'
import type { Wish } from '../../shared/reservations/model.ts'
import { listOffers } from '../../shared/reservations/list-offers.ts'
import { listOpenReceipts, listSubmissions } from '../../shared/reservations/store.ts'
import { sweepPlaces } from '../../shared/reservations/sweep-places.ts'
import { guardian, GUIDE_MORNING, ticked, weekly } from '../support/cesson.ts'
import { drain } from '../support/drain.ts'
import { streamedTable } from '../support/engine.ts'
import { failNext } from '../support/faults.ts'
import {
  GRANDS,
  limitedFamily,
  limitedTown,
  MATIN,
  MONDAY,
  PETITS,
  VACANCES,
} from '../support/limited.ts'
import { submitAnew } from '../support/submissions.ts'

const engine = await streamedTable()
const { table, documents } = engine

type Family = Awaited<ReturnType<typeof limitedFamily>>

const submit = (town: TownCatalogue, by: Family, wishes: readonly Wish[], now?: Date) =>
  submitAnew({ table, town }, by, wishes, now)

const morning = (date: IsoDate, child = 1): Wish =>
  ticked(`child${String(child)}-vacances`, { [date]: ['MATIN'] })

const holdersOf = async (groupId: GroupId, monday: IsoDate): Promise<string[]> => {
  const roster = await readRoster(table, { activityId: VACANCES, groupId, monday })
  return [...(roster?.holdings.keys() ?? [])]
}

const noticesOf = ({ familyId }: Family) =>
  table.query({ partition: familyPartition(familyId), from: ['NOTICE'] })

const stateOf = async ({ familyId }: Family) =>
  (await listSubmissions(table, familyId, { limit: 1 }))[0]?.requests[0]?.state

/** The process dies between its claims and its transaction. */
const dying = async (work: () => Promise<unknown>): Promise<void> => {
  const dies = failNext(documents, TransactWriteCommand, [new Error('The process died')])
  onTestFinished(dies)
  await expect(work()).rejects.toThrow('The process died')
  dies()
}

const later = (hours: number): Date => new Date(GUIDE_MORNING.getTime() + hours * 3_600_000)

/** What the function logs is not of the test. */
const quiet = (): void => {
  const spy = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  onTestFinished(() => {
    spy.mockRestore()
  })
}

describe('a booking that is refused', () => {
  it('takes no place for a guardian who is no longer in the family', async () => {
    const town = limitedTown()
    const { familyId } = await limitedFamily(table)
    const gone = { familyId, guardianId: guardianIdSchema.parse('g9') }
    await expect(submit(town, gone, [morning(MONDAY)])).rejects.toMatchObject({ code: 'not-found' })
    expect(await listOpenReceipts(table, familyId)).toEqual([])
    expect(await holdersOf(PETITS, MONDAY)).toEqual([])
  })

  it('takes no place when it is too large, and says that waiting days count', async () => {
    const town = limitedTown({ places: 1 })
    const year = { from: MONDAY, to: '2026-08-21' } as const
    const all = (child: number): Wish => {
      const units = ['MATIN']
      const week = { 1: units, 2: units, 3: units, 4: units, 5: units }
      return weekly(`child${String(child)}-vacances`, week, year)
    }
    await submit(town, await limitedFamily(table, [GRANDS]), [all(1)])
    const by = await limitedFamily(table, [GRANDS, GRANDS, PETITS])
    await expect(submit(town, by, [all(1), all(2), morning(MONDAY, 3)])).rejects.toMatchObject({
      code: 'request-too-large',
      detail:
        'Trop d’inscriptions ou de jours en liste d’attente dans une seule demande ; envoyez-la en plusieurs fois.',
    })
    expect(await listOpenReceipts(table, by.familyId)).toEqual([])
    expect(await holdersOf(PETITS, MONDAY)).toEqual([])
  })
})

describe('the sweep', () => {
  it('tries everything, and says at the end what has failed', async () => {
    quiet()
    const town = limitedTown()
    const families = [await limitedFamily(table), await limitedFamily(table)] as const
    for (const family of families) await dying(() => submit(town, family, [morning('2025-10-27')]))
    const fails = failNext(documents, TransactWriteCommand, [new Error('The table is down')])
    onTestFinished(fails)
    await expect(sweepPlaces({ table, town }, later(1))).rejects.toThrow(AggregateError)
    fails()
    expect(await Promise.all(families.map(stateOf))).toEqual([undefined, 'accepted'])
    expect(await sweepPlaces({ table, town }, later(1))).toMatchObject({ carriedOut: 1 })
    expect(await stateOf(families[0])).toBe('accepted')
  })

  it('ends offers of which no family knows, and those where places are no longer counted', async () => {
    const town = limitedTown({ places: 1, waiting: { kind: 'offered', hours: 24 } })
    const date = '2025-12-22'
    const [holder, silent] = [await limitedFamily(table), await limitedFamily(table)]
    await submit(town, holder, [morning(date)])
    await submit(town, silent, [morning(date)])
    await submit(town, holder, [ticked('child1-vacances', { [date]: [] })])
    await drain(engine, { table, town }, GUIDE_MORNING)
    const [offer] = await listOver(table, later(24), 10)
    if (offer === undefined) throw new Error('Nothing is offered')
    const number = requestNumberSchema.parse(900_000)
    await table.transact([
      waitingWrite({ ...offer, number }),
      waitingWrite({ ...offer, number, familyId: familyIdSchema.parse('9999'), rank: 7 }),
    ])
    expect(await listOver(table, later(24), 10)).toHaveLength(3)

    const activities = town.catalogue.activities.map(({ places, ...activity }) =>
      activitySchema.parse(activity.id === VACANCES ? activity : { ...activity, places }),
    )
    const catalogue = { ...town.catalogue, activities }
    const unlimited = { catalogue, calendars: new Calendars(catalogue) }
    await sweepPlaces({ table, town: unlimited }, later(24))
    expect(await listOver(table, later(24), 10)).toEqual([])
    expect(await stateOf(silent)).toBe('refused')
  })
})

describe('a place from the waiting list', () => {
  it('is offered to all guardians of the family', async () => {
    const town = limitedTown({ places: 1, waiting: { kind: 'offered', hours: 24 } })
    const date = '2025-12-29'
    const [holder, waiting] = [await limitedFamily(table), await limitedFamily(table)]
    await submit(town, holder, [morning(date)])
    await submit(town, waiting, [morning(date)])
    await submit(town, holder, [ticked('child1-vacances', { [date]: [] })])
    await drain(engine, { table, town }, GUIDE_MORNING)
    expect(await noticesOf(waiting)).toMatchObject([
      {
        to: [
          { name: 'Mme Madelaine DUPONT', email: 'madelainedupont@famille.example' },
          { name: 'M. Julien DUPONT', email: 'juliendupont@famille.example' },
        ],
        content: { kind: 'offered' },
      },
    ])
  })
})

describe('in the summer, before the next school year is published', () => {
  const now = new Date('2026-07-10T08:00:00Z')
  const published = limitedTown({ places: 1, waiting: { kind: 'offered', hours: 24 } })
  const catalogue = {
    ...published.catalogue,
    schoolYears: published.catalogue.schoolYears.filter(({ id }) => id === '2025-2026'),
  }
  const town = { catalogue, calendars: new Calendars(catalogue) }
  const date: IsoDate = '2026-08-10'

  it('dated wishes are booked and offers are read; wishes without dates are refused', async () => {
    const [holder, waiting] = [await limitedFamily(table), await limitedFamily(table)]
    await submit(town, holder, [morning(date)], now)
    await submit(town, waiting, [morning(date), morning(addDays(date, 1))], now)
    await submit(town, holder, [ticked('child1-vacances', { [date]: [] })], now)
    await drain(engine, { table, town }, now)
    const { offers } = await listOffers({ table, town }, { actor: guardian(waiting), now })
    expect(offers).toMatchObject([{ date, units: [{ unitId: MATIN }] }])

    const undated = weekly('child1-vacances', { 1: ['MATIN'] })
    await expect(submit(town, holder, [undated], now)).rejects.toMatchObject({
      code: 'period-out-of-range',
    })
  })
})
