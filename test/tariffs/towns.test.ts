import { describe, expect, it } from 'vitest'
import type { PriceList } from '../../shared/tariffs/model.ts'
import { formulaPrice } from '../../shared/tariffs/rules.ts'
import { bands, flat, listOf, personWith, pricesBy, rule } from './fixture.ts'

/**
 * The rules that real towns have published, each as the data of a price list. Where the pages give
 * no figures for a rule, those of the row are made up.
 */

type Units = Parameters<typeof pricesBy>[1]
type About = Parameters<typeof personWith>[0]

const OUTSIDER: About = { category: 'EXTERIEUR' }
const late: Units = [{ occasion: 'late' }]
const unbooked: Units = [{ occasion: 'unbooked' }]
const only = (...categories: string[]) => ({ when: { categories } })

/** A supplement on days added late, or not booked. */
const supplement = (
  how: NonNullable<Parameters<typeof listOf>[1]>['supplements'] extends
    readonly { how: infer How }[] | undefined
    ? How
    : never,
  occasions: ('late' | 'unbooked')[] = ['late', 'unbooked'],
) => ({ id: occasions.join('-'), name: 'Hors délais', occasions, how })

const fayAuxLoges = listOf([
  rule({ kind: 'effort', by: 'quotient', percent: '0.36', least: 260, most: 450 }),
])

const lesPieux = listOf([
  rule({
    kind: 'effort',
    by: 'quotient',
    percent: '0.55',
    from: { threshold: '580', price: 319 },
  }),
])

/** The individual rate of Rennes: the limits are the town’s, the rate is made up. */
const rennes = listOf([
  rule({ kind: 'effort', by: 'quotient', percent: '0.4', least: 30, most: 690 }),
  rule(
    { kind: 'effort', by: 'quotient', percent: '1.2', least: 300, most: 2000 },
    { unitIds: ['JOURNEE'] },
  ),
])

const lca = listOf(
  [
    {
      ...rule(flat(0)),
      parts: [
        {
          label: 'repas',
          account: '7067',
          formula: bands(
            [
              ['0', 210],
              ['18000', 255],
              ['30000.50', 301],
            ],
            { by: 'income' },
          ),
        },
        { label: 'animation', account: '7066', formula: flat(123) },
      ],
    },
  ],
  {
    reductions: [
      {
        id: 'FRATRIE',
        name: 'Fratrie',
        when: {
          rank: { among: 'present', from: 2 },
          siblings: { among: 'present', atLeast: 3 },
        },
        percent: '20',
      },
    ],
  },
)

const bubry = listOf([
  rule(flat(95), { name: 'Protocole médical', when: { allergy: true } }),
  rule(flat(450), { name: 'Occasionnel', when: { regular: false } }),
  rule(flat(180), { name: 'Troisième enfant', when: { rank: { among: 'enrolled', from: 3 } } }),
  rule(flat(360)),
])

const wavrin = listOf([
  rule(flat(100), { name: 'CCAS', when: { circumstances: ['CCAS'] } }),
  rule(flat(655), { name: 'Extérieur', ...only('EXTERIEUR') }),
  ...([1, 2, 3, 4] as const).map((rank) =>
    rule(
      bands([
        ['0', 330 - 40 * rank],
        ['308.01', 420 - 40 * rank],
        ['915.00', 510 - 40 * rank],
      ]),
      { when: { rank: { among: 'enrolled', from: rank, to: rank === 4 ? undefined : rank } } },
    ),
  ),
])

const communes = ['Saint-Pierre-du-Perray', 'Tigery']
const neighbours = listOf([
  rule(flat(410), { name: 'Repas, communes voisines', when: { communes } }),
  rule(flat(540), { name: 'Repas, hors commune', ...only('EXTERIEUR') }),
  rule(flat(360)),
])

/** Outsiders pay twice, 2 € more or a fifth more: prices of their own beside those of residents. */
const outsiders = (resident: number, outsider: number): PriceList =>
  listOf([rule(flat(outsider), only('EXTERIEUR')), rule(flat(resident))])

const roncq = listOf([
  rule(
    bands([
      ['0', 420],
      ['800', 515],
    ]),
    only('EXTERIEUR'),
  ),
  rule(
    bands([
      ['0', 185],
      ['440', 245],
      ['800', 330],
    ]),
  ),
])

const highest = listOf([
  rule(
    bands([
      ['0', 100],
      ['500', 250],
      ['1000', 415],
    ]),
  ),
])

const oneEuro = listOf([
  rule(
    bands([
      ['0', 80],
      ['500', 100],
      ['1000.01', 340],
    ]),
    { oneEuroMeals: true },
  ),
])

const evening = (...supplements: ReturnType<typeof supplement>[]): PriceList =>
  listOf([rule(flat(141))], { supplements })

const boissy = listOf([
  rule(flat(1076), { when: { categories: ['EXTERIEUR'], occasions: ['late', 'unbooked'] } }),
  rule(flat(761), { when: { occasions: ['late', 'unbooked'] } }),
  rule(
    bands([
      ['0', 72],
      ['1500', 517],
    ]),
  ),
])

const strasbourg = listOf([rule(flat(350))], {
  supplements: [
    {
      ...supplement({ kind: 'multiple', by: '2' }, ['late']),
      after: { times: 10, within: 'school-year' },
    },
  ],
})

const leSourn = listOf([
  rule(flat(549), { name: 'Repas à prix coûtant', when: { occasions: ['unbooked'] } }),
  rule(flat(350)),
])

const absences = (percent: string, daysDue = 0): PriceList =>
  listOf([rule(flat(415))], { absences: { justified: percent, daysDue } })

const roncqPickUp = listOf([
  rule(flat(300), { name: 'Retard après 18 h 30', unitIds: ['RETARD_1830'] }),
  rule(flat(100), { name: 'Retard', unitIds: ['RETARD'] }),
])

const thirdPickUp = (within: 'month' | 'school-year'): PriceList =>
  listOf([rule(flat(0), { name: 'Retard', unitIds: ['RETARD'] })], {
    supplements: [
      {
        ...supplement({ kind: 'amount', amount: 1500 }, ['unbooked']),
        after: { times: 3, within },
      },
    ],
  })
const pickUp = (month: number, schoolYear: number): Units => [
  { unitId: 'RETARD', occasion: 'unbooked', earlier: { month, schoolYear } },
]

const lesRousses = listOf([
  rule(flat(430), { name: 'Repas régulier', when: { regular: true } }),
  rule(flat(560), { name: 'Repas occasionnel' }),
])

describe('the rules of real towns come out to the cent', () => {
  it.each<[string, PriceList, Units, About, (number | string)[]]>([
    ['Fay-aux-Loges: 0,36 %, at least 2,60', fayAuxLoges, undefined, { quotient: '500' }, [260]],
    ['Fay-aux-Loges: 0,36 % between', fayAuxLoges, undefined, { quotient: '1000.55' }, [360]],
    ['Fay-aux-Loges: 0,36 %, at most 4,50', fayAuxLoges, undefined, { quotient: '1250.01' }, [450]],
    ['Les Pieux: 0,55 % under 580', lesPieux, undefined, { quotient: '412.50' }, [227]],
    ['Les Pieux: just under 580', lesPieux, undefined, { quotient: '579.99' }, [319]],
    ['Les Pieux: 3,19 € from 580 on', lesPieux, undefined, { quotient: '580' }, [319]],
    ['Les Pieux: 3,19 € far above', lesPieux, undefined, { quotient: '4000' }, [319]],
    ['Rennes: the lowest meal', rennes, undefined, { quotient: '40' }, [30]],
    ['Rennes: a meal of one’s own', rennes, undefined, { quotient: '733.20' }, [293]],
    ['Rennes: the highest meal', rennes, undefined, { quotient: '5000' }, [690]],
    ['Rennes: the highest day', rennes, [{ unitId: 'JOURNEE' }], { quotient: '5000' }, [2000]],
    ['LCA: income, two accounts', lca, undefined, { income: '18000' }, [255, 123]],
    ['LCA: up to the next band', lca, undefined, { income: '30000.49' }, [255, 123]],
    ['LCA: two children, none less', lca, undefined, { income: '1', rank: 2 }, [210, 123]],
    ['LCA: three, the eldest', lca, undefined, { income: '1', children: 3 }, [210, 123]],
    ['LCA: three, −20 %', lca, undefined, { income: '1', rank: 2, children: 3 }, [168, 98]],
    ['Bubry: half for the third', bubry, undefined, { rank: 3 }, [180]],
    ['Bubry: the second', bubry, undefined, { rank: 2 }, [360]],
    ['Bubry: occasional', bubry, undefined, { share: 20 }, [450]],
    ['Bubry: medical protocol', bubry, undefined, { allergy: true, rank: 3 }, [95]],
    ['Wavrin: 308,00, eldest', wavrin, undefined, { quotient: '308' }, [290]],
    ['Wavrin: 308,01, eldest', wavrin, undefined, { quotient: '308.01' }, [380]],
    ['Wavrin: 308,005', wavrin, undefined, { quotient: '308.005' }, [290]],
    ['Wavrin: the fifth is a fourth', wavrin, undefined, { quotient: '0', rank: 5 }, [170]],
    ['Wavrin: outsider', wavrin, undefined, { ...OUTSIDER, quotient: '0' }, [655]],
    ['Wavrin: CCAS', wavrin, undefined, { circumstances: ['CCAS'], quotient: '2000' }, [100]],
    ['neighbours by list', neighbours, undefined, { ...OUTSIDER, commune: 'TIGERY' }, [410]],
    ['neighbours by list, St', neighbours, undefined, { commune: 'St Pierre du Perray' }, [410]],
    ['other outsiders', neighbours, undefined, { ...OUTSIDER, commune: 'Paris' }, [540]],
    ['2C2R: outsiders ×2', outsiders(415, 830), undefined, OUTSIDER, [830]],
    ['Hauterives: outsiders +2 €', outsiders(415, 615), undefined, OUTSIDER, [615]],
    ['Rungis: outsiders +20 %', outsiders(415, 498), undefined, OUTSIDER, [498]],
    ['Rungis: residents', outsiders(415, 498), undefined, {}, [415]],
    ['Roncq: own bands', roncq, undefined, { ...OUTSIDER, quotient: '440' }, [420]],
    ['Roncq: residents', roncq, undefined, { quotient: '440' }, [245]],
    ['Grand Périgueux: no quotient, highest', highest, undefined, {}, [415]],
    ['Cœur de Garonne: quotient 0, lowest', highest, undefined, { quotient: '0' }, [100]],
    ['meal at one euro', oneEuro, undefined, { quotient: '1000' }, [100]],
    ['above one euro', oneEuro, undefined, { quotient: '1000.01' }, [340]],
    [
      'Cesson: late +20 %',
      evening(supplement({ kind: 'percent', percent: '20' })),
      late,
      {},
      [169],
    ],
    ['Roncq: +2,50 €', evening(supplement({ kind: 'amount', amount: 250 })), late, {}, [391]],
    [
      'Vailhauquès: late +50 %',
      evening(
        supplement({ kind: 'percent', percent: '50' }, ['late']),
        supplement({ kind: 'fixed', price: 1000 }, ['unbooked']),
      ),
      late,
      {},
      [212],
    ],
    [
      'Vailhauquès: unbooked 10 €',
      evening(
        supplement({ kind: 'percent', percent: '50' }, ['late']),
        supplement({ kind: 'fixed', price: 1000 }, ['unbooked']),
      ),
      unbooked,
      {},
      [1000],
    ],
    [
      'Cœur de Garonne: double',
      evening(supplement({ kind: 'multiple', by: '2' })),
      unbooked,
      {},
      [282],
    ],
    [
      'Nogent-sur-Oise: 13 €',
      evening(supplement({ kind: 'fixed', price: 1300 })),
      late,
      {},
      [1300],
    ],
    ['Boissy: late, residents 7,61 €', boissy, late, { quotient: '100' }, [761]],
    ['Boissy: late, others 10,76 €', boissy, late, OUTSIDER, [1076]],
    ['Boissy: booked', boissy, undefined, { quotient: '100' }, [72]],
    ['Saint-Caprais: +2 €', evening(supplement({ kind: 'amount', amount: 200 })), late, {}, [341]],
    [
      'St-Colomban: 25 € per family',
      evening(supplement({ kind: 'per-family', amount: 2500 }, ['late'])),
      late,
      {},
      [141, 2500],
    ],
    [
      'Strasbourg: the tenth late meal of the year',
      strasbourg,
      [{ occasion: 'late', earlier: { month: 2, schoolYear: 9 } }],
      {},
      [350],
    ],
    [
      'Strasbourg: then double',
      strasbourg,
      [{ occasion: 'late', earlier: { month: 0, schoolYear: 10 } }],
      {},
      [700],
    ],
    ['Le Sourn: cost price unless booked', leSourn, unbooked, {}, [549]],
    ['Le Sourn: booked', leSourn, undefined, {}, [350]],
    ['Le Palabre: justified, nothing', absences('0'), [{ occasion: 'excused' }], {}, []],
    ['VHB: justified, 10 % kept', absences('10'), [{ occasion: 'excused' }], {}, [42]],
    ['not justified, all', absences('10'), [{ occasion: 'absent' }], {}, [415]],
    [
      'Limay: the first days are due',
      absences('0', 2),
      [{ occasion: 'excused', dayOfAbsence: 2 }],
      {},
      [415],
    ],
    [
      'Limay: the others are not',
      absences('0', 2),
      [{ occasion: 'excused', dayOfAbsence: 3 }],
      {},
      [],
    ],
    ['Roncq: picked up late', roncqPickUp, [{ unitId: 'RETARD' }], {}, [100]],
    ['Roncq: after 18:30', roncqPickUp, [{ unitId: 'RETARD_1830' }], {}, [300]],
    ['Cœur de Garonne: the third', thirdPickUp('month'), pickUp(2, 5), {}, [0]],
    ['Cœur de Garonne: 15 € after three', thirdPickUp('month'), pickUp(3, 5), {}, [1500]],
    ['Le Sourn: 15 € when repeated', thirdPickUp('school-year'), pickUp(0, 3), {}, [1500]],
    ['Les Rousses: half of the month', lesRousses, undefined, { share: 50 }, [430]],
    ['Les Rousses: less than half', lesRousses, undefined, { share: 49 }, [560]],
  ])('%s', (_, list, units, about, expected) => {
    expect(pricesBy(list, units, about)).toEqual(expected)
  })

  it('Amiens: packs of one to four days, one price each', () => {
    const packs = [1, 2, 3, 4].map((days) => ({
      id: `FORFAIT_${String(days)}`,
      name: `Forfait ${String(days)} jour(s)`,
      fromDays: days,
      formula: flat(900 * days),
    }))
    const list = listOf([rule(flat(300))], { packs })
    expect(
      list.packs.map(({ formula }) => formulaPrice(list, formula, personWith())),
    ).toMatchObject([{ cents: 900 }, { cents: 1800 }, { cents: 2700 }, { cents: 3600 }])
  })
})
