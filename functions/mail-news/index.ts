import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { log } from '../../shared/platform/log.ts'
import { scheduleHandler } from '../../shared/platform/schedule.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'
import { mailNews } from '../../shared/publications/mail-news.ts'

const { TABLE_NAME } = environmentOf(environments['mail-news'])
const table = openTable(documentClient(), TABLE_NAME)

export const handler = scheduleHandler(async (due) => {
  const { news, families, notices } = await mailNews(table, due)
  if (news > 0) log.info('news mailed', { news, families, notices })
})
