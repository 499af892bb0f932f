import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { settled, type Bom } from './sbom-rules.ts'

const REPOSITORY = join(import.meta.dirname, '..', '..')

const ARGUMENTS = ['sbom', '--sbom-format=cyclonedx', '--package-lock-only']

/** The bill of materials of what production needs, by the lock file; no network. */
export const makeSbom = (): Bom => {
  const output = execFileSync('npm', ARGUMENTS, {
    cwd: REPOSITORY,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return settled(JSON.parse(output), 'ribambelle')
}

if (import.meta.main) {
  mkdirSync(join(REPOSITORY, 'dist'), { recursive: true })
  const bom = makeSbom()
  writeFileSync(join(REPOSITORY, 'dist', 'sbom.json'), `${JSON.stringify(bom, undefined, 2)}\n`)
  console.log(`dist/sbom.json: ${String(bom.components.length)} packages`)
}
