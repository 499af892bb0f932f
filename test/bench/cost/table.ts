import { markdownTable } from '../../support/markdown.ts'
import type { Bill, Line } from './bill.ts'

/** The euros of a family and year that the project set itself, besides mails and fees of payments. */
export const GOAL = 0.01

/** What is shown as one row: by words, the items of the bill. */
const ROWS: readonly (readonly [name: string, items: readonly Line['item'][]])[] = [
  ['alarms, dashboards', ['alarms', 'dashboards']],
  ['firewall in front of the API', ['firewalls', 'firewallRules', 'firewallCalls']],
  ['keys and secrets', ['keys', 'keyCalls', 'secrets']],
  ['table: reads and writes', ['tableReads', 'tableWrites']],
  ['table: what it holds, twice (point-in-time recovery)', ['tableStorage', 'tableRecovery']],
  ['functions', ['computeCalls', 'computeSeconds']],
  ['API and CloudFront', ['apiCalls', 'edgeCalls', 'edgeTraffic']],
  ['queues and schedules', ['queueCalls', 'scheduleCalls']],
  ['logs', ['logs', 'logStorage']],
  ['supporting documents', ['fileStorage', 'fileCalls']],
  ['accounts that sign in (Cognito)', ['usersLITE', 'usersESSENTIALS']],
]

const dollars = (amount: number): string => amount.toFixed(2)
const euros = (amount: number): string => amount.toFixed(4)

/** The bills of some towns as a table of Markdown: dollars of a month, then euros of a family and year. */
export const tableOf = (bills: readonly Bill[], eurosPerDollar: number): string => {
  const row = (name: string, cell: (bill: Bill) => string): string[] => [name, ...bills.map(cell)]
  const part = (items: readonly Line['item'][]) => (bill: Bill) =>
    dollars(
      bill.lines
        .filter(({ item }) => items.includes(item))
        .reduce((sum, line) => sum + line.dollars, 0),
    )
  const perFamily = (amount: (bill: Bill) => number) => (bill: Bill) =>
    euros((amount(bill) * 12 * eurosPerDollar) / bill.families)
  return markdownTable(
    ['$ a month', ...bills.map(({ families }) => `${families.toLocaleString('en')} families`)],
    [
      ...ROWS.map(([name, items]) => row(name, part(items))),
      row('**without mails**', ({ total, mails }) => `**${dollars(total - mails)}**`),
      row('mails (SES)', ({ mails }) => dollars(mails)),
      row('the same, mails too, if nothing were free for ever', ({ gross }) => dollars(gross)),
      row(
        '€ of a family and year: by use',
        perFamily(({ use }) => use),
      ),
      row(
        '… for what stands there',
        perFamily(({ fixed }) => fixed),
      ),
      row(
        '… for accounts',
        perFamily(({ accounts }) => accounts),
      ),
      row(
        '**€ of a family and year, without mails**',
        ({ eurosOfAFamily = 0 }) => `**${euros(eurosOfAFamily)}**`,
      ),
    ],
  )
}

/** Whether the goal is met, and by what it is missed, as one sentence a town. */
export const verdicts = (bills: readonly Bill[], eurosPerDollar: number): string[] =>
  bills.map(({ families, eurosOfAFamily = 0, use, fixed, accounts }) => {
    const size = `${families.toLocaleString('en')} families`
    const goal = (GOAL * families) / 12 / eurosPerDollar
    if (eurosOfAFamily <= GOAL)
      return `${size}: ${euros(eurosOfAFamily)} €, within ${String(GOAL)} €.`
    const alone = (
      [
        ['use', use],
        ['what stands there', fixed],
        ['accounts', accounts],
      ] as const
    ).filter(([, amount]) => amount > goal)
    const over = `${size}: ${euros(eurosOfAFamily)} €, over ${String(GOAL)} €`
    return alone.length === 0
      ? `${over} by the sum of all.`
      : `${over} by this alone: ${alone.map(([name]) => name).join(', ')}.`
  })
