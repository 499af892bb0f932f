import { Stack, type App } from 'aws-cdk-lib'
import { Queue } from 'aws-cdk-lib/aws-sqs'
import { expect, test, vi } from 'vitest'
import { STAGE_NAMES } from '../../lib/stages.ts'
import { withApp } from './portal.ts'

/** Synthesizes without the report that a broken rule writes to the terminal. */
const synthesizeQuietly = (app: App): void => {
  const streams = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, 'write').mockReturnValue(true),
  )
  const consoles = (['log', 'error', 'warn'] as const).map((method) =>
    vi.spyOn(console, method).mockReturnValue(),
  )
  try {
    app.synth()
  } finally {
    for (const spy of [...streams, ...consoles]) spy.mockRestore()
  }
}

// The rules of CloudFormation come as a large program that is compiled once per process.
const PATIENCE = 600_000

test.for([...STAGE_NAMES])(
  '%s breaks no rule of CloudFormation or cdk-nag',
  { timeout: PATIENCE },
  (stage) => {
    withApp({ stage, checked: true }, (app) => {
      expect(() => app.synth()).not.toThrow()
    })
  },
)

test('a stack that breaks a rule does not pass', { timeout: PATIENCE }, () => {
  withApp({ checked: true }, (app) => {
    new Queue(new Stack(app, 'Careless'), 'Queue')
    expect(() => {
      synthesizeQuietly(app)
    }).toThrow(/validation/i)
  })
})
