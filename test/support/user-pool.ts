import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider'
import { App } from 'aws-cdk-lib'
import { afterAll } from 'vitest'
import { startIdentity, userPoolClientId, userPoolId } from '../../lib/local/identity.ts'
import { openState } from '../../lib/local/state.ts'
import { readAssembly, type Identify } from '../../lib/local/template.ts'
import { stages } from '../../lib/stages.ts'
import { StatefulStack } from '../../lib/stateful-stack.ts'

/** The portal's user pool, on this machine, with what a function must know of it. */
export interface TestPool {
  readonly endpoint: string
  readonly client: CognitoIdentityProviderClient
  readonly userPoolId: string
  readonly clientId: string
  /** Moves the clock by which first passwords end, in milliseconds. */
  readonly pass: (milliseconds: number) => void
}

const identify: Identify = (resource) => {
  if (resource.type === 'AWS::Cognito::UserPool') {
    return { ref: userPoolId(resource), attributes: {} }
  }
  if (resource.type === 'AWS::Cognito::UserPoolClient') {
    return { ref: userPoolClientId(resource), attributes: {} }
  }
  return { ref: resource.name, attributes: {} }
}

/**
 * Starts the user pool of the stateful stack, as the template describes it, closed after the test
 * file. Its mails go to `mailboxUrl`.
 */
export const testPool = async (mailboxUrl: string): Promise<TestPool> => {
  const folder = mkdtempSync(join(tmpdir(), 'pool-'))
  const outdir = join(folder, 'cdk.out')
  const app = new App({ outdir, analyticsReporting: false, treeMetadata: false })
  new StatefulStack(app, 'data', stages.demo)
  app.synth()
  const assembly = readAssembly(outdir, identify)
  const state = openState(folder)
  const log = { write: () => undefined, warn: () => undefined }
  let passed = 0
  const clock = { get: () => new Date(Date.now() + passed) }
  const served = await startIdentity(assembly, state, folder, mailboxUrl, log, clock)
  const client = new CognitoIdentityProviderClient({ endpoint: served.url })
  afterAll(async () => {
    client.destroy()
    await served.stop()
    state.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const [pool] = assembly.ofType('AWS::Cognito::UserPool').map(userPoolId)
  const [portal] = assembly.ofType('AWS::Cognito::UserPoolClient').map(userPoolClientId)
  if (pool === undefined || portal === undefined) throw new Error('The template has no user pool')
  return {
    endpoint: served.url,
    client,
    userPoolId: pool,
    clientId: portal,
    pass: (milliseconds) => {
      passed += milliseconds
    },
  }
}
