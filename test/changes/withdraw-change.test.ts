import { beforeAll, describe, expect, it } from 'vitest'
import { decideChange } from '../../shared/changes/decide-change.ts'
import { listChanges, listMyChanges } from '../../shared/changes/list-changes.ts'
import { changeReply } from '../../shared/changes/routes.ts'
import { withdrawChange } from '../../shared/changes/withdraw-change.ts'
import { editChild } from '../../shared/families/edit-child.ts'
import { editFamily } from '../../shared/families/edit-family.ts'
import { editGuardian } from '../../shared/families/edit-guardian.ts'
import { readFile } from '../../shared/families/read-file.ts'
import { setFileState } from '../../shared/families/set-file-state.ts'
import { childEntity } from '../../shared/families/store.ts'
import { guardian, openCesson } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { measure } from '../support/meter.ts'
import {
  agent,
  CHILD,
  editingWith,
  FAMILY,
  G2,
  GUARDIAN,
  LEO,
  NOW,
  parent,
  type By,
} from '../families/file-fixture.ts'

const { table, documents } = await freshTable()
const editing = editingWith(table, {
  checked: ['family.address', 'guardian.lastName', 'child.lastName'],
})

beforeAll(async () => {
  await openCesson(table)
})

/** A parent moves, which the town checks. */
const move = async (by: By, seen = 1, street = '3 rue Neuve'): Promise<number> => {
  const { change } = await editFamily(editing, {
    editor: parent(by),
    seen,
    written: { ...FAMILY, address: { street, postcode: '77240', town: 'Cesson' } },
    now: NOW,
  })
  if (change === undefined) throw new Error('Nothing awaits staff')
  return change.number
}

const withdraw = async (by: By, number: number) =>
  changeReply.parse(
    await withdrawChange(table, { actor: guardian(by), parameters: { number }, now: NOW }),
  )

const decide = ({ familyId }: By, number: number, seen: number) =>
  decideChange(table, {
    parameters: { familyId, number },
    headers: { 'if-match': seen },
    body: { decisions: [{ field: 'address', outcome: 'accepted' }] },
    actor: { account: 'agent-1', roles: ['agent'], family: undefined },
    now: NOW,
  })

const familyOf = async ({ familyId }: By) => (await readFile(table, familyId)).file.family
const awaited = async (number: number) =>
  (await listChanges(table, { query: { limit: 1, after: number - 1 } })).changes.some(
    (change) => change.number === number,
  )

describe('a parent who withdraws what staff have not checked', () => {
  it('is asked nothing more, and staff find it no longer', async () => {
    const by = await anotherFamily(table)
    const number = await move(by)
    expect(await awaited(number)).toBe(true)
    const withdrawn = await withdraw(by, number)
    expect(withdrawn).toMatchObject({ number, state: 'withdrawn', version: 2 })
    expect(await awaited(number)).toBe(false)
    const family = await familyOf(by)
    expect(family).toMatchObject({ version: 3, address: { street: '12 rue de la Plaine' } })
    expect(family.pending).toBeUndefined()
    expect(await withdraw(by, number)).toEqual(withdrawn)
    expect(await listMyChanges(table, { actor: guardian(by), now: NOW })).toEqual({
      changes: [withdrawn],
    })
    for (const seen of [1, 2]) {
      await expect(decide(by, number, seen)).rejects.toMatchObject({ code: 'request-withdrawn' })
    }
  })

  it('may ask again, under another number', async () => {
    const by = await anotherFamily(table)
    const number = await move(by)
    await withdraw(by, number)
    const again = await move(by, 3)
    expect(again).not.toBe(number)
    await expect(decide(by, again, 1)).resolves.toMatchObject({ state: 'decided' })
  })

  it('withdraws all that was asked of the item, since what is asked later joins it', async () => {
    const by = await anotherFamily(table)
    const number = await move(by)
    expect(await move(by, 2, '5 rue Neuve')).toBe(number)
    expect(await withdraw(by, number)).toMatchObject({ version: 3, asked: [{ field: 'address' }] })
    expect(await familyOf(by)).not.toHaveProperty('pending')
  })

  it('cannot once staff have decided, nor while the file is set aside', async () => {
    const by = await anotherFamily(table)
    const decided = await move(by)
    await decide(by, decided, 1)
    await expect(withdraw(by, decided)).rejects.toMatchObject({ code: 'already-decided' })
    const other = await anotherFamily(table)
    const number = await move(other)
    await setFileState(table, {
      editor: agent(other),
      seen: 2,
      written: { active: false },
      now: NOW,
    })
    await expect(withdraw(other, number)).rejects.toMatchObject({ code: 'file-inactive' })
  })

  it('finds nothing of other families, of another guardian or of a child without authority', async () => {
    const by = await anotherFamily(table)
    const other = { ...by, guardianId: G2 }
    const refused = (who: By, number: number) =>
      expect(withdraw(who, number)).rejects.toMatchObject({ code: 'not-found' })
    const moved = await move(by)
    await refused(await anotherFamily(table), moved)
    await refused(by, 999_999)
    const call = { editor: parent(by), seen: 1, now: NOW }
    const own = await editGuardian(editing, by.guardianId, {
      ...call,
      written: { ...GUARDIAN, lastName: 'MARTIN' },
    })
    await refused(other, own.change?.number ?? 0)

    const asked = await editChild(editing, LEO, {
      ...call,
      written: { ...CHILD, firstName: 'Léo', lastName: 'MARTIN' },
    })
    const authorityWithdrawn = [{ guardianId: G2, since: '2025-10-15' as const }]
    await table.put(childEntity.toItem({ ...asked.item, authorityWithdrawn }))
    await refused(other, asked.change?.number ?? 0)
    // What is of the family, each of its guardians may withdraw.
    expect(await withdraw(other, moved)).toMatchObject({ state: 'withdrawn' })
  })

  it('and a decision of staff at the same moment: one of them counts', async () => {
    const by = await anotherFamily(table)
    const number = await move(by)
    const outcomes = await Promise.allSettled([withdraw(by, number), decide(by, number, 1)])
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const [change] = (await listMyChanges(table, { actor: guardian(by), now: NOW })).changes
    const { address } = await familyOf(by)
    const isTaken = change?.state === 'decided'
    expect(address.street).toBe(isTaken ? '3 rue Neuve' : '12 rue de la Plaine')
  })

  it('withdraws once wherever it breaks', async () => {
    const crashes = await crashEverywhere({
      clients: [documents],
      scenario: async () => {
        const by = await anotherFamily(table)
        const number = await move(by)
        return {
          run: () => withdraw(by, number),
          check: async (reply) => {
            expect(reply).toMatchObject({ state: 'withdrawn', version: 2 })
            const family = await familyOf(by)
            expect(family.version).toBe(3)
            expect(family.pending).toBeUndefined()
            expect(await awaited(number)).toBe(false)
          },
        }
      },
    })
    expect(crashes.map(({ operation }) => operation)).toContain('TransactWriteItems')
  })

  it('costs one read, one Query and one transaction', async () => {
    const by = await anotherFamily(table)
    const number = await move(by)
    const { cost } = await measure([documents], () => withdraw(by, number))
    expect(cost.calls).toEqual({ GetItem: 1, Query: 1, TransactWriteItems: 1 })
  })
})
