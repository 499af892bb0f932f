import { expect, it } from 'vitest'
import { readCard } from '../../shared/families/card.ts'
import { createFamily } from '../../shared/families/create-family.ts'
import { listEnrolled } from '../../shared/families/list-enrolled.ts'
import { listFamilyIds } from '../../shared/families/list-families.ts'
import type { WholeFile } from '../../shared/families/model.ts'
import { readWholeFile } from '../../shared/families/read-file.ts'
import { familyPartition } from '../../shared/platform/keys.ts'
import {
  activityIdSchema,
  childIdSchema,
  enrolmentIdSchema,
  familyIdSchema,
  schoolYearIdSchema,
} from '../../shared/platform/schemas.ts'
import { cesson } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { freshTable } from '../support/engine.ts'

const { table, documents } = await freshTable()

let last = 2000
const nextNumber = () => {
  last += 1
  return familyIdSchema.parse(String(last))
}

const cardsOf = async (familyId: WholeFile['family']['familyId']) => {
  const { enrolments } = await listEnrolled(
    table,
    activityIdSchema.parse('ACCUEIL'),
    schoolYearIdSchema.parse('2025-2026'),
  )
  return enrolments.filter((enrolment) => enrolment.familyId === familyId)
}

const fileOf = (familyId = nextNumber(), name = 'DUPONT'): WholeFile => {
  const [model] = cesson.families
  if (model === undefined) throw new Error('The demo town has no family')
  return {
    family: { familyId, name, address: model.address },
    guardians: model.guardians.map((each) => ({ ...each, familyId })),
    children: model.children.map((each) => ({ ...each, familyId, lastName: name })),
    contacts: model.contacts.map((each) => ({ ...each, familyId })),
    authorisations: model.authorisations.map((each) => ({ ...each, familyId })),
    enrolments: model.enrolments.map((each) => ({ ...each, familyId })),
    means: [
      {
        familyId,
        from: '2025-09-01',
        quotient: '0.17',
        source: 'town',
        notedAt: '2025-08-31T22:00:00.000Z',
      },
    ],
  }
}

const itemsOf = (familyId: WholeFile['family']['familyId']) =>
  table.query({ partition: familyPartition(familyId) })

it('opens a file that reads as it was given', async () => {
  const file = fileOf()
  expect(await createFamily(table, file)).toBe(true)
  expect((await readWholeFile(table, file.family.familyId)).file).toEqual(file)
})

it('puts each child into the registers of its activities, with what those who care must know', async () => {
  const file = fileOf()
  await createFamily(table, file)
  expect(await cardsOf(file.family.familyId)).toMatchObject([
    {
      enrolmentId: 'lucas-accueil-2025',
      childId: 'lucas',
      card: {
        firstName: 'Lucas',
        lastName: 'DUPONT',
        birthDate: '2020-11-03',
        diets: ['SANS_VIANDE'],
        allergy: false,
        leavesAlone: false,
        guardians: [
          { name: 'Mme Madelaine DUPONT', phone: '+33612345678' },
          { name: 'M. Julien DUPONT', phone: '+33698765432' },
        ],
        contacts: [
          { name: 'Jeanne MARTIN', relation: 'grand-mère', mayCollect: true },
          { name: 'Paul LEROY', mayCollect: false },
        ],
      },
    },
  ])
})

it('knows the card of a child who is in no register', async () => {
  const file = fileOf()
  const { familyId } = file.family
  await createFamily(table, { ...file, enrolments: [] })
  const card = await readCard(table, { familyId, childId: childIdSchema.parse('leo') })
  expect(card).toMatchObject({ firstName: 'Léo', leavesAlone: false, diets: [] })
  for (const address of [
    { familyId, childId: childIdSchema.parse('max') },
    { familyId: familyIdSchema.parse('none'), childId: childIdSchema.parse('leo') },
  ]) {
    expect(await readCard(table, address)).toBeUndefined()
  }
})

it('says nothing of what a family has not told', async () => {
  const file = fileOf()
  const { familyId } = file.family
  const children = file.children.map((child) => ({
    ...child,
    diets: undefined,
    allergy: undefined,
  }))
  const guardians = file.guardians.map((each) => ({ ...each, phone: undefined }))
  await createFamily(table, {
    ...file,
    children,
    guardians,
    contacts: [],
    authorisations: [],
  })
  const card = await readCard(table, { familyId, childId: childIdSchema.parse('leo') })
  expect(card).toEqual({
    firstName: 'Léo',
    lastName: 'DUPONT',
    birthDate: '2016-04-18',
    diets: [],
    allergy: false,
    leavesAlone: false,
    guardians: [{ name: 'Mme Madelaine DUPONT' }, { name: 'M. Julien DUPONT' }],
    contacts: [],
  })
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
  const { file } = await readWholeFile(table, familyId)
  const name = opened[0] ? 'PREMIER' : 'SECOND'
  expect(file.family.name).toBe(name)
  expect((await cardsOf(familyId)).map(({ card }) => card.lastName)).toEqual([name])
})

it('keeps the cards out of what a reading of the file pays for', async () => {
  const file = fileOf()
  const { familyId } = file.family
  await createFamily(table, file)
  const inFile = await table.query({ partition: familyPartition(familyId), from: ['FILE'] })
  expect(JSON.stringify(inFile)).not.toContain('"card"')
  expect(await itemsOf(familyId)).toHaveLength(inFile.length + file.enrolments.length)
})

it('opens a file with 75 enrolments', async () => {
  const file = fileOf()
  const [model] = file.enrolments
  if (model === undefined) throw new Error('The demo family has no enrolment')
  const enrolments = Array.from({ length: 75 }, (_, index) => ({
    ...model,
    enrolmentId: enrolmentIdSchema.parse(`e-${String(index).padStart(2, '0')}`),
  }))
  expect(await createFamily(table, { ...file, enrolments })).toBe(true)
  expect((await readWholeFile(table, file.family.familyId)).file.enrolments).toHaveLength(75)
})

it('leaves a whole file after a crash at any call', async () => {
  const crashes = await crashEverywhere({
    clients: [documents],
    scenario: () => {
      const whole = fileOf()
      const enrolments = whole.enrolments.filter(({ activityId }) => activityId === 'ACCUEIL')
      const file = { ...whole, enrolments }
      return Promise.resolve({
        run: () => createFamily(table, file),
        check: async () => {
          const { familyId } = file.family
          expect((await readWholeFile(table, familyId)).file).toEqual(file)
          expect(await cardsOf(familyId)).toHaveLength(1)
        },
      })
    },
  })
  const operations = new Set(crashes.map(({ operation }) => operation))
  expect(operations).toEqual(new Set(['GetItem', 'PutItem', 'TransactWriteItems']))
})

it('lists all families in the order of their numbers', async () => {
  const before = await listFamilyIds(table)
  const [second, first] = [nextNumber(), familyIdSchema.parse('0001')]
  await createFamily(table, fileOf(second))
  await createFamily(table, fileOf(first))
  expect(await listFamilyIds(table)).toEqual([first, ...before, second])
})

it('finds no file of a family that does not exist', async () => {
  await expect(readWholeFile(table, familyIdSchema.parse('9999'))).rejects.toMatchObject({
    code: 'not-found',
  })
})
