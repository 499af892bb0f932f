import type * as z from 'zod'
import type { FamilyFile } from '../families/model.ts'
import { QUOTIENT_CONSENT, QUOTIENT_ERRORS, QUOTIENTS } from '../kernel/quotient-texts.ts'
import { monthLabel } from '../kernel/texts.ts'
import type { GuardianId } from '../platform/schemas.ts'
import type { FetchError, QuotientConsent, QuotientFetch } from './model.ts'
import type { consentReply, fetchReply } from './routes.ts'

const SENTENCES = QUOTIENT_ERRORS satisfies Record<FetchError, string>

/** What to do where no quotient came, in a sentence. */
export const sentenceOf = (error: FetchError): string => SENTENCES[error]

/** The name of a guardian of the file, as people read it; the number of one who has left it. */
export const nameIn =
  ({ guardians }: Pick<FamilyFile, 'guardians'>) =>
  (guardianId: GuardianId): string => {
    const named = guardians.find((each) => each.guardianId === guardianId)
    return named === undefined ? guardianId : `${named.firstName} ${named.lastName}`
  }

/** The present wording, and what a guardian has said to it. */
export const viewConsent = (held: QuotientConsent | undefined): z.input<typeof consentReply> => ({
  text: QUOTIENT_CONSENT.text,
  textVersion: QUOTIENT_CONSENT.version,
  given: held && { at: held.at, textVersion: held.textVersion },
  withdrawnAt: held?.withdrawnAt,
})

/** What a question to the funds came to, in a sentence. */
const told = ({ outcome }: QuotientFetch): string =>
  outcome.kind === 'failed'
    ? sentenceOf(outcome.error)
    : QUOTIENTS.found({
        value: outcome.value.replace('.', ','),
        provider: outcome.provider,
        month: monthLabel(outcome.month),
        from: outcome.countsFrom,
      })

/** A question to the funds, as the family reads it: who asked, about whom, when, what for, and the answer. */
export const viewFetch = (
  fetch: QuotientFetch,
  nameOf: (guardianId: GuardianId) => string,
): z.input<typeof fetchReply> => {
  const { at, month, byGuardian, guardianId, outcome, reason } = fetch
  return {
    at,
    by: byGuardian === undefined ? QUOTIENTS.town : nameOf(byGuardian),
    about: nameOf(guardianId),
    purpose: QUOTIENTS.purpose,
    consentedAt: fetch.consent.at,
    month,
    reason,
    outcome,
    told: told(fetch),
  }
}
