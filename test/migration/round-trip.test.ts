import { expect, it } from 'vitest'
import { importTown } from '../../shared/migration/import-town.ts'
import { exportTown } from '../../shared/migration/export-town.ts'
import { cessonTown } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { measure } from '../support/meter.ts'
import { folderOf, movingTexts } from '../support/moving.ts'

const [first, second] = [await freshTable(), await freshTable()]
const NOW = new Date('2025-09-01T08:00:00Z')
const FAMILIES = 110

it('gives back what was brought, byte by byte, here and elsewhere, and writes nothing twice', async () => {
  const texts = movingTexts(FAMILIES)
  const move = ({ table }: typeof first, files: typeof texts, write = true) =>
    importTown({ table, town: cessonTown }, folderOf(files), { write, now: NOW })

  const report = await move(first, texts)
  expect(report.refusals).toEqual([])
  expect(report.families).toEqual({ created: FAMILIES, changed: 0, same: 0, refused: 0 })
  const exported = await exportTown(first.table)
  expect(exported.files).toEqual(texts)

  const { result, cost } = await measure([first.documents], () => move(first, texts))
  expect(result.families).toEqual({ created: 0, changed: 0, same: FAMILIES, refused: 0 })
  expect(cost).toMatchObject({ tableWrites: 0, indexWrites: 0, calls: { GetItem: 2 * FAMILIES } })

  await move(second, exported.files)
  expect((await exportTown(second.table)).files).toEqual(texts)
}, 180_000)
