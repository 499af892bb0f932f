import { beforeAll, describe, expect, it } from 'vitest'
import { enrolmentRequestSchema, type EnrolmentRequest } from '../../shared/enrolments/model.ts'
import { enrolmentRequestWrite } from '../../shared/enrolments/store.ts'
import { addChild } from '../../shared/families/edit-child.ts'
import { addGuardian } from '../../shared/families/edit-guardian.ts'
import { mergeFiles } from '../../shared/families/merge-files.ts'
import { createFamily } from '../../shared/families/create-family.ts'
import type { FamilyFile } from '../../shared/families/model.ts'
import { readFile } from '../../shared/families/read-file.ts'
import { setFileState } from '../../shared/families/set-file-state.ts'
import { childEntity } from '../../shared/families/store.ts'
import { consentWrite } from '../../shared/health/store.ts'
import { findPreferences, savePreferences } from '../../shared/messages/store.ts'
import type { Topic } from '../../shared/messages/topics.ts'
import { familyIdSchema, type FamilyId } from '../../shared/platform/schemas.ts'
import { answerOffer } from '../../shared/reservations/answer-offer.ts'
import { submitWishes } from '../../shared/reservations/submit-wishes.ts'
import { cesson, cessonTown, GUIDE_MORNING, openCesson, weekly } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { agent, CHILD, editingWith, GUARDIAN, NOW } from './file-fixture.ts'
import { matching } from '../support/matching.ts'

const { table, documents } = await freshTable()
const editing = editingWith(table)

beforeAll(async () => {
  await openCesson(table)
})

let last = 7000

/** A file that somebody opened a second time: the same people, and others whom the first file lacks. */
const duplicate = async (of: Partial<FamilyFile> = {}): Promise<FamilyId> => {
  last += 1
  const familyId = familyIdSchema.parse(String(last))
  const [model] = cesson.families
  if (model === undefined) throw new Error('The demo town has no family')
  await createFamily(table, {
    family: { familyId, name: model.name, address: model.address },
    guardians: model.guardians.map((each) => ({ ...each, familyId })),
    children: model.children.map((each) => ({
      ...each,
      familyId,
      firstName: each.firstName.replace('é', 'e').toUpperCase(),
    })),
    contacts: model.contacts.map((each) => ({ ...each, familyId })),
    authorisations: [],
    enrolments: [],
    means: [],
    ...of,
  })
  return familyId
}

/** A request of a family for an enrolment that awaits staff. */
const requestOf = (familyId: FamilyId): EnrolmentRequest =>
  enrolmentRequestSchema.parse({
    familyId,
    familyName: 'DUPONT',
    number: 1,
    submittedAt: NOW.toISOString(),
    by: { guardianId: 'g1', name: 'Mme Madelaine DUPONT', email: 'm@famille.example' },
    childId: 'leo',
    activityId: 'MERCREDIS',
    groupId: 'GRANDS',
    from: '2026-09-01',
    until: '2027-07-02',
    child: 'Léo',
    age: 10,
    state: 'pending',
    version: 1,
  })

const merge = (from: FamilyId, into: FamilyId, seen = 1) =>
  mergeFiles(table, { editor: agent({ familyId: from }), seen, written: { into }, now: NOW })

const fileOf = async (familyId: FamilyId) => (await readFile(table, familyId)).file

describe('a duplicate', () => {
  it('is set aside under the number of the file that is kept, which gets whom it lacks', async () => {
    const kept = await anotherFamily(table)
    const from = await duplicate()
    const editor = agent({ familyId: from })
    await addChild(editing, { editor, key: 'a-new-child', written: CHILD, now: NOW })
    await addGuardian(editing, {
      editor,
      key: 'a-guardian',
      written: { ...GUARDIAN, firstName: 'Rose', email: 'rose@famille.example' },
      now: NOW,
    })
    const { family, copied } = await merge(from, kept.familyId)
    expect(family).toMatchObject({
      version: 2,
      mergedInto: kept.familyId,
      inactiveSince: NOW.toISOString(),
      changed: { by: 'agent-1', reason: 'Appel de la famille' },
    })
    expect(copied.children.map(({ firstName }) => firstName)).toEqual(['Zoé'])
    expect(copied.guardians.map(({ firstName }) => firstName)).toEqual(['Rose'])
    expect(copied.contacts).toEqual([])
    const after = await fileOf(kept.familyId)
    expect(after.children.map(({ firstName }) => firstName).toSorted()).toEqual([
      'Lucas',
      'Léo',
      'Zoé',
    ])
    expect(after.guardians).toHaveLength(3)
    expect(after.family.version).toBeUndefined()
    // What the duplicate has stays readable under its number.
    expect((await fileOf(from)).children).toHaveLength(3)
  })

  it('goes on without the mails that either of the two has stopped', async () => {
    const topicsOf = async ({ familyId }: { readonly familyId: FamilyId }) => {
      const { reminders, news } = await findPreferences(table, familyId)
      return { reminders, news }
    }
    const stop = async (familyId: FamilyId, topic: Topic) => {
      await savePreferences(table, { ...(await findPreferences(table, familyId)), [topic]: false })
    }
    const [kept, other] = [await anotherFamily(table), await anotherFamily(table)]
    const [from, late] = [await duplicate(), await duplicate()]
    await stop(kept.familyId, 'reminders')
    await stop(from, 'news')
    await merge(from, kept.familyId)
    expect(await topicsOf(kept)).toEqual({ reminders: false, news: false })
    // What the family says afterwards holds: the same call again does not stop them anew.
    const held = await findPreferences(table, kept.familyId)
    await savePreferences(table, { ...held, reminders: true, news: true })
    await merge(from, kept.familyId)
    expect(await topicsOf(kept)).toEqual({ reminders: true, news: true })
    await merge(late, other.familyId)
    expect(await topicsOf(other)).toEqual({ reminders: true, news: true })
  })

  it('gives a new id to whom the other file has under it', async () => {
    const kept = await anotherFamily(table)
    const from = await duplicate()
    const [leo] = (await fileOf(from)).children
    if (leo === undefined) throw new Error('No child')
    const other = await duplicate({
      children: [{ ...leo, familyId: familyIdSchema.parse(String(last + 1)), firstName: 'Max' }],
    })
    await merge(other, kept.familyId)
    const { children } = await fileOf(kept.familyId)
    expect(children.map(({ firstName }) => firstName).toSorted()).toEqual(['Lucas', 'Léo', 'Max'])
  })

  it('is refused with the reason, in French', async () => {
    const kept = await anotherFamily(table)
    const refused = (from: FamilyId, into: FamilyId) =>
      expect(merge(from, into)).rejects.toMatchObject({
        code: 'merge-refused',
        detail: matching(/^\p{Lu}.+\.$/u),
      })
    const enrolled = await anotherFamily(table)
    await refused(enrolled.familyId, kept.familyId)
    await refused(kept.familyId, kept.familyId)
    const from = await duplicate()
    await merge(from, kept.familyId)
    await refused(from, enrolled.familyId)
    await refused(await duplicate(), from)
    await expect(merge(await duplicate(), familyIdSchema.parse('none'))).rejects.toMatchObject({
      code: 'not-found',
    })
    await expect(merge(await duplicate(), kept.familyId, 7)).rejects.toMatchObject({
      code: 'changed-meanwhile',
    })
    await expect(
      setFileState(table, {
        editor: agent({ familyId: from }),
        seen: 2,
        written: { active: true },
        now: NOW,
      }),
    ).rejects.toMatchObject({ code: 'merge-refused' })
  })

  it('is not merged where a judgment, a health record or a request would be lost', async () => {
    const kept = await anotherFamily(table)
    const refused = (from: FamilyId, detail: RegExp, into = kept.familyId) =>
      expect(merge(from, into)).rejects.toMatchObject({
        code: 'merge-refused',
        detail: matching(detail),
      })
    const judged = await duplicate()
    const [child] = (await fileOf(judged)).children
    if (child === undefined) throw new Error('No child')
    const authorityWithdrawn = [{ guardianId: kept.guardianId, since: '2025-01-01' as const }]
    await table.put(childEntity.toItem({ ...child, authorityWithdrawn }))
    await refused(judged, /autorité parentale/)
    await refused(await duplicate(), /autorité parentale/, judged)

    const cared = await duplicate()
    const editor = agent({ familyId: cared })
    const added = await addChild(editing, { editor, key: 'a-child', written: CHILD, now: NOW })
    await table.transact([
      consentWrite({
        familyId: cared,
        childId: added.item.childId,
        by: { familyId: cared, guardianId: kept.guardianId },
        at: NOW.toISOString(),
        textVersion: '1',
        version: 1,
      }),
    ])
    await refused(cared, /fiche sanitaire/)

    const asking = await duplicate()
    await table.transact([enrolmentRequestWrite(requestOf(asking))])
    await refused(asking, /demande d’inscription/)
  })

  it('is never set aside together with the file that it is merged into', async () => {
    const [a, b] = [await duplicate(), await duplicate()]
    const outcomes = await Promise.allSettled([merge(a, b), merge(b, a)])
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const states = await Promise.all([a, b].map(async (id) => (await fileOf(id)).family.mergedInto))
    expect(states.filter((into) => into === undefined)).toHaveLength(1)
  })

  it('is merged once wherever it breaks off', async () => {
    await crashEverywhere({
      clients: [documents],
      scenario: async () => {
        const kept = await anotherFamily(table)
        const from = await duplicate()
        const editor = agent({ familyId: from })
        await addChild(editing, { editor, key: 'a-new-child', written: CHILD, now: NOW })
        return {
          run: () => merge(from, kept.familyId),
          check: async () => {
            expect((await fileOf(kept.familyId)).children).toHaveLength(3)
            expect((await fileOf(from)).family).toMatchObject({ version: 2 })
          },
        }
      },
    })
  })
})

describe('a family whose file was set aside', () => {
  it('books nothing, and is told so', async () => {
    const by = await anotherFamily(table)
    const written = { active: false }
    await setFileState(table, { editor: agent(by), seen: 1, written, now: NOW })
    const deps = { table, town: cessonTown }
    await expect(
      submitWishes(deps, {
        by,
        wishes: [weekly('lucas-restauration-2025', { 2: ['REPAS'] })],
        idempotencyKey: 'set-aside',
        now: GUIDE_MORNING,
      }),
    ).rejects.toMatchObject({ code: 'file-inactive' })
    const { units } = cessonTown.catalogue.activities[0] ?? {}
    const unitId = units?.[0]?.id
    if (unitId === undefined) throw new Error('No unit')
    await expect(
      answerOffer(deps, {
        by,
        offer: { number: 1, date: '2025-09-03', unitId },
        accepted: true,
        now: GUIDE_MORNING,
      }),
    ).rejects.toMatchObject({ code: 'file-inactive' })
  })
})
