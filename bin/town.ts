import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider'
import * as z from 'zod'
import { dataFolder, findPortal } from '../lib/local/environment.ts'
import { townCatalogue } from '../shared/catalogue/current.ts'
import { PortalError } from '../shared/kernel/errors.ts'
import { parisDate } from '../shared/kernel/paris.ts'
import { PROBLEM_TITLES } from '../shared/kernel/texts.ts'
import { openAccount } from '../shared/accounts/open-account.ts'
import { cognitoAccounts } from '../shared/platform/accounts.ts'
import { documentClient, openTable } from '../shared/platform/table.ts'
import { exportTown } from '../shared/migration/export-town.ts'
import { importTown } from '../shared/migration/import-town.ts'
import { KINDS } from '../shared/migration/model.ts'
import { exportLines, importLines } from '../shared/migration/report.ts'
import { namesIn, writeFolder } from '../shared/migration/write-folder.ts'
import { MIGRATION_FILES, MIGRATION_REPORT } from '../shared/kernel/migration-texts.ts'
import { loadTown } from '../shared/setup/load-town.ts'

const USAGE = `Usage: npm run town -- load FILE
       npm run town -- import FOLDER [--write]
       npm run town -- export FOLDER`

/** The portal that runs on this machine says where its parts are. */
const LOCAL_ENVIRONMENT = join(dataFolder(), 'environment.json')

const isLocal = process.env['TABLE_NAME'] === undefined && existsSync(LOCAL_ENVIRONMENT)

/** The time of the portal: of its own clock where it runs on this machine. */
const timeOfPortal = async (): Promise<Date> => {
  const portal = isLocal ? await findPortal(dataFolder()) : undefined
  if (portal === undefined) return new Date()
  const response = await fetch(portal.controlUrl)
  return new Date(z.object({ now: z.iso.datetime() }).parse(await response.json()).now)
}

const targetSchema = z.object({ TABLE_NAME: z.string(), USER_POOL_ID: z.string() })

const target = (): z.infer<typeof targetSchema> => {
  if (isLocal) {
    const local: unknown = JSON.parse(readFileSync(LOCAL_ENVIRONMENT, 'utf8'))
    Object.assign(process.env, z.record(z.string(), z.coerce.string()).parse(local))
  }
  return targetSchema.parse(process.env)
}

const load = async (path: string): Promise<void> => {
  const content: unknown = JSON.parse(readFileSync(path, 'utf8'))
  const { TABLE_NAME, USER_POOL_ID } = target()
  const table = openTable(documentClient(), TABLE_NAME)
  const accounts = cognitoAccounts(new CognitoIdentityProviderClient({}), USER_POOL_ID)
  const report = await loadTown(
    { table, createAccount: (account) => openAccount({ table, accounts }, account) },
    content,
    parisDate(await timeOfPortal()),
  )
  console.info(
    `Catalogue ${report.edition} in force; ${String(report.newFamilies)} new families, ` +
      `${String(report.knownFamilies)} known, ${String(report.accounts)} accounts.`,
  )
}

/** How often a throttled call is sent: a new table takes a moment to grow to what an import writes. */
const ATTEMPTS = 10

const openTown = () => openTable(documentClient(ATTEMPTS), target().TABLE_NAME)

/** Takes the families of the town's program before over from a folder of tables; or tries whether it could. */
const importFolder = async (folder: string, write: boolean): Promise<void> => {
  const table = openTown()
  const town = await townCatalogue(table)()
  const files = KINDS.map((kind) => [kind, join(folder, MIGRATION_FILES[kind])] as const)
  const found = files.filter(([, path]) => existsSync(path))
  const bytes = Object.fromEntries(found.map(([kind, path]) => [kind, readFileSync(path)]))
  const report = await importTown({ table, town }, bytes, { write, now: await timeOfPortal() })
  console.info(importLines(report, write).join('\n'))
  if (report.refusals.length > 0) process.exitCode = 1
}

/** Writes everything that an import takes into a folder, in the same tables; over no file that is there. */
const exportFolder = async (folder: string): Promise<void> => {
  const taken = namesIn(
    folder,
    KINDS.map((kind) => MIGRATION_FILES[kind]),
  )
  if (taken.length > 0) {
    console.error(MIGRATION_REPORT.taken(folder, taken))
    process.exitCode = 1
    return
  }
  const exported = await exportTown(openTown())
  const files = KINDS.map((kind) => [MIGRATION_FILES[kind], exported.files[kind]] as const)
  writeFolder(folder, new Map(files))
  console.info(exportLines(exported).join('\n'))
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { write: { type: 'boolean', default: false } },
})
const [command = '', path] = positionals
const commands = new Map<string, (path: string) => Promise<void>>([
  ['load', load],
  ['import', (folder) => importFolder(folder, values.write)],
  ['export', exportFolder],
])
const run = commands.get(command)
if (run === undefined || path === undefined) {
  console.error(USAGE)
  process.exitCode = 2
} else {
  try {
    await run(path)
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof Error && 'syscall' in error)) {
      console.error(`${path}: ${error.message}`)
      process.exit(1)
    }
    if (!(error instanceof PortalError)) throw error
    console.error(PROBLEM_TITLES[error.code])
    for (const { pointer, detail } of error.faults) console.error(`  ${pointer} : ${detail}`)
    process.exitCode = 1
  }
}
