import { expect, it } from 'vitest'
import { onlineRegies } from '../../shared/catalogue/online-regies.ts'
import { publishCatalogue } from '../../shared/catalogue/publish-catalogue.ts'
import { cesson, GUIDE_DAY } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'

const { table } = await freshTable()

it('are unknown before a town is loaded, and are then those of its catalogue', async () => {
  expect(await onlineRegies(table)).toBeUndefined()
  const catalogue = structuredClone(cesson.catalogue)
  const [first] = catalogue.town.regies
  if (first !== undefined) {
    delete first.payfip
    first.payableBy = first.payableBy.filter(({ means }) => means !== 'online')
  }
  await publishCatalogue(table, catalogue, GUIDE_DAY)
  const regies = await onlineRegies(table)
  expect(regies?.map(({ id }) => id)).toEqual(catalogue.town.regies.map(({ id }) => id))
  expect(regies?.[0]).toEqual({ id: first?.id, takesOnline: false, mode: undefined })
})
