/** The kinds of items in a ledger by which a debt comes and goes: `follow-files` is shown them. */
export const DEBT_ENTITIES = [
  'Invoice',
  'CreditNote',
  'Payment',
  'Refund',
  'HandOver',
  'PayingInvoice',
] as const

/** Those of which it is shown the deletion as well: an invoice that nobody is paying online any more. */
export const DEBT_ENDINGS = ['PayingInvoice'] as const
