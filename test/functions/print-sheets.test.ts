import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { bundleFunctions } from '../../lib/bundle.ts'
import { printDaySheetRoute, printHeadcountsRoute } from '../../shared/attendance/routes.ts'
import type { httpHandler } from '../../shared/platform/http.ts'
import { MEALS, NOON, write } from '../attendance/fixture.ts'
import { DUPONT, openCesson } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { call, claimsOf, httpEvent, problemIn } from '../support/events.ts'
import { readPdf, textsOf } from '../support/pdf.ts'
import { rightsGranted, rightsUsed } from '../support/used-rights.ts'

const { table, tableName, endpoint } = await freshTable()
const folder = mkdtempSync(join(tmpdir(), 'print-sheets-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

const { activityId, date } = MEALS
const agent = { claims: claimsOf(['agent']), now: NOON }
const moduleSchema = z.object({ handler: z.custom<ReturnType<typeof httpHandler>>() })
let printSheets: ReturnType<typeof httpHandler>

beforeAll(async () => {
  await openCesson(table)
  await write(table, DUPONT.familyId, { 'leo RESTAURATION REPAS 2025-09-02': 'a' })
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', endpoint)
  vi.stubEnv('TABLE_NAME', tableName)
  await bundleFunctions(folder)
  // The bundle, not its source: what it needs beside itself must lie there.
  const bundle: unknown = await import(
    pathToFileURL(join(folder, 'print-sheets', 'index.mjs')).href
  )
  printSheets = moduleSchema.parse(bundle).handler
})

it.each([
  [printDaySheetRoute, { activityId, date }, 'DUPONT Léo'],
  [printHeadcountsRoute, { activityId }, 'RESTO R_PREVERT'],
])('prints from the bundle that is deployed: $id', async (route, parameters, text) => {
  const answer = await call(printSheets, httpEvent(route, { ...agent, parameters }))
  expect(answer).toMatchObject({
    statusCode: 200,
    isBase64Encoded: true,
    headers: { 'content-type': 'application/pdf' },
  })
  const { pages } = readPdf(Buffer.from(answer.body ?? '', 'base64'))
  expect(pages.flatMap(textsOf).join(' ')).toContain(text)
})

it('uses the rights that it has, and no other', async () => {
  // The source lacks the fonts that lie beside the bundle: the call ends once all is read.
  const { handler } = await import('../../functions/print-sheets/index.ts')
  const parameters = { activityId, date }
  const used = rightsUsed(() =>
    call(handler, httpEvent(printDaySheetRoute, { ...agent, parameters })),
  )
  expect(await used).toEqual(rightsGranted('print-sheets'))
})

it('refuses in JSON, as every route does', async () => {
  const parameters = { activityId: 'NONE', date }
  const answer = await call(printSheets, httpEvent(printDaySheetRoute, { ...agent, parameters }))
  expect(problemIn(answer).code).toBe('not-found')
})

it('has the licence beside the fonts, as it asks', () => {
  const licence = readFileSync(join(folder, 'print-sheets', 'fonts-licence.txt'), 'utf8')
  expect(licence).toContain('Bitstream Vera')
  expect(existsSync(join(folder, 'registers', 'regular.ttf'))).toBe(false)
})
