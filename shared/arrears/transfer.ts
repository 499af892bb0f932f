import type * as z from 'zod'
import type { TownCatalogue } from '../catalogue/calendar.ts'
import type { Regie } from '../catalogue/regie-model.ts'
import { readFile } from '../families/read-file.ts'
import type { FamilyFile } from '../families/model.ts'
import { ARREARS } from '../kernel/arrears-texts.ts'
import { PortalError } from '../kernel/errors.ts'
import { sum } from '../kernel/money.ts'
import { parisDate } from '../kernel/paris.ts'
import { handOverWrites } from '../ledger/hand-over.ts'
import { loadAccounts } from '../ledger/load-accounts.ts'
import type { HandOver, WholeLedger } from '../ledger/model.ts'
import { log } from '../platform/log.ts'
import type { Call } from '../platform/http.ts'
import { again } from '../platform/retry.ts'
import type { FamilyId, RegieId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { candidatesOf } from './candidates.ts'
import { debtsOf, plannedInvoices } from './debt-rules.ts'
import { MOST_DEBTORS, type Debtor, type Plan, type Transfer, type Unpaid } from './model.ts'
import {
  debtorWrite,
  findTransfer,
  listTransfers,
  owingAmong,
  planWrite,
  saveTransfer,
  writeArrears,
} from './store.ts'
import { candidateOf, dueByAccount } from './transfer-rules.ts'
import type { handOverRoute, transferReply } from './transfer-routes.ts'
import { viewTransfer } from './view.ts'

/** So many families at a time, and in one call. */
const AT_ONCE = 25
const A_CALL = 200

/** The most invoices of a family on one list: they are written together. */
const MOST_INVOICES = 80

type Treasury = NonNullable<Regie['arrears']['treasury']>

/**
 * A régie that hands over to the Treasury, and how.
 *
 * @throws PortalError `not-found` for a régie that the town does not have; `regie-not-set` for one that
 * keeps its debts.
 */
export const treasuryOf = (
  { catalogue }: TownCatalogue,
  regieId: RegieId,
): { readonly regie: Regie; readonly treasury: Treasury } => {
  const regie = catalogue.town.regies.find(({ id }) => id === regieId)
  if (regie === undefined) throw new PortalError('not-found')
  const { treasury } = regie.arrears
  if (treasury === undefined) {
    throw new PortalError('regie-not-set', { detail: ARREARS.noTransfers })
  }
  return { regie, treasury }
}

/** The one natural person whom the Treasury pursues: the first guardian of the file. */
const personOf = ({ family, guardians }: FamilyFile): Debtor['person'] => {
  const [first] = guardians
  if (first === undefined) {
    return { firstName: '', lastName: family.name, address: family.address }
  }
  const { title, firstName, lastName, address = family.address } = first
  return { title, firstName, lastName, address }
}

const transferred = ({ invoices }: WholeLedger, unpaid: readonly Unpaid[]): Debtor['invoices'] =>
  unpaid.flatMap(({ number, due }) => {
    const invoice = invoices.find((each) => each.number === number)
    if (invoice === undefined) return []
    const { month, issuedOn, dueOn, total, lines } = invoice
    return [{ number, month, issuedOn, dueOn, total, due, accounts: dueByAccount(lines, due) }]
  })

/** The plans of which an invoice is handed over: they end with that. */
const endedPlans = (
  { openedAt, openedBy }: Transfer,
  plans: readonly Plan[],
  numbers: readonly string[],
): Plan[] =>
  plans
    .filter(
      ({ ended, invoices }) =>
        ended === undefined && invoices.some(({ number }) => numbers.includes(number)),
    )
    .map((plan) => ({
      ...plan,
      version: plan.version + 1,
      ended: { kind: 'handed-over', at: openedAt, by: openedBy },
    }))

type Part = Pick<Transfer, 'debtors' | 'invoices' | 'amount'>

const partOf = (handOvers: readonly Pick<HandOver, 'amount'>[]): Part => ({
  debtors: handOvers.length === 0 ? 0 : 1,
  invoices: handOvers.length,
  amount: sum(handOvers.map(({ amount }) => amount)),
})

/**
 * Hands over what a family owes by its ledger: all in one transaction. What a list has handed over
 * already is told and not done again.
 */
const handOverFamily = async (
  table: Table,
  transfer: Transfer,
  familyId: FamilyId,
): Promise<Part> => {
  const { regieId, number, openedOn } = transfer
  const [{ file, items }, ledger] = await Promise.all([
    readFile(table, familyId, ['FILE', 'GUARDIAN']),
    loadAccounts(table, familyId),
  ])
  const earlier = ledger.handOvers.filter(
    (each) => each.regieId === regieId && each.transfer === number,
  )
  if (earlier.length > 0) return partOf(earlier)
  const { plans } = owingAmong(items)
  const debts = debtsOf(ledger)
  const debt = debts.find((each) => each.regieId === regieId)
  const planned = plannedInvoices(plans, debts, openedOn)
  const candidate = debt && candidateOf(debt, planned, transfer, openedOn)
  if (candidate === undefined || candidate.deferred) return partOf([])
  const unpaid = candidate.invoices.slice(0, MOST_INVOICES)
  const handOvers = unpaid.map((each): HandOver => ({
    ...{ familyId, regieId, invoice: each.number, amount: each.due },
    ...{ handedOverOn: openedOn, transfer: number },
  }))
  await writeArrears(table, [
    debtorWrite({
      ...{ familyId, regieId, transfer: number, handedOverOn: openedOn },
      person: personOf(file),
      invoices: transferred(ledger, unpaid),
    }),
    ...handOverWrites(handOvers),
    ...endedPlans(
      transfer,
      plans,
      unpaid.map((each) => each.number),
    ).map(planWrite),
  ])
  return partOf(handOvers)
}

/** A family whose file is gone has nothing that can be handed over. */
const tryFamily = (table: Table, transfer: Transfer, familyId: FamilyId): Promise<Part> =>
  again(async () => {
    try {
      return await handOverFamily(table, transfer, familyId)
    } catch (error) {
      if (!(error instanceof PortalError) || error.code !== 'not-found') throw error
      log.error('debtor not handed over', error, { familyId })
      return partOf([])
    }
  })

/** Carries out the next part of an open list. */
const carryOn = async (table: Table, transfer: Transfer): Promise<Transfer> => {
  const families = transfer.families.slice(transfer.done, transfer.done + A_CALL)
  const parts: Part[] = []
  for (let start = 0; start < families.length; start += AT_ONCE) {
    const some = families.slice(start, start + AT_ONCE)
    parts.push(...(await Promise.all(some.map((each) => tryFamily(table, transfer, each)))))
  }
  const done = transfer.done + families.length
  const after: Transfer = {
    ...transfer,
    version: transfer.version + 1,
    state: done < transfer.families.length ? 'open' : 'done',
    done,
    debtors: transfer.debtors + sum(parts.map(({ debtors }) => debtors)),
    invoices: transfer.invoices + sum(parts.map(({ invoices }) => invoices)),
    amount: transfer.amount + sum(parts.map(({ amount }) => amount)),
  }
  await saveTransfer(table, after)
  return after
}

type HandOverCall = Pick<Call<typeof handOverRoute>, 'parameters' | 'body' | 'actor' | 'now'>

/** Opens a list under the next number of its régie, with the families that it names. */
const open = async (
  { table, town }: { table: Table; town: TownCatalogue },
  { parameters: { regieId, number }, body: { except }, actor, now }: HandOverCall,
): Promise<Transfer> => {
  const { treasury } = treasuryOf(town, regieId)
  const [last] = await listTransfers(table, regieId, 1)
  const next = (last?.number ?? 0) + 1
  if (number !== next) {
    throw new PortalError('changed-meanwhile', { detail: ARREARS.otherTransfer(next) })
  }
  if (last?.state === 'open') throw new PortalError('transfer-open')
  const openedOn = parisDate(now)
  const families = (await candidatesOf(table, regieId, treasury, openedOn))
    .filter(({ deferred, debt: { familyId } }) => !deferred && !except.includes(familyId))
    .map(({ debt }) => debt.familyId)
    .slice(0, MOST_DEBTORS)
  if (families.length === 0) throw new PortalError('nothing-to-transfer')
  const transfer: Transfer = {
    ...{ regieId, number, version: 1, state: 'open', openedOn, openedAt: now.toISOString() },
    openedBy: actor.account,
    afterDays: treasury.afterDays,
    least: treasury.least,
    families,
    ...{ done: 0, debtors: 0, invoices: 0, amount: 0 },
  }
  await saveTransfer(table, transfer)
  return transfer
}

/**
 * Hands overdue invoices over to the Treasury [guide 30]: the list of the next number of the régie
 * names the debtors and is carried out in parts. The same call again goes on where it broke off, and
 * tells the list when all is done. By the ledger of each family it is decided what is still due: from
 * then on these invoices are « gérées par le Trésor public » and no longer payable online.
 *
 * @throws PortalError `not-found`, `regie-not-set`; `changed-meanwhile` for another number than the
 * next; `transfer-open` while an earlier list is not done; `nothing-to-transfer`; `concurrent-change`.
 */
export const handOver = (
  deps: { readonly table: Table; readonly town: TownCatalogue },
  call: HandOverCall,
): Promise<z.input<typeof transferReply>> =>
  again(async () => {
    const held = await findTransfer(deps.table, call.parameters)
    const transfer = held ?? (await open(deps, call))
    return viewTransfer(transfer.state === 'done' ? transfer : await carryOn(deps.table, transfer))
  })
