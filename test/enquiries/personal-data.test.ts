import { beforeAll, expect, it } from 'vitest'
import { ENQUIRY_DATA } from '../../shared/enquiries/personal-data.ts'
import { familyPartition } from '../../shared/platform/keys.ts'
import type { Reader } from '../../shared/platform/personal-data.ts'
import { guardianIdSchema } from '../../shared/platform/schemas.ts'
import { openCesson } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { openEnquiries, QUESTION } from './fixture.ts'

const { table } = await freshTable()
const { write, answer } = openEnquiries(table)
const [kind] = ENQUIRY_DATA
if (kind === undefined) throw new Error('Enquiries are no kind of data')

const reader = (guardianId: string | undefined): Reader => ({
  guardianId: guardianId === undefined ? undefined : guardianIdSchema.parse(guardianId),
  email: undefined,
  health: false,
  mayReadChild: () => true,
  mayReadEnrolment: () => true,
  mayReadAttachment: () => true,
  mayReadGuardian: () => true,
  nameOf: (_, id) => id,
  unitName: (_, id) => id,
  author: () => 'le service',
})

beforeAll(async () => {
  await openCesson(table)
})

it('shows who has written an enquiry all of it, staff as well, and the other guardian nothing', async () => {
  const by = await anotherFamily(table)
  const { number } = await write(by)
  await answer(by, number, 1)
  const [item] = await table.query({
    partition: familyPartition(by.familyId),
    from: ['ENQUIRY'],
  })
  if (item === undefined || typeof kind.show !== 'function') throw new Error('Nothing to show')
  const shown = {
    number,
    service: 'Service Éducation',
    regarding: QUESTION.subject,
    answerState: 'Répondu',
    messages: [{ message: QUESTION.message }, { by: 'le service', message: 'À 18 heures.' }],
  }
  expect(kind.show(item, reader('g1'))).toMatchObject(shown)
  expect(kind.show(item, reader(undefined))).toMatchObject(shown)
  expect(kind.show(item, reader('g2'))).toBeUndefined()
})

it('is kept while it awaits an answer, and counts from its last word on', async () => {
  const by = await anotherFamily(table)
  const { number } = await write(by)
  const held = async () => {
    const [item] = await table.query({
      partition: familyPartition(by.familyId),
      from: ['ENQUIRY', number],
    })
    if (item === undefined) throw new Error('Nothing is held')
    return item
  }
  expect(kind.since?.(await held(), [])).toBeUndefined()
  await answer(by, number, 1)
  expect(kind.since?.(await held(), [])).toBe('2025-09-15')
})
