import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { App } from 'aws-cdk-lib'
import * as z from 'zod'
import { portalApp } from '../../lib/app.ts'
import type { StageName } from '../../lib/stages.ts'
import { environments, type FunctionName } from '../../shared/platform/functions.ts'

const templateSchema = z.object({
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.string(),
      Properties: z.record(z.string(), z.unknown()).default({}),
      DependsOn: z.array(z.string()).default([]),
      DeletionPolicy: z.string().optional(),
      UpdateReplacePolicy: z.string().optional(),
      UpdatePolicy: z.unknown().optional(),
    }),
  ),
  Outputs: z.record(z.string(), z.unknown()),
})

/** A template in a form that tests can ask. */
export interface Stack {
  readonly resources: z.infer<typeof templateSchema>['Resources']
  readonly outputs: z.infer<typeof templateSchema>['Outputs']
  /** The properties of every resource of a type, checked by a schema, by logical id. */
  readonly all: <Schema extends z.ZodType>(
    type: string,
    schema: Schema,
  ) => ReadonlyMap<string, z.infer<Schema>>
}

/** A synthesized portal. */
export interface Portal {
  readonly stateful: Stack
  /** All that runs and the API in front of it. */
  readonly stateless: Stack
  /** The deployed functions, by logical id: which one's code CloudFormation finds there. */
  readonly functions: ReadonlyMap<string, FunctionName>
  /** The function behind each alias, by logical id: the API calls what is live. */
  readonly live: ReadonlyMap<string, FunctionName>
}

/** Where a template points: `{ Ref: 'Queue' }` or the attribute of a resource. */
export const pointer = z.union([
  z.object({ Ref: z.string() }).transform((value) => value.Ref),
  z
    .object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) })
    .transform((value) => value['Fn::GetAtt'][0]),
])

/** What the stateful stack hands over: the name of the export. */
export const imported = z
  .object({ 'Fn::ImportValue': z.string() })
  .transform((value) => value['Fn::ImportValue'])

const exportSchema = z.object({ Value: z.unknown(), Export: z.object({ Name: z.string() }) })

/** A template with what it imports from another in place, by the names of the exports. */
const withImports = (template: unknown, exports: ReadonlyMap<string, unknown>): unknown => {
  if (Array.isArray(template)) return template.map((each) => withImports(each, exports))
  if (typeof template !== 'object' || template === null) return template
  const name = imported.safeParse(template)
  if (name.success && exports.has(name.data)) return exports.get(name.data)
  return Object.fromEntries(
    Object.entries(template).map(([key, each]) => [key, withImports(each, exports)]),
  )
}

const readTemplate = (file: string): z.infer<typeof templateSchema> =>
  z.parse(templateSchema, JSON.parse(readFileSync(file, 'utf8')))

const stackOf = (template: z.infer<typeof templateSchema>): Stack => {
  return {
    resources: template.Resources,
    outputs: template.Outputs,
    all: (type, schema) =>
      new Map(
        Object.entries(template.Resources).flatMap(([id, { Type, Properties }]) =>
          Type === type ? [[id, z.parse(schema, Properties)]] : [],
        ),
      ),
  }
}

/** What runs and the API in front of it, as one: CloudFormation takes only so many resources a stack. */
const readRunning = (...files: readonly string[]): Stack => {
  const stacks = files.map(readTemplate)
  const exports = new Map(
    stacks.flatMap(({ Outputs }) =>
      Object.values(Outputs).flatMap((output) => {
        const { data } = exportSchema.safeParse(output)
        return data === undefined ? [] : [[data.Export.Name, data.Value] as const]
      }),
    ),
  )
  const joined = stacks.map((stack) => templateSchema.parse(withImports(stack, exports)))
  return stackOf({
    Resources: Object.fromEntries(joined.flatMap(({ Resources }) => Object.entries(Resources))),
    Outputs: Object.fromEntries(joined.flatMap(({ Outputs }) => Object.entries(Outputs))),
  })
}

const readStack = (file: string): Stack => stackOf(readTemplate(file))

const functionName = z.keyof(z.object(environments))
const aliasSchema = z.object({ FunctionName: pointer })
const lambdaSchema = z.object({ Code: z.object({ S3Key: z.string() }) })

/**
 * Runs `use` on a folder of bundles that are stubs, each holding its function's name: the CDK knows
 * code by its content only.
 */
export const withBundles = <T>(use: (bundles: string, folder: string) => T): T => {
  const folder = mkdtempSync(join(tmpdir(), 'ribambelle-synth-'))
  try {
    const bundles = join(folder, 'bundles')
    for (const name of Object.keys(environments)) {
      mkdirSync(join(bundles, name), { recursive: true })
      writeFileSync(join(bundles, name, 'index.mjs'), name)
    }
    return use(bundles, folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Runs `use` on the app of a stage. */
export const withApp = <T>(
  options: { readonly stage?: StageName; readonly checked?: boolean },
  use: (app: App, outdir: string) => T,
): T =>
  withBundles((bundles, folder) => {
    const outdir = join(folder, 'cdk.out')
    const { stage = 'demo', checked = false } = options
    return use(portalApp({ stage, bundles, outdir, checked }), outdir)
  })

/** The templates of a stage, as they are deployed. */
export const synthesize = (stage: StageName = 'demo'): Portal =>
  withApp({ stage }, (app, outdir) => {
    app.synth()
    const fileOf = (name: string): string =>
      join(outdir, `ribambelle-${stage}-${name}.template.json`)
    const stateless = readRunning(fileOf('families'), fileOf('money'), fileOf('api'))
    const codeOf = ({ Code }: z.infer<typeof lambdaSchema>): FunctionName => {
      const asset = `asset.${Code.S3Key.replace('.zip', '')}`
      const name = readFileSync(join(outdir, asset, 'index.mjs'), 'utf8')
      return z.parse(functionName, name)
    }
    const functions = new Map(
      [...stateless.all('AWS::Lambda::Function', lambdaSchema)].map(
        ([id, properties]) => [id, codeOf(properties)] as const,
      ),
    )
    return {
      stateful: readStack(fileOf('stateful')),
      stateless,
      functions,
      live: new Map(
        [...stateless.all('AWS::Lambda::Alias', aliasSchema)].flatMap(([id, { FunctionName }]) => {
          const name = functions.get(FunctionName)
          return name === undefined ? [] : [[id, name] as const]
        }),
      ),
    }
  })
