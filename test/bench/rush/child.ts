import { writeSync } from 'node:fs'
import { openTable } from '../../../shared/platform/table.ts'
import { submitWishes } from '../../../shared/reservations/submit-wishes.ts'
import { answerOf, inLanes, queueOf } from './crowd.ts'
import { clientInWeather } from './scenario.ts'
import { demandSchema, townOf, wishesOf } from './town.ts'

/**
 * A process full of clients that is killed in the middle. It says what each family asked and was
 * told, a line each, written before it goes on: `asked 12`, `told 12 accepted`.
 */
const [endpoint = '', tableName = '', demandText = '', clients = ''] = process.argv.slice(2)
const demand = demandSchema.parse(JSON.parse(demandText))
const { documents } = clientInWeather(endpoint)
const booking = { table: openTable(documents, tableName), town: townOf(demand) }

const say = (...words: (string | number)[]): void => {
  writeSync(process.stdout.fd, `${words.join(' ')}\n`)
}

await inLanes(Number(clients), queueOf(demand.families), async (index) => {
  say('asked', index)
  say('told', index, answerOf(await submitWishes(booking, wishesOf(index))))
})
