import { existsSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider'
import * as z from 'zod'
import { PortalError } from '../shared/kernel/errors.ts'
import { parisDate } from '../shared/kernel/paris.ts'
import { PROBLEM_TITLES } from '../shared/kernel/texts.ts'
import { openAccount } from '../shared/accounts/open-account.ts'
import { cognitoAccounts } from '../shared/platform/accounts.ts'
import { documentClient, openTable } from '../shared/platform/table.ts'
import { loadTown } from '../shared/setup/load-town.ts'

const USAGE = 'Usage: npm run town -- load FILE'

/** The portal that runs on this machine says where its parts are. */
const LOCAL_ENVIRONMENT = `${process.env['PORTAL_DATA'] ?? '.portal'}/environment.json`

const targetSchema = z.object({ TABLE_NAME: z.string(), USER_POOL_ID: z.string() })

const target = (): z.infer<typeof targetSchema> => {
  if (process.env['TABLE_NAME'] === undefined && existsSync(LOCAL_ENVIRONMENT)) {
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
    parisDate(new Date()),
  )
  console.info(
    `Catalogue ${report.edition} in force; ${String(report.newFamilies)} new families, ` +
      `${String(report.knownFamilies)} known, ${String(report.accounts)} accounts.`,
  )
}

const { positionals } = parseArgs({ allowPositionals: true })
const [command, path] = positionals
if (command !== 'load' || path === undefined) {
  console.error(USAGE)
  process.exitCode = 2
} else {
  try {
    await load(path)
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
