import { PAPER_TEXTS } from '../kernel/paper-texts.ts'
import { phoneLabel } from '../kernel/phone.ts'
import type { Catalogue } from './model.ts'
import type { Regie } from './regie-model.ts'

/** Who a letter comes from: the name, then lines with the address and whom to ask. */
export interface Issuer {
  readonly name: string
  readonly lines: readonly string[]
}

/** The head of the town's letters: its address and SIRET, and the régie that collects if one does. */
export const issuerOf = (town: Catalogue['town'], regie?: Regie): Issuer => ({
  name: town.name,
  lines: [
    PAPER_TEXTS.townHall(town.address),
    `${town.postcode} ${town.name}`,
    PAPER_TEXTS.phone(phoneLabel(town.phone)),
    PAPER_TEXTS.siret(town.siret),
    ...(regie === undefined ? [] : [regie.name, regie.contact]),
    ...(regie?.phone === undefined ? [] : [PAPER_TEXTS.phone(phoneLabel(regie.phone))]),
  ],
})
