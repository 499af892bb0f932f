import { beforeAll, describe, expect, it } from 'vitest'
import { createFamily } from '../../shared/families/create-family.ts'
import type { FamilyFile } from '../../shared/families/model.ts'
import { childEntity, familyEntity, guardianEntity, loadFile } from '../../shared/families/store.ts'
import { TABLE_INDEX } from '../../shared/platform/keys.ts'
import { familyIdSchema, type FamilyId } from '../../shared/platform/schemas.ts'
import { findDuplicates } from '../../shared/search/find-duplicates.ts'
import { searchFamilies } from '../../shared/search/search-families.ts'
import { entriesHeld } from '../../shared/search/store.ts'
import { fileOf } from '../../shared/setup/load-town.ts'
import { cesson, DUPONT, openCesson, TEST } from '../support/cesson.ts'
import { streamedTable } from '../support/engine.ts'
import { deliverFiles } from '../support/follow.ts'
import { expectCost, measure } from '../support/meter.ts'

const { table, documents, newRecords } = await streamedTable()
const clients = [documents]
const deliver = deliverFiles(table)

const search = (text: string) => searchFamilies(table, { query: { search: text } })
const found = async (text: string): Promise<string[]> =>
  (await search(text)).families.map(({ familyId }) => familyId)

/** A family by a name of its own, with a parent and no child, ready to be found. */
const family = async (
  id: string,
  name: string,
  change: Partial<FamilyFile['guardians'][number]> = {},
): Promise<FamilyId> => {
  const [model] = cesson.families
  if (model === undefined) throw new Error('The demo town has no family')
  const familyId = familyIdSchema.parse(id)
  const file = fileOf({ ...model, familyId, name })
  const [first] = file.guardians
  if (first === undefined) throw new Error('No guardian')
  await createFamily(table, {
    ...{ ...file, children: [], contacts: [], authorisations: [], enrolments: [], means: [] },
    guardians: [
      {
        ...first,
        lastName: name,
        firstName: 'Zoé',
        email: `${id}@ville.example`,
        phone: undefined,
        ...change,
      },
    ],
  })
  await deliver(await newRecords())
  return familyId
}

const loaded = async (familyId: FamilyId): Promise<FamilyFile> => {
  const file = await loadFile(table, familyId)
  if (file === undefined) throw new Error('No such family')
  return file
}

beforeAll(async () => {
  await openCesson(table)
  await deliver(await newRecords())
})

describe('a search of families', () => {
  it('shows what tells them apart, without opening a file', async () => {
    expect(await search('dup')).toEqual({
      families: [
        {
          ...{ familyId: DUPONT.familyId, name: 'DUPONT', town: 'Cesson', inactive: false },
          guardians: ['Mme Madelaine DUPONT', 'M. Julien DUPONT'],
          children: ['Léo', 'Lucas'],
        },
      ],
      more: false,
    })
  })

  it.for([
    ['the name of the family', 'DUPO'],
    ['the first name of a parent', 'madel'],
    ['the first name of a child, without its accent', 'leo'],
    ['the first name of a child, with it', 'Léo'],
    ['an e-mail', 'madelainedupont@famille'],
    ['a phone as it is read', '06 12 34'],
    ['a phone as it is dialled from abroad', '+33 6 12 34 56 78'],
    ['the number of its file', '1001'],
    ['several words that all fit', 'lucas dupont jul'],
    ['a name and a phone', 'dupont 06 98'],
  ] as const)('finds a family by %s', async ([, text]) => {
    expect(await found(text)).toContain(DUPONT.familyId)
  })

  it('finds nobody where one word of several does not fit', async () => {
    expect(await found('dupont manon')).toEqual([])
    expect(await found('zzzz')).toEqual([])
    expect(await found('manon test')).toEqual([TEST.familyId])
  })

  it('refuses what has no word of two letters, and says which field', async () => {
    for (const text of ['a b', '--', '. ?']) {
      await expect(search(text)).rejects.toMatchObject({
        code: 'invalid-request',
        faults: [{ pointer: '/query/search' }],
      })
    }
  })

  it('says that there may be more than it shows', async () => {
    for (let number = 100; number < 152; number += 1) {
      await family(`F-${String(number)}`, `XAVIER ${String(number)}`)
    }
    const all = await search('xav')
    expect(all).toMatchObject({ more: true })
    expect(all.families).toHaveLength(50)
    expect(await search('xavier 10')).toMatchObject({ more: false })
    expect(await found('xavier 10')).toHaveLength(10)
    expect(await found('F-101')).toEqual(['F-101'])
  }, 60_000)

  it('costs one Query of the index, however many words', async () => {
    const { cost } = await measure(clients, () => search('lucas dupont'))
    expect(cost.calls).toEqual({ Query: 1 })
    expectCost('search families by two words', cost)
  })
})

describe('the words of a family', () => {
  it('follow its file, in every entry', async () => {
    const familyId = await family('7001', 'QUERCY')
    const file = await loaded(familyId)
    const [first] = file.guardians
    if (first === undefined) throw new Error('No guardian')
    await table.put(
      guardianEntity.toItem({ ...first, lastName: 'ROUERGUE', phone: '+33700000001' }),
    )
    await deliver(await newRecords())
    expect(await found('rouer')).toEqual([familyId])
    expect(await found('07 00 00 00 01')).toEqual([familyId])
    // The name of the family itself is still the old one: its entry shows the parent anew.
    expect((await search('querc')).families).toMatchObject([{ guardians: ['Mme Zoé ROUERGUE'] }])

    await table.put(familyEntity.toItem({ ...file.family, name: 'ROUERGUE' }))
    await deliver(await newRecords())
    expect(await found('querc')).toEqual([])
  })

  it('write nothing while they stay what they are', async () => {
    const familyId = await family('7002', 'PERIGORD')
    const { guardians } = await loaded(familyId)
    const [first] = guardians
    if (first === undefined) throw new Error('No guardian')
    await table.put(guardianEntity.toItem({ ...first, employer: 'Mairie' }))
    const { cost } = await measure(clients, async () => deliver(await newRecords()))
    expect(cost).toMatchObject({ calls: { Query: 3, PutItem: 1 }, indexWrites: 0 })
  })

  it('say that a file is set aside, and which one took it over', async () => {
    const familyId = await family('7003', 'SAINTONGE')
    const { family: held } = await loaded(familyId)
    await table.put(
      familyEntity.toItem({
        ...{ ...held, inactiveSince: '2025-09-01T08:00:00.000Z', mergedInto: DUPONT.familyId },
      }),
    )
    await deliver(await newRecords())
    expect((await search('sainton')).families).toMatchObject([
      { familyId, inactive: true, mergedInto: DUPONT.familyId },
    ])
  })

  it('are gone with the family', async () => {
    const familyId = await family('7004', 'VIVARAIS')
    expect(await found('viva')).toEqual([familyId])
    await table.delete(familyEntity.keyOf({ familyId }))
    await deliver(await newRecords())
    expect(await found('viva')).toEqual([])
    expect(await entriesHeld(table, familyId)).toEqual([])
  })

  it('lie in the index by their first two letters', async () => {
    const [entry] = await table.query({
      partition: ['FAMILY', DUPONT.familyId],
      from: ['SEARCH', 'leo'],
    })
    expect(entry).toMatchObject({
      [TABLE_INDEX.partition]: 'SEARCH#le',
      [TABLE_INDEX.sort]: `leo#${DUPONT.familyId}`,
    })
  })
})

describe('duplicates of a family', () => {
  it('are told by e-mail, by phone, and by name and birth date', async () => {
    const birthDate = '1988-02-29'
    const familyId = await family('7100', 'BERRY', { birthDate, phone: '+33611223344' })
    const other = await family('7101', 'BERRY', {
      birthDate: '1990-01-01',
      email: 'b@ville.example',
    })

    expect(await findDuplicates(table, { lastName: 'Berry', birthDate })).toMatchObject([
      { familyId, because: ['name-and-birth-date'], guardians: ['Mme Zoé BERRY'] },
    ])
    const all = await findDuplicates(table, {
      ...{ lastName: 'BERRY', birthDate, email: 'b@ville.example', phone: '+33611223344' },
    })
    expect(all.map((each) => [each.familyId, each.because])).toEqual([
      [familyId, ['name-and-birth-date', 'phone']],
      [other, ['email']],
    ])
    expect(await findDuplicates(table, { lastName: 'Personne', birthDate })).toEqual([])
  })

  it('may be namesakes where nothing but the name is known', async () => {
    const familyId = await family('7102', 'ANJOU', { birthDate: '1988-02-29' })
    expect(await findDuplicates(table, { lastName: 'Anjou' })).toMatchObject([
      { familyId, because: ['name'] },
    ])
    expect(await findDuplicates(table, { lastName: 'Anj' })).toEqual([])
  })

  it('are found by a child as well', async () => {
    const [leo] = (await loaded(DUPONT.familyId)).children
    if (leo === undefined) throw new Error('No child')
    const { lastName, birthDate } = childEntity.schema.parse(leo)
    expect(await findDuplicates(table, { lastName, birthDate })).toMatchObject([
      { familyId: DUPONT.familyId, because: ['name-and-birth-date'] },
    ])
  })

  it('cost a Query for each thing that is known', async () => {
    const { cost } = await measure(clients, () =>
      findDuplicates(table, {
        ...{ lastName: 'DUPONT', birthDate: '2016-04-18' },
        ...{ email: 'madelainedupont@famille.example', phone: '+33612345678' },
      }),
    )
    expect(cost.calls).toEqual({ Query: 3 })
    expectCost('look for duplicates of a family', cost)
  })
})
