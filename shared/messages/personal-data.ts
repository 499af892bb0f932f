import { DEBITS, rejectReason } from '../kernel/debit-texts.ts'
import { isSameEmail } from '../kernel/email.ts'
import { DATA_TITLES } from '../kernel/privacy-texts.ts'
import { dataKind, type DataKind, type Reader } from '../platform/personal-data.ts'
import type { Notice } from './notice-model.ts'
import { noticeEntity } from './notices.ts'
import { mailReceiptEntity, preferencesEntity, unsubscribeSecretEntity } from './store.ts'

type Content = Notice['content']

/** What a notice was about; requests and authorisations are shown in full where they are kept. */
const showContent = (content: Content, { nameOf, unitName }: Reader): object => {
  switch (content.kind) {
    case 'decided':
      return { numbers: content.requests.map(({ number }) => number) }
    case 'authorised':
      return { number: content.number }
    case 'file-checked': {
      const { number, about, outcomes, message } = content
      return { number, about, outcomes, message }
    }
    case 'erasure-refused':
      return { number: content.number, reason: content.reason }
    case 'file-ending':
      return { until: content.until }
    case 'payment-received': {
      const { number, amount, means, paidOn, receipt, parts } = content
      return { number, amount, means, paidOn, receipt, parts }
    }
    case 'payment-refused':
      return { amount: content.amount, parts: content.parts }
    case 'debit-announced': {
      const { amount, collectOn, rum, creditor, invoices } = content
      return { amount, collectOn, rum, creditor: creditor.name, invoices }
    }
    case 'debit-rejected': {
      const { amount, collectOn, code, endedMandate } = content
      return { amount, collectOn, reason: rejectReason(code), endedMandate }
    }
    case 'debit-mandate': {
      const { state, rum, day, creditor } = content
      return { state: DEBITS.mandateStates[state], rum, day, creditor: creditor.name }
    }
    case 'payment-reminder': {
      const { remindedOn, invoices } = content
      return { remindedOn, unpaid: invoices.map(({ number, due }) => ({ number, due })) }
    }
    case 'plan-agreed': {
      const { number, invoices, instalments } = content
      return { number, unpaid: invoices.map((each) => ({ number: each })), instalments }
    }
    case 'enquiry-received':
    case 'enquiry-answered':
    case 'enquiry-waiting':
      return { number: content.number, service: content.service }
    case 'news': {
      const { title, from, until } = content
      return { regarding: title, from, until }
    }
    case 'reminder':
      return {
        monday: content.monday,
        activities: content.activities.map(({ child, activityId, groupId, until }) => ({
          child,
          activity: nameOf('activityId', activityId),
          group: nameOf('groupId', groupId),
          until,
        })),
      }
    default: {
      const { child, activityId, groupId, ...rest } = content
      const named = {
        child,
        activity: nameOf('activityId', activityId),
        group: nameOf('groupId', groupId),
      }
      if (!('days' in rest)) return { ...rest, ...named }
      const days = rest.days.map(({ date, unitIds }) => ({
        date,
        units: unitIds.map((unit) => unitName(activityId, unit)),
      }))
      return { ...rest, ...named, days }
    }
  }
}

/** What mails and notices hold about people. */
export const MESSAGE_DATA: readonly DataKind[] = [
  dataKind(mailReceiptEntity, {
    title: DATA_TITLES.MailReceipt,
    retention: 'technical',
    show: ({ at, outcome }) => ({ at, outcome }),
  }),
  dataKind(preferencesEntity, {
    title: DATA_TITLES.Preferences,
    retention: 'file',
    show: ({ reminders, news }) => ({ reminders, news }),
  }),
  dataKind(unsubscribeSecretEntity, {
    title: DATA_TITLES.UnsubscribeSecret,
    retention: 'file',
    show: { notShown: 'A secret: who has it can stop the mails of the family.' },
  }),
  dataKind(noticeEntity, {
    title: DATA_TITLES.Notice,
    retention: 'technical',
    show: ({ to, content }, reader) =>
      // Who was not written to is not shown what was written.
      reader.guardianId === undefined ||
      to.some(({ email }) => isSameEmail(email, reader.email ?? ''))
        ? {
            kind: content.kind,
            ...showContent(content, reader),
            addressees: to.map(({ name }) => name),
          }
        : undefined,
  }),
]
