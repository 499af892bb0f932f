import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'

const environmentSchema = z.object({
  pid: z.number(),
  portalUrl: z.string(),
  mailboxUrl: z.string(),
  controlUrl: z.string(),
})
/** How other programs of this machine find a running portal. */
export type PortalEnvironment = z.infer<typeof environmentSchema>

/** Where the data of the portal lies unless the caller says otherwise. */
export const dataFolder = (): string =>
  process.env['PORTAL_DATA'] ?? join(import.meta.dirname, '..', '..', '.portal')

const fileIn = (folder: string): string => join(folder, 'environment.json')

/** Writes where the portal is, and what the AWS SDK needs to work on its data. */
export const writeEnvironment = (
  folder: string,
  { pid, portalUrl, mailboxUrl, controlUrl }: PortalEnvironment,
  variables: Readonly<Record<string, string>>,
): void => {
  const environment = { pid, portalUrl, mailboxUrl, controlUrl, ...variables }
  writeFileSync(fileIn(folder), `${JSON.stringify(environment, null, 2)}\n`)
}

const isUp = async ({ controlUrl, pid }: PortalEnvironment): Promise<boolean> => {
  try {
    const response = await fetch(controlUrl, { signal: AbortSignal.timeout(2000) })
    return z.object({ pid: z.number() }).parse(await response.json()).pid === pid
  } catch {
    return false
  }
}

/** The portal that runs on a data folder; undefined if none does. */
export const findPortal = async (folder: string): Promise<PortalEnvironment | undefined> => {
  if (!existsSync(fileIn(folder))) return undefined
  const environment = environmentSchema.parse(JSON.parse(readFileSync(fileIn(folder), 'utf8')))
  return (await isUp(environment)) ? environment : undefined
}
