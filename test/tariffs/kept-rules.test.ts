import { describe, expect, it } from 'vitest'
import type { DueDay, PriceList } from '../../shared/tariffs/model.ts'
import { priceDay } from '../../shared/tariffs/rules.ts'
import { bands, dayOf, flat, listOf, personWith, plain, rule } from './fixture.ts'

/** What is found once for a list is kept for all whom it prices: nobody may get what is another's. */

type Units = Parameters<typeof dayOf>[0]
type About = Parameters<typeof personWith>[0]

const day = (about: About, units: Units = [{}]): DueDay =>
  dayOf(units, { person: personWith(about) })

const charged = (list: PriceList, of: DueDay) =>
  priceDay([list], of).charges.map(({ unitPrice, why }) =>
    [unitPrice, plain(why)?.replace('Tarifs 2026 · ', '')].join('|'),
  )

/** Days that one list prices in turn, from the first to the last and back: each comes to its own. */
const expectInTurn = (
  list: () => PriceList,
  days: readonly (readonly [day: DueDay, expected: readonly string[]])[],
): void => {
  for (const turn of [days, days.toReversed()]) {
    const one = list()
    for (const [of, expected] of [...turn, ...turn]) expect(charged(one, of)).toEqual(expected)
  }
}

const QUOTIENT = 'quotient 200 du 01/09/2026'
const LATE = { id: 'RETARD', name: 'Retard', occasions: ['late' as const] }

describe('a price that is kept', () => {
  it('is that of the band, and of a family whose quotient nobody knows', () => {
    expectInTurn(
      () =>
        listOf([
          rule(
            bands([
              ['0', 100],
              ['500', 400],
            ]),
          ),
        ]),
      [
        [
          day({ quotient: '200' }),
          [`100|Repas, tranche de quotient de 0 à 500 · ${QUOTIENT} · 1,00 €`],
        ],
        [
          day({ quotient: '800' }),
          ['400|Repas, tranche de quotient à partir de 500 · quotient 800 du 01/09/2026 · 4,00 €'],
        ],
        [day({}), ['400|Repas · quotient inconnu : prix le plus élevé · 4,00 €']],
        [
          day({ quotient: '0' }),
          ['100|Repas, tranche de quotient de 0 à 500 · quotient 0 du 01/09/2026 · 1,00 €'],
        ],
      ],
    )
  })

  it('is that of a rate, which is no entry of the list', () => {
    expectInTurn(
      () => listOf([rule({ kind: 'effort', by: 'quotient', percent: '0.5', most: 500 })]),
      [
        [day({ quotient: '200' }), [`100|Repas · ${QUOTIENT} · 0,5 % de 200 = 1,00 €`]],
        [
          day({ quotient: '600' }),
          ['300|Repas · quotient 600 du 01/09/2026 · 0,5 % de 600 = 3,00 €'],
        ],
      ],
    )
  })

  it('is that of the occasion, with what comes on top of it', () => {
    expectInTurn(
      () =>
        listOf([rule(flat(300))], {
          supplements: [{ ...LATE, how: { kind: 'amount', amount: 50 } }],
          absences: { unjustified: '50', justified: '10', daysDue: 0 },
        }),
      [
        [day({}), ['300|Repas · 3,00 €']],
        [day({}, [{ occasion: 'late' }]), ['350|Repas · Retard · 3,00 € + 0,50 € = 3,50 €']],
        [day({}, [{ occasion: 'unbooked' }]), ['300|Repas · 3,00 €']],
        [
          day({}, [{ occasion: 'absent' }]),
          ['150|Repas · absence non justifiée · 3,00 € × 50 % = 1,50 €'],
        ],
        [
          day({}, [{ occasion: 'excused' }]),
          ['30|Repas · absence justifiée · 3,00 € × 10 % = 0,30 €'],
        ],
      ],
    )
  })

  it('is that of the rule, though another has the same price', () => {
    const when = { categories: ['PAI'] }
    expectInTurn(
      () => listOf([rule(flat(300), { name: 'Panier', when }), rule(flat(300))]),
      [
        [
          day({ category: 'PAI', categoryName: 'Allergie' }),
          ['300|Panier · catégorie Allergie · 3,00 €'],
        ],
        [day({}), ['300|Repas · 3,00 €']],
      ],
    )
  })

  it('says of each what made its rule apply', () => {
    const when = { categories: ['ENFANT', 'PAI'] }
    expectInTurn(
      () => listOf([rule(flat(300), { when })]),
      [
        [
          day({ category: 'ENFANT', categoryName: 'Enfant' }),
          ['300|Repas · catégorie Enfant · 3,00 €'],
        ],
        [
          day({ category: 'PAI', categoryName: 'Allergie' }),
          ['300|Repas · catégorie Allergie · 3,00 €'],
        ],
        // The id stands in for a name that nobody knows.
        [day({ category: 'PAI' }), ['300|Repas · catégorie PAI · 3,00 €']],
      ],
    )
  })

  it('says of each the occasion, where its rule asks for one', () => {
    const when = { occasions: ['late' as const, 'unbooked' as const] }
    expectInTurn(
      () => listOf([rule(flat(350), { when }), rule(flat(300))]),
      [
        [day({}), ['300|Repas · 3,00 €']],
        [day({}, [{ occasion: 'late' }]), ['350|Repas · hors délais · 3,50 €']],
        [day({}, [{ occasion: 'unbooked' }]), ['350|Repas · sans réservation · 3,50 €']],
      ],
    )
  })

  it('has a reduction for whom it is, and for no one after', () => {
    const reductions = [
      {
        ...{ id: 'FRATRIE', name: 'Fratrie', percent: '25' },
        when: { rank: { among: 'enrolled' as const, from: 2 } },
      },
    ]
    expectInTurn(
      () => listOf([rule(flat(300))], { reductions }),
      [
        [day({}), ['300|Repas · 3,00 €']],
        [day({ rank: 2 }), ['225|Repas · Fratrie · 3,00 € − 25 % = 2,25 €']],
        [day({ rank: 3 }), ['225|Repas · Fratrie · 3,00 € − 25 % = 2,25 €']],
      ],
    )
  })

  it('has a surcharge that begins after some days on later ones alone', () => {
    const after = { times: 2, within: 'month' as const }
    const late = (month: number) => [
      { occasion: 'late' as const, earlier: { month, schoolYear: month } },
    ]
    expectInTurn(
      () =>
        listOf([rule(flat(300))], {
          supplements: [{ ...LATE, how: { kind: 'multiple', by: '2' }, after }],
        }),
      [
        [day({}, late(1)), ['300|Repas · 3,00 €']],
        [day({}, late(2)), ['600|Repas · Retard · 3,00 € × 2 = 6,00 €']],
      ],
    )
  })

  it('is due in full on the first days of an absence alone', () => {
    const absent = (dayOfAbsence: number) => [{ occasion: 'excused' as const, dayOfAbsence }]
    expectInTurn(
      () =>
        listOf([rule(flat(300))], {
          absences: { unjustified: '100', justified: '10', daysDue: 1 },
        }),
      [
        [day({}, absent(1)), ['300|Repas · absence justifiée · 3,00 €']],
        [day({}, absent(2)), ['30|Repas · absence justifiée · 3,00 € × 10 % = 0,30 €']],
      ],
    )
  })

  it('is that of its part, each with its label, and an amount on top of the first of them', () => {
    const parts = [
      { label: 'repas', formula: flat(300) },
      { label: 'animation', formula: flat(300) },
    ]
    expectInTurn(
      () =>
        listOf([{ ...rule(flat(0)), parts }], {
          supplements: [{ ...LATE, how: { kind: 'amount', amount: 50 } }],
        }),
      [
        [day({}), ['300|Repas, repas · 3,00 €', '300|Repas, animation · 3,00 €']],
        [
          day({}, [{ occasion: 'late' }]),
          [
            '350|Repas, repas · Retard · 3,00 € + 0,50 € = 3,50 €',
            '300|Repas, animation · Retard · 3,00 €',
          ],
        ],
      ],
    )
  })

  it('is one fixed price in the place of its parts, that needs no quotient', () => {
    const refused = bands([['0', 300]], { unknown: 'refuse' })
    const parts = [{ label: 'repas', formula: refused }, { formula: flat(100) }]
    expectInTurn(
      () =>
        listOf([{ ...rule(flat(0)), parts }], {
          supplements: [{ ...LATE, how: { kind: 'fixed', price: 900 } }],
        }),
      [
        [day({}, [{ occasion: 'late' }]), ['900|Repas, repas · Retard · 9,00 €']],
        [
          day({ quotient: '200' }),
          [
            `300|Repas, repas, tranche de quotient à partir de 0 · ${QUOTIENT} · 3,00 €`,
            '100|Repas · 1,00 €',
          ],
        ],
        [day({}), []],
      ],
    )
  })

  it('is rounded as its list says', () => {
    for (const [rounding, expected] of [
      ['half-up', 101],
      ['up', 101],
      ['down', 100],
    ] as const) {
      const list = listOf([rule(flat(201))], {
        rounding,
        absences: { unjustified: '50', justified: '0', daysDue: 0 },
      })
      expect(priceDay([list], day({}, [{ occasion: 'absent' }])).charges).toMatchObject([
        { unitPrice: expected },
      ])
    }
  })
})

describe('units that are priced together', () => {
  const units = ['MATIN', 'SOIR', 'NUIT']
  const time = {
    kind: 'time' as const,
    minutes: 30,
    rounding: 'up' as const,
    step: flat(100),
  }
  const together = (...minutes: readonly (number | undefined)[]) =>
    priceDay(
      [listOf([rule(time, { unitIds: units })])],
      day(
        {},
        units.map((unitId, index) => ({ unitId, minutes: minutes[index] })),
      ),
    )

  it('are billed by the time of all of them, and by none where one is not known', () => {
    expect(together(20, 20, 20).charges).toMatchObject([{ unitPrice: 200, unitIds: units }])
    expect(together(20, 0, 41).charges).toMatchObject([{ unitPrice: 300 }])
    for (const some of [
      [undefined, 20, 20],
      [20, undefined, 20],
      [20, 20, undefined],
    ]) {
      expect(together(...some)).toEqual({
        charges: [],
        unpriced: units.map((unitId) => ({ unitId, missing: 'duration' })),
      })
    }
  })

  it('say all of what they are charged', () => {
    const list = listOf([rule(flat(300), { unitIds: ['MATIN', 'SOIR'] })])
    expect(priceDay([list], day({}, [{ unitId: 'SOIR' }, { unitId: 'MATIN' }])).charges).toEqual([
      {
        ...{ kind: 'unit', unitIds: ['MATIN', 'SOIR'], occasion: 'booked', ruleId: 'REGLE-0' },
        ...{ label: undefined, account: undefined, unitPrice: 300, priceList: 'Tarifs 2026' },
        ...{ why: 'Tarifs 2026 · Repas · 3,00\u00A0€', perFamily: false },
      },
    ])
  })
})
