import type { Installed, Reviewed } from './packages.ts'

/** Licences under which a town may run a package and ship it in a bundle: none asks for the source of the rest. */
const ALLOWED: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Bitstream-Vera',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Unlicense',
  'Zlib',
])

/** The parts of an expression that are joined by a word, outside of parentheses. */
const split = (expression: string, word: 'AND' | 'OR'): string[] => {
  const parts: string[] = []
  let depth = 0
  let current: string[] = []
  for (const token of expression.replaceAll(/[()]/g, ' $& ').split(/\s+/).filter(Boolean)) {
    if (token === '(') depth += 1
    if (token === ')') depth -= 1
    if (token === word && depth === 0) {
      parts.push(current.join(' '))
      current = []
    } else current.push(token)
  }
  return [...parts, current.join(' ')]
}

/**
 * Whether an SPDX expression lets a town use a package: one of alternatives is enough, of licences that hold
 * together each must do.
 */
export const isAllowed = (expression: string): boolean => {
  const text = expression.trim()
  const choices = split(text, 'OR')
  if (choices.length > 1) return choices.some(isAllowed)
  const parts = split(text, 'AND')
  if (parts.length > 1) return parts.every(isAllowed)
  const inner = /^\((.*)\)$/.exec(text)?.[1]
  return inner === undefined ? ALLOWED.has(text) : isAllowed(inner)
}

/** What is wrong with the licences of some packages, as sentences; nothing when all may be used. */
export const faultsOfLicences = (
  packages: readonly Installed[],
  { licences }: Pick<Reviewed, 'licences'>,
): string[] => {
  const reviewOf = ({ name, version }: Installed) =>
    licences.find((each) => each.name === name && each.version === version)
  const refused = packages.flatMap((each) => {
    const licence = reviewOf(each)?.licence ?? each.licence
    if (licence !== undefined && isAllowed(licence)) return []
    return [`${each.name}@${each.version}: ${licence ?? 'no licence'}`]
  })
  const idle = licences
    .filter(
      ({ name, version }) =>
        !packages.some((each) => each.name === name && each.version === version),
    )
    .map(({ name, version }) => `${name}@${version}: reviewed, and no longer there`)
  return [...refused, ...idle]
}
