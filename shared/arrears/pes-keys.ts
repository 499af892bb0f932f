/** The weights of the first key, from the last digit on, again and again. */
const WEIGHTS = [2, 3, 4, 5, 6, 7] as const

/** The letters of the second key, by the remainder: none that reads like a figure. */
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXY'

/** By how many digits the files of the Treasury write the number of a piece. */
const NUMBER_LENGTH = 13

/** What the keys of a piece are made from. */
export interface KeyedPiece {
  /** The body in the books of the accountant, digits. */
  readonly body: string
  /** The number of the list. */
  readonly list: number
  /** The year, `2026`, and the month, 1 to 12. */
  readonly year: string
  readonly month: number
  /** The digits of the number of the piece. */
  readonly number: string
}

/** The key by 11 of some digits: 1 where it would have two. */
export const keyBy11 = (digits: string): number => {
  const weighted = Array.from(digits)
    .toReversed()
    .map((digit, index) => Number(digit) * (WEIGHTS[index % WEIGHTS.length] ?? 0))
  const key = 11 - (weighted.reduce((total, each) => total + each, 0) % 11)
  return key > 9 ? 1 : key
}

/** The key by 23 of some digits: a letter. */
export const keyBy23 = (digits: string): string => LETTERS[Number(BigInt(digits) % 23n)] ?? ''

/**
 * The two keys of a piece of the flow ORMC: body, list, year, month and number by 11; year, month, two
 * zeros and number by 23.
 */
export const keysOf = ({
  body,
  list,
  year,
  month,
  number,
}: KeyedPiece): { readonly first: number; readonly second: string } => {
  const [yy, padded] = [year.slice(-2), number.padStart(NUMBER_LENGTH, '0')]
  return {
    first: keyBy11(`${body}${String(list)}${yy}${String(month)}${padded}`),
    second: keyBy23(`${yy}${String(month)}00${padded}`),
  }
}
