import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it, onTestFinished } from 'vitest'
import { writeEnvironment } from '../../lib/local/environment.ts'
import { listen } from '../../lib/local/listen.ts'
import {
  MIGRATION_FAULTS as FAULTS,
  MIGRATION_FILES,
  MIGRATION_REPORT,
} from '../../shared/kernel/migration-texts.ts'
import { KINDS } from '../../shared/migration/model.ts'
import { writeFolder } from '../../shared/migration/write-folder.ts'
import { openCesson } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { townCommand } from '../support/town-command.ts'
import { invoiceFile, plainFamily } from './fixture.ts'

const { table, tableName, endpoint } = await freshTable()
await openCesson(table)

const home = mkdtempSync(join(tmpdir(), 'town-command-'))
afterAll(() => {
  rmSync(home, { recursive: true, force: true })
})

const TABLE = {
  AWS_ENDPOINT_URL_DYNAMODB: endpoint,
  AWS_REGION: 'eu-west-3',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  TABLE_NAME: tableName,
  USER_POOL_ID: 'none',
}

const town = (
  parameters: readonly string[],
  environment: Readonly<Record<string, string>> = TABLE,
) => townCommand(parameters, environment)

const ALL = KINDS.map((kind) => MIGRATION_FILES[kind])

it('exports into a folder, for the eyes of who asks, and over no file that is there', async () => {
  const folder = join(home, 'of', 'today')
  expect(await town(['export', folder])).toMatchObject({ status: 0, errors: '' })
  expect(readdirSync(folder).toSorted()).toEqual(ALL.toSorted())
  const path = join(folder, MIGRATION_FILES.families)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  const before = readFileSync(path, 'utf8')
  expect(before).toContain('DUPONT')

  writeFileSync(path, 'mine')
  const again = await town(['export', folder])
  expect(again).toMatchObject({ status: 1, output: '' })
  expect(again.errors.trim()).toBe(MIGRATION_REPORT.taken(folder, ALL))
  expect(readFileSync(path, 'utf8')).toBe('mine')
})

it('leaves nothing of an export that fails, and what was there', async () => {
  const files = new Map([
    ['a.csv', 'a'],
    ['no-folder/b.csv', 'b'],
  ])
  const fresh = join(home, 'deep', 'er')
  expect(() => {
    writeFolder(fresh, files)
  }).toThrow('ENOENT')
  expect(readdirSync(home)).not.toContain('deep')

  const mine = join(home, 'mine')
  mkdirSync(join(mine, 'b.csv', 'full'), { recursive: true })
  expect(() => {
    writeFolder(mine, new Map([...files.keys()].map((name) => [name.slice(-5), 'x'])))
  }).toThrow()
  expect(readdirSync(mine)).toEqual(['b.csv'])

  const file = join(home, 'a-file')
  writeFileSync(file, '')
  const refused = await town(['export', join(file, 'in')])
  expect(refused.status).toBe(1)
  expect(refused.errors).toMatch(/ENOTDIR/)
})

it('imports by the clock of the portal that runs on this machine', async () => {
  const served = await listen(
    createServer((_, response) => {
      response.end(JSON.stringify({ pid: process.pid, now: '2025-01-15T08:00:00.000Z' }))
    }),
  )
  onTestFinished(served.stop)
  const { url } = served
  const data = join(home, 'data')
  mkdirSync(data)
  const portal = { pid: process.pid, portalUrl: url, mailboxUrl: url, controlUrl: url }
  writeEnvironment(data, portal, TABLE)

  const { former, texts } = plainFamily({
    invoices: invoiceFile('%;ENF;%/1;05/2025;05/06/2025;05/07/2025;Cantine;12,00;0,00;12,00'),
  })
  const folder = join(home, former)
  mkdirSync(folder)
  for (const kind of KINDS) {
    const text = texts[kind]
    if (text !== undefined) writeFileSync(join(folder, MIGRATION_FILES[kind]), text)
  }
  const early = await town(['import', folder], { PORTAL_DATA: data })
  expect(early.status).toBe(1)
  expect(early.output).toContain(`factures.csv, ligne 2, colonne emise_le : ${FAULTS.inFuture}`)
  expect((await town(['import', folder])).output).not.toContain(FAULTS.inFuture)
})
