/** An amount in integer euro cents. Amounts are never floats of euros. */
export type Cents = number

/** The sum of amounts, in cents. */
export const sum = (amounts: readonly Cents[]): Cents =>
  amounts.reduce((total, amount) => total + amount, 0)

/** The digits of a whole number in groups of three, with the narrow space of French typography. */
export const groupedDigits = (digits: string): string =>
  digits.length <= 3 ? digits : `${groupedDigits(digits.slice(0, -3))}\u202F${digits.slice(-3)}`

/** `513` as `5,13 €`, with the spaces of French typography. */
export const euros = (amount: Cents): string => {
  const whole = Math.trunc(Math.abs(amount) / 100)
  const cents = String(Math.abs(amount) % 100).padStart(2, '0')
  return `${amount < 0 ? '−' : ''}${groupedDigits(String(whole))},${cents}\u00A0€`
}

/** An amount in cents as spreadsheets and finance software of the French read it, `-12,34`. */
export const amountCell = (amount: Cents): string => {
  const digits = String(Math.abs(amount)).padStart(3, '0')
  return `${amount < 0 ? '-' : ''}${digits.slice(0, -2)},${digits.slice(-2)}`
}
