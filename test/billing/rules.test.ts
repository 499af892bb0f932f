import { describe, expect, it } from 'vitest'
import type { InvoiceLine } from '../../shared/billing/model.ts'
import { billFamily, type Account, type Bill } from '../../shared/billing/rules.ts'
import type { TownCatalogue } from '../../shared/catalogue/calendar.ts'
import type { IsoMonth } from '../../shared/kernel/dates.ts'
import { unitIdSchema } from '../../shared/platform/schemas.ts'
import {
  account,
  ALL_RULES,
  child,
  edited,
  ENF,
  FAMILY,
  fileOf,
  flat,
  meals,
  MONTH,
  planning,
  priceList,
  quotientFrom,
  RUN,
  SPO,
  townWith,
  UNBILLED,
} from './arbitraries.ts'

const billOf = (town: TownCatalogue, of: Account, month: IsoMonth = MONTH, regieId = ENF): Bill =>
  billFamily(town, of, { ...RUN, month, regieId }, UNBILLED)

const linesOf = (town: TownCatalogue, of: Account, month: IsoMonth = MONTH) => {
  const bill = billOf(town, of, month)
  if (bill.kind === 'anomalies') throw new Error(bill.details.join('\n'))
  return bill.kind === 'draft' ? bill.draft.document.lines : []
}

/** A line as the tests read it: what, how often, at which price, on which days. */
const brief = (lines: readonly InvoiceLine[]) =>
  lines.map(({ child: name = '', label, quantity, unitPrice, days }) =>
    [name, label, quantity, unitPrice, days].join('|'),
  )

const draftOf = (bill: Bill) => {
  if (bill.kind !== 'draft') throw new Error(bill.kind)
  return bill.draft
}

const detailsOf = (bill: Bill): readonly string[] => (bill.kind === 'anomalies' ? bill.details : [])

describe('the letters of a planning', () => {
  it('are due when accepted, late, unbooked, absent or not yet cancelled, on open days [guide 9, 50]', () => {
    // 3 Monday … 7 Friday, then the closed weekend, then 10 Monday.
    expect(brief(linesOf(townWith(), account([meals('acaaaaar')])))).toEqual([
      'A|Repas|4|300|3 4 6 7',
    ])
    expect(brief(linesOf(townWith(), account([meals('lu.jeaa')])))).toEqual([
      'A|Repas|2|300|3 7',
      'A|Repas|1|300|4',
    ])
    expect(billOf(townWith(), account([meals('rn.wo')])).kind).toBe('nothing')
  })

  it('have the price of the late unit when added late or attended without booking [guide 50]', () => {
    const care = planning('a', 'CARE', { EVENING: { '2025-11-03': 'al.ec' } })
    expect(brief(linesOf(townWith(), account([care])))).toEqual([
      'A|Soir|2|141|3 7',
      'A|Soir hors délais|2|169|4 6',
    ])
  })

  it('of a day that the town has closed since, or of a public holiday, are not due', () => {
    const closed = townWith([priceList()], { closedOn: ['2025-11-04'] })
    expect(brief(linesOf(closed, account([meals('aa.........')])))).toEqual(['A|Repas|1|300|3'])
    const armistice = planning('a', 'MEALS', { MEAL: { '2025-11-10': 'aa' } })
    expect(brief(linesOf(townWith(), account([armistice])))).toEqual(['A|Repas|1|300|10'])
  })

  it('of the last day of a month of 31 are billed with it, and the next with the next', () => {
    const days = planning('a', 'SPORT', { HOUR: { '2025-12-31': 'a', '2026-01-07': 'a' } })
    const bill = billOf(townWith(), account([days]), '2025-12', SPO)
    expect(brief(draftOf(bill).document.lines)).toEqual(['A|Heure|1|400|31'])
  })

  it('counts minutes of units billed by time, and withholds a day without them [guide 51]', () => {
    const night = planning('a', 'CARE', { NIGHT: { '2025-11-03': 'aa' } })
    const minutes = (of: object) => ({ ...night, minutes: { [unitIdSchema.parse('NIGHT')]: of } })
    const known = minutes({ '2025-11-03': 61, '2025-11-04': 20 })
    expect(brief(linesOf(townWith(), account([known])))).toEqual([
      'A|Nocturne|1|150|3',
      'A|Nocturne|1|50|4',
    ])
    expect(detailsOf(billOf(townWith(), account([minutes({ '2025-11-03': 61 })])))).toEqual([
      'Aucun tarif pour A : Accueil, Nocturne, catégorie Résident, le 04/11/2025 (la durée n’est pas notée).',
    ])
  })
})

describe('days that are counted', () => {
  const surcharge = (within: string) => ({
    supplements: [
      {
        id: 'S',
        name: 'Dès le troisième',
        occasions: ['late'],
        how: { kind: 'multiple', by: '2' },
        after: { times: 2, within },
      },
    ],
  })

  it('before a surcharge are those of the school year, or of the month [guide 50]', () => {
    const late = planning('a', 'MEALS', { MEAL: { '2025-10-30': 'l', '2025-11-03': 'll.l' } })
    const [year, month] = [surcharge('school-year'), surcharge('month')].map((more) =>
      brief(linesOf(townWith([priceList(more)]), account([late]))),
    )
    expect(year).toEqual(['A|Repas|1|300|3', 'A|Repas|2|600|4 6'])
    expect(month).toEqual(['A|Repas|2|300|3 4', 'A|Repas|1|600|6'])
  })

  it('of an excused absence in a row are due in full at first, a row going on over the month', () => {
    const town = townWith([
      priceList({ absences: { unjustified: '100', justified: '0', daysDue: 2 } }),
    ])
    const absent = planning('a', 'MEALS', { MEAL: { '2025-10-31': 'j', '2025-11-03': 'jj.aj' } })
    // 31 October is the first day of the row: of November only one more day is due.
    expect(brief(linesOf(town, account([absent])))).toEqual([
      'A|Repas|2|300|3 7',
      'A|Repas|1|300|6',
    ])
  })

  it('tell who comes regularly: by the share of the month’s open days, excused ones included', () => {
    const rules = [
      flat('MEALS', ['MEAL'], 250, { when: { regular: true } }),
      flat('MEALS', ['MEAL'], 500, { when: { regular: false } }),
    ]
    const town = townWith([priceList({ rules, regularFrom: 20 })])
    // November has 15 open days: three of them are 20 %.
    expect(brief(linesOf(town, account([meals('aa.j')])))).toEqual(['A|Repas|2|250|3 4'])
    expect(brief(linesOf(town, account([meals('aa')])))).toEqual(['A|Repas|2|500|3 4'])
  })

  it('tell which siblings are there on the day, the eldest first', () => {
    const rules = [
      flat('MEALS', ['MEAL'], 200, { when: { rank: { among: 'present', from: 2 } } }),
      flat('MEALS', ['MEAL'], 300),
    ]
    const of = account([meals('a.......', 'b'), meals('aa', 'a'), meals('.aj', 'b')].slice(1), {
      file: fileOf([child('b'), child('a')]),
    })
    expect(brief(linesOf(townWith([priceList({ rules })]), of))).toEqual([
      'A|Repas|2|300|3 4',
      'B|Repas|1|200|4',
    ])
  })
})

describe('a bill', () => {
  it('has one line for each child, activity, unit, price and reason, with its days [guide 9, 29] [wish W4]', () => {
    const care = planning('a', 'CARE', {
      EVENING: { '2025-11-06': 'a' },
      MORNING: { '2025-11-06': 'a' },
    })
    const of = account([meals('aa', 'b'), care, meals('aa', 'a')], {
      file: fileOf([child('b'), child('a')]),
    })
    const draft = draftOf(billOf(townWith(), of))
    expect(brief(draft.document.lines)).toEqual([
      'A|Repas|2|300|3 4',
      'A|Matin|1|70|6',
      'A|Soir|1|141|6',
      'B|Repas|2|300|3 4',
    ])
    expect(draft.document.lines[0]).toMatchObject({
      kind: 'unit',
      month: MONTH,
      childId: 'a',
      child: 'A',
      activityId: 'MEALS',
      activity: 'Restauration',
      unitIds: ['MEAL'],
      label: 'Repas',
      days: '3 4',
      quantity: 2,
      unitPrice: 300,
      amount: 600,
      priceList: 'Tarifs 2025',
    })
    expect(draft.document.lines[0]?.why).toMatch(/^Tarifs 2025 · MEAL · 3,00.€$/)
    expect(draft).toMatchObject({
      kind: 'invoice',
      document: {
        total: 1411,
        dueOn: '2025-12-31',
        regie: 'Régie Enfance',
        payer: { name: 'TEST', emails: ['ana@famille.example'] },
      },
      units: [
        { activityId: 'MEALS', unitId: 'MEAL', quantity: 4 },
        { activityId: 'CARE', unitId: 'MORNING', quantity: 1 },
        { activityId: 'CARE', unitId: 'EVENING', quantity: 1 },
      ],
    })
  })

  it('tells on each line quotient and date of its price, which change within the month [guide 9] [wish W4]', () => {
    const formula = {
      kind: 'bands',
      by: 'quotient',
      bands: [
        { from: '0', below: '500', price: 100 },
        { from: '500', price: 400 },
      ],
    }
    const rules = [{ ...flat('MEALS', ['MEAL'], 0), parts: [{ formula }] }]
    const means = [quotientFrom('2025-09-01', '800.5'), quotientFrom('2025-11-04', '0')]
    const of = account([meals('aa.a')], { file: fileOf([child('a')], { means }) })
    const lines = linesOf(townWith([priceList({ rules })]), of)
    expect(brief(lines)).toEqual(['A|Repas|1|400|3', 'A|Repas|2|100|4 6'])
    expect(lines[0]?.why).toMatch(/800,5 .*01\/09\/2025/)
    expect(lines[1]?.why).toMatch(/quotient 0 .*04\/11\/2025/)
  })

  it('changes its price with the list within the month, and with the end of an enrolment', () => {
    const town = townWith([
      priceList({ until: '2025-11-03' }),
      priceList({
        id: 'L2',
        name: 'Tarifs 2026',
        from: '2025-11-04',
        rules: [flat('MEALS', ['MEAL'], 310)],
      }),
    ])
    expect(brief(linesOf(town, account([meals('aa.a')])))).toEqual([
      'A|Repas|1|300|3',
      'A|Repas|2|310|4 6',
    ])
    const rules = [
      flat('MEALS', ['MEAL'], 200, { when: { rank: { among: 'enrolled', from: 2 } } }),
      flat('MEALS', ['MEAL'], 300),
    ]
    const file = fileOf([child('a'), child('b')])
    const enrolments = file.enrolments.map((each) =>
      each.childId === 'a' ? { ...each, until: '2025-11-03' as const } : each,
    )
    const of = account([meals('aa', 'b')], { file: { ...file, enrolments } })
    expect(brief(linesOf(townWith([priceList({ rules })]), of))).toEqual([
      'B|Repas|1|200|3',
      'B|Repas|1|300|4',
    ])
  })

  it('prices units together that a rule names together, and weekdays by themselves', () => {
    const rules = [
      flat('CARE', ['MORNING', 'EVENING'], 200),
      flat('CARE', ['MORNING'], 90, { when: { weekdays: [2] } }),
      ...ALL_RULES,
    ]
    const care = planning('a', 'CARE', {
      MORNING: { '2025-11-03': 'aa.a' },
      EVENING: { '2025-11-03': 'a' },
    })
    expect(brief(linesOf(townWith([priceList({ rules })]), account([care])))).toEqual([
      'A|Matin + Soir|1|200|3',
      'A|Matin|1|90|4',
      'A|Matin|1|70|6',
    ])
  })

  it('charges what is due once a day for the family once, however many children are late [guide 50]', () => {
    const supplements = [
      { id: 'S', name: 'Retard', occasions: ['late'], how: { kind: 'per-family', amount: 500 } },
    ]
    const of = account([meals('ll', 'a'), meals('l..l', 'b')], {
      file: fileOf([child('a'), child('b')]),
    })
    expect(brief(linesOf(townWith([priceList({ supplements })]), of)).at(-1)).toBe(
      '|Retard|3|500|3 4 6',
    )
  })

  it('has the family pay such a charge to the régie of the activity, and to no other', () => {
    const supplements = [
      { id: 'S', name: 'Retard', occasions: ['late'], how: { kind: 'per-family', amount: 500 } },
    ]
    const rules = [flat('SPORT', ['HOUR'], 400)]
    const town = townWith([priceList({ rules, supplements })])
    const of = account([planning('a', 'SPORT', { HOUR: { '2025-11-05': 'l' } })])
    const sport = draftOf(billOf(town, of, MONTH, SPO)).document.lines
    expect(brief(sport)).toEqual(['A|Heure|1|400|5', '|Retard|1|500|5'])
    expect(billOf(town, of).kind).toBe('nothing')
  })

  it('has lines for the parts of a price, each with its account', () => {
    const parts = [
      { label: 'repas', account: '7067', formula: { kind: 'flat', price: 200 } },
      { label: 'animation', account: '7066', formula: { kind: 'flat', price: 100 } },
    ]
    const town = townWith([priceList({ rules: [{ ...flat('MEALS', ['MEAL'], 0), parts }] })])
    expect(
      linesOf(town, account([meals('a')])).map(({ label, account: of }) => [label, of]),
    ).toEqual([
      ['Repas – animation', '7066'],
      ['Repas – repas', '7067'],
    ])
  })

  it('counts the meals at one euro or less that the State helps to pay, absences apart', () => {
    const parts = [
      { formula: { kind: 'flat', price: 60 } },
      { formula: { kind: 'flat', price: 40 } },
    ]
    const bill = (oneEuroMeals: boolean) => {
      // A morning for less than one euro is no meal.
      const rules = [
        { ...flat('MEALS', ['MEAL'], 0), parts, oneEuroMeals },
        flat('CARE', ['MORNING'], 80),
      ]
      const plannings = [meals('al.u'), planning('a', 'CARE', { MORNING: { '2025-11-03': 'a' } })]
      return draftOf(billOf(townWith([priceList({ rules })]), account(plannings)))
    }
    expect(bill(true).oneEuroMeals).toBe(2)
    expect(bill(false).oneEuroMeals).toBe(0)
  })

  it('is of the activities of its régie alone, those without one being the first’s [guide 29]', () => {
    const sport = planning('a', 'SPORT', { HOUR: { '2025-11-05': 'a' } })
    const of = account([meals('a'), sport])
    expect(brief(linesOf(townWith(), of))).toEqual(['A|Repas|1|300|3'])
    const bill = draftOf(billOf(townWith(), of, MONTH, SPO))
    expect(brief(bill.document.lines)).toEqual(['A|Heure|1|400|5'])
    expect(bill.document.dueOn).toBe('2025-12-16')
    expect(bill.units).toEqual([{ activityId: 'SPORT', unitId: 'HOUR', quantity: 1 }])
  })

  it('is an invoice of 0 € where all is free [guide 32], waits below the minimum, and is due from it on', () => {
    const free = townWith([priceList({ rules: [flat('MEALS', ['MEAL'], 0)] })], {
      regie: { minimum: 1500 },
    })
    expect(draftOf(billOf(free, account([meals('a')])))).toMatchObject({
      kind: 'invoice',
      document: { total: 0 },
    })
    const minimum = townWith([priceList()], { regie: { minimum: 600 } })
    expect(draftOf(billOf(minimum, account([meals('a')]))).kind).toBe('carried')
    expect(draftOf(billOf(minimum, account([meals('aa')]))).kind).toBe('invoice')
  })

  it('takes up what was carried over, of its régie and only with something to bill', () => {
    const carryOver = { familyId: FAMILY, regieId: ENF, month: '2025-10', amount: 450 } as const
    const draft = draftOf(billOf(townWith(), account([meals('a')], { carryOver })))
    expect(draft).toMatchObject({ kind: 'invoice', carryOver, document: { total: 750 } })
    expect(draft.document.lines.at(-1)).toMatchObject({
      kind: 'carried',
      month: '2025-10',
      label: 'Report d’octobre 2025',
      quantity: 1,
      amount: 450,
      days: '',
      priceList: '',
    })
    expect(billOf(townWith(), account([], { carryOver })).kind).toBe('nothing')
    const other = { ...carryOver, regieId: SPO }
    expect(draftOf(billOf(townWith(), account([meals('a')], { carryOver: other })))).toEqual(
      draftOf(billOf(townWith(), account([meals('a')]))),
    )
  })
})

describe('a draft', () => {
  it('names the edition of the catalogue, and takes reviews up the oldest first', () => {
    const review = (month: IsoMonth) => ({ familyId: FAMILY, regieId: ENF, month, version: 1 })
    const of = account([meals('a')], { reviews: [review('2025-10'), review('2025-09')] })
    const plain = draftOf(billOf(townWith(), of))
    expect(plain.reviews.map(({ month }) => month)).toEqual(['2025-09', '2025-10'])
    expect(plain.document).not.toHaveProperty('edition')
    expect(plain).not.toHaveProperty('carryOver')
    const edition = '2026-01-01T00:00:00.000Z-1'
    expect(draftOf(billOf({ ...townWith(), edition }, of)).document.edition).toBe(edition)
  })
})

describe('a day without a price', () => {
  it('withholds the whole bill and names child, date, unit and what is missing [guide 51]', () => {
    const rules = [
      flat('MEALS', ['MEAL'], 300, { when: { categories: ['OUT'] } }),
      flat('CARE', ['EVENING'], 141),
    ]
    const of = account([meals('aa'), planning('a', 'CARE', { EVENING: { '2025-11-03': 'a' } })])
    expect(detailsOf(billOf(townWith([priceList({ rules })]), of))).toEqual([
      'Aucun tarif pour A : Restauration, Repas, catégorie Résident, 2 jours dès le 03/11/2025 (aucune règle de la grille ne s’applique).',
    ])
    expect(
      detailsOf(billOf(townWith([priceList({ until: '2025-10-31' })]), account([meals('a')]))),
    ).toEqual([
      'Aucun tarif pour A : Restauration, Repas, catégorie Résident, le 03/11/2025 (aucune grille tarifaire n’est en vigueur pour cette activité).',
    ])
  })

  it('is what catalogue or file no longer know: it is reported, never dropped', () => {
    const lost = (edit: Parameters<typeof edited>[1], of: Account) =>
      detailsOf(billOf(edited(townWith(), edit), of))
    const same = <Value>(value: Value): Value => value
    expect(lost(same, account([meals('aj', 'z')]))).toEqual([
      'Aucun tarif pour z : Restauration, Repas, catégorie ?, le 03/11/2025 (l’enfant n’est plus au dossier).',
    ])
    const noMeals = lost(
      (catalogue) => ({
        ...catalogue,
        activities: catalogue.activities.filter(({ id }) => id !== 'MEALS'),
      }),
      account([meals('aaa')]),
    )
    expect(noMeals).toEqual([
      'Aucun tarif pour A : MEALS, MEAL, catégorie Résident, 3 jours dès le 03/11/2025 (l’activité n’est plus au catalogue).',
    ])
    const gone = account([planning('a', 'MEALS', { SNACK: { '2025-11-04': 'aaj' } })])
    expect(lost(same, gone)).toEqual([
      'Aucun tarif pour A : Restauration, SNACK, catégorie Résident, le 04/11/2025 (la prestation n’est plus au catalogue).',
    ])
    expect(
      lost(same, account([planning('a', 'MEALS', { SNACK: { '2025-11-04': 'jr' } })])),
    ).toEqual([])
    // It withholds the bill of the régie that bills the activity, and of no other.
    expect(billOf(townWith(), gone, MONTH, SPO).kind).toBe('nothing')
  })
})
