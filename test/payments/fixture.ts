import { beforeEach, vi } from 'vitest'
import type { Invoice } from '../../shared/billing/model.ts'
import type { TownCatalogue } from '../../shared/catalogue/calendar.ts'
import type { IsoDate } from '../../shared/kernel/dates.ts'
import { PortalError } from '../../shared/kernel/errors.ts'
import { loadAccounts } from '../../shared/ledger/load-accounts.ts'
import type { WholeLedger } from '../../shared/ledger/model.ts'
import { settle, type Settlement } from '../../shared/ledger/rules.ts'
import { payfipClient } from '../../shared/payfip/client.ts'
import type { Payfip } from '../../shared/payfip/model.ts'
import { followAttempt } from '../../shared/payments/follow-attempt.ts'
import { notifyPayment } from '../../shared/payments/hear-payfip.ts'
import { listPayments, readPayment } from '../../shared/payments/read-payment.ts'
import { reconcilePayments } from '../../shared/payments/reconcile-payments.ts'
import { listPaymentReviews, resolvePayment } from '../../shared/payments/review-payments.ts'
import { startPaymentRoute } from '../../shared/payments/routes.ts'
import { paymentIdOf, startPayment } from '../../shared/payments/start-payment.ts'
import { attemptEntity, findAttempt } from '../../shared/payments/store.ts'
import type { Attempt } from '../../shared/payments/model.ts'
import { noticeEntity } from '../../shared/messages/notices.ts'
import { familyPartition } from '../../shared/platform/keys.ts'
import type { FamilyId } from '../../shared/platform/schemas.ts'
import type { Table } from '../../shared/platform/table.ts'
import { cesson, cessonTown, guardian, type DUPONT } from '../support/cesson.ts'
import { anotherFamily } from '../support/families.ts'
import { ACCOUNTANT, storeInvoice } from '../ledger/fixture.ts'

type Regie = (typeof cesson)['catalogue']['town']['regies'][number]

/** The demo town with a régie of another making. */
export const townWith = (about: Partial<Regie>): TownCatalogue => ({
  ...cessonTown,
  catalogue: {
    ...cesson.catalogue,
    town: {
      ...cesson.catalogue.town,
      regies: cesson.catalogue.town.regies.map((regie) => ({ ...regie, ...about })),
    },
  },
})

/** What a call comes to: `done`, or the code of what it is refused with. */
export const codeOf = async (run: Promise<unknown>): Promise<string> =>
  run.then(
    () => 'done',
    (error: unknown) => (error instanceof PortalError ? error.code : String(error)),
  )

/** Keeps the log quiet, and the messages of its warnings for each test. Call it once at the top of a file. */
export const watchLogs = (): readonly string[] => {
  const warned: string[] = []
  beforeEach(() => {
    warned.length = 0
    vi.spyOn(console, 'info').mockReturnValue()
    vi.spyOn(console, 'error').mockReturnValue()
    vi.spyOn(console, 'warn').mockImplementation((line: { message: string }) => {
      warned.push(line.message)
    })
  })
  return warned
}

let lastKey = 0

/** A key of an idempotent call that no other has. */
export const newKey = (): string => {
  lastKey += 1
  return `online-key-${String(lastKey)}`
}

/** Online payments on a table, with a PayFiP. */
export const openPayments = (
  table: Table,
  { url, now }: { readonly url: string; readonly now: () => Date },
) => {
  const payfip = payfipClient({ url, patience: 4000 })
  const parts = (
    about: { table?: Table; town?: TownCatalogue; takesTests?: boolean; payfip?: Payfip } = {},
  ) => ({
    table,
    town: cessonTown,
    payfip,
    takesTests: true,
    apiUrl: 'http://127.0.0.1:9',
    ...about,
  })
  type Parts = ReturnType<typeof parts>

  /** A family with invoices of some amounts, due one after the other. */
  const owing = async (
    ...totals: readonly number[]
  ): Promise<{ by: typeof DUPONT; invoices: Invoice[] }> => {
    const by = await anotherFamily(table, undefined, [])
    const invoices: Invoice[] = []
    for (const [index, total] of totals.entries()) {
      const issuedOn: IsoDate = `2025-09-${String(index + 1).padStart(2, '0')}`
      invoices.push(await storeInvoice(table, by.familyId, issuedOn, total))
    }
    return { by, invoices }
  }

  const start = async (
    by: typeof DUPONT,
    invoices: readonly (Invoice | string)[],
    {
      amount,
      key = newKey(),
      at = now(),
      ...about
    }: { amount?: number; key?: string; at?: Date } & Parameters<typeof parts>[0] = {},
  ) =>
    startPaymentRoute.reply.parse(
      await startPayment(parts(about), {
        actor: guardian(by),
        headers: { 'idempotency-key': key },
        body: {
          invoices: invoices.map((each) => (typeof each === 'string' ? each : each.number)),
          ...(amount === undefined ? {} : { amount }),
        },
        now: at,
      }),
    )

  const attemptOf = async (by: typeof DUPONT, paymentId: string): Promise<Attempt> => {
    const attempt = await findAttempt(table, { familyId: by.familyId, paymentId })
    if (attempt === undefined) throw new Error('There is no attempt')
    return attempt
  }

  /** The operation of an attempt at PayFiP. */
  const operationOf = async (by: typeof DUPONT, paymentId: string): Promise<string> => {
    const { idOp } = await attemptOf(by, paymentId)
    if (idOp === undefined) throw new Error('PayFiP has not opened it')
    return idOp
  }

  /** A family whose payment of invoices of some amounts is open at PayFiP. */
  const begun = async (...totals: readonly number[]) => {
    const { by, invoices } = await owing(...totals)
    const { paymentId } = await start(by, invoices)
    return { by, invoices, paymentId, idOp: await operationOf(by, paymentId) }
  }

  const read = (by: typeof DUPONT, paymentId: string) =>
    readPayment(parts(), { actor: guardian(by), parameters: { paymentId }, now: now() })

  const list = (by: typeof DUPONT) => listPayments(parts(), { actor: guardian(by), now: now() })

  const reconcile = (at = now(), about: Partial<Parts> = {}) =>
    reconcilePayments({ ...parts(), ...about }, at)

  const follow = async (by: typeof DUPONT, paymentId: string, about: Partial<Parts> = {}) =>
    followAttempt({ ...parts(), ...about }, await attemptOf(by, paymentId), now())

  const notify = (
    form: Readonly<Record<string, string>>,
    query: Readonly<Record<string, string>> = {},
  ) => notifyPayment(parts(), { form, query, now: now() })

  const reviews = async () => (await listPaymentReviews(parts(), { now: now() })).payments

  const resolve = (
    by: typeof DUPONT,
    paymentId: string,
    body: Parameters<typeof resolvePayment>[1]['body'],
    about: Partial<Parts> = {},
  ) =>
    resolvePayment(
      { ...parts(), ...about },
      {
        parameters: { familyId: by.familyId, paymentId },
        body,
        actor: ACCOUNTANT,
        now: now(),
      },
    )

  /** What stands in the ledger of a family, and what it comes to. */
  const ledger = async (
    familyId: FamilyId,
  ): Promise<{ ledger: WholeLedger; settlement: Settlement }> => {
    const held = await loadAccounts(table, familyId)
    return { ledger: held, settlement: settle(held) }
  }

  /** What a family was told of its payments. */
  const notices = async (familyId: FamilyId) =>
    noticeEntity
      .pick(await table.query({ partition: familyPartition(familyId), from: ['NOTICE'] }))
      .filter(({ content }) => content.kind.startsWith('payment-'))

  /** Everything that hangs on the online payments of a family. */
  const standing = async ({ familyId }: typeof DUPONT) => {
    const { ledger: held, settlement } = await ledger(familyId)
    const attempts = attemptEntity.pick(
      await table.query({ partition: familyPartition(familyId), from: ['ONLINE'] }),
    )
    return {
      payments: held.payments,
      paying: held.paying ?? [],
      states: attempts.map(({ state }) => state),
      invoices: [...settlement.invoices.values()].map(({ state }) => state),
      totals: settlement.totals,
      mails: (await notices(familyId)).map(({ content }) => content.kind),
    }
  }

  return {
    ...{
      payfip,
      parts,
      owing,
      begun,
      start,
      attemptOf,
      operationOf,
      read,
      list,
      reconcile,
      follow,
    },
    ...{ notify, reviews, resolve, ledger, notices, standing, paymentIdOf },
  }
}
