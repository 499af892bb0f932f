import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { docsPage } from '../../shared/api/docs.ts'
import { openApiDocument } from '../../shared/api/openapi.ts'
import type { Operation } from '../../shared/api/openapi-model.ts'
import { ROUTES } from '../../shared/api/routes.ts'
import { PROBLEM_MEDIA_TYPE } from '../../shared/platform/problem.ts'
import { defineRoute, routeKey, type Route } from '../../shared/platform/route.ts'
import { ifMatchSchema, versionSchema } from '../../shared/platform/schemas.ts'

const document = openApiDocument(ROUTES)

const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({
    key: `${method.toUpperCase()} ${path}`,
    operation,
  })),
)

const operationOf = (route: Route, among = document): Operation => {
  const operation = among.paths[route.path]?.[route.method.toLowerCase()]
  if (operation === undefined) throw new Error(`No operation for ${route.id}`)
  return operation
}

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator()
    const plain: unknown = JSON.parse(JSON.stringify(document))
    const outcome = await validator.validate(z.record(z.string(), z.unknown()).parse(plain))
    expect(outcome).toEqual({ valid: true })
    expect(validator.version).toBe('3.1')
  })

  it('has every route once and nothing else', () => {
    expect(operations.map(({ key }) => key).sort()).toEqual(ROUTES.map(routeKey).sort())
    expect(operations.map(({ operation }) => operation.operationId).sort()).toEqual(
      ROUTES.map(({ id }) => id).sort(),
    )
  })

  it('refers to nothing that it does not hold', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)]
    expect(references.length).toBeGreaterThan(ROUTES.length)
    for (const [, reference = ''] of references) {
      const name = reference.replace('#/components/schemas/', '')
      expect(document.components.schemas).toHaveProperty([name])
    }
  })

  it.each(ROUTES.map((route) => [route.id, route] as const))(
    'says of %s who may call it and how it refuses',
    (_, route) => {
      const { security, responses } = operationOf(route)
      expect(security.flatMap((each) => Object.values(each).flat())).toEqual(
        route.access === 'public' ? [] : route.access,
      )
      const codes = Object.values(responses).flatMap(({ content }) =>
        Object.keys(content[PROBLEM_MEDIA_TYPE]?.examples ?? {}),
      )
      expect(codes).toEqual(expect.arrayContaining([...route.errors, 'internal']))
      expect(codes.includes('forbidden')).toBe(route.access !== 'public')
      expect('application/json' in (responses['401']?.content ?? {})).toBe(
        route.access !== 'public',
      )
      expect(Object.keys(responses)).toContain(String(route.status))
    },
  )

  it('names every part of a path as a parameter', () => {
    for (const route of ROUTES) {
      const inPath = operationOf(route).parameters.filter((parameter) => parameter.in === 'path')
      const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      expect(inPath.map(({ name }) => name)).toEqual(names)
    }
  })

  it('gives examples that its own schemas accept', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false })
    ajv.addSchema(document, 'portal')
    const validators = new Map<string, ValidateFunction>()
    const validatorOf = (schema: string): ValidateFunction => {
      const rooted: unknown = JSON.parse(schema.replaceAll('"#/', '"portal#/'))
      const made =
        validators.get(schema) ?? ajv.compile(z.record(z.string(), z.unknown()).parse(rooted))
      validators.set(schema, made)
      return made
    }
    let checked = 0
    for (const { operation } of operations) {
      const samples = [
        ...operation.parameters,
        ...Object.values(operation.requestBody?.content ?? {}),
        ...Object.values(operation.responses).flatMap(({ content }) =>
          Object.values(content).flatMap(({ schema, examples = {} }) =>
            Object.values(examples).map(({ value }) => ({ schema, example: value })),
          ),
        ),
      ]
      for (const { schema, example } of samples) {
        if (example === undefined) continue
        expect(
          validatorOf(JSON.stringify(schema))(example),
          `${operation.operationId}: ${JSON.stringify(example)}`,
        ).toBe(true)
        checked += 1
      }
    }
    expect(checked).toBeGreaterThan(ROUTES.length)
  })

  const shared = z.strictObject({ name: z.string() })
  const bodiless = {
    path: '/things/{thingId}',
    function: 'town',
    summary: 'Change <b>a</b> thing & `more`',
    parameters: z.strictObject({ thingId: z.string().regex(/^[\w-]{1,48}$/) }),
    query: z.strictObject({ limit: z.coerce.number().int().max(9).default(2) }),
    headers: z.object({ 'x-key': z.string().optional() }),
    status: 200,
    reply: z.strictObject({ kept: shared.extend({ note: z.string().default('') }) }),
    errors: ['already-decided', 'concurrent-change'],
  } as const
  const route = defineRoute({
    ...bodiless,
    id: 'changeThing',
    method: 'PUT',
    access: ['agent', 'administrator'],
    body: z.strictObject({ things: z.array(shared), at: z.iso.date().optional() }),
  })
  const other = defineRoute({ ...bodiless, id: 'readThing', method: 'GET', access: 'public' })
  const small = openApiDocument([route, other])

  it('describes what is sent as it is sent, and what is answered as it is answered', () => {
    expect(operationOf(route, small).parameters).toEqual([
      expect.objectContaining({ name: 'thingId', in: 'path', required: true }),
      expect.objectContaining({ name: 'limit', in: 'query', required: false }),
      expect.objectContaining({ name: 'x-key', in: 'header', required: false }),
    ])
    expect(small.components.schemas['ChangeThingBody']).toMatchObject({ required: ['things'] })
    expect(small.components.schemas['ChangeThingReply']?.properties?.['kept']).toMatchObject({
      required: ['name', 'note'],
    })
    expect(Object.keys(small.components.schemas)).not.toContain('ReadThingReply')
  })

  it('gathers the refusals of one status, and says when to try again', () => {
    const { responses } = operationOf(route, small)
    expect(Object.keys(responses)).toEqual([
      '200',
      '400',
      '401',
      '403',
      '409',
      '413',
      '415',
      '500',
      '503',
    ])
    expect(Object.keys(responses['409']?.content[PROBLEM_MEDIA_TYPE]?.examples ?? {})).toEqual([
      'already-decided',
      'concurrent-change',
    ])
    expect(responses['409']?.headers).toHaveProperty('Retry-After')
    expect(Object.keys(operationOf(other, small).responses)).not.toContain('415')
  })

  it('shows the version of what people edit, as it is sent and as it is answered', () => {
    const edit = defineRoute({
      ...bodiless,
      id: 'editThing',
      method: 'PUT',
      access: ['agent'],
      headers: z.object({ 'if-match': ifMatchSchema }),
      versioned: true,
      reply: z.strictObject({ version: versionSchema }),
      errors: ['changed-meanwhile'],
    })
    const { parameters, responses } = operationOf(edit, openApiDocument([edit]))
    expect(parameters.at(-1)).toMatchObject({
      name: 'if-match',
      in: 'header',
      required: true,
      example: '"3"',
    })
    expect(responses['200']?.headers).toHaveProperty('ETag')
    expect(responses['412']?.content[PROBLEM_MEDIA_TYPE]?.examples).toHaveProperty([
      'changed-meanwhile',
    ])
    expect(operationOf(route, small).responses['200']).not.toHaveProperty('headers')
  })

  it('shows the version of every reply that has one in its ETag', () => {
    for (const { versioned, reply } of ROUTES) {
      const shape = reply instanceof z.ZodObject ? Object.keys(reply.shape) : []
      if (versioned === true) expect(shape).toContain('version')
    }
  })

  it('escapes everything on the page for people', () => {
    const page = docsPage(small)
    expect(page).toContain('Change &lt;b&gt;a&lt;/b&gt; thing &amp; <code>more</code>')
    expect(page).not.toContain('<b>a</b>')
  })
})

describe('the page for people', () => {
  const page = docsPage(document)

  it.each(ROUTES.map((route) => [route.id, route] as const))(
    'shows %s with a call',
    (id, route) => {
      expect(page.split(`<article id="${id}">`)).toHaveLength(2)
      expect(page).toContain(`href="#${id}"`)
      expect(page).toContain(`<code>${route.path}</code>`)
      expect(page).toContain(`aria-label="curl call of ${id}"`)
    },
  )

  it('loads nothing from elsewhere and runs no script', () => {
    expect(page).not.toMatch(/https?:|<script|<link|<img|<iframe|@import|url\(|\son\w+=/i)
    expect(page.match(/\shref="[^"]*"/g)?.every((link) => /"(#|\/openapi\.json)/.test(link))).toBe(
      true,
    )
  })

  it('closes what it opens', () => {
    const open: string[] = []
    for (const [, slash, name = ''] of page.matchAll(/<(\/?)([a-z][a-z0-9]*)[^>]*>/g)) {
      if (['meta', 'br'].includes(name)) continue
      if (slash === '') open.push(name)
      else expect(open.pop()).toBe(name)
    }
    expect(open).toEqual([])
  })

  it('has a language, a title, landmarks and no skipped level of headings', () => {
    expect(page).toMatch(/<html lang="en">/)
    expect(page).toMatch(/<title>[^<]+<\/title>/)
    expect(page).toContain('<main id="content">')
    const levels = [...page.slice(page.indexOf('<main')).matchAll(/<h([1-6])/g)].map(([, level]) =>
      Number(level),
    )
    levels.slice(1).forEach((level, index) => expect(level - (levels[index] ?? 0)).toBeLessThan(2))
  })

  it('gives every anchor once', () => {
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })
})
