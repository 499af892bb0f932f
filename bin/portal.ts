import { join } from 'node:path'
import * as z from 'zod'
import { portalApp } from '../lib/app.ts'
import { BUNDLES, bundleFunctions } from '../lib/bundle.ts'
import { STAGE_NAMES } from '../lib/stages.ts'

const settings = z.parse(
  z.object({
    PORTAL_STAGE: z.enum(STAGE_NAMES).default('demo'),
    // Set by the CDK's command; without it this is a synthesis by hand.
    CDK_OUTDIR: z.string().default(join(import.meta.dirname, '..', 'cdk.out')),
  }),
  process.env,
)

await bundleFunctions(BUNDLES)
const { stacks } = portalApp({
  stage: settings.PORTAL_STAGE,
  bundles: BUNDLES,
  outdir: settings.CDK_OUTDIR,
}).synth()
process.stdout.write(`${stacks.map((stack) => stack.stackName).join(', ')}\n`)
