import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { townCatalogue } from '../../shared/catalogue/current.ts'
import { cesson } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { townCommand } from '../support/town-command.ts'

const { table, tableName, endpoint } = await freshTable()

const folder = mkdtempSync(join(tmpdir(), 'town-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

const run = (...args: readonly string[]) =>
  townCommand(args, {
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_REGION: 'eu-west-3',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    TABLE_NAME: tableName,
    USER_POOL_ID: 'eu-west-3_pool',
  })

const written = (name: string, content: unknown): string => {
  const path = join(folder, name)
  writeFileSync(path, JSON.stringify(content))
  return path
}

it('prints the faults of a file with their places, and fails', async () => {
  const { town, ...rest } = cesson.catalogue
  const path = written('faulty.json', {
    ...cesson,
    catalogue: { ...rest, town: { ...town, postcode: 'Cesson' } },
  })
  expect(await run('load', path)).toEqual({
    status: 1,
    output: '',
    errors:
      'La demande contient des erreurs.\n' +
      '  /catalogue/town/postcode : Format attendu : des caractères autorisés seulement.\n',
  })
  await expect(townCatalogue(table)()).rejects.toMatchObject({ code: 'unavailable' })
})

it('says what it did with a good file', async () => {
  const path = written('good.json', { ...cesson, accounts: [] })
  const { status, output, errors } = await run('load', path)
  expect(errors).toBe('')
  expect(output).toMatch(
    /^Catalogue [0-9a-f]{16} in force; 4 new families, 0 known, 0 accounts\.\n$/,
  )
  expect(status).toBe(0)
  expect((await townCatalogue(table)()).catalogue).toEqual(cesson.catalogue)
})

it.each([[[]], [['load']], [['unload', 'town.json']]])(
  'says how it is called: %j',
  async (args) => {
    expect(await run(...args)).toEqual({
      status: 2,
      output: '',
      errors:
        'Usage: npm run town -- load FILE\n' +
        '       npm run town -- import FOLDER [--write]\n' +
        '       npm run town -- export FOLDER\n',
    })
  },
)
