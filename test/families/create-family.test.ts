import { expect, it } from 'vitest'
import { createFamily } from '../../shared/families/create-family.ts'
import { listFamilyIds } from '../../shared/families/list-families.ts'
import type { FamilyFile } from '../../shared/families/model.ts'
import { readFile } from '../../shared/families/read-file.ts'
import { familyPartition } from '../../shared/platform/keys.ts'
import { familyIdSchema } from '../../shared/platform/schemas.ts'
import { cesson } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { freshTable } from '../support/engine.ts'

const { table, documents } = await freshTable()

let last = 2000
const nextNumber = () => {
  last += 1
  return familyIdSchema.parse(String(last))
}

const fileOf = (familyId = nextNumber(), name = 'DUPONT'): FamilyFile => {
  const [model] = cesson.families
  if (model === undefined) throw new Error('The demo town has no family')
  return {
    family: { familyId, name, address: model.address },
    guardians: model.guardians.map((each) => ({ ...each, familyId })),
    children: model.children.map((each) => ({ ...each, familyId })),
    enrolments: model.enrolments.map((each) => ({ ...each, familyId })),
  }
}

const itemsOf = (familyId: FamilyFile['family']['familyId']) =>
  table.query({ partition: familyPartition(familyId) })

it('opens a file that reads as it was given', async () => {
  const file = fileOf()
  expect(await createFamily(table, file)).toBe(true)
  expect((await readFile(table, file.family.familyId)).file).toEqual(file)
})

it('leaves a family that exists as it is', async () => {
  const file = fileOf()
  await createFamily(table, file)
  const before = await itemsOf(file.family.familyId)
  const other = fileOf(file.family.familyId, 'AUTRE')
  expect(await createFamily(table, { ...other, children: [], enrolments: [] })).toBe(false)
  expect(await itemsOf(file.family.familyId)).toEqual(before)
})

it('opens one of two files of the same number that come at the same time', async () => {
  const familyId = nextNumber()
  const opened = await Promise.all([
    createFamily(table, fileOf(familyId, 'PREMIER')),
    createFamily(table, fileOf(familyId, 'SECOND')),
  ])
  expect(opened.toSorted()).toEqual([false, true])
  const { file } = await readFile(table, familyId)
  expect(file.family.name).toBe(opened[0] ? 'PREMIER' : 'SECOND')
})

it('leaves a whole file after a crash at any call', async () => {
  const crashes = await crashEverywhere({
    clients: [documents],
    scenario: () => {
      const file = fileOf()
      return Promise.resolve({
        run: () => createFamily(table, file),
        check: async () => {
          expect((await readFile(table, file.family.familyId)).file).toEqual(file)
        },
      })
    },
  })
  expect(crashes.map(({ operation }) => operation)).toContain('TransactWriteItems')
})

it('lists all families in the order of their numbers', async () => {
  const before = await listFamilyIds(table)
  const [second, first] = [nextNumber(), familyIdSchema.parse('0001')]
  await createFamily(table, fileOf(second))
  await createFamily(table, fileOf(first))
  expect(await listFamilyIds(table)).toEqual([first, ...before, second])
})

it('finds no file of a family that does not exist', async () => {
  await expect(readFile(table, familyIdSchema.parse('9999'))).rejects.toMatchObject({
    code: 'not-found',
  })
})
