import { defineRoute } from '../platform/route.ts'

export const readOpenApiRoute = defineRoute({
  id: 'readOpenApi',
  method: 'GET',
  path: '/openapi.json',
  function: 'town',
  access: 'public',
  summary: 'This document',
  status: 200,
  reply: { mediaType: 'application/json' },
  cacheSeconds: 300,
  errors: [],
})

export const readDocsRoute = defineRoute({
  id: 'readDocs',
  method: 'GET',
  path: '/docs',
  function: 'town',
  access: 'public',
  summary: 'The API reference as a page',
  status: 200,
  reply: { mediaType: 'text/html; charset=utf-8' },
  cacheSeconds: 300,
  errors: [],
})
