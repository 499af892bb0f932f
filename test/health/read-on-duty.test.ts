import { beforeAll, describe, expect, it } from 'vitest'
import { familyPartition } from '../../shared/platform/keys.ts'
import { LETTERS } from '../../shared/reservations/model.ts'
import { openCesson } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { expectCost, measure } from '../support/meter.ts'
import { planningWith, storePlannings } from '../support/plannings.ts'
import {
  LEO,
  LUCAS,
  MONDAY,
  NOON,
  openHealth,
  siteStaff,
  staff,
  TOLD,
  townWith,
} from './fixture.ts'

const { table, documents } = await freshTable()
const { keys, keep, readOnDuty } = await openHealth(table)

beforeAll(async () => {
  await openCesson(table)
})

const cook = await siteStaff(table, 'cook', ['R_PREVERT'])
const study = await siteStaff(table, 'study', ['E_PREVERT'])
const nobody = await siteStaff(table, 'nobody', [])

/** A family whose Léo has a letter on the Monday at lunch. */
const atLunch = async (letter: string = LETTERS.accepted) => {
  const by = await anotherFamily(table)
  await storePlannings(table, [
    planningWith(
      by.familyId,
      { child: 'leo', activity: 'RESTAURATION', unit: 'REPAS' },
      { [MONDAY]: letter },
    ),
  ])
  await keep(by, 0)
  return by
}

describe('those who care for a child', () => {
  it('read its record on the day on which it comes to them, and are noted', async () => {
    const { familyId } = await atLunch()
    expect(await readOnDuty(cook, familyId)).toMatchObject({
      firstName: 'Léo',
      carePlan: TOLD.carePlan,
      doctor: TOLD.doctor,
      toldAt: NOON.toISOString(),
    })
    expect(
      await table.query({ partition: familyPartition(familyId), from: ['TRAIL'] }),
    ).toMatchObject([{ kind: 'read', by: 'cook', id: 'leo' }])
  })

  it.each([
    ['accepted', true],
    ['late', true],
    ['cancelling', true],
    ['unbooked', true],
    ['nothing', false],
    ['requested', false],
    ['refused', false],
    ['waiting', false],
    ['absent', false],
    ['excused', false],
  ] as const)('while its letter is “%s”: %s', async (letter, reads) => {
    const { familyId } = await atLunch(LETTERS[letter])
    const reading = readOnDuty(cook, familyId)
    if (reads) await expect(reading).resolves.toMatchObject({ childId: LEO })
    else await expect(reading).rejects.toMatchObject({ code: 'not-found' })
  })

  it('learn nothing of it on another day, at another place, or of another child', async () => {
    const { familyId } = await atLunch()
    const refusal = { code: 'not-found' }
    const tuesday = new Date('2025-09-16T09:00:00Z')
    const nextYear = new Date('2026-09-14T09:00:00Z')
    await expect(readOnDuty(cook, familyId, { now: tuesday })).rejects.toMatchObject(refusal)
    await expect(readOnDuty(cook, familyId, { now: nextYear })).rejects.toMatchObject(refusal)
    await expect(readOnDuty(study, familyId)).rejects.toMatchObject(refusal)
    await expect(readOnDuty(nobody, familyId)).rejects.toMatchObject(refusal)
    await expect(readOnDuty(cook, familyId, { child: LUCAS })).rejects.toMatchObject(refusal)
    expect(
      await table.query({ partition: familyPartition(familyId), from: ['TRAIL'] }),
    ).toHaveLength(0)
  })

  it('see the lines without an answer where the guardians told nothing', async () => {
    const by = await anotherFamily(table)
    await storePlannings(table, [
      planningWith(
        by.familyId,
        { child: 'leo', activity: 'RESTAURATION', unit: 'REPAS' },
        { [MONDAY]: LETTERS.accepted },
      ),
    ])
    const seen = await readOnDuty(cook, by.familyId)
    expect(seen.toldAt).toBeUndefined()
    expect(seen.allergies).toContainEqual({ kind: 'food', name: 'Allergies alimentaires' })
  })
})

describe('agents', () => {
  it('read none unless the town says so, and then on every day', async () => {
    const { familyId } = await atLunch(LETTERS.nothing)
    const agent = staff('agent')
    await expect(readOnDuty(agent, familyId)).rejects.toMatchObject({ code: 'not-found' })
    const town = townWith({ agentsReadHealth: true })
    expect(await readOnDuty(agent, familyId, { town })).toMatchObject({ childId: LEO })
  })
})

it('nobody reads one on duty where the town keeps none in detail', async () => {
  const { familyId } = await atLunch()
  const town = townWith({ healthRecord: 'summary', agentsReadHealth: true })
  for (const actor of [cook, staff('agent')]) {
    await expect(readOnDuty(actor, familyId, { town })).rejects.toMatchObject({
      code: 'health-record-off',
    })
  }
})

it('costs two Queries, two reads at most and the note', async () => {
  const { familyId } = await atLunch()
  const { cost } = await measure([documents, keys], () => readOnDuty(cook, familyId))
  expectCost('read the health record of a child on duty', cost)
})
