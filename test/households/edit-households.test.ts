import { describe, expect, it } from 'vitest'
import {
  linkHouseholds,
  readHouseholds,
  setAuthority,
  setCustody,
  unlinkHouseholds,
} from '../../shared/households/edit-households.ts'
import { childSchema } from '../../shared/families/model.ts'
import { readFile } from '../../shared/families/read-file.ts'
import { childEntity } from '../../shared/families/store.ts'
import { guardianIdSchema, type FamilyId } from '../../shared/platform/schemas.ts'
import { cessonTown, GUIDE_MORNING } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { freshTable } from '../support/engine.ts'
import { expectCost, measure } from '../support/meter.ts'
import { planningWith, storePlannings } from '../support/plannings.ts'
import { SHARED_CHILD, separatedParents } from '../support/separated-parents.ts'
import { AGENT } from '../enrolments/fixture.ts'

const { table, documents } = await freshTable()

const address = (familyId: FamilyId) => ({ familyId, childId: SHARED_CHILD })
const read = (familyId: FamilyId) => readHouseholds(table, { parameters: address(familyId) })
const childIn = async (familyId: FamilyId) => {
  const { file } = await readFile(table, familyId)
  return file.children.find(({ childId }) => childId === SHARED_CHILD)
}

const link = (familyId: FamilyId, to: FamilyId) =>
  linkHouseholds(
    { table, town: cessonTown },
    {
      parameters: address(familyId),
      body: { ...address(to), reason: 'Garde alternée' },
      actor: AGENT,
      now: GUIDE_MORNING,
    },
  )

const unlink = (familyId: FamilyId) =>
  unlinkHouseholds(table, {
    parameters: address(familyId),
    body: { reason: 'Erreur de dossier' },
    actor: AGENT,
    now: GUIDE_MORNING,
  })

const ALTERNATING = { weeks: 'even', from: '2025-09-01' } as const

const custody = (
  familyId: FamilyId,
  version: number,
  wanted: Parameters<typeof setCustody>[1]['body']['custody'] = ALTERNATING,
) =>
  setCustody(table, {
    parameters: address(familyId),
    headers: { 'if-match': version },
    body: { custody: wanted, reason: 'Jugement du 12 mai' },
    actor: AGENT,
    now: GUIDE_MORNING,
  })

/** Withdraws the authority of a guardian over the child. */
const withdraw = (familyId: FamilyId, version: number, guardianId = 'g2') =>
  setAuthority(table, {
    parameters: address(familyId),
    headers: { 'if-match': version },
    body: {
      authorityWithdrawn: [{ guardianId: guardianIdSchema.parse(guardianId), since: '2025-07-01' }],
      reason: 'Jugement du 12 mai',
    },
    actor: AGENT,
    now: GUIDE_MORNING,
  })

/** Two files of one child that nobody has linked yet. */
const strangers = async () => {
  const both = await separatedParents(table)
  await unlink(both.mother)
  return both
}

describe('two files of one child', () => {
  it('name each other once staff have linked them, and neither once they are not', async () => {
    const { mother, father } = await strangers()
    expect(await childIn(mother)).not.toHaveProperty('otherHousehold')
    expect(await childIn(father)).not.toHaveProperty('otherHousehold')
    const linked = await link(mother, father)
    expect(linked).toMatchObject({ version: 3, otherHousehold: address(father) })
    expect(await read(father)).toMatchObject({ version: 3, otherHousehold: address(mother) })
    // The same again, from either side, changes nothing.
    await link(father, mother)
    expect(await link(mother, father)).toEqual(linked)
    expect(await childIn(father)).toMatchObject({
      changed: { by: 'agent', reason: 'Garde alternée' },
    })
    await custody(mother, 3)
    await unlink(father)
    for (const familyId of [mother, father]) {
      const child = await childIn(familyId)
      expect(child).not.toHaveProperty('otherHousehold')
      expect(child).not.toHaveProperty('custody')
    }
  })

  it('are not linked when they are of one file, of other children, or linked elsewhere', async () => {
    const first = await strangers()
    const second = await separatedParents(table)
    await expect(link(first.mother, first.mother)).rejects.toMatchObject({
      code: 'not-linkable',
      faults: [{ detail: 'Les deux enfants sont du même dossier.' }],
    })
    await expect(link(first.mother, second.father)).rejects.toMatchObject({
      faults: [{ detail: 'L’un des deux enfants est déjà relié à un autre dossier.' }],
    })
    await table.put(
      childEntity.toItem(
        childSchema.parse({ ...(await childIn(first.father)), birthDate: '2019-01-01' }),
      ),
    )
    await expect(link(first.mother, first.father)).rejects.toMatchObject({
      faults: [{ detail: 'Les deux enfants n’ont pas la même date de naissance.' }],
    })
  })

  it('are not linked while both have booked what excludes each other, naming the days', async () => {
    const { mother, father } = await strangers()
    const meals = { child: SHARED_CHILD, activity: 'MERCREDIS', unit: 'JOURNEE' }
    await storePlannings(table, [
      planningWith(mother, meals, { '2025-09-10': 'a', '2025-09-17': 'a', '2025-06-04': 'a' }),
      planningWith(father, { ...meals, unit: 'MATIN' }, { '2025-09-10': 'r', '2025-09-24': 'a' }),
    ])
    await expect(link(mother, father)).rejects.toMatchObject({
      code: 'exclusive-units',
      detail:
        'Les deux foyers ont réservé des prestations incompatibles : mercredi 10/09/2025. Annulez-les d’abord dans l’un des deux.',
    })
    expect(await childIn(father)).not.toHaveProperty('otherHousehold')
  })
})

describe('the weeks of a child', () => {
  it('are the others in its other household, of the same day and rule', async () => {
    const { mother, father } = await separatedParents(table)
    const set = await custody(mother, 1, { ...ALTERNATING, rule: 'any' })
    expect(set).toMatchObject({ version: 2, custody: { weeks: 'even', rule: 'any' } })
    expect(await read(father)).toMatchObject({
      version: 2,
      custody: { weeks: 'odd', from: '2025-09-01', rule: 'any' },
    })
  })

  it('are set by those who have seen what they change, and once', async () => {
    const { mother } = await separatedParents(table)
    const set = await custody(mother, 1)
    await expect(custody(mother, 1, { ...ALTERNATING, weeks: 'odd' })).rejects.toMatchObject({
      code: 'changed-meanwhile',
    })
    expect(await custody(mother, 1)).toEqual(set)
    expect(await custody(mother, 2, { ...ALTERNATING, weeks: 'odd' })).toMatchObject({ version: 3 })
  })
})

describe('authority over a child', () => {
  it('is withdrawn from guardians of the file, by those who have seen what they change', async () => {
    const { mother } = await separatedParents(table)
    const set = await withdraw(mother, 1)
    expect(set).toMatchObject({
      version: 2,
      authorityWithdrawn: [{ guardianId: 'g2', since: '2025-07-01' }],
    })
    expect(await withdraw(mother, 1)).toEqual(set)
    await expect(withdraw(mother, 1, 'g1')).rejects.toMatchObject({ code: 'changed-meanwhile' })
    await expect(withdraw(mother, 2, 'g9')).rejects.toMatchObject({
      code: 'invalid-request',
      faults: [{ pointer: '/body/authorityWithdrawn/0/guardianId' }],
    })
  })
})

describe('wherever it breaks', () => {
  it('a link is in both files', async () => {
    await crashEverywhere({
      clients: [documents],
      scenario: async () => {
        const { mother, father } = await strangers()
        return {
          run: () => link(mother, father),
          check: async () => {
            expect(await read(mother)).toMatchObject({
              version: 3,
              otherHousehold: address(father),
            })
            expect(await read(father)).toMatchObject({
              version: 3,
              otherHousehold: address(mother),
            })
          },
        }
      },
    })
  }, 60_000)

  it('what is taken back is in neither file', async () => {
    const crashes = await crashEverywhere({
      clients: [documents],
      scenario: async () => {
        const { mother, father } = await separatedParents(table)
        await custody(mother, 1)
        return {
          run: () => unlink(father),
          check: async () => {
            for (const familyId of [mother, father]) {
              expect((await read(familyId)).version).toBe(3)
              const child = await childIn(familyId)
              expect(child).not.toHaveProperty('otherHousehold')
              expect(child).not.toHaveProperty('custody')
            }
          },
        }
      },
    })
    expect(crashes.map(({ operation }) => operation)).toContain('TransactWriteItems')
  }, 60_000)

  it('authority is withdrawn once', async () => {
    const crashes = await crashEverywhere({
      clients: [documents],
      scenario: async () => {
        const { mother } = await separatedParents(table)
        return {
          run: () => withdraw(mother, 1),
          check: async (reply) => {
            expect(reply).toMatchObject({
              version: 2,
              authorityWithdrawn: [{ guardianId: 'g2', since: '2025-07-01' }],
            })
            expect(await read(mother)).toEqual(reply)
          },
        }
      },
    })
    expect(crashes.map(({ operation }) => operation)).toContain('TransactWriteItems')
  }, 60_000)

  it('weeks are in both files', async () => {
    await crashEverywhere({
      clients: [documents],
      scenario: async () => {
        const { mother, father } = await separatedParents(table)
        return {
          run: () => custody(mother, 1),
          check: async () => {
            expect(await read(mother)).toMatchObject({ version: 2, custody: { weeks: 'even' } })
            expect(await read(father)).toMatchObject({ version: 2, custody: { weeks: 'odd' } })
          },
        }
      },
    })
  }, 60_000)
})

it('costs two writes to set the weeks in both files', async () => {
  const { mother } = await separatedParents(table)
  const { cost } = await measure([documents], () => custody(mother, 1))
  expectCost('set the weeks of a child in both files', cost)
})
