/** The entities whose coming and changing is told by mail: what the stream hands to the mailer. */
export const MAILED_ENTITIES = ['Submission', 'Notice', 'AccountMail', 'VisitorMail'] as const
