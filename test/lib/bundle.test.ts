import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import * as z from 'zod'
import { bundleFunctions } from '../../lib/bundle.ts'
import { ROUTES } from '../../shared/api/routes.ts'
import { environments } from '../../shared/platform/functions.ts'

const folder = mkdtempSync(join(tmpdir(), 'ribambelle-bundles-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

const { outputs } = await bundleFunctions(folder)
const bundles = Object.entries(outputs)
  .filter(([path]) => path.endsWith('.mjs'))
  .map(([path, output]) => ({ name: basename(dirname(path)), output }))

const read = (...path: string[]): string => readFileSync(join(folder, ...path), 'utf8')

test('every function has a bundle of its own', () => {
  expect(bundles.map(({ name }) => name).sort()).toEqual(Object.keys(environments).sort())
})

test.for(bundles)('$name is an ES module that exports its handler', ({ output }) => {
  expect(output.exports).toContain('handler')
})

test.for(bundles)('$name brings all it needs beside Node itself', ({ output }) => {
  const packages = output.imports.filter(({ path }) => !isBuiltin(path))
  expect(packages).toEqual([])
  // A CommonJS package that requires something would break the module when it is called.
  expect(output.imports.filter(({ kind }) => kind === 'require-call')).toEqual([])
})

test.for(bundles)(
  '$name shows lines of the source in its errors, without carrying it',
  ({ name }) => {
    const map = z.parse(
      z.looseObject({ sources: z.array(z.string()) }),
      JSON.parse(read(name, 'index.mjs.map')),
    )
    expect(map.sources).toContainEqual(expect.stringMatching(`functions/${name}/index.ts$`))
    expect(map).not.toHaveProperty('sourcesContent')
  },
)

test('the API reference lies beside the function that serves it', () => {
  const document = z.parse(
    z.looseObject({ openapi: z.string(), paths: z.record(z.string(), z.unknown()) }),
    JSON.parse(read('town', 'openapi.json')),
  )
  expect(document.openapi).toMatch(/^3\.1\./)
  expect(Object.keys(document.paths).sort()).toEqual(
    [...new Set(ROUTES.map((route) => route.path))].sort(),
  )
  expect(read('town', 'docs.html')).toMatch(/^<!doctype html>/i)
})
