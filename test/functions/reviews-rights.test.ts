import { expect, it, vi } from 'vitest'
import { openRun } from '../../shared/billing/open-run.ts'
import { inputsAmong } from '../../shared/billing/store.ts'
import { readFile } from '../../shared/families/read-file.ts'
import { write } from '../attendance/fixture.ts'
import { ENF, OCTOBER } from '../billing/run-fixture.ts'
import { openCesson } from '../support/cesson.ts'
import { streamedTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { rightsGranted, rightsUsed } from '../support/used-rights.ts'

const { table, tableName, endpoint, newRecords } = await streamedTable()
vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', endpoint)
vi.stubEnv('TABLE_NAME', tableName)

it('lets the function that notes reviews do so, and nothing else', async () => {
  await openCesson(table)
  const { handler } = await import('../../functions/note-reviews/index.ts')
  const send = () => Promise.resolve()
  const opening = {
    month: '2025-09',
    regieId: ENF,
    at: OCTOBER,
    excluded: [],
    families: [],
  } as const
  await openRun({ table, send }, opening)
  const { familyId } = await anotherFamily(table)
  await newRecords()

  // The engine stamps records by its own clock, which is long after September 2025.
  await write(table, familyId, { 'leo RESTAURATION REPAS 2025-09-02': 'u' })
  const Records = await newRecords()
  expect(
    await rightsUsed(async () => {
      expect(await handler({ Records })).toEqual({ batchItemFailures: [] })
    }),
  ).toEqual(rightsGranted('note-reviews'))
  const { reviews } = inputsAmong((await readFile(table, familyId)).items)
  expect(reviews).toMatchObject([{ regieId: 'ENF', month: '2025-09' }])
})
