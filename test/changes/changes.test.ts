import { beforeAll, describe, expect, it } from 'vitest'
import { decideChange } from '../../shared/changes/decide-change.ts'
import { listChanges, listMyChanges } from '../../shared/changes/list-changes.ts'
import type { FieldDecision } from '../../shared/changes/model.ts'
import { changeReply } from '../../shared/changes/routes.ts'
import { changeRequestEntity } from '../../shared/changes/store.ts'
import { editChild } from '../../shared/families/edit-child.ts'
import { editFamily } from '../../shared/families/edit-family.ts'
import { editGuardian } from '../../shared/families/edit-guardian.ts'
import { readFile } from '../../shared/families/read-file.ts'
import { childEntity } from '../../shared/families/store.ts'
import { mailsOfNotice } from '../../shared/messages/notice-rules.ts'
import { noticeEntity } from '../../shared/messages/notices.ts'
import { familyPartition } from '../../shared/platform/keys.ts'
import {
  attachmentIdSchema,
  childIdSchema,
  guardianIdSchema,
} from '../../shared/platform/schemas.ts'
import { cesson, guardian, openCesson } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { expectCost, measure } from '../support/meter.ts'
import {
  agent,
  CHILD,
  editingWith,
  FAMILY,
  GUARDIAN,
  NOW,
  parent,
} from '../families/file-fixture.ts'

const { table, documents } = await freshTable()
const editing = editingWith(table, {
  checked: ['family.address', 'child.lastName', 'child.birthDate', 'child.diets'],
})
const LEO = childIdSchema.parse('leo')
const OTHER_ADDRESS = { street: '3 rue Neuve', postcode: '77240', town: 'Cesson' }

beforeAll(async () => {
  await openCesson(table)
})

type By = Awaited<ReturnType<typeof anotherFamily>>

/** A parent changes the number of children, and the address, which the town checks. */
const move = (by: By, { seen = 1, street = OTHER_ADDRESS.street, childrenCount = 3 } = {}) =>
  editFamily(editing, {
    editor: parent(by),
    seen,
    written: { ...FAMILY, childrenCount, address: { ...OTHER_ADDRESS, street } },
    attachmentIds: [attachmentIdSchema.parse('own-proof')],
    now: NOW,
  })

/** A parent corrects the name and the birth date of Léo, which the town checks, and his class. */
const correctLeo = (by: By) =>
  editChild(editing, LEO, {
    editor: parent(by),
    seen: 1,
    written: {
      ...CHILD,
      firstName: 'Léo',
      lastName: 'DUPONT-MARTIN',
      birthDate: '2016-04-19',
      className: 'CM1',
    },
    now: NOW,
  })

const decide = async (
  by: By,
  number: number,
  decisions: Record<string, FieldDecision['outcome']>,
  { message = 'Vu', seen = 1 } = {},
) =>
  changeReply.parse(
    await decideChange(table, {
      parameters: { familyId: by.familyId, number },
      headers: { 'if-match': seen },
      body: {
        decisions: Object.entries(decisions).map(([field, outcome]) => ({ field, outcome })),
        message,
      },
      actor: { account: 'agent-1', roles: ['agent'], family: undefined },
      now: NOW,
    }),
  )

const fileOf = async (by: By) => (await readFile(table, by.familyId)).file
const leoOf = async (by: By) => (await fileOf(by)).children.find(({ childId }) => childId === LEO)
const everythingOf = (by: By) => table.query({ partition: familyPartition(by.familyId) })
const noticesOf = async (by: By) => noticeEntity.pick(await everythingOf(by))

const numberIn = ({ change }: Awaited<ReturnType<typeof move>>): number => {
  if (change === undefined) throw new Error('Nothing awaits staff')
  return change.number
}

describe('what the town checks', () => {
  it('becomes a numbered request, and all else of the same edit counts at once [guide 12, 13]', async () => {
    const by = await anotherFamily(table)
    const { item, change } = await move(by)
    expect(item).toMatchObject({
      version: 2,
      childrenCount: 3,
      address: { street: '12 rue de la Plaine' },
      pending: change?.number,
    })
    expect(change).toMatchObject({
      target: { kind: 'family' },
      asked: [
        {
          field: 'address',
          from: { street: '12 rue de la Plaine' },
          to: { street: '3 rue Neuve' },
        },
      ],
      attachmentIds: ['own-proof'],
      by: { guardianId: 'g1', name: 'Mme Madelaine DUPONT' },
    })
    const { changes } = await listMyChanges(table, { actor: guardian(by), now: NOW })
    expect(changes.map((each) => changeReply.parse(each))).toMatchObject([
      { number: change?.number, state: 'pending', asked: [{ label: 'Adresse' }] },
    ])
  })

  it('is shown to the guardian whom it concerns: of a child to those with authority over it', async () => {
    const by = await anotherFamily(table)
    const change = await correctLeo(by)
    const other = { ...by, guardianId: guardianIdSchema.parse('g2') }
    const shown = async (who: By) =>
      (await listMyChanges(table, { actor: guardian(who), now: NOW })).changes.map(
        ({ number }) => number,
      )
    const { number } = change.change ?? {}
    expect(await shown(by)).toEqual([number])
    expect(await shown(other)).toEqual([number])
    const leo = await leoOf(by)
    if (leo === undefined) throw new Error('No such child')
    const authorityWithdrawn = [{ guardianId: other.guardianId, since: '2025-10-15' as const }]
    await table.put(childEntity.toItem({ ...leo, authorityWithdrawn }))
    expect(await shown(other)).toEqual([])
    expect(await shown(by)).toEqual([number])

    const renaming = editingWith(table, { checked: ['guardian.lastName'] })
    const written = { ...GUARDIAN, lastName: 'MARTIN' }
    const call = { editor: parent(by), seen: 1, written, now: NOW }
    const own = await editGuardian(renaming, by.guardianId, call)
    expect(await shown(by)).toEqual([own.change?.number, number])
    expect(await shown(other)).toEqual([])
  })

  it('is not what staff write themselves', async () => {
    const by = await anotherFamily(table)
    const written = { ...FAMILY, address: OTHER_ADDRESS }
    const outcome = await editFamily(editing, { editor: agent(by), seen: 1, written, now: NOW })
    expect(outcome.change).toBeUndefined()
    expect(outcome.item.address).toEqual(OTHER_ADDRESS)
  })

  it('stays asked while the parent changes something else, and is asked anew in the same request', async () => {
    const by = await anotherFamily(table)
    const first = await move(by)
    const phone = await editFamily(editing, {
      editor: parent(by),
      seen: 2,
      written: { ...FAMILY, childrenCount: 4 },
      now: NOW,
    })
    expect(phone).toMatchObject({ item: { version: 3, pending: numberIn(first) } })
    const second = await move(by, { seen: 3, street: '5 rue Neuve' })
    expect(second.change).toMatchObject({
      number: numberIn(first),
      version: 2,
      asked: [{ from: { street: '12 rue de la Plaine' }, to: { street: '5 rue Neuve' } }],
    })
    await expect(decide(by, numberIn(first), { address: 'accepted' })).rejects.toMatchObject({
      code: 'changed-meanwhile',
    })
  })

  it('is proved by documents of the family alone', async () => {
    const by = await anotherFamily(table)
    await expect(
      editFamily(editing, {
        editor: parent(by),
        seen: 1,
        written: { ...FAMILY, address: OTHER_ADDRESS },
        attachmentIds: [attachmentIdSchema.parse('theirs')],
        now: NOW,
      }),
    ).rejects.toMatchObject({ faults: [{ pointer: '/body/attachmentIds' }] })
    expect(await listMyChanges(table, { actor: guardian(by), now: NOW })).toEqual({ changes: [] })
  })

  it('is asked once, however often the same call comes', async () => {
    const by = await anotherFamily(table)
    const first = await move(by)
    expect(await move(by)).toEqual(first)
    const { result, cost } = await measure([documents], () => move(by))
    expect(result).toEqual(first)
    expect(cost.calls).toEqual({ GetItem: 1, Query: 1 })
  })

  it('costs a number and one transaction', async () => {
    const by = await anotherFamily(table)
    const { cost } = await measure([documents], () => move(by))
    expect(cost.calls).toEqual({ Query: 1, TransactWriteItems: 1, UpdateItem: 1 })
    expectCost('edit what the town checks', cost)
  })
})

describe('staff', () => {
  it('accept and refuse field by field, and one mail tells the guardian without values', async () => {
    const by = await anotherFamily(table)
    const { change } = await correctLeo(by)
    const number = change?.number ?? 0
    expect(await leoOf(by)).toMatchObject({ className: 'CM1', lastName: 'DUPONT' })
    const decided = await decide(
      by,
      number,
      { lastName: 'accepted', birthDate: 'refused' },
      { message: 'L’acte de naissance dit le 18.' },
    )
    expect(decided).toMatchObject({
      state: 'decided',
      version: 2,
      decision: {
        outcomes: [
          { field: 'lastName', outcome: 'accepted', label: 'Nom' },
          { field: 'birthDate', outcome: 'refused', label: 'Date de naissance' },
        ],
      },
    })
    const leo = await leoOf(by)
    expect(leo).toMatchObject({
      version: 3,
      lastName: 'DUPONT-MARTIN',
      birthDate: '2016-04-18',
      changed: { by: 'agent-1' },
    })
    expect(leo?.pending).toBeUndefined()

    const notices = await noticesOf(by)
    const sender = { catalogue: cesson.catalogue, portalUrl: 'https://portail.example' }
    const [mail, ...others] = notices.flatMap((notice) => mailsOfNotice(sender, notice))
    expect(others).toEqual([])
    expect(mail).toMatchObject({
      to: 'madelainedupont@famille.example',
      subject: `Modification de votre dossier : demande n° ${number}`,
    })
    expect(mail?.text).toContain('Nom : modification acceptée')
    expect(mail?.text).toContain('Date de naissance : modification refusée')
    expect(mail?.text).toContain('L’acte de naissance dit le 18.')
    expect(mail?.text).not.toMatch(/DUPONT-MARTIN|2016/)
  })

  it('take nothing over that has changed since the parent saw it, and read what it is now', async () => {
    const by = await anotherFamily(table)
    const number = numberIn(await move(by))
    const meanwhile = { street: '9 quai Nord', postcode: '77000', town: 'Melun' }
    const written = { ...FAMILY, address: meanwhile }
    await editFamily(editing, { editor: agent(by), seen: 2, written, now: NOW })
    const { decision } = await decide(by, number, { address: 'accepted' })
    expect(decision?.outcomes).toMatchObject([{ outcome: 'overtaken', current: meanwhile }])
    const { family } = await fileOf(by)
    expect(family).toMatchObject({ address: meanwhile, version: 4 })
    expect(family.pending).toBeUndefined()
  })

  it('find what awaits them, the oldest first, by pages, until it is decided', async () => {
    const families = [await anotherFamily(table), await anotherFamily(table)]
    const numbers: number[] = []
    for (const by of families) numbers.push(numberIn(await move(by)))
    const [first = 0, second = 0] = numbers
    const page = await listChanges(table, { query: { limit: 1, after: first - 1 } })
    expect(page).toMatchObject({ changes: [{ number: first }], next: first })
    const [by] = families
    if (by === undefined) throw new Error('No family')
    await decide(by, first, { address: 'accepted' })
    const left = await listChanges(table, { query: { limit: 50, after: first - 1 } })
    expect(left.changes.map(({ number }) => number)).toEqual([second])
    expect(left).not.toHaveProperty('next')
  })

  it('decide every field that is asked, no other, and say why they refuse', async () => {
    const by = await anotherFamily(table)
    const number = numberIn(await move(by))
    const body = (decisions: FieldDecision[]) =>
      decideChange(table, {
        parameters: { familyId: by.familyId, number },
        headers: { 'if-match': 1 },
        body: { decisions },
        actor: { account: 'agent-1', roles: ['agent'], family: undefined },
        now: NOW,
      })
    await expect(body([{ field: 'name', outcome: 'accepted' }])).rejects.toMatchObject({
      faults: [{ pointer: '/body/decisions/0/field' }, { pointer: '/body/decisions' }],
    })
    await expect(body([{ field: 'address', outcome: 'refused' }])).rejects.toMatchObject({
      faults: [{ pointer: '/body/message' }],
    })
  })

  it('decide once: the same again is the same answer, another is refused', async () => {
    const by = await anotherFamily(table)
    const number = numberIn(await move(by))
    const decided = await decide(by, number, { address: 'accepted' })
    expect(await decide(by, number, { address: 'accepted' })).toEqual(decided)
    await expect(decide(by, number, { address: 'refused' })).rejects.toMatchObject({
      code: 'already-decided',
    })
    await expect(decide(by, 999_999, { address: 'accepted' })).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  it('decide by one read, one Query and one transaction', async () => {
    const by = await anotherFamily(table)
    const number = numberIn(await move(by))
    const { cost } = await measure([documents], () => decide(by, number, { address: 'accepted' }))
    expect(cost.calls).toEqual({ GetItem: 1, Query: 1, TransactWriteItems: 1 })
    expectCost('decide a change of a file', cost)
  })
})

describe('a crash at any call', () => {
  it('leaves one request for what a parent asked', async () => {
    const crashes = await crashEverywhere({
      clients: [documents],
      scenario: async () => {
        const by = await anotherFamily(table)
        return {
          run: () => move(by),
          check: async ({ item, change }) => {
            expect(changeRequestEntity.pick(await everythingOf(by))).toEqual([change])
            expect((await fileOf(by)).family).toEqual(item)
          },
        }
      },
    })
    expect(crashes.map(({ operation }) => operation)).toContain('TransactWriteItems')
  })

  it('leaves one decision and one mail', async () => {
    await crashEverywhere({
      clients: [documents],
      scenario: async () => {
        const by = await anotherFamily(table)
        const number = numberIn(await move(by))
        return {
          run: () => decide(by, number, { address: 'accepted' }),
          check: async () => {
            const { family } = await fileOf(by)
            expect(family).toMatchObject({ version: 3, address: OTHER_ADDRESS })
            expect(await noticesOf(by)).toHaveLength(1)
          },
        }
      },
    })
  })
})
