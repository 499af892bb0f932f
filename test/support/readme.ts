import { readFileSync, writeFileSync } from 'node:fs'
import { expect } from 'vitest'

const README = new URL('../../README.md', import.meta.url)

/**
 * Compares the part of the README between `<!-- name -->` and `<!-- /name -->` with what it should
 * say. `UPDATE_GOLDEN=1 npm run vitest` writes it.
 */
export const expectReadme = (name: string, content: string): void => {
  const text = readFileSync(README, 'utf8')
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  if (!text.includes(start) || !text.includes(end))
    throw new Error(`The README has no part ${name}`)
  const from = text.indexOf(start) + start.length
  const to = text.indexOf(end)
  if (process.env['UPDATE_GOLDEN'] === '1') {
    writeFileSync(README, `${text.slice(0, from)}\n\n${content}\n\n${text.slice(to)}`)
    return
  }
  expect(text.slice(from, to).trim()).toBe(content)
}
