import { PortalError, StaleReadError } from '../../shared/kernel/errors.ts'
import { followPlaces } from '../../shared/reservations/follow-places.ts'
import { sweepPlaces } from '../../shared/reservations/sweep-places.ts'
import { callOf, someActions, type Action } from './actions.ts'
import { checkAtRest } from './at-rest.ts'
import { Dice } from './dice.ts'
import { checkChanges } from './invariants.ts'
import type { Fate, Outcome } from './processes.ts'
import { someTown } from './town.ts'
import { BrokenInvariant, World, type Mutation } from './world.ts'

/** Which schedule to run: the same one always runs the same way. */
export interface ScheduleId {
  /** Of the town and of what its families and agents set out to do. */
  readonly seed: number
  /** Of the order in which it happens. */
  readonly order: number
  /** The actions that are left out, by position: for a smaller case. */
  readonly without: readonly number[]
}

/** What a schedule came to. */
export interface Verdict {
  /** What was broken; nothing when all invariants held. */
  readonly broken: string | undefined
  readonly trace: readonly string[]
  readonly actions: number
  readonly steps: number
  readonly kills: number
  readonly deliveries: number
}

/** How a schedule is run. */
export interface Options {
  readonly mutation?: Mutation | undefined
  /** Whether it tells what happens, which takes time. */
  readonly isTraced?: boolean
}

const MOST_STEPS = 6000

/** How lively a schedule is. */
interface Temper {
  /** How likely a process goes on that went on last. */
  readonly stubborn: number
  readonly kill: number
  readonly jump: number
  readonly rewind: number
  /** How eagerly new actions begin, and the stream is delivered. */
  readonly begin: number
  readonly deliver: number
}

const someTemper = (dice: Dice): Temper => ({
  stubborn: dice.pick([0, 0.5, 0.85]),
  kill: dice.pick([0, 0, 0.01, 0.03]),
  jump: dice.pick([0, 0.01, 0.03]),
  rewind: dice.pick([0, 0.01, 0.03]),
  begin: dice.pick([0.05, 0.2, 0.5]),
  deliver: dice.pick([0.05, 0.2, 0.5]),
})

const JUMPS = [1_000, 61_000, 3 * 3_600_000, 9 * 3_600_000]

class Schedule {
  readonly world: World
  readonly #dice: Dice
  readonly #temper: Temper
  readonly #todo: Action[]
  #last = 0
  #steps = 0
  #kills = 0
  #deliveries = 0

  constructor({ seed, order, without }: ScheduleId, { mutation, isTraced = false }: Options) {
    const setting = new Dice(seed)
    this.world = new World(someTown(setting), { watch: checkChanges, mutation, isTraced })
    this.#todo = someActions(setting).filter((_, index) => !without.includes(index))
    this.#dice = new Dice(order)
    this.#temper = someTemper(this.#dice)
  }

  get figures() {
    return { steps: this.#steps, kills: this.#kills, deliveries: this.#deliveries }
  }

  async run(): Promise<void> {
    do {
      await this.#act()
      await this.#rest()
    } while (await this.#begin(true))
    await this.#letWaitsEnd()
    if (this.#dice.chance(0.2)) {
      this.world.tell('the stream is delivered again from its beginning')
      for (const place of this.world.stream.places) this.world.stream.rewind(place, Infinity)
      await this.#rest()
    }
  }

  /** Actions, deliveries, jumps of the clock and deaths in any order, until nothing is left to do. */
  async #act(): Promise<void> {
    const { world } = this
    const { begin, deliver, jump, rewind } = this.#temper
    for (;;) {
      this.#check()
      world.pass(10)
      if (this.#dice.chance(0.05)) world.stream.resume()
      if (this.#dice.chance(jump)) this.#jump()
      if (this.#dice.chance(rewind)) this.#rewind()
      if (this.#dice.chance(begin) && (await this.#begin(false))) continue
      if (this.#dice.chance(deliver) && (await this.#deliver(this.#temper.rewind))) continue
      if (await this.#step(this.#temper.kill)) continue
      if (await this.#deliver(this.#temper.rewind)) continue
      if (!(await this.#begin(false))) return
    }
  }

  /** Nobody dies any more; the sweep runs until it and the stream have nothing left to do. */
  async #rest(): Promise<void> {
    const { world } = this
    let before = -1
    while (world.length !== before) {
      before = world.length
      world.pass(61_000)
      world.setIndex(true)
      world.stream.resume()
      await this.#sweep()
      do this.#check()
      while ((await this.#step(0)) || (await this.#deliver(0)))
    }
    world.stream.resume()
    const [stuck] = world.stream.due
    if (stuck !== undefined) throw new BrokenInvariant(`Changes of ${stuck} cannot be handled`)
    checkAtRest(world)
  }

  /** Offers end by their time and waits by their deadline, until nobody is on a list any more. */
  async #letWaitsEnd(): Promise<void> {
    const { world } = this
    for (;;) {
      const ends = world.waiting().map(({ offeredUntil, endsAt }) => offeredUntil ?? endsAt ?? '')
      const next = this.#dice.chance(0.5) ? ends.toSorted()[0] : ends.toSorted().at(-1)
      if (next === undefined) return
      world.pass(Math.max(0, Date.parse(next) - world.now.getTime()) + 1)
      await this.#rest()
    }
  }

  #check(): void {
    this.#steps += 1
    if (this.world.broken !== undefined) throw this.world.broken
    if (this.#steps > MOST_STEPS) throw new BrokenInvariant('It does not come to rest')
  }

  #jump(): void {
    const by = this.#dice.pick(JUMPS)
    this.world.pass(by)
    this.world.tell(`the clock jumps by ${String(by / 1000)} s`)
  }

  #rewind(): void {
    const { stream } = this.world
    const { places } = stream
    if (places.length === 0) return
    const place = this.#dice.pick(places)
    const by = 1 + this.#dice.below(3)
    stream.rewind(place, by)
    this.world.tell(`the stream goes back by ${String(by)} for ${place}`)
  }

  /** Has one pending operation done. */
  async #step(kill: number): Promise<boolean> {
    const { pending } = this.world.processes
    if (pending.length === 0) return false
    const same = pending.find(({ process }) => process.id === this.#last)
    const next =
      same !== undefined && this.#dice.chance(this.#temper.stubborn)
        ? same
        : this.#dice.pick(pending)
    this.#last = next.process.id
    let fate: Fate = 'goes-on'
    if (this.#dice.chance(kill)) {
      fate = this.#dice.chance(0.5) ? 'dies-before' : 'dies-after'
      this.#kills += 1
      this.world.tell(
        `    ${String(next.process.id)} ${next.process.name} ${fate} ${next.operation}`,
      )
    }
    await this.world.processes.step(next, fate)
    return true
  }

  /** Delivers a change of the stream; it is delivered again until that succeeds, and then perhaps. */
  async #deliver(again: number): Promise<boolean> {
    const { world } = this
    const { due } = world.stream
    if (due.length === 0) return false
    const place = this.#dice.pick(due)
    const change = world.stream.take(place)
    if (change === undefined) return false
    this.#deliveries += 1
    await world.processes.start(
      `stream ${String(change.sequence)} ${place}`,
      (table) => followPlaces({ table, town: world.town }, change),
      (outcome) => {
        this.#refuseSurprises(outcome)
        const isHandled = outcome.kind === 'done'
        world.stream.back(place, isHandled && !this.#dice.chance(again))
        // What fails is tried again, after a while.
        if (!isHandled) world.stream.pause(place)
      },
    )
    return true
  }

  async #sweep(): Promise<void> {
    const { world } = this
    const { now } = world
    await world.processes.start(
      'sweep',
      (table) => sweepPlaces({ table, town: world.town }, now),
      (outcome) => {
        this.#refuseSurprises(outcome)
      },
    )
  }

  /** Begins an action that concerns somebody. */
  async #begin(isLast: boolean): Promise<boolean> {
    const { world } = this
    for (const [index, action] of this.#todo.entries()) {
      const call = callOf(world, action)
      if (call === undefined) continue
      this.#todo.splice(index, 1)
      world.setIndex(isLast || this.#dice.chance(0.5))
      const times = action.kind === 'submit' ? action.twins : 1
      for (let time = 0; time < times; time += 1) await this.#call(action)
      return true
    }
    return false
  }

  async #call(action: Action): Promise<void> {
    const { world } = this
    const call = callOf(world, action)
    if (call === undefined) return
    await world.processes.start(call.name, call.run, (outcome) => {
      this.#refuseSurprises(outcome)
      if (action.kind !== 'submit') return
      world.calls.push({ familyId: action.familyId, key: action.key, outcome })
      const mayRetry = outcome.kind !== 'done' && !isRefusal(outcome) && action.retries > 0
      if (mayRetry) this.#todo.unshift({ ...action, twins: 1, retries: action.retries - 1 })
    })
  }

  /** Nothing fails but by a refusal, by the rivalry of others or by death. */
  #refuseSurprises(outcome: Outcome): void {
    if (outcome.kind !== 'failed') return
    const { error } = outcome
    if (error instanceof PortalError || error instanceof StaleReadError) {
      this.world.tell(`    fails: ${error.name} ${error.message}`)
      return
    }
    this.world.break(error)
  }
}

const isRefusal = (outcome: Outcome): boolean =>
  outcome.kind === 'failed' &&
  outcome.error instanceof PortalError &&
  outcome.error.code !== 'concurrent-change'

const textOf = (error: unknown): string => {
  if (error instanceof BrokenInvariant) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

/** How many actions a schedule has. */
export const actionsOf = (seed: number): number => {
  const setting = new Dice(seed)
  someTown(setting)
  return someActions(setting).length
}

/** Runs a schedule and says whether all invariants held. */
export const runSchedule = async (id: ScheduleId, options: Options = {}): Promise<Verdict> => {
  const schedule = new Schedule(id, options)
  let broken: string | undefined
  try {
    await schedule.run()
  } catch (error) {
    broken = textOf(error)
  }
  return {
    broken,
    trace: schedule.world.lines,
    actions: actionsOf(id.seed) - id.without.length,
    ...schedule.figures,
  }
}
