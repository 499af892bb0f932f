import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { billOf, readCosts, readPrices, type Basis } from '../bench/cost/bill.ts'
import { firingsOf, standingOf, standingOfProduction } from '../bench/cost/fixed.ts'
import { GOAL, tableOf, verdicts } from '../bench/cost/table.ts'
import { OF_A_FAMILY } from '../bench/cost/traffic.ts'
import { expectReadme } from '../support/readme.ts'

const SIZES = [1000, 6000, 50_000]

const prices = readPrices()
const basis: Basis = { prices, costs: readCosts(), standing: standingOfProduction() }
const rate = prices.eurosPerDollar.value
const bills = SIZES.map((families) => billOf(families, basis))

const pool = { Type: 'AWS::Cognito::UserPool', Properties: {} }

describe('the bill of a month', () => {
  it('is shown in the README as it comes out', () => {
    expectReadme('bill', `${tableOf(bills, rate)}\n\n${verdicts(bills, rate).join('\n')}`)
  })

  it('is what stands there while nobody comes', () => {
    const { total, fixed, use, accounts, mails } = billOf(0, basis)
    expect(total).toBeCloseTo(fixed)
    expect(fixed).toBeGreaterThan(0)
    expect([use, accounts, mails].map((part) => Math.round(part * 1e9))).toEqual([0, 0, 0])
  })

  it('never falls when families come', () => {
    fc.assert(
      fc.property(fc.nat(200_000), fc.nat(200_000), (some, more) => {
        const [small, large] = [billOf(some, basis), billOf(some + more, basis)]
        expect(large.total).toBeGreaterThanOrEqual(small.total)
        expect(large.fixed).toBe(small.fixed)
      }),
    )
  })

  it('is the sum of its lines and of its parts, and never more than without what is free', () => {
    fc.assert(
      fc.property(fc.nat(200_000), (families) => {
        const { lines, total, gross, fixed, use, accounts, mails } = billOf(families, basis)
        const sum = lines.reduce((all, { dollars }) => all + dollars, 0)
        expect(sum).toBeCloseTo(total, 6)
        expect(fixed + use + accounts + mails).toBeCloseTo(total, 6)
        expect(gross).toBeGreaterThanOrEqual(total)
      }),
    )
  })

  it('grows with the units that a use case costs', () => {
    const [deed] = OF_A_FAMILY
    const cost = basis.costs[deed?.name ?? '']
    if (deed === undefined || cost === undefined) throw new Error('There is traffic')
    const dearer = { ...basis.costs, [deed.name]: { ...cost, tableWrites: cost.tableWrites + 12 } }
    const before = billOf(1_000_000, basis)
    const after = billOf(1_000_000, { ...basis, costs: dearer })
    const writes = deed.yearly * 1_000_000
    expect(after.total - before.total).toBeCloseTo((writes * 0.7423) / 1_000_000, 4)
  })

  it('is not made without the measure of each use case', () => {
    expect(() => billOf(1, { ...basis, costs: {} })).toThrow('No test measures')
  })

  it('keeps its goal for what families use', () => {
    for (const { use, families } of bills) {
      expect((use * 12 * rate) / families).toBeLessThanOrEqual(GOAL)
    }
  })
})

describe('what stands there', () => {
  it.for([
    ['rate(1 minute)', 43_800],
    ['rate(5 minutes)', 8760],
    ['rate(6 hours)', 730 / 6],
    ['rate(1 day)', 30.4],
    ['cron(0 6 1 * ? *)', 1],
    ['cron(30 17 * * ? *)', 30.4],
    ['cron(0 6 ? * MON *)', 30.4 / 7],
  ] as const)('fires %s so often a month', ([expression, times]) => {
    expect(firingsOf(expression)).toBeCloseTo(times)
  })

  it('is not guessed for a schedule or a resource that nobody has priced', () => {
    expect(() => firingsOf('at(2026-01-01T00:00:00)')).toThrow('Nobody knows')
    const database = { Type: 'AWS::RDS::DBInstance', Properties: {} }
    expect(() => standingOf([pool, database])).toThrow('AWS::RDS::DBInstance')
  })

  it('counts a queue that is asked all day, and a stream that is not', () => {
    const queue = { Type: 'AWS::Lambda::EventSourceMapping', Properties: { BatchSize: 1 } }
    const stream = { ...queue, Properties: { StartingPosition: 'TRIM_HORIZON' } }
    const [none, one] = [
      [pool, stream],
      [pool, stream, queue],
    ].map(standingOf)
    expect(none?.queueCalls).toBe(0)
    expect(one?.queueCalls).toBe(5 * 3 * 60 * 24 * 30.4)
  })

  it('counts an alarm by the metrics that it looks at', () => {
    const alarm = { Type: 'AWS::CloudWatch::Alarm', Properties: {} }
    const ofTwo = [{ Expression: 'a + b' }, { MetricStat: {} }, { MetricStat: {} }]
    const sum = { ...alarm, Properties: { Metrics: ofTwo } }
    expect(standingOf([pool, alarm]).alarms).toBe(1)
    expect(standingOf([pool, alarm, sum]).alarms).toBe(3)
  })

  it('is counted in the templates of production, in all of its regions', () => {
    const { standing } = basis
    expect(standing.alarms).toBeGreaterThan(50)
    expect(standing.keys).toBeGreaterThanOrEqual(3)
    expect(standing.firewalls).toBe(1)
    expect(standing.scheduleCalls).toBeGreaterThan(43_800)
  })
})
