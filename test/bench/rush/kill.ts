import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { startEngine, type Engine } from '../../../lib/local/engine.ts'
import { openTable } from '../../../shared/platform/table.ts'
import type { Booking } from '../../../shared/reservations/carry-out.ts'
import { submitWishes } from '../../../shared/reservations/submit-wishes.ts'
import { sweepPlaces } from '../../../shared/reservations/sweep-places.ts'
import { balanceOf, type Balance } from './balance.ts'
import { answerOf, queueOf, rush, type Answer } from './crowd.ts'
import { drain } from './drain.ts'
import { clientInWeather, openTown } from './scenario.ts'
import { openClient, readEverything, type Place } from './table.ts'
import { OPENING, townOf, wishesOf, type Demand } from './town.ts'

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url))

/** When the sweep runs: everybody's patience is over by then. */
const SWEEP = new Date(OPENING.getTime() + 120_000)

/** What became of a rush whose process, and whose engine, were killed in the middle. */
export interface KillReport extends Balance {
  /** Families that were answered before the kill. */
  readonly answered: number
  /** Families that had asked and were not answered: one half asks again, the other never does. */
  readonly unanswered: number
  readonly askedAgain: number
  /** Receipts that nobody came back for, carried out by the sweep. */
  readonly swept: number
  readonly giveUps: number
}

/** An engine of its own in a folder, which is killed and started again. */
export interface KillableEngine {
  readonly url: () => string
  readonly kill: () => Promise<void>
  readonly restart: () => Promise<void>
  readonly remove: () => Promise<void>
}

/** Starts it; one that somebody else has started, at `given`, is left alone when all is killed. */
export const killableEngine = async (given?: string): Promise<KillableEngine> => {
  const folder = mkdtempSync(join(tmpdir(), 'rush-'))
  mkdirSync(join(folder, 'logs'))
  let engine: Engine = await startEngine(folder, given)
  return {
    url: () => engine.url,
    kill: async () => {
      if (given !== undefined) return
      process.kill(Number(readFileSync(join(folder, 'engine.pid'), 'utf8')), 'SIGKILL')
      await engine.failed
    },
    restart: async () => {
      engine = await startEngine(folder, given)
    },
    remove: async () => {
      await engine.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** What the killed process has said. */
interface Said {
  readonly asked: ReadonlySet<number>
  readonly told: ReadonlyMap<number, Answer>
}

/** Runs the rush in a process of its own and kills both it and the engine after so many answers. */
const rushUntilKilled = async (
  engine: KillableEngine,
  { demand, clients, tableName }: { demand: Demand; clients: number; tableName: string },
  answers: number,
): Promise<Said> => {
  const child = spawn(
    process.execPath,
    [CHILD, engine.url(), tableName, JSON.stringify(demand), String(clients)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const ended = once(child, 'exit')
  const asked = new Set<number>()
  const told = new Map<number, Answer>()
  let killing: Promise<void> | undefined
  for await (const line of createInterface({ input: child.stdout })) {
    const [what, index, answer] = line.split(' ')
    if (what === 'asked') asked.add(Number(index))
    else told.set(Number(index), answer === 'accepted' ? 'accepted' : 'waiting')
    if (told.size < answers || killing !== undefined) continue
    child.kill('SIGKILL')
    killing = engine.kill()
  }
  await ended
  await killing
  if (killing === undefined) throw new Error('The rush was over before it was killed')
  return { asked, told }
}

/** Sweeps until nothing is left open. */
const sweepAll = async (booking: Booking): Promise<number> => {
  let swept = 0
  for (;;) {
    const { carriedOut } = await sweepPlaces(booking, SWEEP)
    if (carriedOut === 0) return swept
    swept += carriedOut
  }
}

/**
 * Kills the rush in the middle, then goes on: every second family that was not answered asks again
 * with its key, the others never come back; those who had not asked yet do. The sweep runs later,
 * the stream is followed, and the books are compared.
 *
 * @param share the share of the families that are answered before the kill.
 */
export const runKill = async (
  engine: KillableEngine,
  demand: Demand,
  { clients, share }: { clients: number; share: number },
): Promise<KillReport> => {
  const tableName = 'rush-killed'
  await openTown({ endpoint: engine.url(), tableName }, demand)
  const answers = Math.ceil(demand.families * share)
  const { asked, told } = await rushUntilKilled(engine, { demand, clients, tableName }, answers)
  await engine.restart()

  const place: Place = { endpoint: engine.url(), tableName }
  const unanswered = [...asked].filter((index) => !told.has(index))
  const again = unanswered.filter((_, position) => position % 2 === 0)
  const others = queueOf(demand.families).filter((index) => !asked.has(index))
  const { documents, meter } = clientInWeather(place.endpoint)
  const booking = { table: openTable(documents, tableName), town: townOf(demand) }
  const { outcomes } = await rush({ queue: [...again, ...others], clients, meter }, async (index) =>
    answerOf(await submitWishes(booking, wishesOf(index))),
  )
  documents.destroy()

  const calm = openClient(place.endpoint)
  const later = { ...booking, table: openTable(calm, tableName) }
  const swept = await sweepAll(later)
  await drain(place, later, SWEEP)
  calm.destroy()
  const all = new Map([...told, ...outcomes.map(({ index, answer }) => [index, answer] as const)])
  return {
    answered: told.size,
    unanswered: unanswered.length,
    askedAgain: again.length,
    swept,
    giveUps: outcomes.filter(({ answer }) => answer === 'gave-up').length,
    ...balanceOf(await readEverything(place), demand, all),
  }
}
