import { beforeAll, beforeEach, expect, it, vi } from 'vitest'
import {
  exportDaySheetRoute,
  exportHeadcountsRoute,
  justifyAbsenceRoute,
  markSheetRoute,
  readDaySheetRoute,
  readHeadcountsRoute,
} from '../../shared/attendance/routes.ts'
import type { httpHandler } from '../../shared/platform/http.ts'
import { mark, MEALS, NOON, write } from '../attendance/fixture.ts'
import { DUPONT, openCesson } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { call, claimsOf, httpEvent, problemIn } from '../support/events.ts'

const { table, tableName, endpoint } = await freshTable()
let registers: ReturnType<typeof httpHandler>

const agent = { claims: claimsOf(['agent']), now: NOON }
const { activityId, groupId, date } = MEALS

beforeAll(async () => {
  await openCesson(table)
  await write(table, DUPONT.familyId, {
    'leo RESTAURATION REPAS 2025-09-02': 'a',
    'lucas RESTAURATION REPAS 2025-09-02': 'a',
  })
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', endpoint)
  vi.stubEnv('TABLE_NAME', tableName)
  ;({ handler: registers } = await import('../../functions/registers/index.ts'))
})

beforeEach(() => {
  vi.spyOn(console, 'info').mockReset().mockReturnValue()
})

it('plays a noon at the canteen: sheet, marks, headcount, certificate', async () => {
  const sheet = async () => {
    const answer = await call(
      registers,
      httpEvent(readDaySheetRoute, { ...agent, parameters: { activityId, date } }),
    )
    expect(answer.statusCode).toBe(200)
    return readDaySheetRoute.reply.parse(JSON.parse(answer.body ?? '')).groups[0]?.children ?? []
  }
  expect((await sheet()).map(({ firstName }) => firstName)).toEqual(['Léo', 'Lucas'])

  const marks = [mark(DUPONT.familyId, 'leo', 'absent'), mark(DUPONT.familyId, 'lucas', 'present')]
  const marking = httpEvent(markSheetRoute, {
    ...agent,
    parameters: { activityId, groupId, date },
    body: { marks },
  })
  const marked = await call(registers, marking)
  expect(marked.statusCode).toBe(200)
  expect((await call(registers, marking)).body).toBe(marked.body)
  expect((await sheet()).map(({ units }) => units[0]?.mark?.state)).toEqual(['absent', 'present'])

  const counted = await call(
    registers,
    httpEvent(readHeadcountsRoute, { ...agent, parameters: { activityId } }),
  )
  expect(readHeadcountsRoute.reply.parse(JSON.parse(counted.body ?? '')).total).toMatchObject([
    { expected: 1, absent: 1 },
  ])

  const justified = await call(
    registers,
    httpEvent(justifyAbsenceRoute, {
      ...agent,
      parameters: { familyId: DUPONT.familyId },
      body: { childId: 'leo', activityId, from: date, to: date, receivedOn: date },
    }),
  )
  expect(JSON.parse(justified.body ?? '')).toMatchObject({ days: [{ date, unitIds: ['REPAS'] }] })
  expect((await sheet()).map(({ units }) => units[0]?.letter)).toEqual(['j', 'a'])
})

it.each([
  [exportDaySheetRoute, { activityId, date }, 'Groupe;'],
  [exportHeadcountsRoute, { activityId }, 'Jour;'],
])('hands out tables for spreadsheets', async (route, parameters, beginning) => {
  const answer = await call(registers, httpEvent(route, { ...agent, parameters }))
  expect(answer.headers).toMatchObject({ 'content-type': 'text/csv; charset=utf-8' })
  expect(answer.body?.startsWith(`\uFEFF${beginning}`)).toBe(true)
})

it.each([
  [readDaySheetRoute],
  [exportDaySheetRoute],
  [readHeadcountsRoute],
  [exportHeadcountsRoute],
])(
  'shows diets, allergies and phone numbers to those who care for children only',
  async (route) => {
    for (const role of ['accountant', 'guardian'] as const) {
      const claims = claimsOf([role], DUPONT)
      const answer = await call(
        registers,
        httpEvent(route, { claims, parameters: { activityId, date } }),
      )
      expect(problemIn(answer).code).toBe('forbidden')
    }
  },
)

it('refuses a sheet of more marks than a large canteen has', async () => {
  const marks = Array.from({ length: 301 }, () => mark(DUPONT.familyId, 'leo', 'present'))
  const answer = await call(
    registers,
    httpEvent(markSheetRoute, {
      ...agent,
      parameters: { activityId, groupId, date },
      body: { marks },
    }),
  )
  expect(problemIn(answer).errors).toMatchObject([{ pointer: '/body/marks' }])
})
