import { expect } from 'vitest'
import { PortalError, type Fault } from '../../shared/kernel/errors.ts'
import type { NewAccount } from '../../shared/platform/accounts.ts'
import { familyPartition } from '../../shared/platform/keys.ts'
import type { Table } from '../../shared/platform/table.ts'
import { loadTown } from '../../shared/setup/load-town.ts'
import type { TownFile } from '../../shared/setup/model.ts'
import { cesson, DUPONT, GUIDE_DAY, TEST } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'

/** Town files with a fault each, and what is said of them. */

/** All that a town file writes. */
export const everything = async (of: Table) => [
  ...(await of.query({ partition: ['CATALOGUE'] })),
  ...(await of.query({ partition: familyPartition(DUPONT.familyId) })),
  ...(await of.query({ partition: familyPartition(TEST.familyId) })),
]

/** What is wrong with a file, as an object in a test's table of files. */
export type Faulty = readonly [about: string, pointer: string, detail: string, content: unknown]

const { table } = await freshTable()

/** Why a file is refused; nothing is written then and nobody gets an account. */
export const faultsOf = async (content: unknown): Promise<readonly Fault[]> => {
  const asked: unknown[] = []
  const createAccount = (account: NewAccount): Promise<void> => {
    asked.push(account)
    return Promise.resolve()
  }
  const error = await loadTown({ table, createAccount }, content, GUIDE_DAY).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(asked).toEqual([])
  expect(await everything(table)).toEqual([])
  if (error instanceof PortalError && error.code === 'invalid-request') return error.faults
  throw new Error('Not refused', { cause: error })
}

export const unknown = (id: string) => `« ${id} » n’existe pas dans ce fichier.`
export const twice = (id: string) => `« ${id} » figure deux fois dans cette liste.`
export const REQUIRED = 'Ce champ est obligatoire.'

/** The demo town’s file, changed. */
export const changed = (change: (file: TownFile) => void): TownFile => {
  const file = structuredClone(cesson)
  change(file)
  return file
}
export const first = <Each>(list: readonly Each[]): Each => {
  const [each] = list
  if (each === undefined) throw new Error('Nothing in the list')
  return each
}
export const activity = ({ catalogue }: TownFile) => first(catalogue.activities)
export const rule = ({ catalogue }: TownFile) => first(first(catalogue.priceLists).rules)
export const family = ({ families }: TownFile) => first(families)

export const ACTIVITY = '/catalogue/activities/0'
export const unit = (file: TownFile) => first(activity(file).units)
export const put = (about: (file: TownFile) => object, values: object): TownFile =>
  changed((file) => {
    Object.assign(about(file), values)
  })
