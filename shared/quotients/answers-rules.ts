import * as z from 'zod'
import type { IsoMonth } from '../kernel/dates.ts'
import {
  answerSchema,
  refusalSchema,
  type Answer,
  type FailedAnswer,
  type FetchError,
} from './model.ts'

/** The longest wait that is passed on, a day in seconds: nobody plans by a longer one. */
const LONGEST_WAIT = 86_400

/** How API Particulier answered: its status, its text and two of its headers. */
export interface RawAnswer {
  readonly status: number
  readonly text: string
  readonly retryAfter: string | null
  /** When it answered, by its own clock. */
  readonly date: string | null
}

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * The header `retry-after` (RFC 9110, §10.2.3), which API Particulier gives in seconds or as a date: then
 * of its own clock, by which its header `date` tells how long it is until then.
 *
 * @returns whole seconds, a day at most; nothing for what is neither.
 */
export const secondsToWait = ({
  retryAfter,
  date,
}: Pick<RawAnswer, 'retryAfter' | 'date'>): number | undefined => {
  if (retryAfter === null) return undefined
  const seconds = /^\s*\d+\s*$/.test(retryAfter)
    ? Number(retryAfter)
    : Math.ceil((Date.parse(retryAfter) - Date.parse(date ?? '')) / 1000)
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(seconds, 0), LONGEST_WAIT)
}

/** That the recipient (SIRET) is missing or unknown: the only 422 that the family cannot correct. */
const RECIPIENT = '00203'

const errorOf = (status: number, apiCode: string | undefined): FetchError => {
  switch (status) {
    case 401:
      return 'token-refused'
    case 403:
      return 'no-rights'
    case 404:
      return 'no-file'
    case 409:
      return 'running'
    case 422:
      return apiCode === RECIPIENT ? 'recipient-refused' : 'identity'
    case 429:
      return 'too-many'
    default:
      return status >= 500 ? 'provider-down' : 'unreadable'
  }
}

const monthText = (
  year: number | null | undefined,
  month: number | null | undefined,
): IsoMonth | undefined =>
  typeof year === 'number' && typeof month === 'number'
    ? `${String(year)}-${String(month).padStart(2, '0')}`
    : undefined

const readFound = (text: string, asked: IsoMonth): Answer => {
  const read = z.safeParse(answerSchema, jsonOf(text))
  if (!read.success) return { kind: 'failed', error: 'unreadable' }
  const { quotient_familial: block, enfants } = read.data.data
  // The town's right covers other blocks of the answer, and not this one.
  if (block === undefined || block === null) return { kind: 'failed', error: 'no-rights' }
  if (block.valeur === undefined || block.valeur === null) {
    return { kind: 'failed', error: 'no-file' }
  }
  const calculatedIn = monthText(block.annee_calcul, block.mois_calcul)
  return {
    kind: 'found',
    quotient: {
      value: block.valeur,
      provider: block.fournisseur,
      month: monthText(block.annee, block.mois) ?? asked,
      ...(calculatedIn === undefined ? {} : { calculatedIn }),
    },
    ...(enfants === undefined || enfants === null
      ? {}
      : { childrenBorn: enfants.flatMap(({ date_naissance: born }) => born ?? []) }),
  }
}

/**
 * What an answer of API Particulier (v3, quotient familial by identity) means to the portal. What is
 * neither a quotient nor a documented refusal is `unreadable`; nothing throws.
 *
 * @param asked the month that was asked for, where the answer names none.
 */
export const readAnswer = ({ status, text, ...headers }: RawAnswer, asked: IsoMonth): Answer => {
  if (status === 200) return readFound(text, asked)
  const apiCode = z.safeParse(refusalSchema, jsonOf(text)).data?.errors[0].code
  const retryAfterSeconds = secondsToWait(headers)
  return {
    kind: 'failed',
    error: errorOf(status, apiCode),
    ...(apiCode === undefined ? {} : { apiCode }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  }
}

/** What asking again after a moment may mend. A limit, or a provider that is slow, it makes worse. */
const MENDABLE: readonly FetchError[] = ['provider-down', 'running']

/** Whether to ask again at once: not where the API has said when. */
export const isMendable = ({ error, retryAfterSeconds }: FailedAnswer): boolean =>
  MENDABLE.includes(error) && retryAfterSeconds === undefined
