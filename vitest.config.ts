import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** One worker when golden files are written, so that no two processes write the same file. */
const recording = process.env['UPDATE_GOLDEN'] === '1'

/** The files that take longest: begun last, one of them would run alone while a worker idles. */
const LONGEST = [
  'operate/operate',
  'model/places',
  'billing/run-crash',
  'e2e/portal',
  'lib/local/events',
]

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = LONGEST.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`))
      return place === -1 ? LONGEST.length : place
    }
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b))
  }
}

export default defineConfig({
  test: {
    environment: 'node',
    include: ['test/**/*.test.ts'],
    expect: { requireAssertions: true },
    // A use case that is broken off at every call runs dozens of times, beside others, and a machine
    // that is short of time may have a tenth of a core: a limit here tells a hang, not a slow test.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // What a refused call logs is of interest only where a test fails.
    silent: 'passed-only',
    // Modules of packages look as they do to Node.
    deps: { interopDefault: false },
    maxWorkers: recording ? 1 : 2,
    sequence: { sequencer: LongestFirst },
    reporters: ['default', ['json', { outputFile: 'node_modules/.cache/tests.json' }]],
    env: {
      AWS_REGION: 'eu-west-3',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      // A client without an endpoint of its own fails at once instead of calling AWS.
      AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
      // Far from Paris and from UTC: nothing may depend on the zone of the machine.
      TZ: 'Pacific/Auckland',
    },
  },
})
