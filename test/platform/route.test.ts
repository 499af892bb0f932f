import { describe, expect, it } from 'vitest'
import { ROUTES } from '../../shared/api/routes.ts'
import { environments } from '../../shared/platform/functions.ts'
import { ROLES, routeKey, type Role } from '../../shared/platform/route.ts'

const doubles = (values: readonly string[]) =>
  values.filter((value, index) => values.indexOf(value) !== index)

it('has a name and a key for each route that no other has', () => {
  expect(doubles(ROUTES.map(({ id }) => id))).toEqual([])
  expect(doubles(ROUTES.map(routeKey))).toEqual([])
})

it('is written as API Gateway writes it', () => {
  expect(routeKey({ method: 'GET', path: '/billing-runs/{month}' })).toBe(
    'GET /billing-runs/{month}',
  )
})

describe.each(ROUTES.map((route) => ({ key: routeKey(route), route })))('$key', ({ route }) => {
  it('declares the parameters of its path, and no others', () => {
    const inPath = Array.from(route.path.matchAll(/\{(\w+)\}/g), ([, name]) => name)
    expect(Object.keys(route.parameters?.shape ?? {})).toEqual(inPath)
  })

  it('is answered by a function that is deployed', () => {
    expect(Object.keys(environments)).toContain(route.function)
  })

  it('takes a body only where one may be sent', () => {
    expect(route.body !== undefined && route.method === 'GET').toBe(false)
  })

  it('keeps families and staff apart', () => {
    const access: readonly Role[] = route.access === 'public' ? [] : route.access
    expect(ROLES).toEqual(expect.arrayContaining([...access]))
    // One's own account is for everybody alike.
    const isForAll = ROLES.every((role) => access.includes(role))
    expect(access.includes('guardian') && access.length > 1).toBe(isForAll)
  })
})
