import { afterAll, expect, test } from 'vitest'
import { killableEngine, runKill } from './rush/kill.ts'

const given = process.env['DYNAMODB_ENDPOINT']
const engine = await killableEngine(given === '' ? undefined : given)
afterAll(() => engine.remove())

test('killing the process and the engine during the rush leaves books that balance', async () => {
  const demand = { families: 48, sessions: 4, places: 8 }
  const report = await runKill(engine, demand, { clients: 16, share: 0.25 })
  expect(report).toMatchObject({ overbooked: 0, lost: 0, faults: [], giveUps: 0 })
  expect(report.unanswered).toBeGreaterThan(0)
  expect(report.answered).toBeLessThan(48)
}, 240_000)
