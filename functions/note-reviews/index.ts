import { noteReview } from '../../shared/billing/note-review.ts'
import { townCatalogue } from '../../shared/catalogue/current.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { streamHandler } from '../../shared/platform/stream.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'

const { TABLE_NAME } = environmentOf(environments['note-reviews'])
const table = openTable(documentClient(), TABLE_NAME)
const town = townCatalogue(table)

export const handler = streamHandler(async (change) =>
  noteReview({ table, town: await town() }, change),
)
