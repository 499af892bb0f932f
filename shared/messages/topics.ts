import type { Notice } from './notice-model.ts'

/** What people may do without and can stop, by their preferences or by one click in the mail. */
export const TOPICS = ['reminders', 'news'] as const
export type Topic = (typeof TOPICS)[number]

type Kind = Notice['content']['kind']

/**
 * Of every kind of notice: the topic that stops it, or that nothing does, because the family must know it
 * (`service`) or because it is written to a service of the town (`town`).
 */
export const NOTICE_TOPICS = {
  decided: 'service',
  given: 'service',
  offered: 'service',
  'offer-over': 'service',
  'wait-over': 'service',
  closed: 'service',
  authorised: 'service',
  enrolment: 'service',
  'enrolment-ended': 'service',
  'file-checked': 'service',
  'erasure-refused': 'service',
  'file-ending': 'service',
  'payment-received': 'service',
  'payment-refused': 'service',
  'payment-reminder': 'service',
  'plan-agreed': 'service',
  'debit-announced': 'service',
  'debit-rejected': 'service',
  'debit-mandate': 'service',
  'enquiry-received': 'service',
  'enquiry-answered': 'service',
  'enquiry-waiting': 'town',
  reminder: 'reminders',
  news: 'news',
} as const satisfies Readonly<Record<Kind, Topic | 'service' | 'town'>>

/** The topic of a kind of notice, nothing for what a family must be told; and whether it is to the town. */
export const audienceOf = (
  kind: Kind,
): { readonly topic?: Topic | undefined; readonly isTowns: boolean } => {
  const topic = NOTICE_TOPICS[kind]
  const isTowns = topic === 'town'
  return topic === 'service' || topic === 'town' ? { isTowns } : { topic, isTowns }
}
