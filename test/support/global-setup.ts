import type { TestProject } from 'vitest/node'
import { startDynoxide } from './dynoxide.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the engine of this run answers. */
    dynamodbEndpoint: string
  }
}

/** Starts one engine for all test files, or takes the one of `DYNAMODB_ENDPOINT`. */
export const setup = async (project: TestProject): Promise<(() => Promise<void>) | undefined> => {
  const given = process.env['DYNAMODB_ENDPOINT']
  if (given !== undefined && given !== '') {
    project.provide('dynamodbEndpoint', given)
    return undefined
  }
  const engine = await startDynoxide()
  project.provide('dynamodbEndpoint', engine.endpoint)
  return engine.stop
}
