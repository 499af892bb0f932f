import * as fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { householdOf } from '../../shared/billing/household-rules.ts'
import { billMonth } from '../../shared/billing/month-rules.ts'
import { billedTown } from '../../shared/billing/town-rules.ts'
import { Calendars, type TownCatalogue } from '../../shared/catalogue/calendar.ts'
import { catalogueSchema, type Catalogue } from '../../shared/catalogue/model.ts'
import type { FamilyFile } from '../../shared/families/model.ts'
import { addMonths, type IsoMonth } from '../../shared/kernel/dates.ts'
import { sum } from '../../shared/kernel/money.ts'
import { regieIdSchema, type FamilyId } from '../../shared/platform/schemas.ts'
import { estimatesOf, type Estimate } from '../../shared/reservations/estimate.ts'
import type { Planning, Wish } from '../../shared/reservations/model.ts'
import {
  planHousehold,
  planningsToWrite,
  yearInForce,
} from '../../shared/reservations/plan-household.ts'
import { previewWishes } from '../../shared/reservations/preview-wishes.ts'
import { previewWishesRoute } from '../../shared/reservations/routes.ts'
import { submitWishes } from '../../shared/reservations/submit-wishes.ts'
import { fileOf } from '../../shared/setup/load-town.ts'
import { priceListSchema } from '../../shared/tariffs/model.ts'
import { weekPatterns } from '../support/arbitraries.ts'
import {
  cesson,
  cessonTown,
  DUPONT,
  guardian,
  GUIDE_MORNING,
  openCesson,
  TEST,
  ticked,
  weekly,
} from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { planningWith } from '../support/plannings.ts'

const { table } = await freshTable()

beforeAll(() => openCesson(table))

const fileFor = (familyId: FamilyId): FamilyFile => {
  const entry = cesson.families.find((family) => family.familyId === familyId)
  if (entry === undefined) throw new Error('The demo town has no such family')
  return fileOf(entry)
}

/** The demo town with another catalogue. */
const townWith = (change: (catalogue: Catalogue) => object): TownCatalogue => {
  const catalogue = catalogueSchema.parse({
    ...cesson.catalogue,
    ...change(cesson.catalogue),
  })
  return { catalogue, calendars: new Calendars(catalogue) }
}

/** The demo town with the list of guide 002 changed. */
const listWith = (changes: object): TownCatalogue =>
  townWith(({ priceLists }) => ({
    priceLists: priceLists.map((list, index) => (index === 0 ? { ...list, ...changes } : list)),
  }))

interface Asked {
  readonly town?: TownCatalogue
  readonly file?: FamilyFile
  readonly plannings?: readonly Planning[]
  readonly now?: Date
}

const planned = (wishes: readonly Wish[], about: Asked = {}) => {
  const { town = cessonTown, plannings = [], now = GUIDE_MORNING } = about
  const household = { file: about.file ?? fileFor(DUPONT.familyId), plannings }
  const year = yearInForce(town, now, wishes)
  return { town, household, plans: planHousehold(town, household, wishes, { year, now }) }
}

const estimate = (wishes: readonly Wish[], about: Asked = {}): Estimate[] => {
  const { town, household, plans } = planned(wishes, about)
  return estimatesOf(town, household, plans)
}

/** Lines as quantity, label and price. */
const short = ({ lines }: Estimate) =>
  lines.map(({ quantity, label, unitPrice }) => [quantity, label, unitPrice])

const plain = (text: string): string => text.replaceAll(/[\u00A0\u202F]/g, ' ')

describe('the estimate of a booking [guide 45, 51] [wish W4]', () => {
  it('is what the days cost that are added, with the reason of each price', () => {
    const [studies] = estimate([weekly('leo-etudes-2025', { 1: ['ETUDES'] }, { to: '2025-10-31' })])
    if (studies === undefined) throw new Error('No estimate')
    // Mondays from 8 September to 13 October.
    expect(studies.estimate).toBe(6 * 141)
    expect(short(studies)).toEqual([[6, 'ETUDES', 141]])
    expect(studies.lines[0]?.amount).toBe(6 * 141)
    const why = plain(studies.lines[0]?.why ?? '')
    for (const part of ['Tarifs 2024', 'quotient 0,17 du 01/09/2024', 'de 0 à 300', '1,41 €']) {
      expect(why).toContain(part)
    }
  })

  it('prices a day late at its late unit, and what is in time in time [guide 50, 54]', () => {
    const town = townWith(({ activities }) => ({
      activities: activities.map((activity) => ({
        ...activity,
        deadlines: {
          ...activity.deadlines,
          late: { days: 0, counting: 'every-day', hour: '10:00' },
        },
      })),
    }))
    // Monday at 9:00: care of that day and meals of the next may still be added late.
    const now = new Date('2025-09-08T07:00:00Z')
    const evening = { '2025-09-08': ['ACC_SOIR'], '2025-09-11': ['ACC_SOIR'] }
    const meals = { '2025-09-09': ['REPAS'], '2025-09-12': ['REPAS'] }
    const wishes = [ticked('lucas-accueil-2025', evening), ticked('lucas-restauration-2025', meals)]
    const [care, lunch] = estimate(wishes, { town, now })
    if (care === undefined || lunch === undefined) throw new Error('No estimate')
    expect(care.estimate).toBe(169 + 141)
    expect(short(care)).toEqual([
      [1, 'Acc Soir', 141],
      [1, 'Accueil soir hors délais', 169],
    ])
    // A meal has no unit of its own for late days: the supplement is in its price.
    expect(short(lunch).toSorted()).toEqual([
      [1, 'Repas', 208],
      [1, 'Repas', 250],
    ])
    expect(lunch.lines.map(({ why }) => why).join()).toContain('Majoration hors délais')
  })

  it('is the price that holds once staff accept', () => {
    const [wednesday] = estimate([ticked('lucas-mercredis-2025', { '2025-09-10': ['JOURNEE'] })])
    expect(wednesday).toMatchObject({ estimate: 513 })
  })

  it('follows the quotient from the day on which it counts', () => {
    const file = fileFor(DUPONT.familyId)
    const [first] = file.means
    if (first === undefined) throw new Error('No means')
    const means = [first, { ...first, from: '2025-10-01', quotient: '450' } as const]
    const days = { '2025-09-30': ['REPAS'], '2025-10-02': ['REPAS'], '2025-10-07': ['REPAS'] }
    const [meals] = estimate([ticked('leo-restauration-2025', days)], { file: { ...file, means } })
    expect(meals?.estimate).toBe(208 + 2 * 265)
    expect(meals && short(meals)).toEqual([
      [1, 'Repas', 208],
      [2, 'Repas', 265],
    ])
  })

  it('does not exist when a day has no price, and says which and what is missing [guide 51]', () => {
    const wishes = [
      ticked('lucas-accueil-2025', { '2025-09-08': ['ACC_MATIN'], '2025-09-09': ['ACC_SOIR'] }),
    ]
    const rules = cesson.catalogue.priceLists[0]?.rules ?? []
    const town = listWith({ rules: rules.filter(({ unitIds }) => unitIds[0] !== 'ACC_MATIN') })
    const [care] = estimate(wishes, { town })
    expect(care?.estimate).toBeNull()
    expect(care && short(care)).toEqual([[1, 'Acc Soir', 141]])
    expect(care?.unpriced).toEqual([
      'Aucun tarif pour Lucas : Accueil Pre/Post Scolaire, Acc Matin, catégorie Enfant, le 08/09/2025 (aucune règle de la grille ne s’applique).',
    ])
    expect(estimate(wishes, { town: townWith(() => ({ priceLists: [] })) })).toMatchObject([
      { estimate: null, lines: [] },
    ])
  })

  it('counts as present the siblings who will be, whichever is planned first', () => {
    const reductions = [
      {
        id: 'FRATRIE',
        name: 'Deux enfants présents',
        when: { siblings: { among: 'present', atLeast: 2 } },
        percent: '50',
      },
    ]
    const town = listWith({ reductions })
    const both = { '2025-09-08': ['REPAS'], '2025-09-09': ['REPAS'] }
    const one = { '2025-09-09': ['REPAS'] }
    const wishes = [ticked('leo-restauration-2025', both), ticked('lucas-restauration-2025', one)]
    expect(estimate(wishes, { town }).map((each) => each.estimate)).toEqual([208 + 104, 104])
  })

  it('prices what is added to a day together with what is kept', () => {
    const rules = [
      {
        id: 'ENSEMBLE',
        name: 'Matin et après-midi',
        activityId: 'MERCREDIS',
        unitIds: ['MATIN', 'APRES_MIDI'],
        parts: [{ formula: { kind: 'flat', price: 400 } }],
      },
      ...(cesson.catalogue.priceLists[0]?.rules ?? []),
    ]
    const owner = { child: 'lucas', activity: 'MERCREDIS', unit: 'MATIN' }
    const plannings = [planningWith(DUPONT.familyId, owner, { '2025-09-10': 'a' })]
    const wish = ticked('lucas-mercredis-2025', { '2025-09-10': ['MATIN', 'APRES_MIDI'] })
    const [day] = estimate([wish], { town: listWith({ rules }), plannings })
    expect(day?.estimate).toBe(400 - 357)
    expect(day && short(day)).toEqual([
      [1, 'Matin + Après-midi', 400],
      [-1, 'Matin', 357],
    ])
  })

  it('has the fee of the holidays with their first day, and not again [guide 54]', () => {
    const file = fileFor(TEST.familyId)
    const wish = ticked('manon-vacances-2025', {
      '2025-10-21': ['JOURNEE'],
      '2025-10-22': ['JOURNEE'],
    })
    const [first] = estimate([wish], { file })
    expect(first && short(first)).toEqual([
      [2, 'Journée', 910],
      [1, 'Frais Inscription Vacances', 175],
    ])
    const owner = { child: 'manon', activity: 'VACANCES', unit: 'JOURNEE' }
    const plannings = [planningWith(TEST.familyId, owner, { '2025-10-21': 'a' })]
    const [second] = estimate([wish], { file, plannings })
    expect(second && short(second)).toEqual([[1, 'Journée', 910]])
  })

  it('has what is due once for the family once', () => {
    const fees = [
      {
        id: 'ADHESION',
        name: 'Adhésion',
        per: 'family',
        every: 'school-year',
        formula: { kind: 'flat', price: 1000 },
      },
    ]
    const day = { '2025-09-09': ['REPAS'] }
    const wishes = [ticked('leo-restauration-2025', day), ticked('lucas-restauration-2025', day)]
    const [leo, lucas] = estimate(wishes, { town: listWith({ fees }) })
    expect([leo?.estimate, lucas?.estimate]).toEqual([1208, 208])
  })

  it('is nothing where nothing is added', () => {
    const owner = { child: 'leo', activity: 'RESTAURATION', unit: 'REPAS' }
    const plannings = [planningWith(DUPONT.familyId, owner, { '2025-09-09': 'a' })]
    const removal = ticked('leo-restauration-2025', { '2025-09-09': [] })
    expect(estimate([removal], { plannings })).toEqual([{ estimate: 0, lines: [] }])
    const same = ticked('leo-restauration-2025', { '2025-09-09': ['REPAS'] })
    expect(estimate([same], { plannings })).toEqual([{ estimate: 0, lines: [] }])
  })

  it('is, of all that a family books, what its bills come to', () => {
    const months = Array.from({ length: 12 }, (_, index): IsoMonth => addMonths('2025-09', index))
    const regieId = regieIdSchema.parse('ENF')
    const wish = (enrolmentId: string, units: readonly [string, ...string[]]) =>
      weekPatterns(units).map((week) =>
        weekly(
          enrolmentId,
          Object.fromEntries(week.map(({ weekday, units: of }) => [weekday, of])),
        ),
      )
    const wishes = fc.tuple(
      wish('leo-restauration-2025', ['REPAS']),
      wish('lucas-restauration-2025', ['REPAS']),
      wish('lucas-accueil-2025', ['ACC_MATIN', 'ACC_SOIR']),
      wish('lucas-mercredis-2025', ['MATIN', 'APRES_MIDI']),
    )
    const fees = priceListSchema.shape.fees.parse([
      {
        id: 'ADHESION',
        name: 'Adhésion',
        per: 'family',
        every: 'school-year',
        formula: { kind: 'flat', price: 1000 },
      },
    ])
    const town = listWith({ fees })
    fc.assert(
      fc.property(wishes, (asked) => {
        const { household, plans } = planned(asked, { town })
        const plannings = planningsToWrite(household, plans).map((planning) => ({
          ...planning,
          units: Object.fromEntries(
            Object.entries(planning.units).map(([unit, letters = '']) => [
              unit,
              letters.replaceAll('r', 'a'),
            ]),
          ),
        }))
        const held = householdOf(billedTown(town), { file: household.file, plannings })
        const billed = months.flatMap(
          (month) => billMonth(held, { aids: [], dayCredits: [] }, { month, regieId }).lines,
        )
        const estimates = estimatesOf(town, household, plans)
        expect(sum(estimates.map((each) => each.estimate ?? Number.NaN))).toBe(
          sum(billed.map(({ amount }) => amount)),
        )
      }),
      { numRuns: 15 },
    )
  })
})

describe('the preview of wishes [guide 45, 51]', () => {
  it('tells for each child and activity what it costs and why', async () => {
    const reply = previewWishesRoute.reply.parse(
      await previewWishes(
        { table, town: cessonTown },
        {
          actor: guardian(DUPONT),
          body: { wishes: [weekly('leo-restauration-2025', { 2: ['REPAS'], 4: ['REPAS'] })] },
          now: GUIDE_MORNING,
        },
      ),
    )
    const [meals] = reply.requests
    expect(meals).toMatchObject({
      child: 'Léo',
      lines: [{ label: 'Repas', unitPrice: 208, quantity: meals?.added.length }],
      estimate: 208 * (meals?.added.length ?? 0),
    })
    expect(meals).not.toHaveProperty('unpriced')
    // A year of meals is one line: the answer stays small.
    expect(JSON.stringify(meals?.lines).length).toBeLessThan(300)
  })

  it('leaves the booking itself to those who have no price', async () => {
    const town = townWith(() => ({ priceLists: [] }))
    const wishes = [ticked('leo-restauration-2025', { '2025-09-09': ['REPAS'] })]
    const { requests } = await previewWishes(
      { table, town },
      { actor: guardian(DUPONT), body: { wishes }, now: GUIDE_MORNING },
    )
    expect(requests).toMatchObject([{ estimate: null }])
    const submission = await submitWishes(
      { table, town },
      { by: DUPONT, wishes, idempotencyKey: 'without-a-price', now: GUIDE_MORNING },
    )
    expect(submission.requests).toMatchObject([{ state: 'accepted' }])
  })
})
