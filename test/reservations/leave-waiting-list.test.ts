import { expect, it } from 'vitest'
import { readRequest } from '../../shared/reservations/read-request.ts'
import { submitWishes } from '../../shared/reservations/submit-wishes.ts'
import { listSubmissions } from '../../shared/reservations/store.ts'
import { GUIDE_MORNING, guardian, ticked } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { limitedFamily, limitedTown, MONDAY, TUESDAY } from '../support/limited.ts'
import { addDays, type IsoDate } from '../../shared/kernel/dates.ts'

const { table } = await freshTable()
const town = limitedTown({ places: 1 })

type Family = Awaited<ReturnType<typeof limitedFamily>>
type Days = Readonly<Record<IsoDate, readonly string[]>>

let keys = 0
const book = (by: Family, days: Days, key = `key-${(keys += 1)}`) =>
  submitWishes(
    { table, town },
    {
      by,
      wishes: [ticked('child1-vacances', days)],
      idempotencyKey: key,
      now: GUIDE_MORNING,
    },
  )

const statesOf = async ({ familyId }: Family): Promise<string[]> =>
  (await listSubmissions(table, familyId, { limit: 100 }))
    .flatMap(({ requests }) => requests)
    .toSorted((one, other) => one.number - other.number)
    .map(({ state }) => state)

const outcomesOf = async (by: Family, number: number | undefined): Promise<string[]> => {
  const { days } = await readRequest(
    { table, town },
    { actor: guardian(by), parameters: { number: number ?? 0 }, now: GUIDE_MORNING },
  )
  return days.flatMap(({ units }) => units.map(({ outcome }) => outcome))
}

it('withdraws a request once its last day leaves the waiting list by another', async () => {
  await book(await limitedFamily(table), { [MONDAY]: ['JOURNEE'], [TUESDAY]: ['JOURNEE'] })
  const by = await limitedFamily(table)
  const days = { [MONDAY]: ['JOURNEE'], [TUESDAY]: ['JOURNEE'] }
  const first = await book(by, days, 'first')
  expect(first.requests.map(({ state }) => state)).toEqual(['waiting'])
  expect(await outcomesOf(by, first.requests[0]?.number)).toEqual(['waiting', 'waiting'])

  await book(by, { [MONDAY]: [] })
  expect(await statesOf(by)).toEqual(['waiting', 'accepted'])
  expect(await outcomesOf(by, first.requests[0]?.number)).toEqual(['moot', 'waiting'])

  await book(by, { [TUESDAY]: [] })
  expect(await statesOf(by)).toEqual(['withdrawn', 'accepted', 'accepted'])
  expect(await outcomesOf(by, first.requests[0]?.number)).toEqual(['moot', 'moot'])
  // The answer that its key gets is still that of the day it was made.
  expect(await book(by, days, 'first')).toMatchObject({ requests: first.requests })
})

it('says of a day among booked ones that it waits no more', async () => {
  const day = addDays(MONDAY, 7)
  await book(await limitedFamily(table), { [day]: ['JOURNEE'] })
  const by = await limitedFamily(table)
  const { requests } = await book(by, { [day]: ['JOURNEE'], [addDays(day, 1)]: ['JOURNEE'] })
  expect(requests.map(({ state }) => state)).toEqual(['accepted'])
  expect(await outcomesOf(by, requests[0]?.number)).toEqual(['waiting', 'booked'])
  await book(by, { [day]: [] })
  expect(await outcomesOf(by, requests[0]?.number)).toEqual(['moot', 'booked'])
})
