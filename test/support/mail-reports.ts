/** What a report of SES is about, as far as tests choose it. */
interface About {
  readonly email: string
  /** When the mail went out. */
  readonly sentAt?: string
  readonly feedbackId?: string
  readonly tags?: Readonly<Record<string, readonly string[]>>
}

const mailOf = ({ email, sentAt = '2025-09-02T10:00:00.000Z', tags = {} }: About): object => ({
  timestamp: sentAt,
  source: 'Portail famille <portail@cesson.example>',
  sourceArn: 'arn:aws:ses:eu-west-3:123456789012:identity/cesson.example',
  sendingAccountId: '123456789012',
  messageId: '01020185-c0ffee00-0000',
  destination: [email],
  headersTruncated: false,
  headers: [{ name: 'Subject', value: 'Vos demandes' }],
  commonHeaders: { to: [email], subject: 'Vos demandes' },
  tags: { 'ses:configuration-set': ['portal'], ...tags },
})

const idOf = ({ feedbackId = '01020185-feedback' }: About): string => feedbackId

/** A bounce as a configuration set publishes it. */
export const bounceReport = (
  about: About,
  { bounceType = 'Permanent', bounceSubType = 'General' } = {},
): object => ({
  eventType: 'Bounce',
  bounce: {
    feedbackId: idOf(about),
    bounceType,
    bounceSubType,
    bouncedRecipients: [
      {
        emailAddress: about.email,
        action: 'failed',
        status: '5.1.1',
        diagnosticCode: 'smtp; 550 5.1.1 user unknown',
      },
    ],
    timestamp: '2025-09-02T10:00:05.000Z',
    reportingMTA: 'dns; mx.famille.example',
  },
  mail: mailOf(about),
})

/** The same of a mailbox that is full. */
export const transientReport = (about: About): object =>
  bounceReport(about, { bounceType: 'Transient', bounceSubType: 'MailboxFull' })

/** A complaint as a configuration set publishes it. */
export const complaintReport = (about: About, type: string | null = 'abuse'): object => ({
  eventType: 'Complaint',
  complaint: {
    feedbackId: idOf(about),
    complaintSubType: null,
    complainedRecipients: [{ emailAddress: about.email }],
    timestamp: '2025-09-02T11:00:00.000Z',
    userAgent: 'Feedback-Loop',
    complaintFeedbackType: type,
    arrivalDate: '2025-09-02T10:30:00.000Z',
  },
  mail: mailOf(about),
})

/** A delivery, which may be followed by a bounce. */
export const deliveryReport = (about: About): object => ({
  eventType: 'Delivery',
  delivery: {
    timestamp: '2025-09-02T10:00:03.000Z',
    processingTimeMillis: 900,
    recipients: [about.email],
    smtpResponse: '250 OK',
    reportingMTA: 'a8-50.smtp-out.amazonses.com',
  },
  mail: mailOf(about),
})
