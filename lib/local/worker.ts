import { format } from 'node:util'
import { parentPort, workerData } from 'node:worker_threads'
import * as z from 'zod/mini'

/**
 * The inside of one execution environment: loads the bundle once, then answers one event at a time.
 * Events and replies cross as JSON, as they do on Lambda.
 */
const { file, exported, name, memory } = z.parse(
  z.object({ file: z.string(), exported: z.string(), name: z.string(), memory: z.number() }),
  workerData,
)
const invocation = z.object({ requestId: z.string(), event: z.string(), deadline: z.number() })

let currentRequest = ''
/** Lines as Lambda writes them in its JSON format: one event of the log each. */
const print =
  (level: string) =>
  (...values: readonly unknown[]): void => {
    const [first] = values
    const message = values.length === 1 && !(first instanceof Error) ? first : format(...values)
    const timestamp = new Date().toISOString()
    const line = JSON.stringify({ timestamp, level, requestId: currentRequest, message })
    process.stdout.write(`${line}\n`)
  }
Object.assign(console, {
  debug: print('DEBUG'),
  log: print('INFO'),
  info: print('INFO'),
  warn: print('WARN'),
  error: print('ERROR'),
})

const module: unknown = await import(file)
const handler: unknown =
  typeof module === 'object' && module !== null ? Reflect.get(module, exported) : undefined
if (typeof handler !== 'function') throw new TypeError(`${name} exports no ${exported}`)

const answer = async (message: unknown): Promise<unknown> => {
  try {
    const { requestId, event, deadline } = z.parse(invocation, message)
    currentRequest = requestId
    const context = {
      awsRequestId: requestId,
      functionName: name,
      functionVersion: '$LATEST',
      invokedFunctionArn: `arn:aws:lambda:${process.env['AWS_REGION'] ?? ''}:000000000000:function:${name}`,
      logGroupName: `/aws/lambda/${name}`,
      logStreamName: 'local',
      memoryLimitInMB: String(memory),
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    }
    const reply: unknown = await Reflect.apply(handler, undefined, [JSON.parse(event), context])
    return { payload: JSON.stringify(reply) }
  } catch (error) {
    const failure = error instanceof Error ? error : new Error(String(error))
    return {
      error: { errorType: failure.name, errorMessage: failure.message, trace: failure.stack },
    }
  }
}

parentPort?.on('message', (message: unknown) => {
  void answer(message).then((reply) => parentPort?.postMessage(reply))
})
parentPort?.postMessage('ready')
