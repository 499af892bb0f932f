import { readFileSync } from 'node:fs'
import { join, resolve as resolvePath } from 'node:path'
import * as z from 'zod'

/** Where the portal believes it runs: what the pseudo parameters of the template say locally. */
export const REGION = 'eu-west-3'
export const ACCOUNT = '000000000000'

const record = z.record(z.string(), z.unknown())
const templateSchema = z.object({
  Parameters: z.record(z.string(), z.looseObject({ Default: z.unknown().optional() })).default({}),
  Resources: z.record(z.string(), z.object({ Type: z.string(), Properties: record.default({}) })),
  Outputs: z
    .record(
      z.string(),
      z.object({
        Value: z.unknown().optional(),
        Export: z.object({ Name: z.unknown().optional() }).optional(),
      }),
    )
    .default({}),
})
const manifestSchema = z.object({
  artifacts: z.record(z.string(), z.object({ type: z.string(), properties: record.default({}) })),
})
const stackSchema = z.object({ templateFile: z.string(), stackName: z.string().optional() })
const assetsSchema = z.object({
  files: z
    .record(
      z.string(),
      z.object({
        source: z.object({ path: z.string().optional() }),
        destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
      }),
    )
    .default({}),
})

/** What a resource is called once it exists: the values of `Ref` and of `Fn::GetAtt`. */
export interface Identity {
  readonly ref: string
  readonly attributes: Readonly<Record<string, string>>
}

/** A resource of a synthesized stack. */
export interface Resource {
  readonly type: string
  /** Unique over all stacks, and the same at every synthesis: `<stack>-<logical id>`. */
  readonly name: string
  /** The properties that `schema` names, with every intrinsic function resolved. */
  readonly read: <Schema extends z.ZodObject>(schema: Schema) => z.infer<Schema>
}

/** Names the resources that live locally; undefined for those that do not. */
export type Identify = (resource: Resource) => Identity | undefined

/** All stacks of a cloud assembly, read as one system. */
export interface Assembly {
  readonly resources: readonly Resource[]
  readonly ofType: (type: string) => readonly Resource[]
  /** The folder that holds the code of an asset, by its key in the asset bucket. */
  readonly assetFolder: (objectKey: string) => string
}

interface Stack {
  readonly name: string
  readonly template: z.infer<typeof templateSchema>
}

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'))

/**
 * Reads the cloud assembly in `outdir`.
 *
 * @throws Error when a property that is read cannot be resolved: a portal that half runs would
 * pass for one that works.
 */
export const readAssembly = (outdir: string, identify: Identify): Assembly => {
  const stacks: Stack[] = []
  const assets = new Map<string, string>()
  const { artifacts } = manifestSchema.parse(readJson(join(outdir, 'manifest.json')))
  for (const [id, { type, properties }] of Object.entries(artifacts)) {
    if (type === 'aws:cloudformation:stack') {
      const { templateFile, stackName } = stackSchema.parse(properties)
      const template = templateSchema.parse(readJson(join(outdir, templateFile)))
      stacks.push({ name: stackName ?? id, template })
    }
    if (type === 'cdk:asset-manifest') {
      const { file } = z.object({ file: z.string() }).parse(properties)
      const { files } = assetsSchema.parse(readJson(join(outdir, file)))
      for (const { source, destinations } of Object.values(files)) {
        if (source.path === undefined) continue
        for (const { objectKey } of Object.values(destinations)) {
          assets.set(objectKey, resolvePath(outdir, source.path))
        }
      }
    }
  }

  const byName = new Map<string, Resource>()
  const identities = new Map<string, Identity | undefined>()
  const identityOf = (resource: Resource): Identity | undefined => {
    if (!identities.has(resource.name)) identities.set(resource.name, identify(resource))
    return identities.get(resource.name)
  }

  const resolveIn = (stack: Stack, value: unknown): unknown => {
    const inner = (part: unknown): unknown => resolveIn(stack, part)
    if (Array.isArray(value)) {
      return value.map(inner).filter((part) => part !== undefined)
    }
    if (typeof value !== 'object' || value === null) return value
    const entries = Object.entries(record.parse(value))
    const [only] = entries
    if (entries.length === 1 && only !== undefined) {
      const [key, argument] = only
      const intrinsic = key === 'Ref' || key.startsWith('Fn::') ? intrinsics[key] : undefined
      if (intrinsic !== undefined) return intrinsic(stack, argument)
      if (key.startsWith('Fn::')) throw new Error(`${stack.name}: ${key} is not served locally`)
    }
    return Object.fromEntries(entries.map(([key, part]) => [key, inner(part)]))
  }

  const attribute = (stack: Stack, id: string, name: string | undefined): string => {
    const resource = byName.get(`${stack.name}-${id}`)
    if (resource === undefined) throw new Error(`${stack.name}: there is no resource ${id}`)
    const identity = identityOf(resource)
    const value = name === undefined ? identity?.ref : identity?.attributes[name]
    if (value === undefined) {
      throw new Error(`${stack.name}: ${id} (${resource.type}) has no ${name ?? 'Ref'} locally`)
    }
    return value
  }
  const reference = (stack: Stack, name: string): unknown => {
    const pseudo: Record<string, unknown> = {
      'AWS::Region': REGION,
      'AWS::AccountId': ACCOUNT,
      'AWS::Partition': 'aws',
      'AWS::URLSuffix': 'amazonaws.com',
      'AWS::StackName': stack.name,
      'AWS::StackId': `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/${stack.name}/local`,
      'AWS::NoValue': undefined,
    }
    if (name in pseudo) return pseudo[name]
    const parameter = stack.template.Parameters[name]
    return parameter === undefined ? attribute(stack, name, undefined) : parameter.Default
  }
  const text = (stack: Stack, value: unknown): string =>
    z.union([z.string(), z.number().transform(String)]).parse(resolveIn(stack, value))
  const list = (stack: Stack, value: unknown): string[] =>
    z.array(z.string()).parse(resolveIn(stack, value))
  const dotted = (value: unknown): string[] =>
    z.union([z.string().transform((path) => path.split('.')), z.array(z.string())]).parse(value)

  const intrinsics: Record<string, (stack: Stack, argument: unknown) => unknown> = {
    Ref: (stack, name) => reference(stack, z.string().parse(name)),
    'Fn::GetAtt': (stack, path) => {
      const [id = '', ...name] = dotted(path)
      return attribute(stack, id, name.join('.'))
    },
    'Fn::Join': (stack, argument) => {
      const [separator, parts] = z.tuple([z.string(), z.unknown()]).parse(argument)
      return list(stack, parts).join(separator)
    },
    'Fn::Split': (stack, argument) => {
      const [separator, whole] = z.tuple([z.string(), z.unknown()]).parse(argument)
      return text(stack, whole).split(separator)
    },
    'Fn::Select': (stack, argument) => {
      const [index, parts] = z.tuple([z.coerce.number(), z.unknown()]).parse(argument)
      return list(stack, parts)[index]
    },
    'Fn::Sub': (stack, argument) => {
      const [template, own] = Array.isArray(argument)
        ? z.tuple([z.string(), record]).parse(argument)
        : [argument, {}]
      const values = record.parse(own)
      return z
        .string()
        .parse(template)
        .replaceAll(/\$\{([^!}][^}]*)\}/g, (_, name: string) => {
          if (name in values) return text(stack, values[name])
          const [id = '', ...rest] = name.split('.')
          return rest.length > 0 ? attribute(stack, id, rest.join('.')) : text(stack, { Ref: name })
        })
    },
    'Fn::ImportValue': (stack, argument) => {
      const name = text(stack, argument)
      for (const exporter of stacks) {
        for (const { Value, Export } of Object.values(exporter.template.Outputs)) {
          if (Export !== undefined && text(exporter, Export.Name) === name) {
            return resolveIn(exporter, Value)
          }
        }
      }
      throw new Error(`${stack.name}: no stack exports ${name}`)
    },
    'Fn::GetStackOutput': (stack, argument) => {
      const { StackName: from, OutputName: output } = z
        .object({ StackName: z.unknown().optional(), OutputName: z.string() })
        .parse(argument)
      const exporter = stacks.find(({ name }) => name === text(stack, from))
      const found = exporter?.template.Outputs[output]
      if (exporter === undefined || found === undefined) {
        throw new Error(`${stack.name}: no stack has the output ${output}`)
      }
      return resolveIn(exporter, found.Value)
    },
  }

  const resources = stacks.flatMap((stack) =>
    Object.entries(stack.template.Resources).map(([id, { Type: type, Properties: properties }]) => {
      const name = `${stack.name}-${id}`
      const resource: Resource = {
        type,
        name,
        read: (schema) => {
          const wanted = Object.keys(schema.shape).filter((key) => key in properties)
          const values = wanted.map((key) => [key, resolveIn(stack, properties[key])])
          const parsed = z.safeParse(schema, Object.fromEntries(values))
          if (parsed.success) return parsed.data
          throw new Error(`${name} (${type}): ${z.prettifyError(parsed.error)}`)
        },
      }
      byName.set(name, resource)
      return resource
    }),
  )
  return {
    resources,
    ofType: (type) => resources.filter((resource) => resource.type === type),
    assetFolder: (objectKey) => {
      const folder = assets.get(objectKey)
      if (folder === undefined) throw new Error(`The assembly has no asset ${objectKey}`)
      return folder
    },
  }
}
