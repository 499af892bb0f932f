import { sum } from '../kernel/money.ts'
import type { Draft, Tally } from './model.ts'

type Units = Tally['units']

/** The quantities of units, each unit once, in the order of its first appearance. */
const addUp = (units: Units): Units => {
  const found = new Map<string, Units[number]>()
  for (const unit of units) {
    const key = `${unit.activityId} ${unit.unitId}`
    const before = found.get(key)
    found.set(key, { ...unit, quantity: (before?.quantity ?? 0) + unit.quantity })
  }
  return [...found.values()]
}

/** What a run comes to before anything is billed. */
export const EMPTY_TALLY: Tally = {
  invoices: 0,
  creditNotes: 0,
  carried: 0,
  total: 0,
  oneEuroMeals: 0,
  units: [],
}

/** What drafts come to. */
export const tallyOf = (drafts: readonly Draft[]): Tally => {
  const of = (kind: Draft['kind']): Draft[] => drafts.filter((draft) => draft.kind === kind)
  const [invoices, creditNotes] = [of('invoice'), of('credit-note')]
  return {
    invoices: invoices.length,
    creditNotes: creditNotes.length,
    carried: of('carried').length,
    total: sum([...invoices, ...creditNotes].map(({ document }) => document.total)),
    oneEuroMeals: sum(drafts.map(({ oneEuroMeals }) => oneEuroMeals)),
    units: addUp(drafts.flatMap(({ units }) => units)),
  }
}

/** What several tallies come to. */
export const totalOf = (tallies: readonly Tally[]): Tally => ({
  invoices: sum(tallies.map(({ invoices }) => invoices)),
  creditNotes: sum(tallies.map(({ creditNotes }) => creditNotes)),
  carried: sum(tallies.map(({ carried }) => carried)),
  total: sum(tallies.map(({ total }) => total)),
  oneEuroMeals: sum(tallies.map(({ oneEuroMeals }) => oneEuroMeals)),
  units: addUp(tallies.flatMap(({ units }) => units)),
})
