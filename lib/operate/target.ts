import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { dataFolder } from '../local/environment.ts'
import { STAGE_NAMES, type StageName } from '../stages.ts'
import type { Variables } from './aws.ts'

/** What a command works on: a deployed stage, or the portal that runs on this machine. */
export interface Target {
  readonly stage: StageName
  readonly local: boolean
  readonly variables: Variables
}

const stageSchema = z.object({ PORTAL_STAGE: z.enum(STAGE_NAMES) })

/**
 * With `PORTAL_STAGE` that stage, by the region and credentials of the environment; without, the portal
 * on this machine, whose addresses are put into the environment for the clients of the SDK.
 *
 * @throws when neither is there.
 */
export const operateOn = (): Target => {
  if (process.env['PORTAL_STAGE'] !== undefined) {
    const { PORTAL_STAGE: stage } = stageSchema.parse(process.env)
    return { stage, local: false, variables: process.env }
  }
  const file = join(dataFolder(), 'environment.json')
  if (!existsSync(file)) {
    throw new Error('No portal is on this machine: start it with npm start, or say PORTAL_STAGE=…')
  }
  const values: unknown = JSON.parse(readFileSync(file, 'utf8'))
  Object.assign(process.env, z.record(z.string(), z.coerce.string()).parse(values))
  return { stage: 'demo', local: true, variables: process.env }
}
