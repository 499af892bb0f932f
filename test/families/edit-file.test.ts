import { beforeAll, describe, expect, it } from 'vitest'
import { addChild, editChild } from '../../shared/families/edit-child.ts'
import { addContact, editContact, removeContact } from '../../shared/families/edit-contact.ts'
import { editFamily } from '../../shared/families/edit-family.ts'
import { addGuardian, editGuardian } from '../../shared/families/edit-guardian.ts'
import { readFamily } from '../../shared/families/read-family.ts'
import { readFile, readSheets } from '../../shared/families/read-file.ts'
import { setFileState } from '../../shared/families/set-file-state.ts'
import { authorisationSheetEntity, childEntity } from '../../shared/families/store.ts'
import { familyPartition } from '../../shared/platform/keys.ts'
import {
  contactIdSchema,
  dietIdSchema,
  familyIdSchema,
  guardianIdSchema,
} from '../../shared/platform/schemas.ts'
import { guardian, openCesson, TEST } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import {
  agent,
  type By,
  CHILD,
  editingWith,
  FAMILY,
  G1,
  G2,
  GUARDIAN,
  JEANNE,
  LEO,
  NOW,
  parent,
} from './file-fixture.ts'
import { matching } from '../support/matching.ts'

const { table } = await freshTable()
const editing = editingWith(table)

beforeAll(async () => {
  await openCesson(table)
})

const fileOf = async (by: By) => (await readFile(table, by.familyId, ['FILE', 'MEANS'])).file

const edit = (by: By, written: Partial<typeof FAMILY> = {}, seen = 1) =>
  editFamily(editing, { editor: parent(by), seen, written: { ...FAMILY, ...written }, now: NOW })

describe('a parent', () => {
  it('writes the family: address, home phone, situation, children, allowance [guide 12, 13]', async () => {
    const by = await anotherFamily(table)
    const { item } = await edit(by, {
      address: {
        street: '3 rue de l’Église',
        complement: 'Bât. B',
        postcode: '20090',
        town: 'Ajaccio',
      },
      situation: 'separated',
      childrenCount: 3,
      allowance: { fund: 'caf', number: '1234567A', guardianId: G1 },
    })
    expect(item).toMatchObject({
      version: 2,
      changed: { at: NOW.toISOString(), by: 'account-g1' },
      homePhone: '+33164106142',
      address: { postcode: '20090' },
      allowance: { fund: 'caf', guardianId: 'g1' },
    })
    expect((await fileOf(by)).family).toEqual(item)
  })

  it('removes what they leave out, and nothing that they cannot write', async () => {
    const by = await anotherFamily(table)
    await edit(by, { situation: 'couple', childrenCount: 2 })
    await edit(by, {}, 2)
    const { family } = await fileOf(by)
    expect(family).toMatchObject({ version: 3, homePhone: '+33164106142' })
    expect(family.situation).toBeUndefined()

    await editChild(editing, LEO, {
      editor: parent(by),
      seen: 1,
      written: { ...CHILD, firstName: 'Léo-Paul', birthPlace: 'Melun', sex: 'M', className: 'CM1' },
      now: NOW,
    })
    const leo = (await fileOf(by)).children.find(({ childId }) => childId === LEO)
    expect(leo).toMatchObject({ category: 'ENFANT', firstName: 'Léo-Paul', className: 'CM1' })
  })

  it('lives at the address of the family until they write their own, and again once they leave it out [guide 14]', async () => {
    const by = await anotherFamily(table)
    const own = { street: '1 place de la Mairie', postcode: '77240', town: 'Cesson' }
    const write = (address: typeof own | undefined, seen: number) =>
      editGuardian(editing, G1, {
        editor: parent(by),
        seen,
        written: address === undefined ? GUARDIAN : { ...GUARDIAN, address },
        now: NOW,
      })
    expect((await write(own, 1)).item.address).toEqual(own)
    expect((await write(undefined, 2)).item.address).toBeUndefined()
  })

  it('writes of themself alone, and keeps the e-mail address of the account', async () => {
    const by = await anotherFamily(table)
    const call = {
      editor: parent(by),
      seen: 1,
      written: { ...GUARDIAN, title: 'M.' as const },
      now: NOW,
    }
    await expect(editGuardian(editing, G2, call)).rejects.toMatchObject({ code: 'not-found' })
    const { item } = await editGuardian(editing, G1, call)
    expect(item).toMatchObject({ title: 'M.', email: 'madelainedupont@famille.example' })
  })

  it('finds nothing in another family, nor after having left their own', async () => {
    const by = await anotherFamily(table)
    const gone = { ...by, guardianId: guardianIdSchema.parse('g9') }
    await expect(edit(gone)).rejects.toMatchObject({ code: 'not-found' })
    await expect(edit({ ...by, familyId: familyIdSchema.parse('none') })).rejects.toMatchObject({
      code: 'not-found',
    })
    const call = { editor: parent(TEST), seen: 1, written: CHILD, now: NOW }
    await expect(editChild(editing, LEO, call)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('adds a child once, in the category of their commune [guide 15]', async () => {
    const by = await anotherFamily(table)
    const call = { editor: parent(by), key: 'the-same-key', written: CHILD, now: NOW }
    const { item } = await addChild(editing, call)
    expect(item).toMatchObject({ firstName: 'Zoé', category: 'ENFANT', version: 1 })
    expect(await addChild(editing, call)).toEqual({ item })
    expect((await fileOf(by)).children).toHaveLength(3)
    await expect(
      addChild(editing, { ...call, written: { ...CHILD, firstName: 'Max' } }),
    ).rejects.toMatchObject({ code: 'idempotency-key-reused' })
  })

  it('adds, corrects and removes contacts', async () => {
    const by = await anotherFamily(table)
    const written = { name: 'Rose PETIT', relation: 'nounou', phone: '+33612000099' }
    const editor = parent(by)
    const { contactId } = await addContact(table, { editor, key: 'rose-petit', written, now: NOW })
    await editContact(table, contactId, {
      editor,
      seen: 1,
      written: { ...written, relation: 'assistante maternelle' },
      now: NOW,
    })
    await removeContact(table, JEANNE, { editor, seen: 1, now: NOW })
    await removeContact(table, JEANNE, { editor, seen: 1, now: NOW })
    const { contacts } = await fileOf(by)
    expect(contacts.map(({ name, relation }) => [name, relation]).toSorted()).toEqual([
      ['Paul LEROY', 'voisin'],
      ['Rose PETIT', 'assistante maternelle'],
    ])
    const left = await table.query({
      partition: familyPartition(by.familyId),
      from: ['FILE', 'CONTACT', 'jeanne'],
    })
    expect(left).toMatchObject([{ entity: 'RemovedContact', changed: { by: editor.account } }])
    expect(JSON.stringify(left)).not.toMatch(/Jeanne MARTIN|4106142/)
    const unknown = contactIdSchema.parse('nobody')
    await expect(
      removeContact(table, unknown, { editor, seen: 1, now: NOW }),
    ).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  it.each<[string, Partial<typeof CHILD>, string]>([
    ['a birth to come', { birthDate: '2025-10-16' }, '/body/birthDate'],
    ['a birth of another age', { birthDate: '1995-01-01' }, '/body/birthDate'],
    ['a diet that no kitchen serves', { diets: [dietIdSchema.parse('X')] }, '/body/diets/0'],
    ['a class that tells a belief', { className: 'Catholique' }, '/body/className'],
    [
      'a care plan that is valid and is none',
      { carePlanUntil: '2026-07-03' },
      '/body/carePlanUntil',
    ],
  ])('is refused %s', async (_, written, pointer) => {
    const by = await anotherFamily(table)
    const call = { editor: parent(by), seen: 1, written: { ...CHILD, ...written }, now: NOW }
    await expect(editChild(editing, LEO, call)).rejects.toMatchObject({
      code: 'invalid-request',
      faults: [{ pointer }],
    })
  })

  it('names no guardian of another family for the allowance', async () => {
    const by = await anotherFamily(table)
    const allowance = {
      fund: 'msa',
      number: '12345',
      guardianId: guardianIdSchema.parse('g9'),
    } as const
    await expect(edit(by, { allowance })).rejects.toMatchObject({
      faults: [{ pointer: '/body/allowance/guardianId' }],
    })
  })
})

it('edits and reads no child over whom a guardian has no authority any more', async () => {
  const by = await anotherFamily(table)
  await withdraw(by)
  const call = { seen: 1, written: CHILD, now: NOW }
  await expect(editChild(editing, LEO, { editor: parent(by), ...call })).rejects.toMatchObject({
    code: 'not-found',
  })
  const { children } = await readFamily(editing, { actor: guardian(by), now: NOW })
  expect(children.map(({ childId }) => childId)).toEqual(['lucas'])
  const other = { ...by, guardianId: G2 }
  await editChild(editing, LEO, { editor: parent(other), ...call })
})

/** Takes the authority over Léo from a guardian. */
const withdraw = async (by: By) => {
  const leo = (await fileOf(by)).children.find(({ childId }) => childId === LEO)
  if (leo === undefined) throw new Error('No such child')
  const authorityWithdrawn = [{ guardianId: G1, since: '2025-10-15' as const }]
  await table.put(childEntity.toItem({ ...leo, authorityWithdrawn }))
}

it('refuses a parent a child that the file has, also one whom they do not see, and sends them to the town', async () => {
  const by = await anotherFamily(table)
  await withdraw(by)
  const written = { ...CHILD, firstName: 'LEO', birthDate: '2016-04-18' as const }
  const call = { key: 'a-second-leo', written, now: NOW }
  await expect(addChild(editing, { editor: parent(by), ...call })).rejects.toMatchObject({
    code: 'invalid-request',
    faults: [{ pointer: '/body/firstName', detail: matching('contactez la mairie') }],
  })
  await addChild(editing, {
    editor: parent(by),
    key: 'his-sister',
    written: { ...written, firstName: 'Léa' },
    now: NOW,
  })
  expect((await fileOf(by)).children).toHaveLength(3)
})

describe('who may collect a child', () => {
  const written = { name: 'Jeanne MARTIN', relation: 'tante', phone: '+33612000099' }

  /** Lets Jeanne collect Léo, beside what else is allowed for him. */
  const allowJeanne = async (by: By) => {
    const { enrolmentId } =
      (await fileOf(by)).enrolments.find(({ childId }) => childId === LEO) ?? {}
    if (enrolmentId === undefined) throw new Error('No such enrolment')
    const decided = { enrolmentId, allowed: true, since: '2025-09-01' } as const
    const sheet = (await readSheets(table, by.familyId)).find(({ childId }) => childId === LEO)
    await table.put(
      authorisationSheetEntity.toItem({
        ...sheet,
        familyId: by.familyId,
        childId: LEO,
        authorisations: [
          { ...decided, about: { kind: 'collect', contactId: JEANNE } },
          { ...decided, about: { kind: 'photograph' } },
        ],
      }),
    )
  }
  const kindsOf = async (by: By) =>
    (await readSheets(table, by.familyId))
      .filter(({ childId }) => childId === LEO)
      .flatMap(({ authorisations }) => authorisations.map(({ about }) => about.kind))

  it('stays who it was with another telephone, and is nobody once the contact has another name', async () => {
    const by = await anotherFamily(table)
    await allowJeanne(by)
    const held = (await fileOf(by)).contacts.find(({ contactId }) => contactId === JEANNE)
    if (held === undefined) throw new Error('No such contact')
    const call = { editor: parent(by), now: NOW }
    const sameName = { ...written, name: held.name }
    await editContact(table, JEANNE, { ...call, seen: 1, written: sameName })
    expect(await kindsOf(by)).toEqual(['collect', 'photograph'])
    const another = { ...written, name: 'Somebody ELSE' }
    const edited = await editContact(table, JEANNE, { ...call, seen: 2, written: another })
    expect(edited).toMatchObject({ name: 'Somebody ELSE', version: 3 })
    expect(await kindsOf(by)).toEqual(['photograph'])
    expect(await editContact(table, JEANNE, { ...call, seen: 2, written: another })).toEqual(edited)
    await expect(
      editContact(table, JEANNE, { ...call, seen: 1, written: sameName }),
    ).rejects.toMatchObject({ code: 'changed-meanwhile' })
  })

  it('goes with the contact', async () => {
    const by = await anotherFamily(table)
    await allowJeanne(by)
    await removeContact(table, JEANNE, { editor: parent(by), seen: 1, now: NOW })
    expect(await kindsOf(by)).toEqual(['photograph'])
  })

  it('is not written by a guardian without authority over every child of the file', async () => {
    const by = await anotherFamily(table)
    await withdraw(by)
    const call = { editor: parent(by), now: NOW }
    for (const refused of [
      () => addContact(table, { ...call, key: 'a-contact', written }),
      () => editContact(table, JEANNE, { ...call, seen: 1, written }),
      () => removeContact(table, JEANNE, { ...call, seen: 1 }),
    ]) {
      await expect(refused()).rejects.toMatchObject({ code: 'not-found' })
    }
    const other = parent({ ...by, guardianId: G2 })
    await removeContact(table, JEANNE, { editor: other, seen: 1, now: NOW })
    expect((await fileOf(by)).contacts).toHaveLength(1)
  })
})

describe('what the town asks', () => {
  const strict = editingWith(table, {
    mandatory: ['family.homePhone', 'child.birthPlace', 'child.className', 'guardian.phone'],
    notAsked: ['family.situation', 'guardian.employer'],
  })

  it('is named field by field where a parent leaves it out [guide 11]', async () => {
    const by = await anotherFamily(table)
    const call = { editor: parent(by), seen: 1, written: CHILD, now: NOW }
    await expect(editChild(strict, LEO, call)).rejects.toMatchObject({
      code: 'invalid-request',
      faults: [
        { pointer: '/body/birthPlace', detail: 'Ce champ est obligatoire.' },
        { pointer: '/body/className', detail: 'Ce champ est obligatoire.' },
      ],
    })
  })

  it('may be left out by staff, who note what they know', async () => {
    const by = await anotherFamily(table)
    const { item } = await editChild(strict, LEO, {
      editor: agent(by),
      seen: 1,
      written: CHILD,
      now: NOW,
    })
    expect(item.changed).toEqual({
      at: NOW.toISOString(),
      by: 'agent-1',
      reason: 'Appel de la famille',
    })
  })

  it('is all that anybody may note', async () => {
    const by = await anotherFamily(table)
    for (const editor of [parent(by), agent(by)]) {
      await expect(
        editFamily(strict, {
          editor,
          seen: 1,
          written: { ...FAMILY, situation: 'single' },
          now: NOW,
        }),
      ).rejects.toMatchObject({
        faults: [
          { pointer: '/body/situation', detail: 'La mairie ne demande pas cette information.' },
        ],
      })
    }
  })
})

describe('a file', () => {
  it('has at most 4 guardians, 20 children and 20 contacts', async () => {
    const by = await anotherFamily(table)
    const editor = agent(by)
    const add = (index: number) =>
      addGuardian(editing, {
        editor,
        key: `guardian-${String(index)}`,
        written: { ...GUARDIAN, email: `g${String(index)}@famille.example` },
        now: NOW,
      })
    await add(1)
    await expect(
      addGuardian(editing, {
        editor,
        key: 'guardian-again',
        written: { ...GUARDIAN, email: 'G1@famille.example' },
        now: NOW,
      }),
    ).rejects.toMatchObject({ faults: [{ pointer: '/body/email' }] })
    await add(2)
    await expect(add(3)).rejects.toMatchObject({
      code: 'file-full',
      detail: 'Un dossier compte au plus 4 fiches de ce genre.',
    })
    const contact = { name: 'Rose PETIT', relation: 'nounou', phone: '+33612000099' }
    for (let index = 0; index < 18; index += 1) {
      const key = `one-more-${String(index)}`
      await addChild(editing, { editor, key, written: CHILD, now: NOW })
      await addContact(table, { editor, key, written: contact, now: NOW })
    }
    const more = { editor, key: 'one-too-many', now: NOW }
    await expect(addChild(editing, { ...more, written: CHILD })).rejects.toMatchObject({
      code: 'file-full',
    })
    await expect(addContact(table, { ...more, written: contact })).rejects.toMatchObject({
      code: 'file-full',
    })
  })

  it('that was set aside is edited by staff alone, and taken up again', async () => {
    const by = await anotherFamily(table)
    const state = (active: boolean, seen: number) =>
      setFileState(table, { editor: agent(by), seen, written: { active }, now: NOW })
    const aside = await state(false, 1)
    expect(aside).toMatchObject({ version: 2, inactiveSince: NOW.toISOString() })
    expect(await state(false, 1)).toEqual(aside)
    await expect(edit(by, {}, 2)).rejects.toMatchObject({ code: 'file-inactive' })
    await editFamily(editing, { editor: agent(by), seen: 2, written: FAMILY, now: NOW })
    expect((await state(true, 3)).inactiveSince).toBeUndefined()
    await expect(edit(by, {}, 4)).resolves.toMatchObject({ item: { version: 4 } })
  })
})
