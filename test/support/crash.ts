import { operationOf, type AttemptHandler, type AwsClient, type CallHandler } from './aws-client.ts'

/**
 * How a call to AWS goes wrong.
 *
 * - `dies-before`: the process dies before the call is sent.
 * - `dies-after`: the call has its effect, then the process dies without the answer.
 * - `fails-before`: the call is never sent and the process lives on with the error.
 * - `fails-after`: the call has its effect, its answer is lost, the process lives on with the error.
 * - `sent-twice`: the call has its effect, its answer is lost, and the SDK sends it again by itself.
 *
 * A process that died sends nothing more, whatever it catches; one that lives on may try to mend.
 */
export const CRASHES = [
  'dies-before',
  'dies-after',
  'fails-before',
  'fails-after',
  'sent-twice',
] as const
export type CrashKind = (typeof CRASHES)[number]

/** Where a run was broken. */
export interface Crash {
  readonly kind: CrashKind
  /** 1 for the first call of the use case. */
  readonly call: number
  /** `TransactWriteItems`, `SendEmail`… */
  readonly operation: string
}

/** A fresh state of the world, a use case that runs in it, and what must hold afterwards. */
export interface Scenario<Result> {
  /**
   * Calls the use case once, as its client, queue or stream would. It must throw when the use case
   * did not succeed: a worker that reports `batchItemFailures` throws if there are any.
   */
  readonly run: () => Promise<Result>
  /** The same call again: redelivery, or a client's retry. `run` unless given. */
  readonly retry?: () => Promise<Result>
  /** Asserts the one effect. `crash` lets a documented window be told apart. */
  readonly check: (result: Result, crash: Crash) => Promise<void> | void
}

export interface CrashPlan<Result> {
  /** Every client through which the use case calls AWS. */
  readonly clients: readonly AwsClient[]
  /** Called before each crash; its own calls are neither counted nor broken. */
  readonly scenario: () => Promise<Scenario<Result>>
  /** All kinds unless given; say why where one is left out. */
  readonly kinds?: readonly CrashKind[]
  /** How often the use case is retried before it is said not to recover; 4 unless given. */
  readonly retries?: number
}

/** The error that a broken call throws. */
export class InjectedCrash extends Error {
  override readonly name = 'InjectedCrash'
}

const NAME = 'crash-harness'

/** What the middleware of all clients share while a use case runs. */
class Injector {
  readonly #kind: CrashKind
  readonly #target: number
  readonly #inFlight = new Set<Promise<unknown>>()
  readonly #toSendAgain = new WeakSet()
  #calls = 0
  #armed = false
  #crash: Crash | undefined

  constructor(kind: CrashKind, target: number) {
    this.#kind = kind
    this.#target = target
  }

  get crash(): Crash | undefined {
    return this.#crash
  }

  /** Runs a use case with its target call broken, and waits for the calls that it left behind. */
  async during<Result>(run: () => Promise<Result>): Promise<Result> {
    this.#armed = true
    try {
      return await run()
    } finally {
      this.#armed = false
      await Promise.allSettled(this.#inFlight)
    }
  }

  attach(clients: readonly AwsClient[]): void {
    for (const { middlewareStack } of clients) {
      middlewareStack.add(
        (next, context) => (call) => {
          const answer = this.#call(next, call, context)
          this.#inFlight.add(answer)
          return answer
        },
        { step: 'initialize', name: NAME, priority: 'high' },
      )
      middlewareStack.add((next, context) => (attempt) => this.#attempt(next, attempt, context), {
        step: 'deserialize',
        name: `${NAME}-attempt`,
        priority: 'high',
      })
    }
  }

  detach(clients: readonly AwsClient[]): void {
    for (const { middlewareStack } of clients) {
      middlewareStack.remove(NAME)
      middlewareStack.remove(`${NAME}-attempt`)
    }
  }

  async #call(
    next: CallHandler,
    call: Parameters<CallHandler>[0],
    context: { readonly commandName?: string },
  ): ReturnType<CallHandler> {
    if (!this.#armed) return next(call)
    if (this.#crash !== undefined && this.#kind.startsWith('dies')) {
      throw new InjectedCrash('the process is dead')
    }
    this.#calls += 1
    if (this.#calls !== this.#target) return next(call)
    this.#crash = { kind: this.#kind, call: this.#target, operation: operationOf(context) }
    const message = `${this.#kind} at call ${this.#target}, ${this.#crash.operation}`
    switch (this.#kind) {
      case 'dies-before':
      case 'fails-before':
        throw new InjectedCrash(message)
      case 'dies-after':
      case 'fails-after':
        await Promise.allSettled([next(call)])
        throw new InjectedCrash(message)
      case 'sent-twice':
        this.#toSendAgain.add(context)
        return next(call)
    }
  }

  async #attempt(
    next: AttemptHandler,
    attempt: Parameters<AttemptHandler>[0],
    context: object,
  ): ReturnType<AttemptHandler> {
    if (!this.#toSendAgain.delete(context)) return next(attempt)
    await Promise.allSettled([next(attempt)])
    throw Object.assign(new InjectedCrash('the answer is lost'), { code: 'ECONNRESET' })
  }
}

const sentence = ({ kind, call, operation }: Crash): string =>
  `${kind} at call ${call}, ${operation}`

const recover = async <Result>(
  run: () => Promise<Result>,
  retries: number,
  crash: Crash,
): Promise<Result> => {
  let last: unknown
  for (let tries = 0; tries < retries; tries += 1) {
    try {
      return await run()
    } catch (error) {
      last = error
    }
  }
  throw new Error(`The use case does not recover: ${sentence(crash)}`, { cause: last })
}

const breakOnce = async <Result>(
  { clients, scenario, retries = 4 }: CrashPlan<Result>,
  kind: CrashKind,
  call: number,
): Promise<Crash | undefined> => {
  const { run, retry = run, check } = await scenario()
  const injector = new Injector(kind, call)
  injector.attach(clients)
  let outcome: { readonly done: true; readonly result: Result } | { readonly done: false }
  try {
    outcome = { done: true, result: await injector.during(run) }
  } catch (error) {
    if (injector.crash === undefined) throw error
    outcome = { done: false }
  } finally {
    injector.detach(clients)
  }
  const { crash } = injector
  if (crash === undefined) return undefined
  const result = outcome.done ? outcome.result : await recover(retry, retries, crash)
  try {
    await check(result, crash)
  } catch (error) {
    throw new Error(`More or less than one effect: ${sentence(crash)}`, { cause: error })
  }
  return crash
}

/**
 * The crash harness: proves that a use case has one effect wherever it breaks.
 *
 * For each kind of crash the use case runs again and again, each time in a fresh world of
 * `scenario`: in the n-th run its n-th call to AWS goes wrong. A run that failed is retried until
 * it succeeds, then `check` asserts. It ends with the first run that makes fewer than n calls.
 *
 * @returns every crash that was injected, so that a test can assert which calls were reached.
 * @throws when the use case does not recover, or when `check` fails, naming the crash.
 */
export const crashEverywhere = async <Result>(plan: CrashPlan<Result>): Promise<Crash[]> => {
  const crashes: Crash[] = []
  for (const kind of plan.kinds ?? CRASHES) {
    let crash: Crash | undefined
    let call = 0
    do {
      call += 1
      crash = await breakOnce(plan, kind, call)
      if (crash !== undefined) crashes.push(crash)
    } while (crash !== undefined)
  }
  return crashes
}
