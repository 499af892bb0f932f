import { spawnSync } from 'node:child_process'
import { verdictOf } from './audit-rules.ts'
import { readReviewed } from './packages.ts'

/**
 * Asks the registry for the known weaknesses of what production needs. Ends with 1 when there is one that
 * nobody has reviewed, and with 2 when the registry does not answer: that is not known to be clean.
 */
const ARGUMENTS = ['audit', '--omit=dev', '--json', '--fetch-retries=0', '--fetch-timeout=20000']

const { stdout, stderr } = spawnSync('npm', ARGUMENTS, {
  encoding: 'utf8',
  timeout: 60_000,
  maxBuffer: 64 * 1024 * 1024,
})
const verdict = verdictOf(stdout, readReviewed(), new Date().toISOString().slice(0, 10))
switch (verdict.kind) {
  case 'clean':
    console.log(
      verdict.accepted.length === 0
        ? 'No known weakness.'
        : `No known weakness but those that were reviewed: ${verdict.accepted.join(', ')}.`,
    )
    break
  case 'weak':
    for (const fault of verdict.faults) console.error(fault)
    process.exitCode = 1
    break
  case 'unknown':
    console.error(`The registry did not answer: nothing is known.\n${stderr.trim()}`)
    process.exitCode = 2
}
