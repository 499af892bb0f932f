import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ImpactAlarm } from '../../lib/constructs/alarm.ts'
import { HttpFunction } from '../../lib/constructs/http-function.ts'
import { withApp } from './portal.ts'

/** What the first column of the runbook names: `sendmails…`, `…Throttles`, `Unbilled`. */
const named = new Set(
  (readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8').split('### Runbook')[1] ?? '')
    .split('\n### ')[0]
    ?.split('\n')
    .filter((line) => line.startsWith('| ') && line.includes('`'))
    .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)])
    .map(([, name]) => name),
)

/** Each alarm by what CloudFormation calls it, with the names under which the runbook may have it. */
const alarms = withApp({ stage: 'production' }, (app) =>
  app.node
    .findAll()
    .filter((each) => each instanceof ImpactAlarm)
    .map((alarm) => {
      const scopes = alarm.node.scopes.slice(2)
      const path = scopes.map(({ node }) => node.id.replaceAll('-', ''))
      const isOfAnswering = scopes.some((scope) => scope instanceof HttpFunction)
      return {
        path: path.join(''),
        names: [
          ...path.map((id) => `${id.split(' ')[0] ?? ''}…`),
          path.join(''),
          alarm.node.id,
          // What all functions that answer people have, in one row.
          ...(isOfAnswering ? [`…${alarm.node.id}`] : []),
        ],
      }
    }),
)

test('there is a runbook, and there are alarms', () => {
  expect(named.size).toBeGreaterThan(30)
  expect(alarms.length).toBeGreaterThan(70)
})

test.for(alarms)('whom $path wakes finds in the runbook what to look at first', ({ names }) => {
  expect(names.filter((name) => named.has(name))).not.toEqual([])
})
