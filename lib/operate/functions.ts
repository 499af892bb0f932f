import * as z from 'zod'
import { AwsError, type Ask } from './aws.ts'
import { LIVE_ALIAS, prefixOf } from './names.ts'

/** How a function ended: with what its handler returned (JSON), or by an error. */
export type Invocation =
  { readonly ok: true; readonly payload: unknown } | { readonly ok: false; readonly error: string }

/** The deployed functions of a stage, by the API of Lambda. */
export interface Functions {
  /** The names of all whose name begins like the stacks of the stage. */
  readonly list: () => Promise<string[]>
  /** The name under which a function of the code is deployed; nothing where it is not. */
  readonly named: (name: string) => Promise<string | undefined>
  /** The version of a function that callers get: what is live, or the newest where nothing else is. */
  readonly called: (name: string) => Promise<string>
  /** @param target the name of a function, or its ARN, with or without a version. */
  readonly invoke: (target: string, event: unknown) => Promise<Invocation>
  /** Hands an event over and does not wait: Lambda tries it again and puts it aside as ever. */
  readonly send: (target: string, event: unknown) => Promise<void>
  /** The patterns of the stream records that a function is shown. */
  readonly patterns: (target: string, source: string) => Promise<readonly string[]>
}

const API = '/2015-03-31'

const pageSchema = z.object({
  Functions: z.array(z.object({ FunctionName: z.string(), Description: z.string().default('') })),
  NextMarker: z.string().nullish(),
})
const mappingsSchema = z.object({
  EventSourceMappings: z.array(
    z.object({
      EventSourceArn: z.string().nullish(),
      FilterCriteria: z.object({ Filters: z.array(z.object({ Pattern: z.string() })) }).nullish(),
    }),
  ),
})
const errorSchema = z.looseObject({
  errorType: z.string().default('Error'),
  errorMessage: z.string().default(''),
})

/** Name and version of what an ARN or a name means. */
const targetOf = (target: string): { name: string; query: Record<string, string> } => {
  const [name = '', version] = target.replace(/^arn:.*:function:/, '').split(':')
  return {
    name,
    query: version === undefined || version === '$LATEST' ? {} : { Qualifier: version },
  }
}

/** @param stage of whose stacks; see `lib/app.ts`. */
export const openFunctions = (ask: Ask, stage: string): Functions => {
  const call = (target: string, type: 'Event' | 'RequestResponse', event: unknown) => {
    const { name, query } = targetOf(target)
    return ask({
      service: 'lambda',
      path: `${API}/functions/${name}/invocations`,
      query,
      headers: { 'x-amz-invocation-type': type, 'content-type': 'application/json' },
      body: JSON.stringify(event),
    })
  }
  /** All functions of the stage, which Lambda lists by the fifty. */
  const all = async (): Promise<z.infer<typeof pageSchema>['Functions']> => {
    const found: z.infer<typeof pageSchema>['Functions'] = []
    let marker: string | null | undefined
    do {
      const query: Record<string, string> = typeof marker === 'string' ? { Marker: marker } : {}
      const { text } = await ask({
        ...{ service: 'lambda', method: 'GET', path: `${API}/functions/` },
        query,
      })
      const page = pageSchema.parse(JSON.parse(text))
      found.push(...page.Functions)
      marker = page.NextMarker
    } while (typeof marker === 'string' && marker !== '')
    return found.filter(({ FunctionName: name }) => name.startsWith(prefixOf(stage)))
  }
  return {
    list: async () => (await all()).map(({ FunctionName: name }) => name).toSorted(),
    named: async (name) =>
      // Names that CloudFormation makes are cut: the description is the whole.
      (await all()).find(({ Description }) => Description === name)?.FunctionName,
    called: async (name) => {
      const path = `${API}/functions/${name}/aliases/${LIVE_ALIAS}`
      try {
        await ask({ service: 'lambda', method: 'GET', path })
        return `${name}:${LIVE_ALIAS}`
      } catch (error) {
        if (error instanceof AwsError && error.status === 404) return name
        throw error
      }
    },
    invoke: async (target, event) => {
      const { text, headers } = await call(target, 'RequestResponse', event)
      const payload: unknown = text === '' ? null : JSON.parse(text)
      if (headers.get('x-amz-function-error') === null) return { ok: true, payload }
      const { errorType, errorMessage } = errorSchema.parse(payload)
      return { ok: false, error: `${errorType}: ${errorMessage}` }
    },
    send: async (target, event) => {
      await call(target, 'Event', event)
    },
    patterns: async (target, source) => {
      const { text } = await ask({
        ...{ service: 'lambda', method: 'GET', path: `${API}/event-source-mappings/` },
        query: { EventSourceArn: source, FunctionName: targetOf(target).name },
      })
      return mappingsSchema
        .parse(JSON.parse(text))
        .EventSourceMappings.flatMap(({ FilterCriteria: criteria }) =>
          (criteria?.Filters ?? []).map(({ Pattern: pattern }) => pattern),
        )
    },
  }
}
