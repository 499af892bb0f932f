import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { environments } from '../../shared/platform/functions.ts'
import { pointer, synthesize } from './portal.ts'

const { stateless, functions } = synthesize()

const lambdas = stateless.all(
  'AWS::Lambda::Function',
  z.object({
    Runtime: z.string(),
    Architectures: z.array(z.string()),
    Handler: z.string(),
    MemorySize: z.number(),
    Timeout: z.number(),
    Role: pointer,
    LoggingConfig: z.object({ LogFormat: z.string(), LogGroup: pointer }),
    Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }),
  }),
)

const named = [...functions].flatMap(([id, name]) => {
  const lambda = lambdas.get(id)
  return lambda === undefined ? [] : [{ name, lambda }]
})

/** A template knows most values only when it is deployed; here each of them is some address. */
const deployed = (value: unknown): unknown =>
  typeof value === 'string' ? value : 'https://value.example/'

test('every function of functions/ is deployed once, and nothing else is', () => {
  const folders = readdirSync(join(import.meta.dirname, '../../functions'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
  expect([...functions.values()].sort()).toEqual(folders.sort())
  expect(Object.keys(environments).sort()).toEqual(folders.sort())
})

test.for(named)('$name runs on the production runtime within sane limits', ({ lambda }) => {
  expect(lambda).toMatchObject({
    Runtime: 'nodejs24.x',
    Architectures: ['arm64'],
    Handler: 'index.handler',
  })
  expect(lambda.MemorySize).toBeGreaterThanOrEqual(512)
  expect(lambda.MemorySize).toBeLessThanOrEqual(1024)
  expect(lambda.Timeout).toBeGreaterThanOrEqual(10)
  expect(lambda.Timeout).toBeLessThanOrEqual(300)
})

test.for(named)(
  '$name gets exactly the variables that it checks at its start',
  ({ name, lambda }) => {
    const { NODE_OPTIONS, ...variables } = lambda.Environment.Variables
    expect(NODE_OPTIONS).toBe('--enable-source-maps')
    const values = Object.fromEntries(
      Object.entries(variables).map(([key, value]) => [key, deployed(value)]),
    )
    expect(z.safeParse(z.strictObject(environments[name].shape), values).error).toBeUndefined()
  },
)

test('no variable is a secret; which key opens one is none', () => {
  const names = [...lambdas.values()].flatMap(({ Environment }) =>
    Object.keys(Environment.Variables),
  )
  const secrets = names.filter((name) => /secret|password|token|key/i.test(name))
  expect(secrets.filter((name) => !name.endsWith('_KEY_ARN'))).toEqual([])
})

test('no two functions share a role, and no role has a managed policy', () => {
  const roles = [...lambdas.values()].map(({ Role }) => Role)
  expect(new Set(roles).size).toBe(functions.size)
  const schema = z.object({ ManagedPolicyArns: z.unknown().optional() })
  for (const role of stateless.all('AWS::IAM::Role', schema).values()) {
    expect(role.ManagedPolicyArns).toBeUndefined()
  }
})

test.for([
  ['demo', 30],
  ['production', 365],
] as const)('%s keeps the JSON logs of each function apart, for %d days', ([stage, days]) => {
  const portal = synthesize(stage)
  const schema = z.object({ RetentionInDays: z.number().optional() })
  const groups = portal.stateless.all('AWS::Logs::LogGroup', schema)
  for (const group of groups.values()) expect(group.RetentionInDays).toBe(days)
  const own = [...lambdas.values()].map(({ LoggingConfig }) => LoggingConfig.LogGroup)
  expect(new Set(own).size).toBe(functions.size)
  for (const group of own) expect(groups.has(group)).toBe(true)
  for (const { LoggingConfig } of lambdas.values()) expect(LoggingConfig.LogFormat).toBe('JSON')
})
