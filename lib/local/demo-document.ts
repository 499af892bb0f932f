import * as z from 'zod'
import { parisDate } from '../../shared/kernel/paris.ts'
import type { Portal } from './portal.ts'
import type { Town } from './demo.ts'

const sessionSchema = z.object({ idToken: z.string() })
const announcedSchema = z.object({
  document: z.object({ documentId: z.string() }),
  upload: z.object({ url: z.string(), fields: z.record(z.string(), z.string()) }),
})

const fetched = async (url: string, init: RequestInit = {}): Promise<Response> => {
  const reply = await fetch(url, init)
  if (!reply.ok) throw new Error(`${url}: ${await reply.text()}`)
  return reply
}

/**
 * Has the demo town's agent publish the price list of today, as the portal itself prints it, among the
 * documents of the town [guide 6]: the day of the council's decision is made up. Nothing where no list is
 * in force.
 */
export const publishTariffs = async (town: Town, portal: Portal): Promise<void> => {
  const { portalUrl } = portal
  const today = parisDate(new Date(portal.now()))
  const list = town.catalogue.priceLists.find(({ from, until }) => from <= today && today <= until)
  const agent = town.accounts.find(({ roles }) => roles.includes('agent'))
  if (list === undefined || agent === undefined) return
  const session = await fetched(`${portalUrl}/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login: agent.email, password: agent.password }),
  })
  const { idToken } = sessionSchema.parse(await session.json())
  const headers = { authorization: `Bearer ${idToken}`, 'content-type': 'application/json' }
  const printed = await fetched(`${portalUrl}/tariffs/${list.id}/document`)
  const content = await printed.blob()
  const announced = await fetched(`${portalUrl}/publications/documents`, {
    method: 'POST',
    headers,
    body: JSON.stringify({
      kind: 'tariffs',
      title: list.name,
      decidedOn: '2023-12-14',
      from: list.from,
      until: list.until,
      fileName: 'tarifs.pdf',
      mediaType: 'application/pdf',
      size: content.size,
    }),
  })
  const { document, upload } = announcedSchema.parse(await announced.json())
  const form = new FormData()
  for (const [name, value] of Object.entries(upload.fields)) form.append(name, value)
  form.append('file', content)
  await fetched(upload.url, { method: 'POST', body: form })
  const published = `${portalUrl}/publications/documents/${document.documentId}/publication`
  await fetched(published, { method: 'POST', headers })
}
