import * as z from 'zod'
import { addDays, monthsLater, type IsoDate } from '../kernel/dates.ts'
import { parisDate } from '../kernel/paris.ts'
import type { SealedToken } from './model.ts'

/** For how many months API Particulier gives a token. */
const VALID_MONTHS = 18

/** For how many days before its end, and after it, the town is told each day. */
const TOLD_DAYS = 30

/** When a token ends, and how that is known. */
export interface TokenEnd {
  /** The day of Paris on which it ends. */
  readonly endsOn: IsoDate
  /**
   * - `token`: the token says so itself. `told`: the administrator who kept it says so.
   * - `assumed`: nobody says so; the day is right for a token that was given on the day on which it was kept,
   *   and too late for an older one.
   */
  readonly endKnownBy: 'token' | 'told' | 'assumed'
}

/** What is read of the claims of a token: its end in seconds since 1970, up to the year 2100. */
const claimsSchema = z.object({ exp: z.number().positive().max(4_102_444_800) })

const claimsOf = (token: string): unknown => {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
  } catch {
    return undefined
  }
}

/**
 * When a token ends: what it says itself (its claim `exp`) counts before what is told of it. Its signature
 * is not checked: API Particulier alone can, and refuses what is not its own.
 */
export const endOf = (
  token: string,
  { told, today }: { readonly told: IsoDate | undefined; readonly today: IsoDate },
): TokenEnd => {
  const { data: claims } = claimsSchema.safeParse(claimsOf(token))
  if (claims !== undefined) {
    return { endsOn: parisDate(new Date(claims.exp * 1000)), endKnownBy: 'token' }
  }
  return told === undefined
    ? { endsOn: monthsLater(today, VALID_MONTHS), endKnownBy: 'assumed' }
    : { endsOn: told, endKnownBy: 'told' }
}

/** The same of a kept token; of one that was kept before its end was, by the day on which it was kept. */
export const endOfKept = ({
  endsOn,
  endKnownBy,
  setAt,
}: Pick<SealedToken, 'endsOn' | 'endKnownBy' | 'setAt'>): TokenEnd =>
  endsOn === undefined || endKnownBy === undefined
    ? { endsOn: monthsLater(parisDate(new Date(setAt)), VALID_MONTHS), endKnownBy: 'assumed' }
    : { endsOn, endKnownBy }

/**
 * Whether a token ends within the days of which the town is told, or has ended as many days ago: a town that
 * asks API Particulier no more has been told often enough by then.
 */
export const isEnding = ({ endsOn }: TokenEnd, today: IsoDate): boolean =>
  addDays(today, -TOLD_DAYS) <= endsOn && endsOn <= addDays(today, TOLD_DAYS)
