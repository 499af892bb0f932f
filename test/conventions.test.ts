import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')

const files = ['bin', 'functions', 'lib', 'shared', 'test'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true }).map((entry) =>
    join(entry.parentPath, entry.name),
  ),
)

it('names every file and folder in kebab-case', () => {
  const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.test)?(\.[a-z]+)?$/
  expect(files.length).toBeGreaterThan(50)
  expect(files.filter((file) => !kebab.test(basename(file)))).toEqual([])
})
