import { beforeEach, describe, expect, it } from 'vitest'
import { closeActivity } from '../../shared/catalogue/close-activity.ts'
import { townCatalogue } from '../../shared/catalogue/current.ts'
import { publishCatalogue } from '../../shared/catalogue/publish-catalogue.ts'
import type { Catalogue } from '../../shared/catalogue/model.ts'
import type { IsoDate } from '../../shared/kernel/dates.ts'
import { regieIdSchema } from '../../shared/platform/schemas.ts'
import type { Table } from '../../shared/platform/table.ts'
import { cesson, GUIDE_DAY } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'

const { table } = await freshTable()

const inForce = async (): Promise<Catalogue> => (await townCatalogue(table)()).catalogue
const everything = () => table.query({ partition: ['CATALOGUE'] })

const renamed = (name: string): Catalogue => ({
  ...cesson.catalogue,
  town: { ...cesson.catalogue.town, name },
  categories: cesson.catalogue.categories.toReversed(),
})

/** The table of a process that dies before or after its n-th write. */
const dyingAt = (write: number, when: 'before' | 'after'): Table => {
  let writes = 0
  const dying = async <Result>(run: () => Promise<Result>): Promise<Result> => {
    writes += 1
    if (writes === write && when === 'before') throw new Error('the process died')
    const written = await run()
    if (writes === write) throw new Error('the process died')
    return written
  }
  return {
    ...table,
    put: (item, condition) => dying(() => table.put(item, condition)),
    update: (key, change) => dying(() => table.update(key, change)),
  }
}

it('puts a catalogue in force as it is, in the order in which the town lists everything', async () => {
  await publishCatalogue(table, cesson.catalogue, GUIDE_DAY)
  expect(await inForce()).toEqual(cesson.catalogue)
  await publishCatalogue(table, renamed('Autre'), GUIDE_DAY)
  expect(await inForce()).toEqual(renamed('Autre'))
})

it('changes nothing when the same catalogue comes again', async () => {
  const first = await publishCatalogue(table, cesson.catalogue, GUIDE_DAY)
  const before = await everything()
  expect(await publishCatalogue(table, structuredClone(cesson.catalogue), GUIDE_DAY)).toBe(first)
  expect(await everything()).toEqual(before)
})

it('comes back to an earlier catalogue', async () => {
  const first = await publishCatalogue(table, cesson.catalogue, GUIDE_DAY)
  const second = await publishCatalogue(table, renamed('Autre'), GUIDE_DAY)
  expect(second).not.toBe(first)
  expect(await publishCatalogue(table, cesson.catalogue, GUIDE_DAY)).toBe(first)
  expect(await inForce()).toEqual(cesson.catalogue)
})

it('leaves the earlier catalogue whole and in force when it dies at any write but the last', async () => {
  await publishCatalogue(table, cesson.catalogue, GUIDE_DAY)
  const sections = Object.values(cesson.catalogue).map((section) => [section].flat())
  // The town itself and the switch are one write each.
  const writes = 1 + sections.reduce((count, { length }) => count + length, 0)
  for (const when of ['before', 'after'] as const) {
    for (let write = 1; write <= writes; write += 1) {
      const name = `Autre ${when} ${write}`
      await expect(
        publishCatalogue(dyingAt(write, when), renamed(name), GUIDE_DAY),
      ).rejects.toThrow('died')
      const switched = when === 'after' && write === writes
      expect(await inForce()).toEqual(switched ? renamed(name) : cesson.catalogue)
    }
  }
  await publishCatalogue(dyingAt(writes + 1, 'before'), renamed('Dernier'), GUIDE_DAY)
  expect(await inForce()).toEqual(renamed('Dernier'))
})

describe('price lists', () => {
  const [model] = cesson.catalogue.priceLists
  if (model === undefined) throw new Error('No price list')
  const begun = { ...model, id: 'BEGUN', name: 'Tarifs 2025', from: '2025-09-01' } as const
  const later = { ...model, id: 'LATER', name: 'Tarifs 2026', from: '2026-09-01' } as const
  const over = { ...begun, id: 'OVER', from: '2024-09-01', until: '2025-08-31' } as const
  const town = (...priceLists: Catalogue['priceLists']): Catalogue => ({
    ...cesson.catalogue,
    priceLists,
  })
  const refusal = (since: string) =>
    `La grille « Tarifs 2025 », en vigueur depuis le ${since}, ne peut plus changer : publiez-en une nouvelle à partir d’une date à venir.`
  let own = table
  const publish = (catalogue: Catalogue, today: IsoDate = '2026-08-31') =>
    publishCatalogue(own, catalogue, today)
  const listsInForce = async () => (await townCatalogue(own)()).catalogue.priceLists

  beforeEach(async () => {
    own = (await freshTable()).table
    await publish(town(over, begun, later))
  })

  it.each<[string, Catalogue, string, string]>([
    [
      'changes one in force',
      town(over, { ...begun, until: '2027-01-01' }, later),
      '/catalogue/priceLists/1',
      refusal('01/09/2025'),
    ],
    ['drops one in force', town(over, later), '/catalogue/priceLists', refusal('01/09/2025')],
    [
      'changes one that is over, by which bills may still be corrected',
      town({ ...over, rounding: 'down' }, begun, later),
      '/catalogue/priceLists/0',
      refusal('01/09/2024'),
    ],
  ])('refuse a catalogue that %s, which leaves all as it was', async (_, next, pointer, detail) => {
    await expect(publish(next)).rejects.toMatchObject({
      code: 'price-list-in-force',
      faults: [{ pointer, detail }],
    })
    expect(await listsInForce()).toEqual([over, begun, later])
  })

  const missed = { ...later, id: 'MISSED', name: 'Tarifs oubliés', from: '2026-08-30' } as const

  it.each<[string, Catalogue, number, string]>([
    [
      'adds one',
      town(missed, over, begun, later),
      0,
      '« Tarifs oubliés » commencerait le 30/08/2026',
    ],
    [
      'adds one for days of one that is over',
      town(over, begun, { ...missed, from: '2025-01-01' }),
      2,
      '« Tarifs oubliés » commencerait le 01/01/2025',
    ],
    [
      'has one that was to come begin',
      town(over, begun, { ...later, from: '2026-08-30' }),
      2,
      '« Tarifs 2026 » commencerait le 30/08/2026',
    ],
  ])('refuse a catalogue that %s on a day that is past', async (_, next, index, begins) => {
    const detail = `La grille ${begins}, dans une période où « Enfance » a déjà une grille : faites-la commencer aujourd’hui ou plus tard.`
    await expect(publish(next)).rejects.toMatchObject({
      code: 'price-list-in-force',
      faults: [{ pointer: `/catalogue/priceLists/${String(index)}`, detail }],
    })
    expect(await listsInForce()).toEqual([over, begun, later])
  })

  it('may begin on the day itself, and earlier for a service that had none then', async () => {
    const today = { ...missed, from: '2026-08-31' } as const
    await publish(town(over, begun, today))
    const swimming = { ...missed, id: 'SWIMMING', service: 'Piscine', from: '2025-09-01' } as const
    await publish(town(over, begun, today, swimming))
    expect(await listsInForce()).toEqual([over, begun, today, swimming])
  })

  it('may change, go and come until the day on which they begin', async () => {
    const changed = { ...later, rounding: 'up' } as const
    await publish(town(changed, begun, over))
    expect(await listsInForce()).toEqual([changed, begun, over])
    await publish(town(over, begun))
    await publish(town(over, begun, later), '2026-09-01')
    expect(await listsInForce()).toEqual([over, begun, later])
    await expect(publish(town(over, begun, changed), '2026-09-01')).rejects.toMatchObject({
      faults: [{ pointer: '/catalogue/priceLists/2' }],
    })
  })
})

describe('the régie of an activity', () => {
  const [ENF, CLM] = ['ENF', 'CLM'].map((id) => regieIdSchema.parse(id))
  const { activities, town } = cesson.catalogue
  const regies = town.regies.flatMap((regie) => [regie, { ...regie, id: CLM ?? regie.id }])
  const two: Catalogue = { ...cesson.catalogue, town: { ...town, regies } }
  const billedBy = (regieId: typeof ENF): Catalogue => ({
    ...two,
    activities: activities.map((each, index) => (index === 1 ? { ...each, regieId } : each)),
  })
  let own = table
  const publish = (catalogue: Catalogue) => publishCatalogue(own, catalogue, GUIDE_DAY)

  beforeEach(async () => {
    own = (await freshTable()).table
    await publish(two)
  })

  it('stays: another would bill again what it has billed', async () => {
    await expect(publish(billedBy(CLM))).rejects.toMatchObject({
      code: 'regie-in-use',
      faults: [
        {
          pointer: '/catalogue/activities/1/regieId',
          detail:
            '« Restauration Scolaire » est facturée par la régie ENF et le reste : une autre facturerait ses mois une seconde fois.',
        },
      ],
    })
    expect((await townCatalogue(own)()).catalogue).toEqual(two)
  })

  it('stays when it is the first régie of the town, and another comes first', async () => {
    const reversed = { ...two, town: { ...two.town, regies: regies.toReversed() } }
    const moved = activities.map((_, index) => ({
      pointer: `/catalogue/activities/${String(index)}/regieId`,
    }))
    await expect(publish(reversed)).rejects.toMatchObject({ faults: moved })
    const named = activities.map((each) => ({ ...each, regieId: ENF }))
    await publish({ ...reversed, activities: named })
    expect((await townCatalogue(own)()).catalogue.town.regies[0]?.id).toBe('CLM')
  })

  it('may be named, and is free for an activity that is new', async () => {
    await publish({ ...two, activities: activities.filter((_, index) => index !== 1) })
    await publish(billedBy(CLM))
    await publish({ ...billedBy(CLM), activities: billedBy(CLM).activities.toReversed() })
    const { catalogue } = await townCatalogue(own)()
    expect(catalogue.activities.find(({ regieId }) => regieId === CLM)?.name).toBe(
      'Restauration Scolaire',
    )
  })
})

describe('days that staff have closed', () => {
  const [meals] = cesson.catalogue.activities
  if (meals === undefined) throw new Error('No activity')
  const activityId = meals.id
  const closedOn = async () =>
    (await inForce()).activities.find(({ id }) => id === activityId)?.opening.closedOn

  it('stay closed when the town file is loaded again, with those that it closes itself', async () => {
    await publishCatalogue(table, cesson.catalogue, GUIDE_DAY)
    await closeActivity(table, { activityId, date: '2026-03-10' })
    await publishCatalogue(table, renamed('Autre'), GUIDE_DAY)
    expect(await closedOn()).toEqual([...meals.opening.closedOn, '2026-03-10'].toSorted())
    expect((await inForce()).town.name).toBe('Autre')
  })

  it('stay closed when they are closed while the town file is loaded', async () => {
    let closing: Promise<void> | undefined
    const slow: Table = {
      ...table,
      put: async (item, condition) => {
        closing ??= closeActivity(table, { activityId, date: '2026-03-12' })
        await closing
        return table.put(item, condition)
      },
    }
    await publishCatalogue(slow, renamed('Dernier'), GUIDE_DAY)
    expect(await closedOn()).toContain('2026-03-12')
    expect((await inForce()).town.name).toBe('Dernier')
  })
})
