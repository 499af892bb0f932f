import { openTable } from '../../../shared/platform/table.ts'
import { submitWishes } from '../../../shared/reservations/submit-wishes.ts'
import { balanceOf } from './balance.ts'
import { controlOf } from './control.ts'
import { answerOf, queueOf, rush } from './crowd.ts'
import { drain } from './drain.ts'
import { figuresOf, type BalancedFigures, type Figures } from './figures.ts'
import { meterOf, type Meter } from './meter.ts'
import {
  createTable,
  deleteTable,
  openClient,
  readEverything,
  storeAll,
  type Place,
} from './table.ts'
import { filesOf, OPENING, townOf, wishesOf, type Demand } from './town.ts'
import { exposeToWeather, lockTable, type Weather } from './weather.ts'

/** What happened at the table, for those who look into a figure. */
export interface Details {
  readonly writes: ReturnType<Meter['table']>
  readonly conflicts: Record<string, number>
  readonly throttles: Record<string, number>
}

const detailsOf = (meter: Meter, { conflicts, throttles }: Weather): Details => ({
  writes: meter.table(),
  conflicts: Object.fromEntries(conflicts),
  throttles: Object.fromEntries(throttles),
})

/** Opens a table with the files of all families. */
export const openTown = async (place: Place, demand: Demand): Promise<void> => {
  await createTable(place)
  await storeAll(place, filesOf(demand))
}

/** A client that is metered and exposed to the weather. */
export const clientInWeather = (endpoint: string) => {
  const documents = openClient(endpoint)
  const meter = meterOf(documents)
  const weather = exposeToWeather(documents, lockTable(), Math.random)
  return { documents, meter, weather }
}

/** The rush on the portal's own way of booking; then the stream is followed and the books compared. */
export const runRush = async (
  place: Place,
  demand: Demand,
  clients: number,
): Promise<{ figures: BalancedFigures; details: Details }> => {
  await openTown(place, demand)
  const { documents, meter, weather } = clientInWeather(place.endpoint)
  const booking = { table: openTable(documents, place.tableName), town: townOf(demand) }
  const queue = queueOf(demand.families)
  const result = await rush({ queue, clients, meter }, async (index) =>
    answerOf(await submitWishes(booking, wishesOf(index))),
  )
  documents.destroy()

  const calm = openClient(place.endpoint)
  await drain(place, { ...booking, table: openTable(calm, place.tableName) }, OPENING)
  calm.destroy()
  const answers = new Map(result.outcomes.map(({ index, answer }) => [index, answer]))
  const balance = balanceOf(await readEverything(place), demand, answers)
  await deleteTable(place)
  return {
    figures: { ...figuresOf(result, clients), ...balance },
    details: detailsOf(meter, weather),
  }
}

/** The rush on a counter inside transactions. */
export const runControl = async (
  place: Place,
  demand: Demand,
  clients: number,
): Promise<{ figures: Figures & { placesLeft: number }; details: Details }> => {
  await openTown(place, demand)
  const { documents, meter, weather } = clientInWeather(place.endpoint)
  const calm = openClient(place.endpoint)
  await controlOf(calm, place.tableName, demand).open()
  const control = controlOf(documents, place.tableName, demand)
  const queue = queueOf(demand.families)
  const result = await rush({ queue, clients, meter }, control.book)
  const placesLeft = await control.left()
  documents.destroy()
  calm.destroy()
  await deleteTable(place)
  return {
    figures: { ...figuresOf(result, clients), placesLeft },
    details: detailsOf(meter, weather),
  }
}
