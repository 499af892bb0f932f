import { expect } from 'vitest'

/** Stands in what is expected for any text that matches; Vitest's own matchers are of type `any`. */
export const matching = (pattern: RegExp | string): unknown => expect.stringMatching(pattern)

/** Stands in what is expected for any text. */
export const anyText: unknown = expect.any(String)
