import type { Table } from '../platform/table.ts'
import { townCatalogue } from './current.ts'
import type { Catalogue } from './model.ts'
import { currentEdition } from './store.ts'

type Payfip = NonNullable<Catalogue['town']['regies'][number]['payfip']>

/** How a régie lets invoices be paid online. */
export interface OnlineRegie {
  readonly id: string
  readonly takesOnline: boolean
  /** How PayFiP is used; nothing without a number of the régie. */
  readonly mode: Payfip['mode'] | undefined
}

/** How each régie of the town in a table is paid online; nothing before a town is loaded. */
export const onlineRegies = async (table: Table): Promise<readonly OnlineRegie[] | undefined> => {
  if ((await currentEdition(table)) === undefined) return undefined
  const { catalogue } = await townCatalogue(table)()
  return catalogue.town.regies.map(({ id, payableBy, payfip }) => ({
    id,
    takesOnline: payableBy.some(({ means }) => means === 'online'),
    mode: payfip?.mode,
  }))
}
