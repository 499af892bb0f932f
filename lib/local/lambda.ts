import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { functionArn, type Function } from './functions.ts'
import { listen, type Served } from './listen.ts'

/** What feeds a function from elsewhere: as the template says it. */
export interface Mapping {
  readonly functionName: string
  readonly sourceArn: string
  /** The patterns of its filter, as JSON. */
  readonly patterns: readonly string[]
}

interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

const ALIAS = /^\/2015-03-31\/functions\/([^/]+)\/aliases\/([^/]+)$/
const INVOCATIONS = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/

/** What is served: what the template says that there is. */
interface Deployed {
  readonly functions: ReadonlyMap<string, Function>
  /** The aliases of functions, `name:alias`; each is the one version that there is. */
  readonly aliases: ReadonlySet<string>
  readonly mappings: readonly Mapping[]
}

const missing = (name: string): Reply => ({
  status: 404,
  body: JSON.stringify({ Message: `There is no ${name}` }),
})

/**
 * Serves what commands ask of AWS Lambda: lists of functions and of what feeds them, their aliases, and
 * invocations that wait for their end or do not. Only programs of this machine reach it; it is no part of
 * the portal's API.
 */
export const startLambda = (
  { functions, aliases, mappings }: Deployed,
  send: (name: string, event: unknown) => void,
): Promise<Served> => {
  const invoke = async (
    name: string,
    alias: string | null,
    type: unknown,
    body: string,
  ): Promise<Reply> => {
    const target = functions.get(name)
    if (target === undefined) return missing(name)
    if (alias !== null && !aliases.has(`${name}:${alias}`)) return missing(`${name}:${alias}`)
    const event: unknown = JSON.parse(body)
    if (type === 'Event') {
      send(name, event)
      return { status: 202 }
    }
    const outcome = await target.invoke(event)
    if (outcome.ok) return { status: 200, body: outcome.payload ?? 'null' }
    const { errorType, errorMessage } = outcome
    return {
      status: 200,
      headers: { 'x-amz-function-error': 'Unhandled' },
      body: JSON.stringify({ errorType, errorMessage }),
    }
  }
  const answer = async (
    request: string,
    query: URLSearchParams,
    type: unknown,
    body: string,
  ): Promise<Reply> => {
    const [method = '', path = ''] = request.split(' ')
    if (request === 'GET /2015-03-31/functions/') {
      const Functions = [...functions].map(([name, { description }]) => ({
        FunctionName: name,
        FunctionArn: functionArn(name),
        Description: description,
      }))
      return { status: 200, body: JSON.stringify({ Functions }) }
    }
    if (request === 'GET /2015-03-31/event-source-mappings/') {
      const EventSourceMappings = mappings
        .filter(({ functionName }) => functionName === query.get('FunctionName'))
        .map(({ sourceArn, patterns }) => ({
          EventSourceArn: sourceArn,
          FilterCriteria: { Filters: patterns.map((Pattern) => ({ Pattern })) },
        }))
      return { status: 200, body: JSON.stringify({ EventSourceMappings }) }
    }
    const [, owner = '', alias] = ALIAS.exec(path) ?? []
    if (method === 'GET' && alias !== undefined) {
      const known = aliases.has(`${owner}:${alias}`)
      const Alias = { Name: alias, FunctionVersion: '$LATEST' }
      return known ? { status: 200, body: JSON.stringify(Alias) } : missing(`${owner}:${alias}`)
    }
    const [, name] = INVOCATIONS.exec(path) ?? []
    if (method !== 'POST' || name === undefined) {
      return { status: 400, body: `{"Message":"${request} is not served locally"}` }
    }
    return invoke(name, query.get('Qualifier'), type, body)
  }
  return listen(
    createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
      const reply = ({ status, headers = {}, body = '' }: Reply): void => {
        response.writeHead(status, { 'content-type': 'application/json', ...headers })
        response.end(body)
      }
      text(request)
        .then((body) =>
          answer(
            `${request.method ?? ''} ${pathname}`,
            searchParams,
            request.headers['x-amz-invocation-type'],
            body,
          ),
        )
        .then(reply, (error: unknown) => {
          reply({ status: 400, body: JSON.stringify({ Message: String(error) }) })
        })
    }),
  )
}
