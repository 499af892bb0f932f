import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const TESTS = join(import.meta.dirname, '..')

/** The features of the two guides, and the wishes of towns, as the tests name them. */
export const FEATURES: readonly string[] = [
  ...Array.from({ length: 59 }, (_, index) => `guide ${index + 1}`),
  ...Array.from({ length: 11 }, (_, index) => `wish W${index + 1}`),
]

const TAG = /\[(guide|wish) ([^\]]+)\]/g
const ENTRY = /^(W?)(\d+)(?:[–-]W?(\d+))?$/

/**
 * The features that a text proves: `[guide 43, 44]`, `[guide 36–39]`, `[wish W2]`.
 *
 * @throws RangeError when a tag names what the guides do not have, so that no typing error hides.
 */
export const featuresIn = (text: string): string[] =>
  [...text.matchAll(TAG)].flatMap(([tag, kind = '', list = '']) =>
    list.split(',').flatMap((entry) => {
      const [, letter = '', first = '', last = first] = ENTRY.exec(entry.trim()) ?? []
      const numbers = Array.from(
        { length: Math.max(0, Number(last) - Number(first) + 1) },
        (_, index) => `${kind} ${letter}${Number(first) + index}`,
      )
      if (first === '' || numbers.length === 0 || !numbers.every((one) => FEATURES.includes(one))) {
        throw new RangeError(`Unknown feature in ${tag}`)
      }
      return numbers
    }),
  )

/** By feature, the files whose test titles prove it. */
export const coverage = (sources: ReadonlyMap<string, string>): Map<string, Set<string>> => {
  const proofs = new Map<string, Set<string>>(FEATURES.map((feature) => [feature, new Set()]))
  for (const [file, source] of sources) {
    for (const feature of featuresIn(source)) proofs.get(feature)?.add(file)
  }
  return proofs
}

/** The text of each test file but those of the tests' own tools, by its path. */
export const testSources = (): Map<string, string> =>
  new Map(
    readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.test.ts') && !file.startsWith('support'))
      .sort()
      .map((file) => [file, readFileSync(join(TESTS, file), 'utf8')]),
  )
