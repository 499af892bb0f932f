import { describe, expect, it } from 'vitest'
import { townCatalogue } from '../../shared/catalogue/current.ts'
import { readFile } from '../../shared/families/read-file.ts'
import type { NewAccount } from '../../shared/platform/accounts.ts'
import { familyPartition } from '../../shared/platform/keys.ts'
import type { Table } from '../../shared/platform/table.ts'
import { loadTown } from '../../shared/setup/load-town.ts'
import { submitWishes } from '../../shared/reservations/submit-wishes.ts'
import {
  cesson,
  cessonContent,
  cessonTown,
  DUPONT,
  GUIDE_DAY,
  GUIDE_MORNING,
  guideWishes,
} from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { everything } from './faulty-file.ts'

const { table } = await freshTable()

/** Loads a file and says which accounts were asked for. */
const load = async (of: Table, content: unknown) => {
  const accounts: NewAccount[] = []
  const createAccount = (account: NewAccount): Promise<void> => {
    accounts.push(account)
    return Promise.resolve()
  }
  const report = await loadTown({ table: of, createAccount }, content, GUIDE_DAY)
  return { report, accounts }
}

describe('the file of the demo town', () => {
  it('opens the town: its catalogue, its families, its people', async () => {
    const { report, accounts } = await load(table, cessonContent())
    expect(report).toMatchObject({ newFamilies: 4, knownFamilies: 0, accounts: 9 })
    expect((await townCatalogue(table)()).catalogue).toEqual(cesson.catalogue)
    expect((await readFile(table, DUPONT.familyId)).file.children).toHaveLength(2)
    expect(accounts.map(({ email, roles }) => [email, ...roles])).toEqual([
      ['madelainedupont@famille.example', 'guardian'],
      ['tototest@famille.example', 'guardian'],
      ['juliendupont@famille.example', 'guardian'],
      ['linhnguyen@famille.example', 'guardian'],
      ['karimbernard@famille.example', 'guardian'],
      ['agent@cesson.example', 'agent'],
      ['animateur@cesson.example', 'site-staff'],
      ['regisseur@cesson.example', 'accountant'],
      ['administrateur@cesson.example', 'administrator'],
    ])
  })

  it('changes nothing when it is loaded again, whatever families have booked since', async () => {
    const first = await load(table, cessonContent())
    await submitWishes(
      { table, town: cessonTown },
      { by: DUPONT, wishes: guideWishes, idempotencyKey: 'between', now: GUIDE_MORNING },
    )
    const before = await everything(table)
    const second = await load(table, cessonContent())
    expect(second.report).toEqual({ ...first.report, newFamilies: 0, knownFamilies: 4 })
    expect(second.accounts).toEqual(first.accounts)
    expect(await everything(table)).toEqual(before)
  })

  it('opens the families that are new and leaves the others', async () => {
    const [model] = cesson.families
    if (model === undefined) throw new Error('No family')
    const more = { ...model, familyId: '1099', name: 'NOUVELLE' }
    const before = await table.query({ partition: familyPartition(DUPONT.familyId) })
    const { report } = await load(table, {
      ...cesson,
      families: [{ ...model, name: 'AUTRE' }, more],
      accounts: [],
    })
    expect(report).toMatchObject({ newFamilies: 1, knownFamilies: 1, accounts: 0 })
    expect(await table.query({ partition: familyPartition(DUPONT.familyId) })).toEqual(before)
  })

  it('keeps the price lists that have begun, and writes nothing of a file that changes one', async () => {
    const begun = structuredClone(cesson)
    const [list] = begun.catalogue.priceLists
    if (list === undefined) throw new Error('No price list')
    list.name = 'Autres tarifs'
    const before = await everything(table)
    await expect(load(table, begun)).rejects.toMatchObject({
      code: 'price-list-in-force',
      faults: [{ pointer: '/catalogue/priceLists/0' }],
    })
    expect(await everything(table)).toEqual(before)
  })

  it('may have no families and no people yet', async () => {
    const { report } = await load(table, { catalogue: cesson.catalogue })
    expect(report).toMatchObject({ newFamilies: 0, knownFamilies: 0, accounts: 0 })
  })
})
