import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import * as z from 'zod'
import type { Log } from './log.ts'
import { ACCOUNT, REGION, type Assembly, type Resource } from './template.ts'

/** The ARN of a function, by its name. */
export const functionArn = (name: string): string =>
  `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`

/** How one invocation ended: with what the handler returned (JSON), or as a function error. */
export type Outcome = { readonly requestId: string } & (
  | { readonly ok: true; readonly payload: string | undefined }
  | { readonly ok: false; readonly errorType: string; readonly errorMessage: string }
)

/** A deployed function: environments are started when needed and kept for the next event. */
export interface Function {
  readonly name: string
  /** What the template says of it. */
  readonly description: string
  readonly invoke: (event: unknown) => Promise<Outcome>
  readonly stop: () => Promise<void>
}

/**
 * How long an environment may load, beside the timeout of the event. Lambda gives it 10 s; here others
 * use the processor as well, and a schedule that comes to nothing would lose a month.
 */
const INIT_MILLISECONDS = 60_000
/** Environments of one function; further events wait. A machine is not a region. */
const MOST_ENVIRONMENTS = 4

const functionSchema = z.object({
  FunctionName: z.string().optional(),
  Description: z.string().default(''),
  Code: z.object({ S3Key: z.string() }),
  Handler: z.string(),
  Timeout: z.number().default(3),
  MemorySize: z.number().default(128),
  ReservedConcurrentExecutions: z.number().optional(),
  Environment: z.object({ Variables: z.record(z.string(), z.coerce.string()) }).optional(),
})
const replySchema = z.union([
  z.object({
    error: z.object({
      errorType: z.string(),
      errorMessage: z.string(),
      trace: z.string().optional(),
    }),
  }),
  z.object({ payload: z.string().optional() }),
])

/** What every local process needs so that no call can leave the machine. */
export const fakeCredentials = {
  AWS_REGION: REGION,
  AWS_DEFAULT_REGION: REGION,
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  // Discards what is sent, so that a service without a local endpoint fails at once.
  AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
}

/**
 * The function of a template, in worker threads. `endpoints` are under what the template
 * says of its environment, `overrides` over it.
 */
export const openFunction = (
  resource: Resource,
  assembly: Assembly,
  endpoints: Readonly<Record<string, string>>,
  overrides: Readonly<Record<string, string>>,
  log: Log,
): Function => {
  const spec = resource.read(functionSchema)
  const name = spec.FunctionName ?? resource.name
  const [stem = 'index', exported = 'handler'] = spec.Handler.split('.')
  const folder = assembly.assetFolder(spec.Code.S3Key)
  const path = ['mjs', 'js', 'cjs'].map((type) => join(folder, `${stem}.${type}`)).find(existsSync)
  if (path === undefined) throw new Error(`${name}: there is no ${stem}.mjs in ${folder}`)
  const environment = {
    ...fakeCredentials,
    ...endpoints,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(spec.MemorySize),
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    _HANDLER: spec.Handler,
    TZ: 'UTC',
    ...spec.Environment?.Variables,
    ...overrides,
  }

  const alive = new Set<Worker>()
  const idle: Worker[] = []
  const waiting: (() => void)[] = []
  const most = Math.min(spec.ReservedConcurrentExecutions ?? MOST_ENVIRONMENTS, MOST_ENVIRONMENTS)
  let busy = 0
  let stopped = false
  const isStopped = (): boolean => stopped

  /** The next message of a worker, or the error that ended it. */
  const next = (worker: Worker, milliseconds: number, timeout: string): Promise<unknown> =>
    new Promise((settle) => {
      const end = (value: unknown): void => {
        clearTimeout(timer)
        worker.off('message', end).off('error', onError).off('exit', onExit)
        settle(value)
      }
      const crash = (errorType: string, errorMessage: string): void => {
        alive.delete(worker)
        end({ error: { errorType, errorMessage } })
        void worker.terminate()
      }
      const onError = (error: unknown): void => {
        crash('Runtime.UnhandledError', error instanceof Error ? error.message : String(error))
      }
      const onExit = (code: number): void => {
        crash('Runtime.ExitError', `Runtime exited with status ${String(code)}`)
      }
      const timer = setTimeout(() => {
        crash('Sandbox.Timedout', timeout)
      }, milliseconds)
      worker.on('message', end).on('error', onError).on('exit', onExit)
    })

  const start = async (): Promise<Worker | Record<string, unknown>> => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      env: environment,
      workerData: { file: pathToFileURL(path).href, exported, name, memory: spec.MemorySize },
      stdout: true,
      stderr: true,
    })
    alive.add(worker)
    // An environment may also die between two events; it is then not used again.
    worker.on('error', () => undefined).on('exit', () => alive.delete(worker))
    for (const stream of [worker.stdout, worker.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        log.write(name, line)
      })
    }
    const first = await next(worker, INIT_MILLISECONDS, `${name}: loading took too long`)
    return first === 'ready' ? worker : z.record(z.string(), z.unknown()).parse(first)
  }

  const run = async (requestId: string, event: string): Promise<unknown> => {
    const kept = idle.splice(0).filter((worker) => alive.has(worker))
    const worker = kept.pop() ?? (await start())
    idle.push(...kept)
    if (!(worker instanceof Worker)) return worker
    const milliseconds = spec.Timeout * 1000
    worker.postMessage({ requestId, event, deadline: Date.now() + milliseconds })
    const timeout = `Task timed out after ${spec.Timeout.toFixed(2)} seconds`
    const reply = await next(worker, milliseconds, timeout)
    idle.push(worker)
    return reply
  }

  return {
    name,
    description: spec.Description,
    invoke: async (event) => {
      const requestId = randomUUID()
      const stoppedOutcome = {
        requestId,
        ok: false,
        errorType: 'Stopped',
        errorMessage: '',
      } as const
      if (busy >= most) await new Promise<void>((free) => waiting.push(free))
      else busy += 1
      try {
        if (isStopped()) return stoppedOutcome
        const reply = replySchema.parse(await run(requestId, JSON.stringify(event)))
        if (!('error' in reply)) return { requestId, ok: true, payload: reply.payload }
        if (isStopped()) return stoppedOutcome
        const { errorType, errorMessage, trace } = reply.error
        log.warn(name, `${errorType}: ${errorMessage} (request ${requestId})`)
        if (trace !== undefined) log.write(name, trace)
        return { requestId, ok: false, errorType, errorMessage }
      } finally {
        const free = waiting.shift()
        if (free === undefined) busy -= 1
        else free()
      }
    },
    stop: async () => {
      stopped = true
      await Promise.all([...alive].map((worker) => worker.terminate()))
    },
  }
}
