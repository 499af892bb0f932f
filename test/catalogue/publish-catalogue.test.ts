import { describe, expect, it } from 'vitest'
import { closeActivity } from '../../shared/catalogue/close-activity.ts'
import { townCatalogue } from '../../shared/catalogue/current.ts'
import { publishCatalogue } from '../../shared/catalogue/publish-catalogue.ts'
import type { Catalogue } from '../../shared/catalogue/model.ts'
import type { Table } from '../../shared/platform/table.ts'
import { cesson } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'

const { table } = await freshTable()

const inForce = async (): Promise<Catalogue> => (await townCatalogue(table)()).catalogue
const everything = () => table.query({ partition: ['CATALOGUE'] })

const renamed = (name: string): Catalogue => ({
  ...cesson.catalogue,
  town: { ...cesson.catalogue.town, name },
  categories: cesson.catalogue.categories.toReversed(),
})

/** The table of a process that dies before or after its n-th write. */
const dyingAt = (write: number, when: 'before' | 'after'): Table => {
  let writes = 0
  const dying = async <Result>(run: () => Promise<Result>): Promise<Result> => {
    writes += 1
    if (writes === write && when === 'before') throw new Error('the process died')
    const written = await run()
    if (writes === write) throw new Error('the process died')
    return written
  }
  return {
    ...table,
    put: (item, condition) => dying(() => table.put(item, condition)),
    update: (key, change) => dying(() => table.update(key, change)),
  }
}

it('puts a catalogue in force as it is, in the order in which the town lists everything', async () => {
  await publishCatalogue(table, cesson.catalogue)
  expect(await inForce()).toEqual(cesson.catalogue)
  await publishCatalogue(table, renamed('Autre'))
  expect(await inForce()).toEqual(renamed('Autre'))
})

it('changes nothing when the same catalogue comes again', async () => {
  const first = await publishCatalogue(table, cesson.catalogue)
  const before = await everything()
  expect(await publishCatalogue(table, structuredClone(cesson.catalogue))).toBe(first)
  expect(await everything()).toEqual(before)
})

it('comes back to an earlier catalogue', async () => {
  const first = await publishCatalogue(table, cesson.catalogue)
  const second = await publishCatalogue(table, renamed('Autre'))
  expect(second).not.toBe(first)
  expect(await publishCatalogue(table, cesson.catalogue)).toBe(first)
  expect(await inForce()).toEqual(cesson.catalogue)
})

it('leaves the earlier catalogue whole and in force when it dies at any write but the last', async () => {
  await publishCatalogue(table, cesson.catalogue)
  const { categories, schoolYears, facilities, activities, priceLists, diets } = cesson.catalogue
  const sections = [categories, schoolYears, facilities, activities, priceLists, diets]
  // The town itself and the switch are one write each.
  const writes = 2 + sections.reduce((count, { length }) => count + length, 0)
  for (const when of ['before', 'after'] as const) {
    for (let write = 1; write <= writes; write += 1) {
      const name = `Autre ${when} ${write}`
      await expect(publishCatalogue(dyingAt(write, when), renamed(name))).rejects.toThrow('died')
      const switched = when === 'after' && write === writes
      expect(await inForce()).toEqual(switched ? renamed(name) : cesson.catalogue)
    }
  }
  await publishCatalogue(dyingAt(writes + 1, 'before'), renamed('Dernier'))
  expect(await inForce()).toEqual(renamed('Dernier'))
})

describe('days that staff have closed', () => {
  const [meals] = cesson.catalogue.activities
  if (meals === undefined) throw new Error('No activity')
  const activityId = meals.id
  const closedOn = async () =>
    (await inForce()).activities.find(({ id }) => id === activityId)?.opening.closedOn

  it('stay closed when the town file is loaded again, with those that it closes itself', async () => {
    await publishCatalogue(table, cesson.catalogue)
    await closeActivity(table, { activityId, date: '2026-03-10' })
    await publishCatalogue(table, renamed('Autre'))
    expect(await closedOn()).toEqual([...meals.opening.closedOn, '2026-03-10'].toSorted())
    expect((await inForce()).town.name).toBe('Autre')
  })

  it('stay closed when they are closed while the town file is loaded', async () => {
    let closing: Promise<void> | undefined
    const slow: Table = {
      ...table,
      put: async (item, condition) => {
        closing ??= closeActivity(table, { activityId, date: '2026-03-12' })
        await closing
        return table.put(item, condition)
      },
    }
    await publishCatalogue(slow, renamed('Dernier'))
    expect(await closedOn()).toContain('2026-03-12')
    expect((await inForce()).town.name).toBe('Dernier')
  })
})
