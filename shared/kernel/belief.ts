/** Words of belief, in French. */
const BELIEF =
  /hal+al|[ck]as?c?her|kosher|musulman|juif|juive|isra[ée]lite|chr[ée]tien|catholi|religi/i

/**
 * Whether a text tells what somebody believes, which no file of a town may note (GDPR, article 9). It
 * is asked of what people word freely, never of names and addresses: there is a rue des Juifs.
 */
export const tellsBelief = (text: string): boolean => BELIEF.test(text)
