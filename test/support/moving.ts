import type { Folder } from '../../shared/migration/read-rules.ts'
import type { Kind, Row } from '../../shared/migration/model.ts'
import { fileOf } from '../../shared/migration/write-rules.ts'
import { addDays, type IsoDate } from '../../shared/kernel/dates.ts'
import {
  activityIdSchema,
  bookAccountSchema,
  categoryIdSchema,
  childIdSchema,
  dietIdSchema,
  enrolmentIdSchema,
  facilityIdSchema,
  groupIdSchema,
  guardianIdSchema,
  regieIdSchema,
} from '../../shared/platform/schemas.ts'

/** The files of a town that moves in, made up: the same seed gives the same files, whatever the machine. */

/** Numbers that look like chance, by the generator of Lehmer (minimal standard). */
class Chance {
  #state: number

  constructor(seed: number) {
    this.#state = (seed % 2_147_483_646) + 1
  }

  /** A whole number from 0 to below `end`. */
  below(end: number): number {
    this.#state = (this.#state * 48_271) % 2_147_483_647
    return this.#state % end
  }

  of<Value>(values: readonly [Value, ...Value[]]): Value {
    return values[this.below(values.length)] ?? values[0]
  }

  /** Once in so many times. */
  once(times: number): boolean {
    return this.below(times) === 0
  }
}

const FIRST = [
  'Léo',
  'Zoé',
  'Anaïs',
  'François-Xavier',
  'Cœline',
  'N’Golo',
  'Maëlys',
  'Œdipe',
] as const
const LAST = [
  'DUPONT',
  'LE GALL',
  'D’ARTAGNAN',
  'PÉRIER-CŒUR',
  'ŒUVRARD',
  "O'BRIEN",
  'NGUYỄN',
] as const
/** Names of families and streets may hold what a table, or a spreadsheet, takes for something else. */
const NASTY = [
  'Les "Lilas"; fond de cour',
  "'=HYPERLINK(1)",
  '=1+1',
  '+33 bis',
  '-12 marches',
  '@rue',
  'Allée de l’Œuf ; porte B',
  '"',
  "''",
  ';;',
] as const
const NOTES = [
  'Attestation vue\nau guichet ; « sic »',
  "=SOMME(A1)\n'suite",
  'Trop-perçu, dit "la CAF"',
] as const

const SCHOOLS = ['E_PREVERT', 'M_PREVERT'] as const
const PLACES = [
  ['ACCUEIL', 'ACC_PP_SCO_E_PREVERT'],
  ['ETUDES', 'ETUDES_E_PREVERT'],
  ['RESTAURATION', 'RESTO_R_PREVERT'],
] as const

const two = (number: number): string => String(number).padStart(2, '0')

const dayOf = (chance: Chance, year: number): IsoDate =>
  `${String(year)}-${two(1 + chance.below(12))}-${two(1 + chance.below(28))}`

const phoneOf = (chance: Chance): string => `+336${String(10_000_000 + chance.below(90_000_000))}`

/** The rows of one family, whose number is its place. */
const rowsOf = (seed: number, place: number): { readonly [K in Kind]: Row<K>[] } => {
  const chance = new Chance(seed * 7919 + place * 104_729)
  const family = `A-${String(place).padStart(6, '0')}`
  const street = chance.once(8) ? chance.of(NASTY) : `${String(1 + chance.below(90))} rue du Marché`
  const lastName = chance.of(LAST)
  // More than one transaction has room for.
  const isLong = place % 100 === 7
  const guardians = Array.from({ length: 1 + chance.below(2) }, (_, index): Row<'guardians'> => ({
    family,
    guardian: guardianIdSchema.parse(`R${String(index + 1)}`),
    title: index === 0 ? 'Mme' : 'M.',
    firstName: chance.of(FIRST),
    lastName,
    birthDate: chance.once(2) ? dayOf(chance, 1975 + chance.below(25)) : undefined,
    email: `${family.toLowerCase()}.${String(index)}@ancien.example`,
    phone: phoneOf(chance),
    ...(index === 1 && chance.once(6)
      ? {
          street: '3 impasse du Puits',
          complement: chance.of(NASTY),
          postcode: '77000',
          town: 'Melun',
        }
      : {}),
  }))
  const children = Array.from({ length: 1 + chance.below(3) }, (_, index): Row<'children'> => ({
    family,
    child: childIdSchema.parse(`E${String(index + 1)}`),
    firstName: chance.of(FIRST),
    lastName,
    birthDate: dayOf(chance, 2014 + chance.below(8)),
    sex: chance.of(['F', 'M', undefined]),
    schoolId: facilityIdSchema.parse(chance.of(SCHOOLS)),
    className: chance.of(['CP', 'CE1', undefined]),
    category: categoryIdSchema.parse('ENFANT'),
    diets: chance.once(5) ? [dietIdSchema.parse('SANS_PORC')] : undefined,
    allergy: chance.of(['yes', 'no', undefined]),
    ...(index === 0 && chance.once(40)
      ? {
          authorityWithdrawn: [
            { guardianId: guardianIdSchema.parse('R1'), since: dayOf(chance, 2024) },
          ],
        }
      : {}),
  }))
  const enrolments = children.flatMap(({ child }) =>
    PLACES.slice(0, 1 + chance.below(3)).flatMap(([activity, group]) =>
      (isLong ? [2018, 2019, 2020, 2021, 2022, 2023, 2024, 2025] : [2025]).map(
        (year): Row<'enrolments'> => ({
          family,
          enrolment: enrolmentIdSchema.parse(`${child}-${activity}-${String(year)}`),
          childId: child,
          activityId: activityIdSchema.parse(activity),
          groupId: groupIdSchema.parse(group),
          from: `${String(year)}-09-01`,
          until: `${String(year + 1)}-07-03`,
        }),
      ),
    ),
  )
  const owes = chance.once(4)
  const invoices = Array.from(
    { length: owes ? 1 + chance.below(isLong ? 30 : 2) : 0 },
    (_, index): Row<'invoices'> => {
      const issuedOn = dayOf(chance, 2024)
      const amount = 500 + chance.below(250_000)
      const paid = chance.once(3) ? chance.below(amount) : 0
      return {
        family,
        regieId: regieIdSchema.parse('ENF'),
        number: `F${issuedOn.slice(0, 4)}/${family}-${two(index)}`,
        month: '2024-05',
        issuedOn,
        dueOn: addDays(issuedOn, 30),
        label: chance.once(6) ? `Cantine ; ${chance.of(NASTY)}` : 'Cantine et garderie',
        account: chance.once(2) ? bookAccountSchema.parse('7067') : undefined,
        ...{ amount, paid, due: amount - paid },
      }
    },
  )
  return {
    families: [
      {
        family,
        name: chance.once(10) ? chance.of(NASTY) : lastName,
        street,
        complement: chance.once(10) ? chance.of(NASTY) : undefined,
        postcode: '77240',
        town: 'Cesson',
        homePhone: chance.once(2) ? phoneOf(chance) : undefined,
        situation: chance.of(['couple', 'separated', 'single', 'other', undefined]),
        childrenCount: children.length,
        ...(chance.once(3)
          ? { fund: 'caf', allowanceNumber: '1234567A', allowanceGuardian: guardians[0]?.guardian }
          : {}),
      },
    ],
    guardians,
    children,
    enrolments,
    means: Array.from({ length: chance.below(3) }, (_, index): Row<'means'> => ({
      family,
      from: `${String(2024 + index)}-01-01`,
      quotient: `${String(chance.below(3000))}${chance.once(2) ? `.${two(chance.below(100))}` : ''}`,
      source: chance.of(['declared', 'caf', 'town']),
      reason: chance.once(4) ? chance.of(NOTES) : undefined,
    })),
    invoices,
    credits:
      !owes && chance.once(5)
        ? [
            {
              family,
              regieId: regieIdSchema.parse('ENF'),
              on: '2025-06-30',
              credit: 1 + chance.below(9000),
            },
          ]
        : [],
  }
}

/** The texts of the files of so many families, as an export would write them. */
export const movingTexts = (families: number, seed = 1): Readonly<Record<Kind, string>> => {
  const all = Array.from({ length: families }, (_, place) => rowsOf(seed, place + 1))
  return {
    families: fileOf(
      'families',
      all.flatMap((rows) => rows.families),
    ),
    guardians: fileOf(
      'guardians',
      all.flatMap((rows) => rows.guardians),
    ),
    children: fileOf(
      'children',
      all.flatMap((rows) => rows.children),
    ),
    enrolments: fileOf(
      'enrolments',
      all.flatMap((rows) => rows.enrolments),
    ),
    means: fileOf(
      'means',
      all.flatMap((rows) => rows.means),
    ),
    invoices: fileOf(
      'invoices',
      all.flatMap((rows) => rows.invoices),
    ),
    credits: fileOf(
      'credits',
      all.flatMap((rows) => rows.credits),
    ),
  }
}

/** Texts as the files of a folder. */
export const folderOf = (texts: Readonly<Partial<Record<Kind, string>>>): Folder =>
  Object.fromEntries(
    Object.entries(texts).map(([kind, text]) => [kind, new TextEncoder().encode(text)]),
  )
