/** An amount in integer euro cents. Amounts are never floats of euros. */
export type Cents = number

/** The sum of amounts, in cents. */
export const sum = (amounts: readonly Cents[]): Cents =>
  amounts.reduce((total, amount) => total + amount, 0)

/** `513` as `5,13 €`, with the spaces of French typography. */
export const euros = (amount: Cents): string => {
  const whole = Math.trunc(Math.abs(amount) / 100)
  const cents = String(Math.abs(amount) % 100).padStart(2, '0')
  const grouped =
    whole < 1000 ? String(whole) : String(whole).replaceAll(/\B(?=(\d{3})+$)/g, '\u202F')
  return `${amount < 0 ? '−' : ''}${grouped},${cents}\u00A0€`
}
