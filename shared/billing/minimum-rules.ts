import { BILL } from '../kernel/billing-texts.ts'
import type { Child } from '../families/model.ts'
import { sum, type Cents } from '../kernel/money.ts'
import type { PriceList } from '../tariffs/model.ts'
import { countOf } from './day-set-rules.ts'
import type { BilledHousehold } from './household-rules.ts'
import { isOfList, type Item } from './item-rules.ts'

/** What counts for a minimum: days, packs and surcharges, not fees, nor what others pay. */
const isCounted = ({ kind }: Item): boolean =>
  kind === 'unit' || kind === 'supplement' || kind === 'pack'

const amountOf = ({ unitPrice, days, once = false }: Item): Cents =>
  once ? unitPrice : unitPrice * countOf(days)

/** What is missing to the minimum of a service, for one child or the whole family. */
const missing = (
  items: readonly Item[],
  lists: readonly PriceList[],
  child: Child | undefined,
): Item[] => {
  const counted = items.filter(
    (item) =>
      isCounted(item) &&
      (child === undefined || item.child === child) &&
      lists.some((list) => isOfList(item, list)),
  )
  const used = lists.filter((list) => counted.some((item) => isOfList(item, list)))
  const last = used.toSorted((a, b) => (a.from < b.from ? -1 : 1)).at(-1)
  const activity = counted.find((item) => item.activity !== undefined)?.activity
  if (last?.minimum === undefined) return []
  if ((last.minimum.per === 'child') !== (child !== undefined)) return []
  const { name, amount, account } = last.minimum
  const lacking = amount - sum(counted.map(amountOf))
  if (lacking <= 0) return []
  return [
    {
      kind: 'minimum',
      child,
      activity,
      unitIds: [],
      label: name,
      unitPrice: lacking,
      account,
      priceList: last.name,
      why: BILL.minimum(name, amount),
      days: 0,
      once: true,
    },
  ]
}

/**
 * What is billed on top of a month in which anything is, so that it reaches the minimum of the price
 * list: of several lists of a service in one month that of the last one.
 */
export const minimumsOf = ({ town, children }: BilledHousehold, items: readonly Item[]): Item[] => {
  if (!town.hasMinimum) return []
  const services = new Map<string, PriceList[]>()
  for (const list of town.catalogue.priceLists) {
    services.set(list.service, [...(services.get(list.service) ?? []), list])
  }
  return [...services.values()].flatMap((lists) =>
    [undefined, ...children].flatMap((child) => missing(items, lists, child)),
  )
}
