import { expect, test } from 'vitest'
import * as z from 'zod'
import { STAGE_NAMES, stages } from '../../lib/stages.ts'

test.for([...STAGE_NAMES])('%s is known by its name and stays in France', (name) => {
  expect(stages[name].name).toBe(name)
  expect(stages[name].region).toBe('eu-west-3')
})

test.for([...STAGE_NAMES])('%s sends its mails in a name that SES verifies', (name) => {
  const { sender, identity } = stages[name].mail
  expect(z.email().safeParse(sender).success).toBe(true)
  expect(sender).toSatisfy((address: string) =>
    'email' in identity ? address === identity.email : address.endsWith(`@${identity.domain}`),
  )
})

test.for([...STAGE_NAMES])('%s lets the page that its mails link to call the API', (name) => {
  const { allowedOrigins, portalUrl } = stages[name]
  expect(allowedOrigins).toContain(new URL(portalUrl).origin)
  for (const origin of allowedOrigins) expect(new URL(origin).origin).toBe(origin)
})

test('families reach the real portal by HTTPS only', () => {
  const { allowedOrigins, portalUrl } = stages.production
  for (const url of [...allowedOrigins, portalUrl]) expect(url).toMatch(/^https:/)
})
