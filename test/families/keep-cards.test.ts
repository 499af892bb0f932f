import type { DynamoDBRecord } from 'aws-lambda'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { schoolYearOf } from '../../shared/catalogue/calendar.ts'
import { withCard } from '../../shared/families/card.ts'
import { enrolmentWrites } from '../../shared/families/change-enrolment.ts'
import { createFamily } from '../../shared/families/create-family.ts'
import { listEnrolled } from '../../shared/families/list-enrolled.ts'
import type { WholeFile } from '../../shared/families/model.ts'
import { readWholeFile } from '../../shared/families/read-file.ts'
import {
  authorisationSheetEntity,
  childEntity,
  contactEntity,
  enrolmentCardEntity,
  enrolmentEntity,
  familyEntity,
  guardianEntity,
} from '../../shared/families/store.ts'
import type { Item } from '../../shared/platform/entity.ts'
import { familyPartition } from '../../shared/platform/keys.ts'
import {
  contactIdSchema,
  dietIdSchema,
  familyIdSchema,
  groupIdSchema,
  type FamilyId,
} from '../../shared/platform/schemas.ts'
import { entriesOf } from '../../shared/search/rules.ts'
import { entriesHeld } from '../../shared/search/store.ts'
import { fileOf as fileOfEntry } from '../../shared/setup/load-town.ts'
import { cesson, DUPONT } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { streamedTable } from '../support/engine.ts'
import { deliverFiles, fileFollower } from '../support/follow.ts'

const { table, documents, newRecords } = await streamedTable()
const deliver = deliverFiles(table)

const fileOf = async (familyId: FamilyId): Promise<WholeFile> => {
  const { file } = await readWholeFile(table, familyId)
  return file
}

const cardsOf = async (familyId: FamilyId) =>
  enrolmentCardEntity.pick(
    await table.query({ partition: familyPartition(familyId), from: ['CARD'] }),
  )

let last = 9000

/** A family of the demo town with as many guardians and enrolments of its first child. */
const smallFamily = async (size: number): Promise<{ familyId: FamilyId }> => {
  last += 1
  const familyId = familyIdSchema.parse(String(last))
  const model = cesson.families.find((family) => family.familyId === DUPONT.familyId)
  if (model === undefined) throw new Error('The demo town has no such family')
  await createFamily(
    table,
    fileOfEntry({
      ...{ ...model, familyId, contacts: [], authorisations: [], means: [] },
      guardians: model.guardians.slice(0, size),
      children: model.children.slice(0, 1),
      enrolments: model.enrolments.slice(0, size),
    }),
  )
  return { familyId }
}

/** What the cards and the words of a family are to be, by its file as it is. */
const expectFollowed = async (familyId: FamilyId): Promise<void> => {
  const file = await fileOf(familyId)
  const cards = file.enrolments.map((enrolment) => withCard(file, enrolment))
  expect(await cardsOf(familyId)).toEqual(
    cards.map((card) => enrolmentCardEntity.schema.parse(card)),
  )
  expect(await entriesHeld(table, familyId)).toEqual(entriesOf(file))
}

/** One edit of a file, from 0 on: each kind of item that a card is made of, and the family's name. */
const EDITS: readonly ((file: WholeFile, value: number) => Item[])[] = [
  ({ guardians: [first] }, value) =>
    first === undefined
      ? []
      : [guardianEntity.toItem({ ...first, phone: `+3361234567${String(value)}` })],
  ({ guardians: [, second] }, value) =>
    second === undefined
      ? []
      : [guardianEntity.toItem({ ...second, firstName: `Julien ${String(value)}` })],
  ({ children: [first] }, value) =>
    first === undefined
      ? []
      : [
          childEntity.toItem({
            ...first,
            diets: value % 2 === 0 ? [] : [dietIdSchema.parse('PANIER')],
          }),
        ],
  ({ family, contacts }, value) => [
    contactEntity.toItem({
      ...{ familyId: family.familyId, relation: 'voisine', phone: '+33612345600' },
      contactId: contacts[0]?.contactId ?? contactIdSchema.parse('voisine'),
      name: `Anne ${String(value)}`,
    }),
  ],
  ({ family, children: [first], enrolments: [enrolment] }, value) =>
    first === undefined || enrolment === undefined
      ? []
      : [
          authorisationSheetEntity.toItem({
            familyId: family.familyId,
            childId: first.childId,
            authorisations: [
              {
                enrolmentId: enrolment.enrolmentId,
                about: { kind: 'leave-alone' },
                allowed: value % 2 === 0,
                since: '2025-09-01',
              },
            ],
          }),
        ],
  ({ family }, value) => [familyEntity.toItem({ ...family, name: `DUPONT ${String(value)}` })],
]

/** One step: an edit, a change of group as it was read before, or a delivery that may go wrong. */
const steps = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('edit' as const),
      edit: fc.nat(EDITS.length - 1),
      value: fc.nat(9),
      /** While a delivery is under way. */
      at: fc.boolean(),
    }),
    fc.record({ kind: fc.constant('regroup' as const), value: fc.nat(1) }),
    fc.record({
      kind: fc.constant('deliver' as const),
      most: fc.integer({ min: 1, max: 8 }),
      /** The record before which the function dies, if there are so many. */
      dies: fc.option(fc.nat(8), { nil: undefined }),
      again: fc.boolean(),
    }),
  ),
  { minLength: 3, maxLength: 14 },
)

it('leaves the right cards and words whatever comes when, twice, late or cut short', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (plan) => {
      const { familyId } = await smallFamily(2)
      const waiting: DynamoDBRecord[] = []
      let underWay: Promise<unknown> = Promise.resolve()
      for (const step of plan) {
        if (step.kind === 'edit') {
          if (!step.at) await underWay
          for (const item of EDITS[step.edit]?.(await fileOf(familyId), step.value) ?? []) {
            await table.put(item)
          }
          continue
        }
        await underWay
        if (step.kind === 'regroup') {
          const file = await fileOf(familyId)
          const [guardian] = file.guardians
          const groupId = groupIdSchema.parse(`GROUP_${String(step.value)}`)
          const changed = file.enrolments.slice(0, 1).map((each) => ({ ...each, groupId }))
          // An edit comes between the reading of the file and the writing of its cards.
          if (guardian !== undefined) {
            await table.put(guardianEntity.toItem({ ...guardian, lastName: 'MARTIN' }))
          }
          await table.transact(enrolmentWrites(file, changed))
          continue
        }
        waiting.push(...(await newRecords()))
        const batch = waiting.slice(0, step.most)
        const follow = fileFollower(table)
        if (step.dies !== undefined && step.dies < batch.length) {
          // What is cut short is delivered again from there, and may come in smaller pieces.
          await follow({ Records: batch.slice(0, step.dies) })
          waiting.splice(0, step.again ? 0 : step.dies)
          continue
        }
        underWay = follow({ Records: batch })
        if (!step.again) waiting.splice(0, batch.length)
      }
      await underWay
      await deliver([...waiting, ...(await newRecords())])
      await expectFollowed(familyId)
    }),
    { numRuns: 12 },
  )
})

/** The first word of the sort key of each item that was written. */
const writtenKeys = async (): Promise<(string | undefined)[]> =>
  (await newRecords()).map(({ dynamodb }) => dynamodb?.Keys?.['sk']?.S?.split('#')[0])

it('writes for the registers what changed, and nothing for what they do not show', async () => {
  const { familyId } = await smallFamily(2)
  await deliver(await newRecords())
  const file = await fileOf(familyId)
  const [leo] = file.children
  if (leo === undefined) throw new Error('No child')
  await table.put(childEntity.toItem({ ...leo, birthPlace: 'Saint-Denis de La Réunion' }))
  await deliver(await newRecords())
  expect(await writtenKeys()).toEqual(['TRAIL'])

  await table.put(childEntity.toItem({ ...leo, allergy: true }))
  await deliver(await newRecords())
  const { enrolments } = await fileOf(familyId)
  const ofLeo = enrolments.filter(({ childId }) => childId === leo.childId)
  const cards = (await writtenKeys()).filter((kind) => kind === 'CARD')
  expect(cards).toHaveLength(ofLeo.length)
})

it('takes a child off the register with its enrolment, and all of them with the file', async () => {
  const { familyId } = await smallFamily(2)
  await deliver(await newRecords())
  const file = await fileOf(familyId)
  const [first] = file.enrolments
  if (first === undefined) throw new Error('No enrolment')
  await table.delete(enrolmentEntity.keyOf(first))
  await deliver(await newRecords())
  expect((await cardsOf(familyId)).map(({ enrolmentId }) => enrolmentId)).not.toContain(
    first.enrolmentId,
  )
  const listed = await listEnrolled(table, first.activityId, schoolYearOf(first.from))
  expect(listed.enrolments.filter((each) => each.familyId === familyId)).toEqual([])

  await table.delete(familyEntity.keyOf({ familyId }))
  await deliver(await newRecords())
  expect(await cardsOf(familyId)).toEqual([])
})

it('has one effect wherever it breaks', async () => {
  const crashes = await crashEverywhere({
    clients: [documents],
    scenario: async () => {
      const { familyId } = await smallFamily(1)
      await deliver(await newRecords())
      const [first] = (await fileOf(familyId)).guardians
      if (first === undefined) throw new Error('No guardian')
      await table.put(guardianEntity.toItem({ ...first, firstName: 'Anne' }))
      const records = await newRecords()
      return {
        run: () => deliver(records),
        check: async () => {
          await expectFollowed(familyId)
          await newRecords()
        },
      }
    },
    // Each write of a card or a word says by itself what is to be there: an answer is not missed.
    kinds: ['dies-before', 'dies-after'],
  })
  expect(new Set(crashes.map(({ operation }) => operation))).toEqual(
    new Set(['Query', 'PutItem', 'DeleteItem']),
  )
}, 120_000)

it('shows those who care for a child no guardian without authority over it', async () => {
  const { familyId } = await smallFamily(2)
  const file = await fileOf(familyId)
  const [first, second] = file.guardians
  const [child] = file.children
  const [enrolment] = file.enrolments
  if (!first || !second || !child || !enrolment) throw new Error('The family lacks somebody')
  const guardiansOf = (held: WholeFile) =>
    withCard(held, enrolment).card.guardians.map(({ name }) => name)
  const names = guardiansOf(file)
  expect(names).toHaveLength(2)
  const authorityWithdrawn = [{ guardianId: first.guardianId, since: '2025-10-15' as const }]
  expect(guardiansOf({ ...file, children: [{ ...child, authorityWithdrawn }] })).toEqual(
    names.slice(1),
  )
})
