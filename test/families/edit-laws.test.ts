import * as fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { addChild, editChild } from '../../shared/families/edit-child.ts'
import { removeContact } from '../../shared/families/edit-contact.ts'
import { editFamily } from '../../shared/families/edit-family.ts'
import { editGuardian } from '../../shared/families/edit-guardian.ts'
import { readFile } from '../../shared/families/read-file.ts'
import { openCesson } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { expectCost, measure } from '../support/meter.ts'
import {
  type By,
  CHILD,
  editingWith,
  FAMILY,
  G1,
  GUARDIAN,
  JEANNE,
  LEO,
  NOW,
  parent,
} from './file-fixture.ts'

const { table, documents } = await freshTable()
const editing = editingWith(table)
const ANOTHER_CHILD = { ...CHILD, firstName: 'Inès' }

beforeAll(async () => {
  await openCesson(table)
})

const fileOf = async (by: By) => (await readFile(table, by.familyId, ['FILE', 'MEANS'])).file

const edit = (by: By, written: Partial<typeof FAMILY> = {}, seen = 1) =>
  editFamily(editing, { editor: parent(by), seen, written: { ...FAMILY, ...written }, now: NOW })

describe('an edit', () => {
  it('of a version that is no longer is refused with the one that is', async () => {
    const by = await anotherFamily(table)
    await edit(by, { childrenCount: 2 })
    await expect(edit(by, { childrenCount: 3 })).rejects.toMatchObject({
      code: 'changed-meanwhile',
      faults: [{ pointer: '/headers/if-match', detail: 'La version actuelle est "2".' }],
    })
    await expect(edit(by, { childrenCount: 3 }, 9)).rejects.toMatchObject({
      code: 'changed-meanwhile',
    })
    const { family } = await fileOf(by)
    expect(family.childrenCount).toBe(2)
  })

  it('that comes again is done already, and writes nothing', async () => {
    const by = await anotherFamily(table)
    const { item } = await edit(by, { childrenCount: 2 })
    const { result, cost } = await measure([documents], () => edit(by, { childrenCount: 2 }))
    expect(result).toEqual({ item })
    expect(cost.calls).toEqual({ Query: 1 })
  })

  it('costs one Query and one write', async () => {
    const by = await anotherFamily(table)
    const { cost } = await measure([documents], () => edit(by, { childrenCount: 2 }))
    expect(cost.calls).toEqual({ PutItem: 1, Query: 1 })
    expectCost('edit the family', cost)
  })

  it('never undoes another: of those that come at once with one version, one is made', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer({ min: 0, max: 20 }), { minLength: 2, maxLength: 4 }),
        async (counts) => {
          const by = await anotherFamily(table)
          const outcomes = await Promise.allSettled(
            counts.map((childrenCount) => edit(by, { childrenCount })),
          )
          const done = outcomes.flatMap((each, index) =>
            each.status === 'fulfilled' ? [counts[index]] : [],
          )
          const refused = outcomes.flatMap((each): unknown[] =>
            each.status === 'rejected' ? [each.reason] : [],
          )
          expect(done).toHaveLength(1)
          for (const reason of refused) expect(reason).toMatchObject({ code: 'changed-meanwhile' })
          const { family } = await fileOf(by)
          expect(family).toMatchObject({ childrenCount: done[0], version: 2 })
        },
      ),
      { numRuns: 8 },
    )
  })

  it('of another item changes nothing of this one, in whatever order they come', async () => {
    const editsOf = (by: By) => {
      const editor = parent(by)
      return [
        () => edit(by, { childrenCount: 2 }),
        () => editGuardian(editing, G1, { editor, seen: 1, written: GUARDIAN, now: NOW }),
        () => editChild(editing, LEO, { editor, seen: 1, written: CHILD, now: NOW }),
        () => removeContact(table, JEANNE, { editor, seen: 1, now: NOW }),
        () => addChild(editing, { editor, key: 'a-new-child', written: ANOTHER_CHILD, now: NOW }),
      ]
    }
    const contentOf = async (by: By) => {
      const { family, ...members } = await fileOf(by)
      const text = JSON.stringify([{ ...family, name: '' }, members])
      // The ids of what is added come from the number of the family.
      return text.replaceAll(by.familyId, 'F').replaceAll(/"[\da-f]{16}"/g, '"new"').length
    }
    const first = await anotherFamily(table)
    for (const make of editsOf(first)) await make()
    const expected = await contentOf(first)
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 }),
        fc.boolean(),
        async (order, atOnce) => {
          const by = await anotherFamily(table)
          const edits = editsOf(by)
          const make = async (index: number) => edits[index]?.()
          if (atOnce) await Promise.all(order.map(make))
          else for (const index of order) await make(index)
          expect(await contentOf(by)).toBe(expected)
        },
      ),
      { numRuns: 6 },
    )
  })

  it.each<[string, (by: By) => () => Promise<unknown>]>([
    ['of a family', (by) => () => edit(by, { childrenCount: 2 })],
    [
      'that adds a child',
      (by) => () =>
        addChild(editing, {
          editor: parent(by),
          key: 'a-new-child',
          written: ANOTHER_CHILD,
          now: NOW,
        }),
    ],
    [
      'that removes a contact',
      (by) => () => removeContact(table, JEANNE, { editor: parent(by), seen: 1, now: NOW }),
    ],
  ])('%s is made once wherever it breaks off', async (_, calling) => {
    const model = await anotherFamily(table)
    await calling(model)()
    const shapeOf = async (by: By) => {
      const { family, children, contacts } = await fileOf(by)
      return [family.version, family.childrenCount, children.length, contacts.length]
    }
    const expected = await shapeOf(model)
    const crashes = await crashEverywhere({
      clients: [documents],
      scenario: async () => {
        const by = await anotherFamily(table)
        return {
          run: calling(by),
          check: async () => {
            expect(await shapeOf(by)).toEqual(expected)
          },
        }
      },
    })
    // It also broke off at a write, not only at what it read before.
    expect(new Set(crashes.map(({ operation }) => operation)).size).toBeGreaterThan(1)
  })
})
