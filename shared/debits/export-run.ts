import type { TownCatalogue } from '../catalogue/calendar.ts'
import { DEBITS } from '../kernel/debit-texts.ts'
import type { IsoDate } from '../kernel/dates.ts'
import { PortalError, StaleReadError } from '../kernel/errors.ts'
import { sum } from '../kernel/money.ts'
import { parisDate } from '../kernel/paris.ts'
import type { Payment } from '../ledger/model.ts'
import { notePayment, type NewPayment } from '../ledger/note-payment.ts'
import { again } from '../platform/retry.ts'
import type { RegieId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { dueBy } from './due-rules.ts'
import type { DebitParts } from './give-mandate.ts'
import { makeFiles } from './make-files.ts'
import { activeOn, sequenceOf } from './mandate-rules.ts'
import type { Debit, DebitRun, Mandate } from './model.ts'
import { debitWrite, findDebit, findRun, listDebits, putRun } from './run-store.ts'
import { debitingRegie, mostOfDebit, type Debiting } from './settings.ts'
import { loadMandates, mandateWrite, writeDebits } from './store.ts'

/** Nothing is due of what was announced: it was paid otherwise. */
class NothingDue extends Error {
  override readonly name = 'NothingDue'
}

/** What an export is asked by. */
interface Asked {
  readonly regieId: RegieId
  readonly collectOn: IsoDate
  /** The account of who asks; `schedule` for the clock. */
  readonly by: string
  readonly now: Date
}

/** Freezes a run: from then on nothing is announced, and all its files say the same of the creditor. */
const freeze = (
  { table, town }: { table: Table; town: TownCatalogue },
  { regieId, collectOn, by, now }: Asked,
): Promise<DebitRun> =>
  again(async () => {
    const run = await findRun(table, { regieId, collectOn })
    if (run === undefined) throw new PortalError('not-found')
    if (run.state === 'preparing') {
      throw new PortalError('run-not-ready', { detail: DEBITS.notPrepared })
    }
    if (run.state !== 'prepared') return run
    if (parisDate(now) >= collectOn) {
      throw new PortalError('period-out-of-range', { detail: DEBITS.dayPassed })
    }
    const { creditor, format, first } = debitingRegie(town, regieId).settings
    const { siret } = town.catalogue.town
    const frozen: DebitRun = {
      ...run,
      version: run.version + 1,
      state: 'exporting',
      export: { at: now.toISOString(), by, creditor: { ...creditor, siret }, format, first },
    }
    if (!(await putRun(table, frozen))) throw new StaleReadError('debit run')
    return frozen
  })

/** The payment of a debit: what is due still, and no more than was announced. */
const paymentOf = (
  debit: Debit,
  { due, rum, by, now }: { due: ReturnType<typeof dueBy>; rum: string; by: string; now: Date },
): NewPayment => {
  const amount = Math.min(due.amount, debit.announced)
  if (amount === 0) throw new NothingDue()
  return {
    ...{ amount, state: 'awaiting', paidOn: debit.collectOn, means: 'direct-debit' },
    invoices: [...due.invoices],
    reference: debit.endToEndId,
    debit: { mandate: rum, endToEndId: debit.endToEndId },
    ...{ recordedBy: by, recordedAt: now.toISOString(), idempotencyKey: debit.endToEndId },
  }
}

const dropped = (debit: Debit, why: NonNullable<Debit['dropped']>): Debit => ({
  ...debit,
  version: debit.version + 1,
  state: 'dropped',
  dropped: why,
})

/** A debit that goes to the bank, by the mandate that the family has now. */
const sentDebit = (
  debit: Debit,
  { payment, mandate, debiting }: { payment: Payment; mandate: Mandate; debiting: Debiting },
): Debit => ({
  ...debit,
  ...{ version: debit.version + 1, state: 'exported', rum: mandate.rum, ordinal: mandate.ordinal },
  sent: {
    ...{ amount: payment.amount, invoices: payment.invoices, payment: payment.number },
    sequence: sequenceOf(mandate, debit.collectOn, debiting.settings),
    signedOn: mandate.signed.on,
  },
})

/**
 * Sends one debit: its payment awaits the collection from then on, in one transaction with the debit and
 * its mandate; or drops it, where all is paid otherwise or the mandate has ended.
 */
const sendDebit = async (
  table: Table,
  debiting: Debiting,
  address: Pick<Debit, 'regieId' | 'collectOn' | 'familyId'>,
  { by, now }: Pick<Asked, 'by' | 'now'>,
): Promise<void> =>
  again(async () => {
    const { regieId, collectOn, familyId } = address
    const debit = await findDebit(table, address)
    if (debit?.state !== 'announced') return
    const mandate = activeOn(await loadMandates(table, familyId, regieId), collectOn)
    if (mandate === undefined) {
      await writeDebits(table, [debitWrite(dropped(debit, 'no-mandate'))])
      return
    }
    const most = mostOfDebit(debiting.regie)
    try {
      await notePayment(
        table,
        { familyId, regieId, now },
        ({ ledger }) => {
          const due = dueBy(ledger, { regieId, day: collectOn, most })
          return paymentOf(debit, { due, rum: mandate.rum, by, now })
        },
        (payment) => [
          debitWrite(sentDebit(debit, { payment, mandate, debiting })),
          mandateWrite({
            ...mandate,
            version: mandate.version + 1,
            debits: mandate.debits + 1,
            lastDebitOn: collectOn,
          }),
        ],
      )
    } catch (error) {
      if (!(error instanceof NothingDue)) throw error
      await writeDebits(table, [debitWrite(dropped(debit, 'paid'))])
    }
  })

/**
 * Makes the files of a run for the bank: freezes it, notes for each debit a payment that awaits the day of
 * the collection, reduced or dropped by what was paid otherwise, and seals the files. Interrupted or called
 * again it goes on and makes the same files.
 *
 * @param most how many debits are sent by this call at most: the answer says `exporting` while some are
 * left, and the next call goes on.
 * @throws PortalError `not-found`; `run-not-ready` while families are still being told;
 * `period-out-of-range` on the day of the collection and behind it; `month-closed`.
 */
export const exportRun = async (
  parts: DebitParts,
  asked: Asked,
  most = Infinity,
): Promise<DebitRun> => {
  const { table, town } = parts
  const debiting = debitingRegie(town, asked.regieId)
  const run = await freeze(parts, asked)
  if (run.state !== 'exporting') return run
  const open = (await listDebits(table, run)).filter(({ state }) => state === 'announced')
  for (const debit of open.slice(0, most)) await sendDebit(table, debiting, debit, asked)
  if (open.length > most) return run
  const sent = (await listDebits(table, run)).flatMap((debit) =>
    debit.sent === undefined ? [] : [{ debit, sent: debit.sent }],
  )
  const files = await makeFiles(parts, run, sent)
  return again(async () => {
    const held = (await findRun(table, run)) ?? run
    if (held.state !== 'exporting') return held
    const total = sum(sent.map((each) => each.sent.amount))
    const exported: DebitRun = {
      ...held,
      version: held.version + 1,
      state: 'exported',
      sent: { files, debits: sent.length, total },
    }
    if (!(await putRun(table, exported))) throw new StaleReadError('debit run')
    return exported
  })
}
