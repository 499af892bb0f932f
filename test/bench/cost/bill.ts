import { readFileSync } from 'node:fs'
import * as z from 'zod'
import type { Standing } from './fixed.ts'
import * as traffic from './traffic.ts'

const priceSchema = z.strictObject({
  dollars: z.number().min(0),
  per: z.number().min(1),
  /** How much of it is free each month, for ever. */
  free: z.number().min(0).default(0),
  source: z.string().min(1),
})

const ITEMS = [
  'tableWrites',
  'tableReads',
  'tableStorage',
  'tableRecovery',
  'computeSeconds',
  'computeCalls',
  'apiCalls',
  'edgeCalls',
  'edgeTraffic',
  'firewallCalls',
  'firewalls',
  'firewallRules',
  'queueCalls',
  'scheduleCalls',
  'logs',
  'logStorage',
  'alarms',
  'dashboards',
  'keys',
  'keyCalls',
  'secrets',
  'fileStorage',
  'fileCalls',
  'usersLITE',
  'usersESSENTIALS',
  'mails',
] as const
type Item = (typeof ITEMS)[number]

const pricesSchema = z.strictObject({
  date: z.iso.date(),
  region: z.string(),
  eurosPerDollar: z.strictObject({ value: z.number().positive(), source: z.string() }),
  prices: z.record(z.enum(ITEMS), priceSchema),
})
export type Prices = z.infer<typeof pricesSchema>

const costSchema = z.object({
  reads: z.number(),
  tableWrites: z.number(),
  indexWrites: z.number(),
  calls: z.record(z.string(), z.number()),
})
type Cost = z.infer<typeof costSchema>

export type Costs = Readonly<Record<string, Cost>>

const read = (url: URL): unknown => JSON.parse(readFileSync(url, 'utf8'))

/** The prices of the dated file. */
export const readPrices = (): Prices =>
  pricesSchema.parse(read(new URL('prices.json', import.meta.url)))

/** What each use case reads and writes, as the tests hold it fast. */
export const readCosts = (): Costs =>
  z.record(z.string(), costSchema).parse(read(new URL('../../golden/costs.json', import.meta.url)))

/** Quantities of a month. */
type Usage = Partial<Record<Item, number>>

/** What stands there whether somebody comes or not, in a month. */
const standing = (fixed: Standing): Usage => {
  const seconds = traffic.SECONDS.own + traffic.IDLE_CALLS * traffic.SECONDS.call
  return {
    alarms: fixed.alarms,
    dashboards: fixed.dashboards,
    keys: fixed.keys,
    secrets: fixed.secrets,
    firewalls: fixed.firewalls,
    firewallRules: fixed.firewallRules,
    scheduleCalls: fixed.scheduleCalls,
    queueCalls: fixed.queueCalls,
    tableReads: fixed.scheduleCalls * traffic.IDLE_READS,
    computeCalls: fixed.scheduleCalls,
    computeSeconds: fixed.scheduleCalls * seconds * traffic.MEMORY,
    ...logs(fixed.scheduleCalls, 0),
  }
}

const logs = (runs: number, calls: number): Usage => {
  const taken = runs * traffic.LOG_OF_A_RUN + calls * traffic.LOG_OF_A_CALL
  return { logs: taken, logStorage: taken * traffic.LOG_MONTHS }
}

/** How long a use case runs, in seconds. */
const secondsOf = ({ calls }: Cost): number => {
  const { own, call, transaction, coldStart, coldShare } = traffic.SECONDS
  const all = Object.values(calls).reduce((sum, count) => sum + count, 0)
  const transactions = calls['TransactWriteItems'] ?? 0
  return own + (all - transactions) * call + transactions * transaction + coldStart * coldShare
}

/** What some families use in a month. */
const usageOf = (families: number, costs: Costs, plan: Standing['userPlan']): Usage => {
  const sums = { writes: 0, reads: 0, seconds: 0, runs: 0, calls: 0 }
  for (const { name, yearly, by } of traffic.OF_A_FAMILY) {
    const cost = costs[name]
    if (cost === undefined) throw new Error(`No test measures « ${name} »`)
    const times = (families * yearly) / 12
    sums.writes += times * (cost.tableWrites + cost.indexWrites)
    sums.reads += times * cost.reads
    sums.seconds += times * secondsOf(cost) * traffic.MEMORY
    sums.runs += times
    if (by === 'http') sums.calls += times
  }
  const stored = families * traffic.ITEMS
  return {
    tableWrites: sums.writes,
    tableReads: sums.reads,
    tableStorage: stored,
    tableRecovery: stored,
    computeSeconds: sums.seconds,
    computeCalls: sums.runs,
    apiCalls: sums.calls,
    edgeCalls: sums.calls,
    edgeTraffic: sums.calls * traffic.ANSWER,
    firewallCalls: sums.calls,
    queueCalls: (families * traffic.QUEUE_CALLS) / 12,
    keyCalls: (families * traffic.KEY_CALLS) / 12,
    fileStorage: families * traffic.FILES,
    fileCalls: (families * traffic.FILE_CALLS) / 12,
    [`users${plan}` satisfies Item]: families * traffic.ACTIVE_USERS,
    mails: (families * traffic.MAILS) / 12,
    ...logs(sums.runs, sums.calls),
  }
}

/** One line of a bill. */
export interface Line {
  readonly item: Item
  /** In the unit of its price, before `per`. */
  readonly quantity: number
  /** Dollars of a month, what is free for ever taken off. */
  readonly dollars: number
  /** Dollars of a month as if nothing were free. */
  readonly gross: number
}

/** What a town pays for a month. */
export interface Bill {
  readonly families: number
  readonly lines: readonly Line[]
  /** Dollars of a month: what a town without a visitor pays. */
  readonly fixed: number
  /** Dollars of a month that come by use, without mails and without accounts. */
  readonly use: number
  /** Dollars of a month for those who sign in. */
  readonly accounts: number
  /** Dollars of a month for mails, which the goal leaves out. */
  readonly mails: number
  readonly total: number
  /** As if nothing were free. */
  readonly gross: number
  /** Euros of a family in a year, without mails; nothing of a town without families. */
  readonly eurosOfAFamily: number | undefined
}

const linesOf = (usage: Usage, { prices }: Prices): Line[] =>
  ITEMS.flatMap((item) => {
    const quantity = usage[item] ?? 0
    if (quantity === 0) return []
    const { dollars, per, free } = prices[item]
    const priced = (amount: number): number => (amount * dollars) / per
    return [
      { item, quantity, dollars: priced(Math.max(quantity - free, 0)), gross: priced(quantity) },
    ]
  })

const sum = (amounts: readonly number[]): number => amounts.reduce((all, each) => all + each, 0)

const total = (lines: readonly Line[], which: (item: Item) => boolean = () => true): number =>
  sum(lines.filter(({ item }) => which(item)).map(({ dollars }) => dollars))

/** What the bill of a month is made from. */
export interface Basis {
  readonly prices: Prices
  readonly costs: Costs
  readonly standing: Standing
}

/** The bill of a month of a town, in dollars, computed and not read off a bill. */
export const billOf = (families: number, { prices, costs, standing: fixed }: Basis): Bill => {
  const alone = standing(fixed)
  const used = usageOf(families, costs, fixed.userPlan)
  const both: Usage = {}
  for (const item of ITEMS) both[item] = (alone[item] ?? 0) + (used[item] ?? 0)
  const lines = linesOf(both, prices)
  const isAccount = (item: Item): boolean => item.startsWith('users')
  const accounts = total(lines, isAccount)
  const mails = total(lines, (item) => item === 'mails')
  const all = total(lines)
  const nobody = total(linesOf(alone, prices))
  return {
    families,
    lines,
    fixed: nobody,
    use: all - nobody - accounts - mails,
    accounts,
    mails,
    total: all,
    gross: sum(lines.map(({ gross }) => gross)),
    eurosOfAFamily:
      families === 0 ? undefined : ((all - mails) * 12 * prices.eurosPerDollar.value) / families,
  }
}
