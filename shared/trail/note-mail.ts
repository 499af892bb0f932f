import { MAIL_HEALTH } from '../kernel/mail-health-texts.ts'
import { FIELD_WORDS } from '../kernel/trail-texts.ts'
import type { Write } from '../platform/expressions.ts'
import type { FamilyId, GuardianId } from '../platform/schemas.ts'
import { trailItem } from './store.ts'

/** That a member of staff says that mails arrive again at the address of a guardian. */
export interface MailConfirmation {
  readonly familyId: FamilyId
  readonly guardianId: GuardianId
  /** The guardian as people name them. */
  readonly about: string
  /** What stood against the address. */
  readonly problem: keyof typeof MAIL_HEALTH.problems
  /** The account of who says it. */
  readonly by: string
  readonly now: Date
}

/**
 * The write that notes it, for the transaction that takes the mark off the address. The same account
 * saying it of the same guardian at the same instant is one entry.
 */
export const mailConfirmationWrite = ({
  familyId,
  guardianId,
  about,
  problem,
  by,
  now,
}: MailConfirmation): Write => ({
  kind: 'put',
  item: trailItem({
    familyId,
    at: now.toISOString(),
    kind: 'changed',
    subject: 'Guardian',
    id: guardianId,
    version: `MAIL-${by}`,
    about,
    by,
    fields: [
      {
        field: FIELD_WORDS['email'] ?? 'email',
        before: MAIL_HEALTH.problems[problem],
        after: MAIL_HEALTH.confirmed,
      },
    ],
  }),
})
