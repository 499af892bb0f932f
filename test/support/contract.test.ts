import { expect, it } from 'vitest'
import { PortalError } from '../../shared/kernel/errors.ts'
import { problemOf } from '../../shared/platform/problem.ts'
import { expectContract } from './contract.ts'

const session = {
  kind: 'session',
  tokenType: 'Bearer',
  idToken: 'a.b.c',
  refreshToken: 'd',
  expiresIn: 3600,
}

it('accepts replies and refusals that the document declares', () => {
  expect(() => {
    expectContract('openSession', 201, session)
    expectContract('openSession', 401, problemOf(new PortalError('bad-credentials'), 'id'))
    expectContract('readPlanning', 401, { message: 'Unauthorized' })
    expectContract('readDocs', 200, '<!doctype html>')
  }).not.toThrow()
})

it.each([
  ['a status that is not declared', 'openSession', 200, session],
  ['an operation that is not declared', 'closeSession', 201, session],
  ['a field that is not declared', 'openSession', 201, { ...session, password: 'x' }],
  ['a missing field', 'openSession', 201, { tokenType: 'Bearer' }],
  ['a wrong kind of value', 'openSession', 201, { ...session, expiresIn: '3600' }],
  [
    'a refusal of another status',
    'openSession',
    401,
    problemOf(new PortalError('nothing-to-change'), 'id'),
  ],
  ['a refusal of API Gateway where it has none', 'openSession', 401, { message: 'Unauthorized' }],
  ['a list for a text', 'readDocs', 200, []],
])('refuses %s', (_, route, status, body) => {
  expect(() => expectContract(route, status, body)).toThrow(/contract/)
})
