import { describe, expect, it } from 'vitest'
import { ERROR_CODES, PortalError } from '../../shared/kernel/errors.ts'
import { PROBLEM_TITLES } from '../../shared/kernel/texts.ts'
import { problemOf, problemSchema, PROBLEM_STATUS } from '../../shared/platform/problem.ts'

describe('a problem', () => {
  it.each(ERROR_CODES)('of the code %s has a status, a French title and a type', (code) => {
    const problem = problemOf(new PortalError(code), 'call-1')
    expect(problemSchema.parse(problem)).toEqual({
      type: `urn:ribambelle:problem:${code}`,
      title: PROBLEM_TITLES[code],
      status: PROBLEM_STATUS[code],
      code,
      correlationId: 'call-1',
    })
    expect(problem.status).toBeGreaterThanOrEqual(400)
    expect(problem.title).toMatch(/^\p{Lu}.*\.$/u)
  })

  it('tells its detail and its faults', () => {
    const faults = [{ pointer: '/body/child', detail: 'Ce champ est obligatoire.' }]
    const error = new PortalError('invalid-request', { detail: 'Deux erreurs.', faults })
    expect(problemOf(error, 'call-1')).toMatchObject({ detail: 'Deux erreurs.', errors: faults })
  })

  it('has one title for each code', () => {
    expect(new Set(Object.values(PROBLEM_TITLES)).size).toBe(ERROR_CODES.length)
  })
})
