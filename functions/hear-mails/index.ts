import { hearFeedback } from '../../shared/mail-health/hear-feedback.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'
import { topicHandler } from '../../shared/platform/topic.ts'

const { TABLE_NAME } = environmentOf(environments['hear-mails'])
const table = openTable(documentClient(), TABLE_NAME)

export const handler = topicHandler((message) => hearFeedback(table, message))
