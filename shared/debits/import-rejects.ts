import type * as z from 'zod'
import type { TownCatalogue } from '../catalogue/calendar.ts'
import { DEBITS, rejectReason } from '../kernel/debit-texts.ts'
import { isIsoDate, type IsoDate } from '../kernel/dates.ts'
import { PortalError } from '../kernel/errors.ts'
import { parisDate } from '../kernel/paris.ts'
import { endPayment } from '../ledger/cancel-payment.ts'
import type { Call } from '../platform/http.ts'
import { again } from '../platform/retry.ts'
import { regieIdSchema } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { endedMandate } from './mandate-rules.ts'
import type { Debit, Mandate } from './model.ts'
import { guardiansOf, rejectNotice } from './notices.ts'
import { endsMandate, rejectsOf, type Reject } from './report-rules.ts'
import type { importRejectsRoute } from './run-routes.ts'
import { debitWrite, findDebit, listDebits, type RunAddress } from './run-store.ts'
import { debitingRegie } from './settings.ts'
import { findMandate, mandateWrite, writeDebits } from './store.ts'

interface Deps {
  readonly table: Table
  readonly town: TownCatalogue
}

type Reply = z.input<(typeof importRejectsRoute)['reply']>
type Outcome = Reply['rejects'][number]['outcome']

/** How many debits one call takes back at most: well within the time that an answer may take. */
const MOST_OF_A_CALL = 150

/** The run that the id of a debit names; nothing for an id of another program. */
const runOfId = (endToEndId: string): RunAddress | undefined => {
  const [, regie, year, month, day] =
    /^([A-Z0-9]{2,4})-(\d{4})(\d{2})(\d{2})-\d{6}$/.exec(endToEndId) ?? []
  const date = `${year ?? ''}-${month ?? ''}-${day ?? ''}`
  const regieId = regieIdSchema.safeParse(regie)
  if (!regieId.success || !isIsoDate(date)) return undefined
  return { regieId: regieId.data, collectOn: date }
}

/** The debits of the runs that a report names, by their id. One Query of each run. */
const debitsNamed = async (
  table: Table,
  rejects: readonly Reject[],
): Promise<ReadonlyMap<string, Debit>> => {
  const runs = new Map<string, RunAddress>()
  for (const { endToEndId } of rejects) {
    const run = runOfId(endToEndId)
    if (run !== undefined) runs.set(`${run.regieId} ${run.collectOn}`, run)
  }
  const debits = new Map<string, Debit>()
  for (const run of runs.values()) {
    for (const debit of await listDebits(table, run)) debits.set(debit.endToEndId, debit)
  }
  return debits
}

/** A debit that the bank has sent back, and its mandate where that ended with it. */
const takenBack = (
  { debit, mandate, code }: { debit: Debit; mandate: Mandate | undefined; code: string },
  { by, at, today }: { by: string; at: string; today: IsoDate },
): { debit: Debit; ended: Mandate | undefined } => ({
  debit: {
    ...debit,
    version: debit.version + 1,
    state: 'rejected',
    rejected: { code, by, at },
  },
  ended:
    mandate?.state === 'active' && endsMandate(code)
      ? endedMandate(mandate, 'revoked', { on: today, by, reason: DEBITS.rejected(code) })
      : undefined,
})

/**
 * Takes one debit back, once: its payment is cancelled, the family is told, and the mandate ends where
 * the reason says that it is worth nothing, all in one transaction.
 */
const takeBack = async (
  { table, town }: Deps,
  named: Debit,
  { code, by, now }: { code: string; by: string; now: Date },
): Promise<Outcome> =>
  again(async (): Promise<Outcome> => {
    const debit = (await findDebit(table, named)) ?? named
    if (debit.state === 'rejected') return 'known'
    const { familyId, regieId, sent } = debit
    if (sent === undefined) return 'not-sent'
    const mandate = await findMandate(table, debit)
    const about = { by, at: now.toISOString(), today: parisDate(now) }
    const back = takenBack({ debit, mandate, code }, about)
    const guardians = await guardiansOf(table, familyId)
    const debiting = debitingRegie(town, regieId)
    const told =
      mandate === undefined
        ? []
        : rejectNotice({ debiting, mandate, guardians, now }, debit, {
            ...{ amount: sent.amount, code, ends: back.ended !== undefined },
          })
    const ending = { kind: 'rejected', reason: DEBITS.rejected(code), by, now } as const
    try {
      const { payment } = await endPayment(
        table,
        { familyId, number: sent.payment, ...ending },
        () => [
          debitWrite(back.debit),
          ...(back.ended === undefined ? [] : [mandateWrite(back.ended)]),
          ...told,
        ],
      )
      if (payment.cancellation?.kind === 'rejected') return 'rejected'
      // It was cancelled at the desk before: nothing is left to take back.
      await writeDebits(table, [debitWrite(back.debit)])
      return 'known'
    } catch (error) {
      if (error instanceof PortalError && error.code === 'payment-locked') return 'locked'
      throw error
    }
  })

/**
 * Takes back the debits that a bank sends back: by its report (pain.002) or by a list of ids and reasons.
 * Their invoices are due again and the families are told why. Imported again it changes nothing. What is
 * not known is listed and left; a long report is taken in parts, as `left` says: then it is sent again.
 *
 * @throws PortalError `invalid-request` for a file that is no report, or that refuses all of a file.
 */
export const importRejects = async (
  deps: Deps,
  { body, actor, now }: Pick<Call<typeof importRejectsRoute>, 'body' | 'actor' | 'now'>,
): Promise<Reply> => {
  const given = 'report' in body ? rejectsOf(body.report) : body.rejects
  const debits = await debitsNamed(deps.table, given)
  const by = actor.account
  const rejects: Reply['rejects'] = []
  const told = new Map<string, Outcome>()
  let [done, left] = [0, 0]
  for (const { endToEndId, reason: code } of given) {
    const about = { endToEndId, reason: code, reasonLabel: rejectReason(code) }
    const debit = debits.get(endToEndId)
    if (debit === undefined) {
      rejects.push({ ...about, outcome: 'unknown' })
      continue
    }
    if (done === MOST_OF_A_CALL && debit.state !== 'rejected') {
      left += 1
      continue
    }
    // A report that names a debit again and again costs no more than one that names it once.
    const earlier = debit.state === 'rejected' ? 'rejected' : told.get(endToEndId)
    const again = earlier === 'rejected' ? 'known' : earlier
    const outcome = again ?? (await takeBack(deps, debit, { code, by, now }))
    told.set(endToEndId, outcome)
    if (outcome === 'rejected') done += 1
    const { familyId, sent } = debit
    const amount = sent === undefined ? {} : { amount: sent.amount }
    rejects.push({ ...about, familyId, ...amount, outcome })
  }
  return { rejects, left }
}
