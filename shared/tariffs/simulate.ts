import type * as z from 'zod'
import type { TownCatalogue } from '../catalogue/calendar.ts'
import type { Catalogue, Category } from '../catalogue/model.ts'
import type { Means } from '../families/model.ts'
import { actingGuardian, householdOf, readFile } from '../families/read-file.ts'
import { earlierOf, laterOf, type IsoDate } from '../kernel/dates.ts'
import { PortalError } from '../kernel/errors.ts'
import { parisDate } from '../kernel/paris.ts'
import { SIMULATION } from '../kernel/simulation-texts.ts'
import { DETAILS } from '../kernel/texts.ts'
import type { Call } from '../platform/http.ts'
import type { CategoryId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { categoryOf } from './commune.ts'
import { isAmong } from './conditions-rules.ts'
import type { Person, PriceList } from './model.ts'
import { ALONE, meansOn, personOf } from './person.ts'
import type {
  listTariffServicesRoute,
  PriceDateReply,
  simulateForFamilyRoute,
  simulateRoute,
  SimulationReply,
} from './routes.ts'
import { simulate, type Simulated } from './simulation-rules.ts'

/** A price list as a simulation names it [guide 51]. */
export const priceDateOf = ({ id, name, from, until, decision }: PriceList): PriceDateReply => ({
  priceListId: id,
  name,
  from,
  until,
  ...(decision === undefined ? {} : { decision }),
})

const isInForce = ({ from, until }: PriceList, date: IsoDate): boolean =>
  from <= date && date <= until

/**
 * The services with their price dates, the latest first, and the categories: what the first step of
 * a simulation asks [guide 51, 52].
 */
export const listTariffServices = (
  { catalogue }: Pick<TownCatalogue, 'catalogue'>,
  { query, now }: Pick<Call<typeof listTariffServicesRoute>, 'query' | 'now'>,
): z.input<(typeof listTariffServicesRoute)['reply']> => {
  const { priceLists, categories } = catalogue
  const day = query.date ?? parisDate(now)
  const shown = priceLists
    .filter((list) => query.date === undefined || isInForce(list, query.date))
    .toSorted((a, b) => (a.from < b.from ? 1 : -1))
  return {
    services: [...new Set(shown.map(({ service }) => service))].map((service) => {
      const lists = shown.filter((list) => list.service === service)
      const inForce = lists.find((list) => isInForce(list, day))
      return {
        service,
        priceDates: lists.map(priceDateOf),
        ...(inForce === undefined ? {} : { inForce: inForce.id }),
      }
    }),
    categories: categories.map(({ id, name, communes }) => ({
      categoryId: id,
      name,
      ...(communes === undefined ? {} : { communes }),
    })),
  }
}

const invalid = (field: string, detail: string): PortalError =>
  new PortalError('invalid-request', { faults: [{ pointer: `/body/${field}`, detail }] })

interface Chosen {
  readonly service: string
  readonly priceListId: string
}

const chosenList = ({ priceLists }: Catalogue, { service, priceListId }: Chosen): PriceList => {
  const lists = priceLists.filter((list) => list.service === service)
  if (lists.length === 0) throw invalid('service', SIMULATION.unknownService(service))
  const list = lists.find(({ id }) => id === priceListId)
  if (list === undefined) {
    throw invalid('priceListId', SIMULATION.unknownPriceDate(priceListId, service))
  }
  return list
}

const categoryNamed = ({ categories }: Catalogue, id: CategoryId): Category => {
  const category = categories.find((each) => each.id === id)
  if (category === undefined) throw invalid('categoryId', SIMULATION.unknownCategory(id))
  return category
}

/** Today, or the day nearest to it on which a list is in force. */
const dayOf = ({ from, until }: PriceList, now: Date): IsoDate =>
  earlierOf(laterOf(parisDate(now), from), until)

/** The header and the rows of a simulation, from whom it is for. */
const resultsOf = (
  { catalogue }: Pick<TownCatalogue, 'catalogue'>,
  about: {
    readonly list: PriceList
    readonly now: Date
    readonly date: IsoDate
    readonly category: Category
    readonly means: Partial<Pick<Means, 'quotient' | 'income' | 'dependants' | 'parts'>>
    readonly personIn: Simulated['personIn']
  },
): SimulationReply => {
  const { list, now, date, category, means, personIn } = about
  const { commune } = personIn(undefined)
  return {
    simulatedAt: now.toISOString(),
    service: list.service,
    priceDate: priceDateOf(list),
    date,
    tarification: isAmong([catalogue.town.name], commune)
      ? SIMULATION.commune
      : SIMULATION.elsewhere,
    quotient: means.quotient ?? null,
    income: means.income ?? null,
    category: { categoryId: category.id, name: category.name },
    dependants: means.dependants ?? null,
    parts: means.parts ?? null,
    rows: simulate({ catalogue }, { list, date, personIn }),
  }
}

/**
 * Where a child lives of whom only the category is told: in the first town of its list; of one
 * without list in the town, or in none that is known where the town itself is on another list.
 */
const communeOf = ({ town, categories }: Catalogue, { communes, allergy }: Category): string => {
  const [first] = communes ?? []
  if (first !== undefined) return first
  const isOnAList = categories.some((other) => isAmong(other.communes ?? [], town.name))
  return isOnAList && allergy !== true ? '' : town.name
}

/**
 * What a service costs by figures that anybody gives, without an account [guide 51, 53, 54]: the
 * category is told, or follows from the commune. A quotient that is left out is an unknown one, not 0.
 *
 * @throws PortalError `invalid-request` for a service, price date or category that does not exist.
 */
export const simulateForAnyone = (
  { catalogue }: Pick<TownCatalogue, 'catalogue'>,
  { body, now }: Pick<Call<typeof simulateRoute>, 'body' | 'now'>,
): SimulationReply => {
  const list = chosenList(catalogue, body)
  const date = dayOf(list, now)
  const { quotient, income, dependants, parts } = body
  const category =
    body.categoryId === undefined
      ? categoryOf(catalogue, body.commune ?? catalogue.town.name)
      : categoryNamed(catalogue, body.categoryId)
  if (category === undefined) throw invalid('categoryId', SIMULATION.unknownCategory(''))
  const person: Person = {
    category: category.id,
    categoryName: category.name,
    commune: body.commune ?? communeOf(catalogue, category),
    circumstances: [],
    allergy: category.allergy ?? false,
    means:
      quotient === undefined && income === undefined ? undefined : { from: date, quotient, income },
    enrolled: ALONE,
    present: ALONE,
    share: 100,
  }
  return resultsOf(
    { catalogue },
    {
      list,
      now,
      date,
      category,
      means: { quotient, income, dependants, parts },
      personIn: () => person,
    },
  )
}

const quotientDetail = (means: Means | undefined): Pick<SimulationReply, 'quotientDetail'> =>
  means === undefined
    ? {}
    : {
        quotientDetail: {
          quotient: means.quotient ?? null,
          income: means.income ?? null,
          dependants: means.dependants ?? null,
          parts: means.parts ?? null,
          from: means.from,
          source: SIMULATION.sources[means.source],
        },
      }

/**
 * What a service costs for a child of a family, by the figures of its file [guide 51, 53, 54]; the
 * category may be another than that of the file. One Query.
 *
 * @throws PortalError `invalid-request` for a child, service, price date or category that does not
 * exist, `not-found` when the guardian is not, or no longer, of this family.
 */
export const simulateForFamily = async (
  { table, town: { catalogue } }: { table: Table; town: TownCatalogue },
  { actor, body, now }: Pick<Call<typeof simulateForFamilyRoute>, 'actor' | 'body' | 'now'>,
): Promise<SimulationReply> => {
  const { familyId, guardianId } = householdOf(actor)
  const { file } = await readFile(table, familyId, ['FILE', 'MEANS'])
  const { title, firstName, lastName } = actingGuardian(file, guardianId)
  const own = file.children.find(({ childId }) => childId === body.childId)
  if (own === undefined) throw invalid('childId', DETAILS.unknownChild)
  const list = chosenList(catalogue, body)
  const date = dayOf(list, now)
  const category = categoryNamed(catalogue, body.categoryId ?? own.category)
  const child = {
    ...own,
    category: category.id,
    allergy: category.allergy ?? own.allergy,
  }
  const means = meansOn(file.means, date)
  return {
    ...resultsOf(
      { catalogue },
      {
        list,
        now,
        date,
        category,
        means: means ?? {},
        personIn: (activityId) =>
          personOf(file, child, { activityId, date }, { categoryName: category.name }),
      },
    ),
    user: `${title} ${firstName} ${lastName}`,
    child: own.firstName,
    ...(body.quotientDetail ? quotientDetail(means) : {}),
  }
}
