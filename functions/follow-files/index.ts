import { followLedger } from '../../shared/arrears/keep-debts.ts'
import { noteReview } from '../../shared/billing/note-review.ts'
import { townCatalogue } from '../../shared/catalogue/current.ts'
import { followFile } from '../../shared/families/follow-file.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { streamHandler } from '../../shared/platform/stream.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'

const { TABLE_NAME } = environmentOf(environments['follow-files'])
const table = openTable(documentClient(), TABLE_NAME)
const town = townCatalogue(table)

export const handler = streamHandler(async (change) => {
  const deps = { table, town: await town() }
  await followFile(deps, change)
  await noteReview(deps, change)
  await followLedger(table, change)
})
