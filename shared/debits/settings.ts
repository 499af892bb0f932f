import type { TownCatalogue } from '../catalogue/calendar.ts'
import { takes, type DebitSettings, type Regie } from '../catalogue/regie-model.ts'
import { DEBITS } from '../kernel/debit-texts.ts'
import { PortalError } from '../kernel/errors.ts'
import type { RegieId } from '../platform/schemas.ts'

/** A régie that debits, with its settings. */
export interface Debiting {
  readonly regie: Regie
  readonly settings: DebitSettings
}

/** The régies of a town that debit the accounts of families. */
export const debitingRegies = ({ catalogue }: TownCatalogue): Debiting[] =>
  catalogue.town.regies.flatMap((regie) =>
    regie.debit !== undefined && takes(regie, 'direct-debit')
      ? [{ regie, settings: regie.debit }]
      : [],
  )

/**
 * The settings of a régie that debits.
 *
 * @throws PortalError `means-not-allowed` for one that does not, or that the town does not have.
 */
export const debitingRegie = (town: TownCatalogue, regieId: RegieId): Debiting => {
  const found = debitingRegies(town).find(({ regie }) => regie.id === regieId)
  if (found === undefined) {
    throw new PortalError('means-not-allowed', { detail: DEBITS.unknownRegie })
  }
  return found
}

/** In cents: the most of one debit that the act of the régie allows; nothing where it names none. */
export const mostOfDebit = ({ payableBy }: Pick<Regie, 'payableBy'>): number | undefined =>
  payableBy.find(({ means }) => means === 'direct-debit')?.most
