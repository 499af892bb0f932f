import { keepDebts } from '../../shared/arrears/keep-debts.ts'
import { planSchema, type Plan, type Unpaid } from '../../shared/arrears/model.ts'
import { planWrite } from '../../shared/arrears/store.ts'
import type { TownCatalogue } from '../../shared/catalogue/calendar.ts'
import type { ArrearsSettings } from '../../shared/catalogue/regie-model.ts'
import type { Invoice } from '../../shared/billing/model.ts'
import { addDays, monthOf, type IsoDate } from '../../shared/kernel/dates.ts'
import { parisInstant } from '../../shared/kernel/paris.ts'
import { paymentSchema, type Payment } from '../../shared/ledger/model.ts'
import { paymentEntity } from '../../shared/ledger/store.ts'
import { invoiceNumberSchema } from '../../shared/billing/model.ts'
import { noticeEntity } from '../../shared/messages/notices.ts'
import { familyPartition } from '../../shared/platform/keys.ts'
import { regieIdSchema, type FamilyId } from '../../shared/platform/schemas.ts'
import type { Table } from '../../shared/platform/table.ts'
import { cessonTown } from '../support/cesson.ts'
import { storeInvoice } from '../ledger/fixture.ts'

export const ENF = regieIdSchema.parse('ENF')

/** A morning in Paris, 9:00. */
export const morning = (day: IsoDate): Date => parisInstant(day, '09:00')

/** The demo town with other settings for arrears. */
export const townWith = (
  arrears: Partial<ArrearsSettings>,
  { catalogue, calendars }: TownCatalogue = cessonTown,
): TownCatalogue => ({
  calendars,
  catalogue: {
    ...catalogue,
    town: {
      ...catalogue.town,
      regies: catalogue.town.regies.map((regie) => ({
        ...regie,
        arrears: { ...regie.arrears, ...arrears },
      })),
    },
  },
})

/** An invoice of a family that is due on a day, past every run. */
export const invoiceDueOn = (
  table: Table,
  familyId: FamilyId,
  dueOn: IsoDate,
  total: number,
): Promise<Invoice> => storeInvoice(table, familyId, addDays(dueOn, -30), total)

let last = 0

/** A payment as it stands in a ledger; of 10 € by cheque unless told otherwise. */
export const paymentOf = (familyId: FamilyId, about: Partial<Payment> = {}): Payment => {
  last += 1
  return paymentSchema.parse({
    ...{ familyId, regieId: ENF, number: last, version: 1, state: 'validated', amount: 1000 },
    ...{ paidOn: '2025-10-01', means: 'cheque', invoices: [], recordedBy: 'accountant' },
    recordedAt: '2025-10-01T08:00:00.000Z',
    idempotencyKey: `payment-${String(last)}`,
    ...about,
  })
}

export const storePayment = async (table: Table, payment: Payment): Promise<Payment> => {
  await table.put(paymentEntity.toItem(payment))
  return payment
}

/** A debtor with invoices that are due on days for amounts, as the stream has noted it. */
export const owes = async (
  table: Table,
  familyId: FamilyId,
  ...due: readonly (readonly [IsoDate, number])[]
): Promise<Invoice[]> => {
  const invoices: Invoice[] = []
  for (const [dueOn, total] of due) {
    invoices.push(await invoiceDueOn(table, familyId, dueOn, total))
  }
  await keepDebts(table, familyId)
  return invoices
}

/** An unpaid invoice, without a table. */
export const unpaid = (number: number, dueOn: IsoDate, due: number, awaited = 0): Unpaid => ({
  number: invoiceNumberSchema.parse(`ENF2025${String(number).padStart(8, '0')}`),
  month: monthOf(addDays(dueOn, -60)),
  dueOn,
  due,
  awaited,
})

/** A plan for invoices, by instalments on days. */
export const planFor = (
  familyId: FamilyId,
  invoices: readonly Pick<Unpaid, 'number' | 'due'>[],
  instalments: readonly (readonly [IsoDate, number])[],
  about: Partial<Plan> = {},
): Plan =>
  planSchema.parse({
    ...{ familyId, regieId: ENF, number: 1, version: 1, agreedOn: '2025-11-01' },
    ...{ agreedBy: 'accountant', agreedAt: '2025-11-01T08:00:00.000Z', idempotencyKey: 'plan-key' },
    invoices: invoices.map(({ number, due }) => ({ number, due })),
    instalments: instalments.map(([on, amount]) => ({ on, amount })),
    ...about,
  })

export const storePlan = async (table: Table, plan: Plan): Promise<Plan> => {
  await table.transact([planWrite(plan)])
  return plan
}

/** All notices of a family. */
export const noticesOf = async (table: Table, familyId: FamilyId) =>
  noticeEntity.pick(await table.query({ partition: familyPartition(familyId), from: ['NOTICE'] }))
