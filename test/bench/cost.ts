import { parseArgs } from 'node:util'
import { billOf, readCosts, readPrices } from './cost/bill.ts'
import { standingOfProduction } from './cost/fixed.ts'
import { tableOf, verdicts } from './cost/table.ts'

/**
 * What towns of three sizes pay for a month: computed from the units that the tests hold fast, the
 * templates of production, assumptions about traffic (`cost/traffic.ts`) and a dated file of prices
 * (`cost/prices.json`). Nothing of it is read off a bill.
 */

const SIZES = [1000, 6000, 50_000]

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } })
const prices = readPrices()
const basis = { prices, costs: readCosts(), standing: standingOfProduction() }
const bills = SIZES.map((families) => billOf(families, basis))
const { value: rate } = prices.eurosPerDollar

if (values.json) {
  const { date, region } = prices
  console.log(JSON.stringify({ date, region, standing: basis.standing, bills }, undefined, 2))
} else {
  console.log(`${tableOf(bills, rate)}\n\n${verdicts(bills, rate).join('\n')}`)
}
