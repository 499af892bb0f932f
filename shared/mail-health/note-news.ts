import { isDeepStrictEqual } from 'node:util'
import { again } from '../platform/retry.ts'
import type { Table } from '../platform/table.ts'
import type { News, Use } from './model.ts'
import { afterNews, unknownAddress } from './rules.ts'
import { findAddress, saveAddress } from './store.ts'

/** Nothing more is known of the use of an address. */
export const NO_USE: Use = { families: [], isTowns: false }

/**
 * Notes what somebody says of an address. What is known already costs no write.
 *
 * @throws StaleReadError, TableBusyError when it changes again and again meanwhile.
 */
export const noteNews = (table: Table, email: string, news: News, use: Use): Promise<void> =>
  again(async () => {
    const held = (await findAddress(table, email)) ?? unknownAddress(email)
    const after = afterNews(held, news, use)
    if (!isDeepStrictEqual(after, held)) await saveAddress(table, after)
  })
