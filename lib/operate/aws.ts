import * as z from 'zod'
import { signedCall } from '../../shared/platform/presign.ts'

/** The environment that says where a deployment is and who asks: of a shell, or of the local portal. */
export type Variables = Readonly<Record<string, string | undefined>>

/** The services that commands ask without a client of the SDK: what signs their calls, and their host. */
const SERVICES = {
  lambda: { signs: 'lambda', host: 'lambda' },
  mail: { signs: 'ses', host: 'email' },
  parameters: { signs: 'ssm', host: 'ssm' },
  topics: { signs: 'sns', host: 'sns' },
  tokens: { signs: 'sts', host: 'sts' },
} as const

/** One call of a service. */
interface Asked {
  readonly service: keyof typeof SERVICES
  /** Where the service is asked; that of the environment without it. */
  readonly region?: string
  readonly method?: 'GET' | 'POST'
  /** With a slash at its beginning, encoded. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** What a service answered. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

export type Ask = (asked: Asked) => Promise<Answer>

/** A service refused a call: `status` and the beginning of its answer. */
export class AwsError extends Error {
  override readonly name = 'AwsError'
  readonly service: string
  readonly status: number

  constructor(service: string, { status, text }: Answer) {
    super(`${service} answered ${String(status)}: ${text.slice(0, 300)}`)
    this.service = service
    this.status = status
  }
}

/** The environment does not say who asks, or where. */
export class NoAccessError extends Error {
  override readonly name = 'NoAccessError'
}

const accessSchema = z.object({
  AWS_REGION: z.string().min(1),
  AWS_ACCESS_KEY_ID: z.string().min(1),
  AWS_SECRET_ACCESS_KEY: z.string().min(1),
  AWS_SESSION_TOKEN: z.string().optional(),
})

/** The region that the environment names. */
export const regionOf = (variables: Variables): string | undefined =>
  variables['AWS_REGION'] ?? variables['AWS_DEFAULT_REGION']

/**
 * Calls services in the region and with the credentials of the environment, at the endpoints that it
 * names (`AWS_ENDPOINT_URL_LAMBDA` …), else at those of AWS.
 *
 * @param patience in milliseconds; without it longer than any function may take.
 * @throws AwsError for every answer that is no success, NoAccessError before anything is asked.
 */
export const openAws = (variables: Variables, patience = 330_000): Ask => {
  return async ({
    service,
    method = 'POST',
    path,
    query = {},
    headers = {},
    body = '',
    ...where
  }) => {
    const { data: access, error } = accessSchema.safeParse({
      ...variables,
      AWS_REGION: where.region ?? regionOf(variables),
    })
    if (access === undefined) {
      const lacking = error.issues.map(({ path }) => path.join('.'))
      throw new NoAccessError(`The environment lacks ${lacking.join(', ')}`)
    }
    const region = access.AWS_REGION
    const { signs, host } = SERVICES[service]
    const endpoint =
      variables[`AWS_ENDPOINT_URL_${signs.toUpperCase()}`] ??
      variables['AWS_ENDPOINT_URL'] ??
      `https://${host}.${region}.amazonaws.com`
    const credentials = {
      accessKeyId: access.AWS_ACCESS_KEY_ID,
      secretAccessKey: access.AWS_SECRET_ACCESS_KEY,
      sessionToken: access.AWS_SESSION_TOKEN,
    }
    const signed = signedCall(
      { service: signs, region, now: new Date(), credentials },
      { method, url: `${endpoint}${path}`, query, body },
    )
    const response = await fetch(signed.url, {
      method,
      headers: { ...headers, ...signed.headers },
      ...(method === 'GET' ? {} : { body }),
      signal: AbortSignal.timeout(patience),
    })
    const text = await response.text()
    const answer = { status: response.status, headers: response.headers, text }
    if (!response.ok) throw new AwsError(signs, answer)
    return answer
  }
}
