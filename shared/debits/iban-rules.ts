/** How long the IBAN of each country of the SEPA area is (ISO 13616; EPC, list of SEPA countries). */
const LENGTHS: Readonly<Record<string, number>> = {
  FR: 27,
  MC: 27,
  ...{ AD: 24, AL: 28, AT: 20, BE: 16, BG: 22, CH: 21, CY: 28, CZ: 24, DE: 22, DK: 18, EE: 20 },
  ...{ ES: 24, FI: 18, GB: 22, GI: 23, GR: 27, HR: 21, HU: 28, IE: 22, IS: 26, IT: 27, LI: 21 },
  ...{ LT: 20, LU: 20, LV: 21, MD: 24, ME: 22, MK: 19, MT: 31, NL: 18, NO: 15, PL: 28, PT: 25 },
  ...{ RO: 24, RS: 22, SE: 24, SI: 19, SK: 24, SM: 27, VA: 22 },
}

/** An IBAN without the spaces in which people write it, in capitals. */
export const compactIban = (typed: string): string => typed.replaceAll(/[\s.-]/g, '').toUpperCase()

/** The remainder of a whole number by 97, digit by digit: IBANs are larger than exact numbers. */
const remainder = (digits: string): number =>
  Array.from(digits).reduce((rest, digit) => (rest * 10 + Number(digit)) % 97, 0)

/**
 * Whether a text is an IBAN of the SEPA area: a country, its length, and check digits by which the whole
 * leaves 1 when it is divided by 97 (ISO 7064, MOD 97-10; letters count from A = 10). No single wrong digit
 * passes.
 */
export const isIban = (iban: string): boolean => {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]+$/.test(iban) || LENGTHS[iban.slice(0, 2)] !== iban.length) {
    return false
  }
  const turned = iban.slice(4) + iban.slice(0, 4)
  return remainder(turned.replaceAll(/[A-Z]/g, (letter) => String(parseInt(letter, 36)))) === 1
}

/** What is shown of an IBAN wherever it is not the bank that reads: its country and the last four signs. */
export const maskedIban = (iban: string): string => `${iban.slice(0, 2)}** **** ${iban.slice(-4)}`
