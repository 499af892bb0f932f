/** The codes of the overseas departments, and how numbers begin there that are dialled from France. */
const OVERSEAS: Readonly<Record<string, RegExp>> = {
  262: /^0(?:262|263|269|639|692|693)/,
  590: /^0(?:590|690|691)/,
  594: /^0(?:594|694)/,
  596: /^0(?:596|696|697)/,
}

/** A number of ten digits as it is dialled in France, in the form of E.164. */
const international = (national: string): string => {
  const overseas = Object.entries(OVERSEAS).find(([, beginning]) => beginning.test(national))
  return `+${overseas?.[0] ?? '33'}${national.slice(1)}`
}

/**
 * A telephone number as people type it, in the form of E.164: with or without spaces, full stops,
 * hyphens and brackets, by its French form (`06 12 34 56 78`) or with the code of its country
 * (`+33 (0)6…`, `0033 6…`). What is no telephone number is given back without what separates it.
 */
export const phoneNumberOf = (typed: string): string => {
  const bare = typed
    .replaceAll('(0)', '')
    .replaceAll(/[\s.()/-]/g, '')
    .replace(/^00/, '+')
  return /^0[1-9]\d{8}$/.test(bare) ? international(bare) : bare
}

/** A number of E.164 as the French read it, `06 12 34 56 78`; those of other countries as they are. */
export const phoneLabel = (phone: string): string =>
  /^\+(?:33|262|590|594|596)\d{9}$/.test(phone)
    ? `0${phone.slice(-9)}`.replaceAll(/(?<=\d)(?=(\d\d)+$)/g, ' ')
    : phone
