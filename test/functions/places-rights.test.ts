import { expect, it, vi } from 'vitest'
import type { IsoDate } from '../../shared/kernel/dates.ts'
import { streamHandler } from '../../shared/platform/stream.ts'
import type { Table } from '../../shared/platform/table.ts'
import { followPlaces } from '../../shared/reservations/follow-places.ts'
import { submitWishes } from '../../shared/reservations/submit-wishes.ts'
import { sweepPlaces } from '../../shared/reservations/sweep-places.ts'
import { type cessonTown, GUIDE_MORNING, ticked } from '../support/cesson.ts'
import { streamedTable } from '../support/engine.ts'
import { limitedFamily, limitedTown, MONDAY, openLimited, TUESDAY } from '../support/limited.ts'
import { rightsGranted, rightsUsed } from '../support/used-rights.ts'

const { table, tableName, endpoint, newRecords } = await streamedTable()
vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', endpoint)
vi.stubEnv('TABLE_NAME', tableName)

const LATER = new Date(GUIDE_MORNING.getTime() + 25 * 3_600_000)

type Family = Awaited<ReturnType<typeof limitedFamily>>

const book = (
  town: typeof cessonTown,
  by: Family,
  days: Readonly<Record<IsoDate, readonly string[]>>,
  through: Table = table,
) =>
  submitWishes(
    { table: through, town },
    {
      by,
      wishes: [ticked('child1-vacances', days)],
      idempotencyKey: `${by.familyId}-${Object.values(days).join('-')}`,
      now: GUIDE_MORNING,
    },
  )

/** Records of the stream as if they had been written by the clock of the test. */
const recordsAt = async (at: Date) =>
  (await newRecords()).map((record) => ({
    ...record,
    dynamodb: { ...record.dynamodb, ApproximateCreationDateTime: at.getTime() / 1000 },
  }))

it('lets the function that settles places give them back and hand them on, and nothing else', async () => {
  const town = limitedTown({ places: 1 })
  await openLimited(table, town)
  const { handler } = await import('../../functions/settle-places/index.ts')
  const [first, second] = [await limitedFamily(table), await limitedFamily(table)]
  await book(town, first, { [MONDAY]: ['JOURNEE'] })
  await book(town, second, { [MONDAY]: ['JOURNEE'] })
  await book(town, first, { [MONDAY]: [] })
  expect(
    await rightsUsed(async () => {
      for (let turn = 0; turn < 4; turn += 1) {
        const { batchItemFailures } = await handler({ Records: await recordsAt(GUIDE_MORNING) })
        expect(batchItemFailures).toEqual([])
      }
    }),
  ).toEqual(rightsGranted('settle-places'))
})

it('lets the sweep carry out what was left open and end offers, and nothing else', async () => {
  const town = limitedTown({ places: 1, waiting: { kind: 'offered', hours: 24 } })
  await openLimited(table, town)
  const follow = streamHandler((change) => followPlaces({ table, town }, change))
  const [first, second] = [await limitedFamily(table), await limitedFamily(table)]
  await book(town, first, { [TUESDAY]: ['JOURNEE'] })
  await book(town, second, { [TUESDAY]: ['JOURNEE'] })
  await book(town, first, { [TUESDAY]: [] })
  for (let turn = 0; turn < 4; turn += 1) await follow({ Records: await recordsAt(GUIDE_MORNING) })

  const crashed = await limitedFamily(table)
  const dying = { ...table, update: () => Promise.reject(new Error('The process died')) }
  await expect(book(town, crashed, { '2025-10-22': ['JOURNEE'] }, dying)).rejects.toThrow('died')
  const { handler } = await import('../../functions/sweep-places/index.ts')
  expect(await rightsUsed(() => handler({ scheduledTime: LATER.toISOString() }))).toEqual(
    rightsGranted('sweep-places'),
  )
  expect(await sweepPlaces({ table, town }, LATER)).toEqual({ ended: 0, carriedOut: 0 })
})
