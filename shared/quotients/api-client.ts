import { setTimeout as wait } from 'node:timers/promises'
import { dayOfMonth } from '../kernel/dates.ts'
import { isMendable, readAnswer } from './answers-rules.ts'
import type { Answer, AskFund } from './model.ts'

/** Where API Particulier is, what the town signs in with, and how long it is waited for. */
export interface QuotientApi {
  /** `https://particulier.api.gouv.fr` */
  readonly url: string
  /** The town's token; nothing before an administrator has set it. */
  readonly token: () => Promise<string | undefined>
  /** How long one answer is waited for, in milliseconds; 5 s unless given. */
  readonly patience?: number
  /** How long all of it may take, in milliseconds; 11 s unless given: a function has 15. */
  readonly total?: number
  /** The first pause before it is asked again, in milliseconds; 300 unless given. The next is three times it. */
  readonly pause?: number
}

/** How often it is asked at most. */
const ATTEMPTS = 3

const PATH = '/v3/dss/quotient_familial/identite'

/** A month of a date or of a month, 1 for January. */
const monthNumber = (date: string): string => String(Number(date.slice(5, 7)))

/** The question as the query of the route by identity. */
const queryOf = ({ identity, month, recipient }: Parameters<AskFund>[0]): URLSearchParams => {
  const { birthName, firstNames, sex, birthDate, country, commune } = identity
  const query = new URLSearchParams({
    recipient,
    nomNaissance: birthName,
    sexeEtatCivil: sex,
    anneeDateNaissance: birthDate.slice(0, 4),
    moisDateNaissance: monthNumber(birthDate),
    jourDateNaissance: String(dayOfMonth(birthDate)),
    codeCogInseePaysNaissance: country,
    ...(commune === undefined ? {} : { codeCogInseeCommuneNaissance: commune }),
    annee: month.slice(0, 4),
    mois: monthNumber(month),
  })
  for (const name of firstNames) query.append('prenoms[]', name)
  return query
}

const isTimeout = (error: unknown): boolean =>
  error instanceof Error && error.name === 'TimeoutError'

/**
 * API Particulier v3 by HTTP. It asks again, after a pause that grows, only what that may mend, and ends
 * within its time; every refusal and every fault of the network is an answer. Nothing is logged: the
 * address of the question holds the identity of a person.
 */
export const quotientApi = ({
  url,
  token,
  patience = 5000,
  total = 11_000,
  pause = 300,
}: QuotientApi): AskFund => {
  const askOnce = async (
    address: URL,
    headers: Readonly<Record<string, string>>,
    { month, end }: { readonly month: Parameters<AskFund>[0]['month']; readonly end: AbortSignal },
  ): Promise<Answer> => {
    try {
      const response = await fetch(address, {
        headers,
        // A token is for this host only.
        redirect: 'error',
        signal: AbortSignal.any([end, AbortSignal.timeout(patience)]),
      })
      return readAnswer(
        {
          status: response.status,
          text: await response.text(),
          retryAfter: response.headers.get('retry-after'),
          date: response.headers.get('date'),
        },
        month,
      )
    } catch (error) {
      return { kind: 'failed', error: isTimeout(error) ? 'timeout' : 'provider-down' }
    }
  }

  /** Whether there was time for a pause before the next attempt. */
  const paused = async (attempt: number, end: AbortSignal): Promise<boolean> => {
    try {
      await wait(pause * 3 ** (attempt - 1), undefined, { signal: end })
      return true
    } catch {
      return false
    }
  }

  return async (question) => {
    const secret = await token()
    if (secret === undefined) return { kind: 'failed', error: 'token-refused' }
    const address = new URL(PATH, url)
    address.search = queryOf(question).toString()
    const headers = { authorization: `Bearer ${secret}`, accept: 'application/json' }
    const end = AbortSignal.timeout(total)
    for (let attempt = 1; ; attempt += 1) {
      const answer = await askOnce(address, headers, { month: question.month, end })
      const isLast = attempt === ATTEMPTS
      if (answer.kind === 'found' || isLast || !isMendable(answer)) return answer
      if (!(await paused(attempt, end))) return answer
    }
  }
}
