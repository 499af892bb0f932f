import { beforeAll, describe, expect, it } from 'vitest'
import { readWholeFile } from '../../shared/families/read-file.ts'
import {
  childEntity,
  contactEntity,
  familyEntity,
  guardianEntity,
  meansEntity,
  removedContactEntity,
} from '../../shared/families/store.ts'
import { ENTITY_WORDS, MASKED } from '../../shared/kernel/trail-texts.ts'
import type { Role } from '../../shared/platform/route.ts'
import { contactIdSchema, familyIdSchema, type FamilyId } from '../../shared/platform/schemas.ts'
import { readingWrite } from '../../shared/trail/note-reading.ts'
import { removalWrite } from '../../shared/trail/note-removal.ts'
import { readTrail } from '../../shared/trail/read-trail.ts'
import { listTrail } from '../../shared/trail/store.ts'
import { DUPONT, openCesson } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { streamedTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { deliverFiles } from '../support/follow.ts'
import { expectCost, measure } from '../support/meter.ts'

const { table, documents, newRecords } = await streamedTable()
const clients = [documents]
const AT = new Date('2025-09-10T08:00:00Z')
const deliver = deliverFiles(table, AT)
const BY = 'agent-1'
const changed = { at: '2025-09-10T07:59:58.000Z', by: BY, reason: 'Erreur de saisie' }

const pageOf = (
  familyId: FamilyId,
  query: { limit?: number; page?: string } = {},
  roles: readonly Role[] = ['agent'],
) =>
  readTrail(table, {
    parameters: { familyId },
    query: { limit: 20, ...query },
    actor: { account: BY, roles, family: undefined },
  })

const loaded = async (familyId: FamilyId) => {
  const { file } = await readWholeFile(table, familyId)
  const [child] = file.children
  const [guardian] = file.guardians
  if (child === undefined || guardian === undefined) throw new Error('Empty')
  return { ...file, child, guardian }
}

/** A family whose file is not news any more, and without a trail. */
const family = async () => {
  const { familyId } = await anotherFamily(table)
  await newRecords()
  return { familyId, ...(await loaded(familyId)) }
}

/** Delivers what was written, twice, as a stream may. */
const followTwice = async (): Promise<void> => {
  const records = await newRecords()
  await deliver(records)
  await deliver(records)
}

const mamie = { contactId: contactIdSchema.parse('mamie'), name: 'Odette', relation: 'grand-mère' }

beforeAll(async () => {
  await openCesson(table)
  await deliver(await newRecords())
})

describe('the trail of a family file', () => {
  it('begins with the file itself, every part of it', async () => {
    const {
      family: held,
      guardians,
      children,
      enrolments,
      means,
      contacts,
      authorisations,
    } = await loaded(DUPONT.familyId)
    const { entries } = await pageOf(DUPONT.familyId, { limit: 100 })
    expect(entries).toHaveLength(
      [held, ...guardians, ...children, ...enrolments, ...means, ...contacts, ...authorisations]
        .length,
    )
    expect(new Set(entries.map(({ kind }) => kind))).toEqual(new Set(['created']))
    const opening = entries.find(({ subject }) => subject === 'Family')
    expect(opening).toMatchObject({
      ...{ at: AT.toISOString(), kindLabel: 'Création', subjectLabel: 'Famille' },
    })
    expect(opening?.fields).toContainEqual({ field: 'Nom', after: 'DUPONT' })
  })

  it('tells who changed what, when and why, once however often it is told', async () => {
    const { familyId, child } = await family()
    await table.put(childEntity.toItem({ ...child, firstName: 'Léon', version: 2, changed }))
    await followTwice()
    expect(await pageOf(familyId)).toEqual({
      familyId,
      entries: [
        {
          ...{ at: changed.at, by: BY, reason: 'Erreur de saisie', kind: 'changed' },
          ...{ kindLabel: 'Modification', subject: 'Child', subjectLabel: ENTITY_WORDS.Child },
          ...{ id: 'leo', about: 'Léon DUPONT' },
          fields: [{ field: 'Prénom', before: 'Léo', after: 'Léon' }],
        },
      ],
    })
    const [entry] = await listTrail(table, familyId, { limit: 1 })
    const years = ((entry?.expiresAt ?? 0) - Date.parse(changed.at) / 1000) / (365.25 * 86_400)
    expect(years).toBeGreaterThan(5)
    expect(years).toBeLessThan(5.1)
  })

  it('keeps changes of one instant apart, and those of one item', async () => {
    const { familyId, child, guardian } = await family()
    for (const [index, firstName] of ['A', 'B', 'C'].entries()) {
      await table.put(childEntity.toItem({ ...child, firstName, version: index + 2, changed }))
    }
    await table.put(guardianEntity.toItem({ ...guardian, firstName: 'D', version: 2, changed }))
    // Without a version, as the town's file writes it.
    await table.put(familyEntity.toItem({ ...(await loaded(familyId)).family, name: 'E' }))
    await table.put(familyEntity.toItem({ ...(await loaded(familyId)).family, name: 'F' }))
    await followTwice()
    const { entries } = await pageOf(familyId)
    const fields = entries.flatMap((entry) => entry.fields.map(({ after }) => after))
    expect(new Set(fields)).toEqual(new Set(['A', 'B', 'C', 'D', 'E', 'F']))
    expect(fields).toHaveLength(6)
  })

  it('is read newest first, by pages that miss nothing', async () => {
    const all = (await pageOf(DUPONT.familyId, { limit: 100 })).entries
    const read: typeof all = []
    let page: string | undefined
    do {
      const part = await pageOf(DUPONT.familyId, {
        limit: 4,
        ...(page === undefined ? {} : { page }),
      })
      read.push(...part.entries)
      page = part.next
    } while (page !== undefined)
    expect(read).toEqual(all)
    expect(read.map(({ at }) => at)).toEqual(
      read
        .map(({ at }) => at)
        .toSorted()
        .toReversed(),
    )
  })

  it('costs one Query', async () => {
    const { cost } = await measure(clients, () => pageOf(DUPONT.familyId))
    expect(cost.calls).toEqual({ Query: 1 })
    expectCost('read a page of the trail of a family', cost)
  })

  it('is empty for a family to which nothing happened, and not there for no family', async () => {
    const { familyId } = await family()
    expect(await pageOf(familyId)).toEqual({ familyId, entries: [] })
    await expect(pageOf(familyIdSchema.parse('nobody'))).rejects.toMatchObject({
      code: 'not-found',
    })
  })
})

describe('what is gone', () => {
  it('is told with who removed it, by the mark in its place', async () => {
    const { familyId } = await family()
    const contact = { familyId, ...mamie, phone: '+33611111111', version: 1 }
    await table.put(contactEntity.toItem(contact))
    await newRecords()
    const mark = {
      familyId,
      contactId: mamie.contactId,
      version: 2,
      changed,
      expiresAt: 2_000_000_000,
    }
    await table.put(removedContactEntity.toItem(mark))
    await followTwice()
    const { entries } = await pageOf(familyId)
    expect(entries).toMatchObject([
      { kind: 'removed', subject: 'Contact', about: 'Odette', by: BY, at: changed.at },
    ])
    expect(entries[0]?.fields).toContainEqual({ field: 'Nom', before: 'Odette' })

    // That the mark itself is forgotten one day is no news.
    await table.delete(removedContactEntity.keyOf(mark))
    await followTwice()
    expect(await pageOf(familyId)).toEqual({ familyId, entries })
  })

  it('is told with who deleted it, by the note in the same transaction', async () => {
    const { familyId } = await family()
    const contact = { familyId, ...mamie, phone: '+33611111111', version: 1 }
    await table.put(contactEntity.toItem(contact))
    await newRecords()
    const now = new Date(AT.getTime() - 900)
    await table.transact([
      { kind: 'delete', key: contactEntity.keyOf(contact) },
      removalWrite({
        ...{ familyId, entity: 'Contact', id: 'mamie', about: 'Odette', by: BY, now },
        reason: 'Doublon',
      }),
    ])
    await followTwice()
    const { entries } = await pageOf(familyId)
    expect(entries).toMatchObject([
      { kind: 'removed', by: BY, reason: 'Doublon', at: now.toISOString(), id: 'mamie' },
    ])
    expect(entries[0]?.fields).toHaveLength(3)
  })

  it('is told without a name where nobody has left one', async () => {
    const { familyId } = await family()
    const contact = { familyId, ...mamie, phone: '+33611111111' }
    await table.put(contactEntity.toItem(contact))
    await newRecords()
    await table.delete(contactEntity.keyOf(contact))
    await followTwice()
    const { entries } = await pageOf(familyId)
    expect(entries).toHaveLength(1)
    expect(entries[0]).toMatchObject({ kind: 'removed', at: AT.toISOString(), by: undefined })
  })

  it('leaves nothing in the trail once the file itself is gone', async () => {
    const { familyId, child, guardian } = await family()
    await table.delete(familyEntity.keyOf({ familyId }))
    await table.delete(childEntity.keyOf(child))
    await table.delete(guardianEntity.keyOf(guardian))
    await followTwice()
    expect(await listTrail(table, familyId, { limit: 10 })).toEqual([])
  })
})

it('tells agents that the means changed, and only accountants and administrators what they are', async () => {
  const { familyId } = await family()
  const means = { familyId, from: '2025-09-01', income: '31000', source: 'declared' } as const
  const noted = { notedAt: changed.at, notedBy: BY }
  await table.put(meansEntity.toItem({ ...means, ...noted, quotient: '812' }))
  await followTwice()
  const later = { ...noted, notedAt: '2025-09-10T07:59:59.000Z' }
  await table.put(meansEntity.toItem({ ...means, ...later, quotient: '640' }))
  await followTwice()
  const fieldsFor = async (...roles: Role[]) =>
    (await pageOf(familyId, {}, roles)).entries.map(({ fields }) => fields)
  const shown = await fieldsFor('administrator')
  expect(shown[0]).toEqual([{ field: 'Quotient familial', before: '812', after: '640' }])
  expect(shown[1]).toContainEqual({ field: 'Revenu annuel', after: '31000' })
  expect(await fieldsFor('agent', 'accountant')).toEqual(shown)
  const masked = await fieldsFor('agent')
  expect(masked[0]).toEqual([{ field: 'Quotient familial', before: MASKED, after: MASKED }])
  expect(masked[1]).toEqual(shown[1]?.map(({ field }) => ({ field, after: MASKED })))
})

describe('readings of health', () => {
  it('are in the trail, each once', async () => {
    const { familyId, child } = await family()
    const reading = { familyId, childId: child.childId, about: 'Léo DUPONT', by: BY, now: AT }
    await table.put(readingWrite(reading).item)
    await table.put(readingWrite(reading).item)
    await table.put(readingWrite({ ...reading, by: 'cook-2', reason: 'Feuille du jour' }).item)
    const { entries } = await pageOf(familyId)
    expect(entries).toMatchObject([
      {
        kind: 'read',
        kindLabel: 'Consultation',
        by: 'cook-2',
        reason: 'Feuille du jour',
        fields: [],
      },
      { kind: 'read', subject: 'HealthRecord', id: 'leo', by: BY, about: 'Léo DUPONT' },
    ])
  })
})

it('costs three Queries and a write for each thing that changes to follow an edit', async () => {
  const { familyId, child, guardian } = await family()
  await table.put(familyEntity.toItem((await loaded(familyId)).family))
  await deliver(await newRecords())
  await newRecords()
  const costOf = async (item: Record<string, unknown>) => {
    await table.put(item)
    const records = await newRecords()
    return (await measure(clients, () => deliver(records))).cost
  }

  const ofClass = await costOf(
    childEntity.toItem({ ...child, className: 'CE2', version: 2, changed }),
  )
  expect(ofClass.calls).toEqual({ Query: 3, PutItem: 1 })
  expectCost('follow an edit of the class of a child', ofClass)

  const phone = '+33612121212'
  const ofPhone = await costOf(guardianEntity.toItem({ ...guardian, phone, version: 2, changed }))
  expectCost('follow an edit of the phone of a guardian of two children', ofPhone)
})

it('is noted wherever the consumer breaks', async () => {
  const crashes = await crashEverywhere({
    clients,
    scenario: async () => {
      const { familyId } = await family()
      const contact = { familyId, ...mamie, phone: '+33611111111' }
      await table.put(contactEntity.toItem(contact))
      await newRecords()
      await table.delete(contactEntity.keyOf(contact))
      const records = await newRecords()
      return {
        run: () => deliver(records),
        check: async () => {
          expect((await pageOf(familyId)).entries).toMatchObject([{ kind: 'removed', id: 'mamie' }])
          await newRecords()
        },
      }
    },
    kinds: ['dies-before', 'dies-after'],
  })
  expect(crashes.map(({ operation }) => operation)).toContain('PutItem')
}, 120_000)
