import { defineConfig } from 'vitest/config'

/** The tests that need no engine, which mutants of the rules of tariffs and billing must fail. */
export default defineConfig({
  test: {
    environment: 'node',
    include: [
      'test/kernel/decimal.test.ts',
      'test/{tariffs,billing}/**/*{rules,laws}*.test.ts',
      'test/tariffs/{adjustments,check-lists,person,reasons,simulation-lists,towns}.test.ts',
    ],
    setupFiles: ['test/mutation-setup.ts'],
    expect: { requireAssertions: true },
    testTimeout: 120_000,
    env: { TZ: 'Pacific/Auckland' },
  },
})
