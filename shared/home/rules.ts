import type { Attachment } from '../attachments/model.ts'
import { blocksOf } from '../arrears/block-rules.ts'
import { overdueOf, plannedInvoices } from '../arrears/debt-rules.ts'
import type { Owing } from '../arrears/model.ts'
import type { Catalogue } from '../catalogue/model.ts'
import type { Enquiry } from '../enquiries/model.ts'
import { ATTACHMENT_NAMES } from '../kernel/attachment-texts.ts'
import { addDays, type IsoDate } from '../kernel/dates.ts'
import { HOME } from '../kernel/home-texts.ts'
import { sum, type Cents } from '../kernel/money.ts'
import { parisDate } from '../kernel/paris.ts'
import type { Standing } from '../mail-health/model.ts'
import type { RegieId } from '../platform/schemas.ts'
import type { HomeAttention } from './routes.ts'

/** For how many days an answer of a service is pointed out. */
const ANSWER_DAYS = 14

/** What a family owes, in cents. */
export interface Balance {
  readonly due: Cents
  readonly overdue: Cents
  /** Of what is due: what was paid and awaits its validation. */
  readonly awaited: Cents
  regies: {
    readonly regieId: RegieId
    readonly regie: string
    readonly due: Cents
    readonly overdue: Cents
  }[]
}

/**
 * What is left to pay by the copies of the debts in the file, which follow the ledger within a second or
 * so [guide 28]: what is with the Treasury is not in it, and what a kept plan is for is not overdue.
 */
export const balanceOf = (
  { town }: Pick<Catalogue, 'town'>,
  { debts, plans }: Owing,
  today: IsoDate,
): Balance => {
  const planned = plannedInvoices(plans, debts, today)
  const regies = debts.map((debt) => ({
    regieId: debt.regieId,
    regie: town.regies.find(({ id }) => id === debt.regieId)?.name ?? debt.regieId,
    due: debt.due,
    overdue: sum(overdueOf(debt, planned, today).map(({ due }) => due)),
  }))
  return {
    due: sum(regies.map(({ due }) => due)),
    overdue: sum(regies.map(({ overdue }) => overdue)),
    awaited: sum(debts.flatMap(({ invoices }) => invoices.map(({ awaited }) => awaited))),
    regies,
  }
}

/** That invoices are overdue, of each régie; and that it keeps the family from booking. */
export const attentionToDebts = (
  catalogue: Pick<Catalogue, 'town'>,
  owing: Owing,
  today: IsoDate,
): HomeAttention[] => {
  const blocks = blocksOf(catalogue, owing, today)
  return balanceOf(catalogue, owing, today)
    .regies.filter(({ overdue }) => overdue > 0)
    .map(({ regieId, regie, overdue }): HomeAttention => {
      const block = blocks.find((each) => each.regieId === regieId)
      return block === undefined
        ? { kind: 'overdue', text: HOME.overdue(regie, overdue), about: regieId }
        : { kind: 'blocked', text: block.detail, about: regieId }
    })
}

/**
 * The proofs that staff have refused and of which the guardian has added no other since.
 *
 * @param attachments those of the guardian, newest first.
 */
export const attentionToDocuments = (attachments: readonly Attachment[]): HomeAttention[] => {
  const sent = attachments.filter(({ state }) => state !== 'pending')
  const latest = sent.filter(
    ({ kind }, index) => sent.findIndex((each) => each.kind === kind) === index,
  )
  return latest.flatMap(({ kind, control, attachmentId }): HomeAttention[] =>
    control?.accepted === false
      ? [
          {
            kind: 'document-refused',
            text: HOME.documentRefused(ATTACHMENT_NAMES[kind], control.message),
            about: attachmentId,
          },
        ]
      : [],
  )
}

/** What services have answered of late. */
export const attentionToEnquiries = (
  enquiries: readonly Enquiry[],
  today: IsoDate,
): HomeAttention[] =>
  enquiries
    .filter(({ state, movedAt }) => {
      const isLate = parisDate(new Date(movedAt)) < addDays(today, -ANSWER_DAYS)
      return state === 'answered' && !isLate
    })
    .map(({ number, service }) => ({
      kind: 'enquiry-answered',
      text: HOME.enquiryAnswered(number, service),
      about: String(number),
    }))

/** That mails to the guardian do not arrive, or are called spam. */
export const attentionToMail = (email: string, standing: Standing | undefined): HomeAttention[] =>
  standing === undefined ? [] : [{ kind: 'mail-problem', text: HOME.mail[standing.problem](email) }]
