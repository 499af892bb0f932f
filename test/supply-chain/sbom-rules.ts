import { createHash } from 'node:crypto'
import * as z from 'zod'

const componentSchema = z.looseObject({
  'bom-ref': z.string(),
  purl: z.string(),
  properties: z.array(z.looseObject({ name: z.string() })).default([]),
})

const bomSchema = z.looseObject({
  bomFormat: z.literal('CycloneDX'),
  specVersion: z.string(),
  version: z.int(),
  metadata: z.looseObject({
    component: z.looseObject({ 'bom-ref': z.string(), purl: z.string() }),
  }),
  components: z.array(componentSchema),
  dependencies: z.array(
    z.looseObject({ ref: z.string(), dependsOn: z.array(z.string()).default([]) }),
  ),
})
export type Bom = z.infer<typeof bomSchema>

/** How npm marks a package that only development needs. */
const DEVELOPMENT = 'cdx:npm:package:development'

/** A UUID that is the same for the same text: one that somebody has made (RFC 9562, version 8). */
const uuidOf = (text: string): string => {
  const hash = createHash('sha256').update(text).digest('hex')
  const parts = [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `8${hash.slice(13, 16)}`,
    `8${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ]
  return parts.join('-')
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/**
 * A bill of materials as `npm sbom` writes it, of what production needs alone, and without what changes from
 * run to run and machine to machine: time, number, the version of npm, the name of the folder. The same
 * lock file gives the same bytes. (Told to leave out development, npm 11 also leaves out what production and
 * development share.)
 *
 * @param name of what is described.
 */
export const settled = (content: unknown, name: string): Bom => {
  const { metadata, components, dependencies, ...bom } = bomSchema.parse(content)
  const { component } = metadata
  const deployed = components.filter(
    ({ properties }) => !properties.some((property) => property.name === DEVELOPMENT),
  )
  const refs = new Set([component['bom-ref'], ...deployed.map((each) => each['bom-ref'])])
  const sorted = {
    ...bom,
    serialNumber: '',
    metadata: { component: { ...component, name } },
    components: deployed.toSorted((a, b) => byText(a['bom-ref'], b['bom-ref'])),
    dependencies: dependencies
      .filter(({ ref }) => refs.has(ref))
      .map((each) => ({
        ...each,
        dependsOn: each.dependsOn.filter((ref) => refs.has(ref)).toSorted(byText),
      }))
      .toSorted((a, b) => byText(a.ref, b.ref)),
  }
  return { ...sorted, serialNumber: `urn:uuid:${uuidOf(JSON.stringify(sorted))}` }
}
