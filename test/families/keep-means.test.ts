import { beforeAll, describe, expect, it } from 'vitest'
import { Calendars } from '../../shared/catalogue/calendar.ts'
import { listMeans, noteMeans, removeMeans } from '../../shared/families/keep-means.ts'
import { listMeansRoute, noteMeansRoute } from '../../shared/families/means-routes.ts'
import { countsFrom } from '../../shared/families/means-rules.ts'
import { readFamily } from '../../shared/families/read-family.ts'
import { readFamilyRoute } from '../../shared/families/routes.ts'
import type { IsoDate } from '../../shared/kernel/dates.ts'
import { guardianIdSchema, type FamilyId } from '../../shared/platform/schemas.ts'
import { meansOn } from '../../shared/tariffs/person.ts'
import { readFile } from '../../shared/families/read-file.ts'
import { cesson, cessonTown, guardian, openCesson } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { freshTable } from '../support/engine.ts'
import { measure } from '../support/meter.ts'
import { separatedParents } from '../support/separated-parents.ts'

const { table, documents } = await freshTable()
const NOW = new Date('2025-10-15T09:00:00Z')

type Body = Parameters<typeof noteMeans>[1]['body']

const note = async (
  familyId: FamilyId,
  from: IsoDate,
  body: Partial<Body>,
  { now = NOW, meansCount = cesson.catalogue.town.meansCount } = {},
) => {
  const catalogue = { ...cesson.catalogue, town: { ...cesson.catalogue.town, meansCount } }
  return noteMeansRoute.reply.parse(
    await noteMeans(
      { table, town: { catalogue, calendars: new Calendars(catalogue) } },
      {
        parameters: { familyId, from },
        body: { source: 'caf', ...body },
        actor: { account: 'accountant-1', roles: ['accountant'], family: undefined },
        now,
      },
    ),
  )
}

const list = async (familyId: FamilyId, now = NOW) =>
  listMeansRoute.reply.parse(await listMeans(table, { parameters: { familyId }, now }))

const remove = (familyId: FamilyId, from: IsoDate, now = NOW) =>
  removeMeans(table, { parameters: { familyId, from }, now })

/** A family that has shown nothing. */
const newcomer = async (): Promise<FamilyId> => (await separatedParents(table)).mother

beforeAll(async () => {
  await openCesson(table)
})

describe('from when on means count', () => {
  it.each<
    [string, Parameters<typeof countsFrom>[0]['meansCount'], IsoDate, string | undefined, IsoDate]
  >([
    [
      'the next month by the town’s rule',
      'from-the-next-month',
      '2025-10-15',
      undefined,
      '2025-11-01',
    ],
    ['a day to come', 'from-the-next-month', '2025-11-20', undefined, '2025-11-20'],
    [
      'no day before without a reason',
      'from-the-next-month',
      '2025-09-01',
      undefined,
      '2025-11-01',
    ],
    ['an earlier day with a reason', 'from-the-next-month', '2025-09-01', 'Erreur', '2025-09-01'],
    ['the day itself by the town’s rule', 'from-the-day', '2025-10-15', undefined, '2025-10-15'],
    ['no day before today', 'from-the-day', '2025-10-01', undefined, '2025-10-15'],
    ['an earlier day, reasoned', 'from-the-day', '2025-10-01', 'Erreur', '2025-10-01'],
  ])('is %s', (_, meansCount, from, reason, expected) => {
    expect(countsFrom({ meansCount }, { from, today: '2025-10-15', reason })).toBe(expected)
  })
})

describe('means that staff note', () => {
  it('count from the day that the town’s rule gives, with who noted them and why [guide 53]', async () => {
    const familyId = await newcomer()
    const { means } = await note(familyId, '2025-10-15', { quotient: '612.5', parts: '2' })
    const first = { from: '2025-11-01', quotient: '612.5', parts: '2', source: 'caf' }
    const noted = { notedAt: '2025-10-15T09:00:00.000Z', notedBy: 'accountant-1' }
    expect(means).toEqual([{ ...first, ...noted, inForce: false }])

    const reason = 'Attestation reçue en retard'
    await note(familyId, '2025-09-01', { quotient: '580', reason })
    expect((await list(familyId)).means).toEqual([
      { from: '2025-09-01', quotient: '580', source: 'caf', ...noted, reason, inForce: true },
      { ...first, ...noted, inForce: false },
    ])
    expect((await list(familyId, new Date('2025-11-01T09:00:00Z'))).means).toMatchObject([
      { inForce: false },
      { inForce: true },
    ])
  })

  it('tell a quotient of 0 from none', async () => {
    const [zero, none] = [await newcomer(), await newcomer()]
    await note(zero, '2025-11-01', { quotient: '0' })
    await note(none, '2025-11-01', {})
    const quotientOf = async (familyId: FamilyId) => {
      const { means } = (await readFile(table, familyId)).file
      return meansOn(means, '2025-11-02')?.quotient
    }
    expect(await quotientOf(zero)).toBe('0')
    expect(await quotientOf(none)).toBeUndefined()
  })

  it('replace those of the same day, and are written once when they come again', async () => {
    const familyId = await newcomer()
    await note(familyId, '2025-11-01', { quotient: '600' })
    await note(familyId, '2025-11-01', { quotient: '610' })
    const { result, cost } = await measure([documents], () =>
      note(familyId, '2025-11-01', { quotient: '610' }, { now: new Date('2025-10-16T09:00:00Z') }),
    )
    expect(result.means).toMatchObject([
      { from: '2025-11-01', quotient: '610', notedAt: '2025-10-15T09:00:00.000Z' },
    ])
    expect(cost.calls).toEqual({ Query: 1 })
  })

  it('are whole wherever the call breaks', async () => {
    await crashEverywhere({
      clients: [documents],
      scenario: async () => {
        const familyId = await newcomer()
        return {
          run: () => note(familyId, '2025-10-15', { quotient: '612.5' }),
          check: async ({ means }) => {
            expect(means).toMatchObject([{ from: '2025-11-01', quotient: '612.5' }])
            expect((await list(familyId)).means).toEqual(means)
          },
        }
      },
    })
  })

  it('are of a family that there is', async () => {
    const unknown = { familyId: cesson.families[0]?.familyId.replace('1001', '9999') ?? '' }
    const { familyId } = listMeansRoute.parameters.parse(unknown)
    await expect(note(familyId, '2025-11-01', {})).rejects.toMatchObject({ code: 'not-found' })
    await expect(list(familyId)).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('means that are removed', () => {
  it('are those that do not count yet, once or twice', async () => {
    const familyId = await newcomer()
    await note(familyId, '2025-12-01', { quotient: '600' })
    expect((await remove(familyId, '2025-12-01')).means).toEqual([])
    expect((await remove(familyId, '2025-12-01')).means).toEqual([])
    expect((await list(familyId)).means).toEqual([])
  })

  it('are never those that count or have counted', async () => {
    const familyId = await newcomer()
    await note(familyId, '2025-10-15', { quotient: '600' }, { meansCount: 'from-the-day' })
    await expect(remove(familyId, '2025-10-15')).rejects.toMatchObject({
      code: 'period-out-of-range',
      faults: [{ pointer: '/path/from' }],
    })
    expect((await list(familyId)).means).toHaveLength(1)
  })
})

describe('the means of a household', () => {
  it('are in its own file, and never in that of the other household of a child [guide 53]', async () => {
    const { mother, father } = await separatedParents(table)
    await note(mother, '2025-11-01', { quotient: '321.09', dependants: 1 })
    const read = async (familyId: FamilyId) => {
      const by = { familyId, guardianId: guardianIdSchema.parse('g1') }
      const reply = await readFamily({ table, town: cessonTown }, { actor: guardian(by), now: NOW })
      return readFamilyRoute.reply.parse(reply)
    }
    expect((await read(mother)).means).toEqual([
      { from: '2025-11-01', quotient: '321.09', dependants: 1, source: 'caf' },
    ])
    const other = await read(father)
    expect(other.means).toEqual([])
    expect(JSON.stringify(other)).not.toContain('321.09')
  })
})
