import type { Sealed, Sealer } from '../platform/sealer.ts'
import type { Mandate } from './model.ts'

/** What a sealed account belongs to: it opens for its family and mandate and for nothing else. */
const contextOf = ({ familyId, rum }: Pick<Mandate, 'familyId' | 'rum'>) => ({
  purpose: 'mandate',
  familyId,
  rum,
})

/** Seals the IBAN of a mandate. One call to the key. */
export const sealAccount = (
  sealer: Sealer,
  mandate: Pick<Mandate, 'familyId' | 'rum'>,
  iban: string,
): Promise<Sealed> => sealer.seal(iban, contextOf(mandate))

/**
 * Opens the IBAN of a mandate, for the file for the bank and nobody else. One call to the key.
 *
 * @throws when the family was erased: the account is gone with it.
 */
export const openAccount = (sealer: Sealer, mandate: Mandate): Promise<string> => {
  const { sealed } = mandate.account
  if (sealed === undefined) throw new Error('A mandate without its account')
  return sealer.open(sealed, contextOf(mandate))
}
