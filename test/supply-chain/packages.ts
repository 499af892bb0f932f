import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'

const REPOSITORY = join(import.meta.dirname, '..', '..')

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      dev: z.boolean().default(false),
      link: z.boolean().default(false),
    }),
  ),
})

const manifestSchema = z.object({
  name: z.string(),
  version: z.string(),
  license: z.union([z.string(), z.object({ type: z.string() })]).optional(),
})

/** A package that may be deployed, as it is installed. */
export interface Installed {
  readonly name: string
  readonly version: string
  /** An SPDX expression, as its manifest writes it; nothing where it names none. */
  readonly licence: string | undefined
}

const readJson = (file: string): unknown => JSON.parse(readFileSync(join(REPOSITORY, file), 'utf8'))

/** The names of the packages that production needs, with their versions, by the lock file. */
export const lockedPackages = (): { readonly path: string; readonly version: string }[] =>
  Object.entries(lockSchema.parse(readJson('package-lock.json')).packages).flatMap(
    ([path, { version, dev, link }]) =>
      path === '' || dev || link || version === undefined ? [] : [{ path, version }],
  )

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT'

/**
 * The packages that production needs, as they are installed. One that is optional and made for another
 * platform is not there.
 */
export const installedPackages = (): Installed[] =>
  lockedPackages().flatMap(({ path }) => {
    try {
      const { name, version, license } = manifestSchema.parse(readJson(`${path}/package.json`))
      return [{ name, version, licence: typeof license === 'object' ? license.type : license }]
    } catch (error) {
      if (isMissing(error)) return []
      throw error
    }
  })

const reviewedSchema = z.strictObject({
  /** Packages whose manifest does not say their licence, or not one of the allowed. */
  licences: z.array(
    z.strictObject({
      name: z.string(),
      version: z.string(),
      licence: z.string(),
      why: z.string().min(20),
    }),
  ),
  /** Known weaknesses that do not touch the portal, each until a day on which it is looked at again. */
  advisories: z.array(
    z.strictObject({ id: z.string(), until: z.iso.date(), why: z.string().min(20) }),
  ),
})
export type Reviewed = z.infer<typeof reviewedSchema>

/** What people have looked at and let pass. */
export const readReviewed = (): Reviewed =>
  reviewedSchema.parse(readJson('test/supply-chain/reviewed.json'))
