import type { Debtor } from './model.ts'
import { DATA_TITLES, ERASED } from '../kernel/privacy-texts.ts'
import { dataKind, dayOf, type DataKind } from '../platform/personal-data.ts'
import { debtEntity, debtorEntity, planEntity, reminderEntity } from './store.ts'

/** A debtor whom nobody can tell: the invoices and amounts stay. */
const anonymousDebtor = (debtor: Debtor): Debtor => {
  const { postcode, town } = debtor.person.address
  return {
    ...debtor,
    person: {
      firstName: '',
      lastName: ERASED.family,
      address: { street: ERASED.street, postcode, town },
    },
  }
}

/** What is kept of families that have not paid. */
export const ARREARS_DATA: readonly DataKind[] = [
  // A copy of what the ledger says; it goes when that is settled, before which nobody is erased.
  dataKind(debtEntity, {
    title: DATA_TITLES.Debt,
    retention: 'file',
    show: ({ regieId, due, invoices }) => ({
      regieId,
      due,
      unpaid: invoices.map(({ number, dueOn, due: left }) => ({ number, dueOn, due: left })),
    }),
  }),
  dataKind(planEntity, {
    title: DATA_TITLES.PaymentPlan,
    retention: 'accounting',
    since: ({ instalments, agreedOn }) => instalments.at(-1)?.on ?? agreedOn,
    show: (plan, { author }) => {
      const { regieId, number, agreedOn, agreedBy, invoices, instalments, ended } = plan
      return {
        ...{ regieId, number, agreedOn, unpaid: invoices, instalments },
        agreedBy: author(agreedBy),
        ...(ended === undefined
          ? {}
          : { endedOn: dayOf(ended.at), endedBy: author(ended.by), reason: ended.reason }),
      }
    },
  }),
  dataKind(reminderEntity, {
    title: DATA_TITLES.Reminder,
    retention: 'accounting',
    since: ({ remindedOn }) => remindedOn,
    show: ({ remindedOn, invoices }) => ({
      remindedOn,
      unpaid: invoices.map(({ number, dueOn, due }) => ({ number, dueOn, due })),
    }),
  }),
  dataKind(debtorEntity, {
    title: DATA_TITLES.Debtor,
    retention: 'accounting',
    since: ({ handedOverOn }) => handedOverOn,
    anonymise: (item) => debtorEntity.toItem(anonymousDebtor(debtorEntity.fromItem(item))),
    show: ({ regieId, handedOverOn, person, invoices }) => ({
      ...{ regieId, handedOverOn, ...person },
      unpaid: invoices.map(({ number, dueOn, due }) => ({ number, dueOn, due })),
    }),
  }),
]
