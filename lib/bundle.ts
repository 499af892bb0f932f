import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { build, type Metafile } from 'esbuild'
import { docsPage } from '../shared/api/docs.ts'
import { openApiDocument } from '../shared/api/openapi.ts'
import { ROUTES } from '../shared/api/routes.ts'
import { environments } from '../shared/platform/functions.ts'

const require = createRequire(import.meta.url)

const REPOSITORY = join(import.meta.dirname, '..')

const CREDENTIALS = join(REPOSITORY, 'shared', 'platform', 'lambda-credentials.ts')

/** Where the bundles go when nobody says otherwise. */
export const BUNDLES = join(REPOSITORY, 'dist', 'functions')

/**
 * Bundles every function into a folder of its own below `outdir`, in one run of esbuild. The
 * function that serves the API reference gets it as files beside its code, so that the library
 * which makes it is not deployed; those that print get their fonts.
 *
 * @returns what went into which bundle.
 */
export const bundleFunctions = async (outdir: string = BUNDLES): Promise<Metafile> => {
  const { metafile } = await build({
    absWorkingDir: REPOSITORY,
    entryPoints: Object.keys(environments).map((name) => ({
      in: `functions/${name}/index.ts`,
      out: `${name}/index`,
    })),
    outdir: resolve(outdir),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    alias: { '@aws-sdk/credential-provider-node': CREDENTIALS },
    minify: true,
    sourcemap: true,
    sourcesContent: false,
    metafile: true,
    logLevel: 'warning',
  })
  await Promise.all([
    writeReference(resolve(outdir, 'town')),
    copyFonts(resolve(outdir, 'print-sheets')),
    copyFonts(resolve(outdir, 'print-documents')),
  ])
  return metafile
}

const writeReference = async (folder: string): Promise<void> => {
  const document = openApiDocument(ROUTES)
  await mkdir(folder, { recursive: true })
  await Promise.all([
    writeFile(join(folder, 'openapi.json'), JSON.stringify(document)),
    writeFile(join(folder, 'docs.html'), docsPage(document)),
  ])
}

/** The fonts of paper, with the licence that has to go with them. */
const copyFonts = async (folder: string): Promise<void> => {
  const fonts = dirname(require.resolve('dejavu-fonts-ttf/package.json'))
  await mkdir(folder, { recursive: true })
  await Promise.all([
    copyFile(join(fonts, 'ttf', 'DejaVuSans.ttf'), join(folder, 'regular.ttf')),
    copyFile(join(fonts, 'ttf', 'DejaVuSans-Bold.ttf'), join(folder, 'bold.ttf')),
    copyFile(join(fonts, 'LICENSE'), join(folder, 'fonts-licence.txt')),
  ])
}
