import * as z from 'zod'
import type { Reviewed } from './packages.ts'

/** What `npm audit --json` says once the registry has answered. */
const reportSchema = z.object({
  vulnerabilities: z.record(
    z.string(),
    z.object({
      name: z.string(),
      severity: z.enum(['info', 'low', 'moderate', 'high', 'critical']),
      /** Advisories, and the names of packages whose advisories reach this one. */
      via: z.array(
        z.union([
          z.string(),
          z.object({ url: z.string(), title: z.string(), severity: z.string() }),
        ]),
      ),
    }),
  ),
})

/** What an audit comes to. */
export type Verdict =
  | { readonly kind: 'clean'; readonly accepted: readonly string[] }
  | { readonly kind: 'weak'; readonly faults: readonly string[] }
  /** The registry did not answer, or not as one: nobody knows. */
  | { readonly kind: 'unknown' }

/**
 * What an audit comes to once the advisories that people have reviewed are left out. A review ends on
 * its day, and one of nothing that is there any more is a fault itself.
 *
 * @param output what `npm audit --json` wrote.
 * @param today `2026-11-23`
 */
export const verdictOf = (
  output: string,
  { advisories }: Pick<Reviewed, 'advisories'>,
  today: string,
): Verdict => {
  let content: unknown
  try {
    content = JSON.parse(output)
  } catch {
    return { kind: 'unknown' }
  }
  const report = reportSchema.safeParse(content)
  if (!report.success) return { kind: 'unknown' }

  const found = new Map(
    Object.values(report.data.vulnerabilities).flatMap(({ name, via }) =>
      via.flatMap((each) => {
        if (typeof each === 'string') return []
        const id = each.url.split('/').at(-1) ?? each.url
        return [[id, `${id} (${each.severity}) in ${name}: ${each.title}`] as const]
      }),
    ),
  )
  const valid = advisories.filter(({ until }) => today <= until)
  const faults = [...found].flatMap(([id, sentence]) =>
    valid.some((each) => each.id === id) ? [] : [sentence],
  )
  const idle = advisories
    .filter(({ id }) => !found.has(id))
    .map(({ id }) => `${id}: reviewed, and no longer there`)
  return faults.length + idle.length === 0
    ? { kind: 'clean', accepted: [...found.keys()] }
    : { kind: 'weak', faults: [...faults, ...idle] }
}
