import { DEBITS } from '../kernel/debit-texts.ts'
import { DATA_TITLES, ERASED } from '../kernel/privacy-texts.ts'
import { dataKind, type DataKind } from '../platform/personal-data.ts'
import type { Mandate } from './model.ts'
import { mandateEntity } from './store.ts'

/** A mandate of which nobody can tell who gave it: its reference and its days stay, its account is gone. */
const anonymousMandate = (mandate: Mandate): Mandate => {
  const { signed, ended } = mandate
  return {
    ...mandate,
    // Nothing is collected of who is erased.
    state: mandate.state === 'active' ? 'revoked' : mandate.state,
    holder: ERASED.family,
    account: { masked: '' },
    signed: { ...signed, place: ERASED.street },
    idempotencyKey: mandate.rum,
    ...(ended?.reason === undefined ? {} : { ended: { ...ended, reason: ERASED.reason } }),
  }
}

/**
 * What mandates hold about people. They are kept as the accounts are: a debit can be contested for 13
 * months, and the creditor proves it by the mandate.
 */
export const DEBIT_DATA: readonly DataKind[] = [
  dataKind(mandateEntity, {
    title: DATA_TITLES.Mandate,
    retention: 'accounting',
    since: ({ state, ended, lastDebitOn, signed }) =>
      state === 'active' ? undefined : (lastDebitOn ?? ended?.on ?? signed.on),
    anonymise: (item) => mandateEntity.toItem(anonymousMandate(mandateEntity.fromItem(item))),
    show: (mandate, reader) => {
      const { regieId, rum, state, day, holder, account, signed, debits } = mandate
      const { guardianId, lastDebitOn, endsOn, ended } = mandate
      const isOwn = reader.guardianId === undefined || reader.guardianId === guardianId
      return {
        ...{ regieId, rum, day, debits, lastDebitOn, endsOn },
        state: DEBITS.mandateStates[state],
        signedBy: reader.nameOf('guardianId', guardianId),
        ...{ signedOn: signed.on, place: signed.place, how: DEBITS.signatures[signed.how] },
        // No account of one parent for the other, and of nobody more than its last signs.
        ...(isOwn ? { holder, account: account.masked, consent: signed.consent?.text } : {}),
        ...(ended === undefined ? {} : { endedOn: ended.on, endedBy: reader.author(ended.by) }),
      }
    },
  }),
]
