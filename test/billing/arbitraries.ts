import * as fc from 'fast-check'
import type { Account } from '../../shared/billing/rules.ts'
import type { Aid, InvoiceLine } from '../../shared/billing/model.ts'
import { Calendars, type TownCatalogue } from '../../shared/catalogue/calendar.ts'
import { catalogueSchema, type Catalogue } from '../../shared/catalogue/model.ts'
import type { Child, FamilyFile, Means } from '../../shared/families/model.ts'
import type { IsoDate, IsoMonth } from '../../shared/kernel/dates.ts'
import {
  activityIdSchema,
  categoryIdSchema,
  childIdSchema,
  enrolmentIdSchema,
  facilityIdSchema,
  familyIdSchema,
  groupIdSchema,
  guardianIdSchema,
  regieIdSchema,
  schoolYearIdSchema,
  unitIdSchema,
} from '../../shared/platform/schemas.ts'
import {
  LETTERS,
  MONTH_LENGTH,
  YEAR_LENGTH,
  type Planning,
} from '../../shared/reservations/model.ts'

/** Towns, families and months for the rules of billing: as small as a rule needs, or random. */

export const MONTH: IsoMonth = '2025-11'
/** Who granted something, and when. */
export const NOTED = { notedBy: 'accountant-1', notedAt: '2025-10-01T08:00:00.000Z' } as const
export const ENF = regieIdSchema.parse('ENF')
export const SPO = regieIdSchema.parse('SPO')
/** A régie that the town has not. */
export const UNKNOWN = regieIdSchema.parse('ZZ')
export const RUN = { month: MONTH, regieId: ENF, issuedOn: '2025-12-01' } as const
export const FAMILY = familyIdSchema.parse('1')

/** A price list as it is written in data; without rules of their own meals are 3 €. */
export type ListContent = Readonly<Record<string, unknown>>

const DEADLINE = { days: 2, counting: 'working-days', hour: '10:00' }

/** The activities of the small town: meals on school days, care of two units, Wednesdays. */
const ACTIVITIES = [
  {
    id: 'MEALS',
    name: 'Restauration',
    units: [{ id: 'MEAL', name: 'Repas' }],
    weekdays: [1, 2, 4, 5],
  },
  {
    id: 'CARE',
    name: 'Accueil',
    units: [
      { id: 'MORNING', name: 'Matin' },
      { id: 'EVENING', name: 'Soir', lateUnitId: 'EVENING_LATE' },
      { id: 'EVENING_LATE', name: 'Soir hors délais', bookable: false },
      { id: 'NIGHT', name: 'Nocturne', byTime: true },
    ],
    weekdays: [1, 2, 4, 5],
  },
  {
    id: 'SPORT',
    name: 'Sport',
    units: [{ id: 'HOUR', name: 'Heure' }],
    weekdays: [3],
    regieId: 'SPO',
  },
]

const REGIES = [
  { id: 'ENF', name: 'Régie Enfance', contact: 'enfance@ville.example', daysToPay: 30 },
  { id: 'SPO', name: 'Régie Sports', contact: 'sports@ville.example', daysToPay: 15 },
]

/** A rule at one price. */
export const flat = (
  activityId: string,
  unitIds: readonly string[],
  price: number,
  more: object = {},
) => ({
  id: `${activityId}-${unitIds.join('-')}-${price}`,
  name: unitIds.join(' + '),
  activityId,
  unitIds,
  parts: [{ formula: { kind: 'flat', price } }],
  ...more,
})

/** A price for those alone whose quotient is known. */
export const REFUSED = { kind: 'effort', by: 'quotient', percent: '1', unknown: 'refuse' } as const

/** The rules that price every unit of the small town. */
export const ALL_RULES = [
  flat('MEALS', ['MEAL'], 300),
  flat('CARE', ['MORNING'], 70),
  flat('CARE', ['EVENING'], 141),
  flat('CARE', ['EVENING_LATE'], 169),
  {
    ...flat('CARE', ['NIGHT'], 0),
    parts: [
      {
        formula: { kind: 'time', minutes: 30, rounding: 'up', step: { kind: 'flat', price: 50 } },
      },
    ],
  },
  flat('SPORT', ['HOUR'], 400),
]

/** A price list of the small town. */
export const priceList = (more: ListContent = {}): ListContent => ({
  id: 'L1',
  name: 'Tarifs 2025',
  service: 'Enfance',
  from: '2025-01-01',
  until: '2026-12-31',
  rules: ALL_RULES,
  ...more,
})

/** A town with some price lists; `regies` says more of the first régie. */
export const townWith = (
  lists: readonly ListContent[] = [priceList()],
  { regie = {}, closedOn = [] }: { regie?: object; closedOn?: readonly IsoDate[] } = {},
): TownCatalogue => {
  const catalogue = catalogueSchema.parse({
    town: {
      name: 'Ville',
      portalName: 'Portail',
      siret: '21770067300018',
      address: '1 rue',
      postcode: '77000',
      phone: '+33164000000',
      regies: [{ ...REGIES[0], ...regie }, REGIES[1]],
    },
    categories: [
      { id: 'IN', name: 'Résident' },
      { id: 'OUT', name: 'Extérieur' },
    ],
    schoolYears: [
      {
        id: '2025-2026',
        zone: 'C',
        firstDay: '2025-09-01',
        lastDay: '2026-07-03',
        holidays: [
          { name: 'Toussaint', from: '2025-10-18', back: '2025-11-03' },
          { name: 'Noël', from: '2025-12-20', back: '2026-01-05' },
        ],
      },
    ],
    facilities: [{ id: 'SCHOOL', name: 'École' }],
    activities: ACTIVITIES.map(({ weekdays, ...activity }) => ({
      ...activity,
      service: 'Enfance',
      serviceEmail: 'enfance@ville.example',
      groups: [{ id: 'GROUP', name: 'Groupe', facilityId: 'SCHOOL' }],
      opening: {
        weekdays,
        season: 'all-year',
        periods: [{ from: '2025-09-01', until: '2026-08-31' }],
        closedOn,
      },
      decision: 'automatic',
      deadlines: { add: DEADLINE, cancel: DEADLINE },
    })),
    priceLists: lists,
  })
  return { catalogue, calendars: new Calendars(catalogue) }
}

/** The same town with another catalogue, as a later edition. */
export const edited = (
  { catalogue }: TownCatalogue,
  edit: (catalogue: Catalogue) => Catalogue,
): TownCatalogue => {
  const later = edit(catalogue)
  return { catalogue: later, calendars: new Calendars(later) }
}

/** A child of the family; the younger the later in the alphabet. */
export const child = (id: string, more: Partial<Child> = {}): Child => ({
  familyId: FAMILY,
  childId: childIdSchema.parse(id),
  firstName: id.toUpperCase(),
  lastName: 'TEST',
  birthDate: `20${String(10 + (id.codePointAt(0) ?? 97) - 97)}-05-01`,
  schoolId: facilityIdSchema.parse('SCHOOL'),
  category: categoryIdSchema.parse('IN'),
  ...more,
})

/** A family file; its children are enrolled in everything unless told otherwise. */
export const fileOf = (
  children: readonly Child[] = [child('a')],
  more: Partial<FamilyFile> = {},
): FamilyFile => ({
  family: {
    familyId: FAMILY,
    name: 'TEST',
    address: { street: '1 rue', postcode: '77000', town: 'Ville' },
  },
  guardians: [
    {
      familyId: FAMILY,
      guardianId: guardianIdSchema.parse('g1'),
      title: 'Mme',
      firstName: 'Ana',
      lastName: 'TEST',
      email: 'ana@famille.example',
    },
  ],
  children,
  enrolments: children.flatMap(({ childId }) =>
    ACTIVITIES.map(({ id }) => ({
      familyId: FAMILY,
      enrolmentId: enrolmentIdSchema.parse(`${childId}-${id}`),
      childId,
      activityId: activityIdSchema.parse(id),
      groupId: groupIdSchema.parse('GROUP'),
      from: '2025-09-01',
      until: '2026-07-03',
    })),
  ),
  contacts: [],
  means: [],
  ...more,
})

/** The quotient of the family from a day on. */
export const quotientFrom = (from: IsoDate, quotient: string): Means => ({
  ...{ familyId: FAMILY, from, quotient, source: 'caf' },
  notedAt: '2025-08-20T08:00:00.000Z',
})

/** Where the letter of a day stands in a school year. */
const placeOf = (date: IsoDate): number =>
  ((Number(date.slice(5, 7)) + 3) % 12) * MONTH_LENGTH + Number(date.slice(8)) - 1

/** A year of letters from those of some days; a text of several letters goes on from its day. */
export const lettersOf = (days: Readonly<Record<IsoDate, string>>): string => {
  const letters = new Array<string>(YEAR_LENGTH).fill('.')
  for (const [date, some] of Object.entries(days)) {
    const [year = '', month = '', day = ''] = date.split('-')
    const place = placeOf(`${year}-${month}-${day}`)
    for (const [index, letter] of Array.from(some).entries()) letters[place + index] = letter
  }
  return letters.join('')
}

/** The planning of a child in an activity: by unit the letters of some days. */
export const planning = (
  childId: string,
  activityId: string,
  units: Readonly<Record<string, Readonly<Record<IsoDate, string>>>>,
  more: Partial<Planning> = {},
): Planning => ({
  familyId: FAMILY,
  schoolYear: schoolYearIdSchema.parse('2025-2026'),
  childId: childIdSchema.parse(childId),
  activityId: activityIdSchema.parse(activityId),
  version: 1,
  units: Object.fromEntries(Object.entries(units).map(([id, days]) => [id, lettersOf(days)])),
  ...more,
})

/** Meals from Monday 3 November 2025 on; Wednesdays and weekends are closed. */
export const meals = (letters: string, childId = 'a', more: Partial<Planning> = {}): Planning =>
  planning(childId, 'MEALS', { MEAL: { '2025-11-03': letters } }, more)

/** An account with nothing but plannings, unless told otherwise. */
export const account = (plannings: readonly Planning[], more: Partial<Account> = {}): Account => ({
  file: fileOf(),
  plannings,
  aids: [],
  dayCredits: [],
  reviews: [],
  carryOver: undefined,
  ...more,
})

/** No month was billed before. */
export const UNBILLED: ReadonlyMap<IsoMonth, readonly InvoiceLine[]> = new Map()

const monthOfLetters = fc.string({
  unit: fc.constantFrom(...Object.values(LETTERS), '.', '.', 'a', 'a', 'a'),
  minLength: MONTH_LENGTH,
  maxLength: MONTH_LENGTH,
})

/** Letters for October, November and December of one unit. */
const yearOfLetters = fc
  .array(monthOfLetters, { minLength: 3, maxLength: 3 })
  .map((months) => '.'.repeat(MONTH_LENGTH) + months.join('') + '.'.repeat(8 * MONTH_LENGTH))

/** Plannings of some children in every activity, with random letters; no duration is missing. */
export const planningsOf = (children: readonly Child[]): fc.Arbitrary<Planning[]> =>
  fc
    .tuple(
      ...children.flatMap(({ childId }) =>
        ACTIVITIES.map(({ id, units }) =>
          fc.tuple(...units.map(() => yearOfLetters)).map((letters) =>
            planning(
              childId,
              id,
              {},
              {
                units: Object.fromEntries(
                  units.flatMap((unit, index) =>
                    unit.id === 'NIGHT' || unit.id === 'EVENING_LATE'
                      ? []
                      : [[unit.id, letters[index]]],
                  ),
                ),
              },
            ),
          ),
        ),
      ),
    )
    .map((all) => [...all])

const price = fc.integer({ min: 0, max: 2000 })

const formula = fc.oneof(
  price.map((each) => ({ kind: 'flat', price: each })),
  fc.tuple(price, price, price).map(([a, b, c]) => ({
    kind: 'bands',
    by: 'quotient',
    bands: [
      { from: '0', below: '500.5', price: a },
      { from: '500.5', below: '900', price: b },
      { from: '900', price: c },
    ],
  })),
  fc.tuple(fc.integer({ min: 1, max: 300 }), price).map(([percent, least]) => ({
    kind: 'effort',
    by: 'quotient',
    percent: (percent / 100).toFixed(2),
    least,
    most: least + 1500,
  })),
)

const UNITS = ACTIVITIES.flatMap(({ id, units }) => units.map((unit) => [id, unit.id] as const))

const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value[]> =>
  fc.oneof(
    fc.constant<Value[]>([]),
    value.map((each) => [each]),
  )

const supplements = maybe(
  fc.constantFrom(
    { id: 'S', name: 'Hors délais', occasions: ['late'], how: { kind: 'percent', percent: '20' } },
    { id: 'S', name: 'Retard', occasions: ['late'], how: { kind: 'per-family', amount: 250 } },
    {
      id: 'S',
      name: 'Dès le troisième',
      occasions: ['late', 'unbooked'],
      how: { kind: 'multiple', by: '2' },
      after: { times: 2, within: 'school-year' },
    },
  ),
)

const reductions = maybe(
  fc.constantFrom(
    {
      id: 'R',
      name: 'Fratrie',
      when: { rank: { among: 'present', from: 2 } },
      percent: '25',
    },
    { id: 'R', name: 'Mercredi', when: { weekdays: [3] }, percent: '10' },
    { id: 'R', name: 'Régulier', when: { regular: true }, percent: '5.5' },
  ),
)

const fees = maybe(
  fc.record({
    id: fc.constant('F'),
    name: fc.constant('Adhésion'),
    per: fc.constantFrom('child', 'family'),
    every: fc.constantFrom('school-year', 'school-holiday'),
    formula: price.map((each) => ({ kind: 'flat', price: each })),
  }),
)

const packs = maybe(
  fc.record({
    id: fc.constant('P'),
    name: fc.constant('Forfait'),
    of: fc.constantFrom({}, { activityId: 'MEALS' }),
    fromDays: fc.integer({ min: 1, max: 12 }),
    formula: price.map((each) => ({ kind: 'flat', price: each })),
  }),
)

const minimums = maybe(
  fc.record({
    name: fc.constant('Minimum'),
    per: fc.constantFrom('child', 'family'),
    amount: fc.integer({ min: 1, max: 5000 }),
  }),
)

/** The rules of a list that prices every unit by itself, or the two of care together as well. */
const rules = fc
  .tuple(fc.tuple(...UNITS.map(() => formula)), maybe(price))
  .map(([formulas, together]) => [
    ...together.map((each) => flat('CARE', ['MORNING', 'EVENING'], each)),
    ...UNITS.map(([activityId, unitId], index) => ({
      ...flat(activityId, [unitId], 0),
      parts: [{ formula: formulas[index] }],
    })),
  ])

/** A town whose price list uses any rules at all; in one of them the list changes in the month. */
export const towns = (): fc.Arbitrary<TownCatalogue> =>
  fc
    .record({
      rules,
      later: maybe(rules),
      supplements,
      reductions,
      fees,
      packs,
      minimums,
      daysDue: fc.integer({ min: 0, max: 2 }),
      justified: fc.constantFrom('0', '10'),
    })
    .map(({ rules: first, later, minimums: [minimum], daysDue, justified, ...of }) => {
      const content = {
        ...of,
        absences: { unjustified: '100', justified, daysDue },
        ...(minimum === undefined ? {} : { minimum }),
      }
      return townWith([
        priceList({ ...content, rules: first }),
        ...later.map((each) =>
          priceList({ ...content, id: 'L2', name: 'Tarifs 2026', from: '2025-11-12', rules: each }),
        ),
      ])
    })

/** A town that prices each unit by itself and in the same way on each day. */
export const perUnitTowns = (): fc.Arbitrary<TownCatalogue> =>
  fc.tuple(...UNITS.map(() => formula)).map((formulas) =>
    townWith([
      priceList({
        rules: UNITS.map(([activityId, unitId], index) => ({
          ...flat(activityId, [unitId], 0),
          parts: [{ formula: formulas[index] }],
        })),
      }),
    ]),
  )

/** Children of one family, two of them twins perhaps, and what it has to live on. */
export const files = (): fc.Arbitrary<FamilyFile> =>
  fc
    .record({
      count: fc.integer({ min: 1, max: 3 }),
      twins: fc.boolean(),
      outside: fc.boolean(),
      quotients: fc.array(fc.integer({ min: 0, max: 150_000 }), { maxLength: 2 }),
    })
    .map(({ count, twins, outside, quotients }) =>
      fileOf(
        ['a', 'b', 'c'].slice(0, count).map((id, index) =>
          child(id, {
            ...(twins ? { birthDate: '2016-01-01' } : {}),
            ...(outside && index === 1 ? { category: categoryIdSchema.parse('OUT') } : {}),
          }),
        ),
        {
          means: quotients.map((cents, index) =>
            quotientFrom(index === 0 ? '2025-09-01' : '2025-11-15', (cents / 100).toFixed(2)),
          ),
        },
      ),
    )

const grants = fc.record({
  aids: maybe(
    fc.record({
      from: fc.constantFrom<IsoDate>('2025-10-06', '2025-11-10'),
      amount: fc.integer({ min: 1, max: 400 }),
      mostDays: maybe(fc.integer({ min: 1, max: 20 })),
      mostAmount: maybe(fc.integer({ min: 1, max: 3000 })),
    }),
  ),
  credits: maybe(
    fc.record({
      from: fc.constantFrom<IsoDate>('2025-10-06', '2025-11-10'),
      days: fc.integer({ min: 1, max: 20 }),
    }),
  ),
})

/** A family with its plannings, aids and credits. */
export const accounts = (): fc.Arbitrary<Account> =>
  files().chain((file) =>
    fc
      .record({ plannings: planningsOf(file.children), grants })
      .map(({ plannings, grants: { aids, credits } }) =>
        account(plannings, {
          file,
          aids: aids.map(({ from, amount, mostDays: [mostDays], mostAmount: [mostAmount] }) =>
            aid({
              ...{ from, until: '2025-12-12', perDay: { kind: 'amount', amount } },
              activityIds: ['MEALS', 'SPORT'].map((id) => activityIdSchema.parse(id)),
              ...(mostDays === undefined ? {} : { mostDays }),
              ...(mostAmount === undefined ? {} : { mostAmount }),
            }),
          ),
          dayCredits: credits.map(({ from, days }) => dayCredit({ from, days })),
        }),
      ),
  )

/** Days of meals that the family has paid in advance. */
export const dayCredit = (
  more: Partial<Account['dayCredits'][number]> = {},
): Account['dayCredits'][number] => ({
  familyId: FAMILY,
  creditId: 'carnet',
  name: 'Carnet de repas',
  activityId: activityIdSchema.parse('MEALS'),
  unitIds: [unitIdSchema.parse('MEAL')],
  days: 10,
  price: 2500,
  from: '2025-11-01',
  until: '2026-07-03',
  ...NOTED,
  ...more,
})

/** One euro of each day of meals, which somebody else pays. */
export const aid = (more: Partial<Aid> = {}): Aid => ({
  ...{ familyId: FAMILY, aidId: 'ccas', payer: 'CCAS', from: '2025-11-01', until: '2026-07-03' },
  ...{ activityIds: [activityIdSchema.parse('MEALS')], perDay: { kind: 'amount', amount: 100 } },
  ...NOTED,
  ...more,
})
