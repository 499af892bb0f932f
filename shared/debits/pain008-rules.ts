import type { IsoDate } from '../kernel/dates.ts'
import { sum, type Cents } from '../kernel/money.ts'
import { latinText } from './latin-rules.ts'
import type { DebitRun, DebitSequence } from './model.ts'

/** One debit as the bank reads it. */
export interface BankDebit {
  readonly endToEndId: string
  /** In cents. */
  readonly amount: Cents
  readonly sequence: DebitSequence
  readonly rum: string
  readonly signedOn: IsoDate
  readonly holder: string
  readonly iban: string
  readonly bic?: string | undefined
  /** What it is for, as the debtor's bank shows it. */
  readonly purpose: string
}

/** What a file is made of. */
export interface BankFile {
  /** What the bank knows the file by, in at most 28 characters. */
  readonly messageId: string
  /** When it was made, by the clocks of Paris: `2025-09-01T08:30:00`. */
  readonly madeAt: string
  readonly collectOn: IsoDate
  readonly creditor: NonNullable<DebitRun['export']>['creditor']
  readonly format: NonNullable<DebitRun['export']>['format']
  readonly debits: readonly BankDebit[]
}

const ORDER = ['FRST', 'RCUR', 'FNAL'] as const satisfies readonly DebitSequence[]

/** `123456` cents as `1234.56`. */
const decimal = (cents: Cents): string =>
  `${String(Math.trunc(cents / 100))}.${String(cents % 100).padStart(2, '0')}`

/** An element; its content holds no character that XML would take for its own. */
const tag = (name: string, ...content: readonly string[]): string =>
  `<${name}>${content.join('')}</${name}>`

/** Of a name without a single Latin letter nothing is left that a bank takes. */
const text = (value: string, longest: number): string => {
  const latin = latinText(value, longest)
  return latin === '' ? 'NOTPROVIDED' : latin
}

const counted = (debits: readonly BankDebit[]): string[] => [
  tag('NbOfTxs', String(debits.length)),
  tag('CtrlSum', decimal(sum(debits.map(({ amount }) => amount)))),
]

/** The bank of an account; without its identifier the IBAN alone tells it. */
const agent = (name: string, bic: string | undefined, { format }: BankFile): string => {
  const bicTag = format === 'pain.008.001.02' ? 'BIC' : 'BICFI'
  const identified = bic === undefined ? tag('Othr', tag('Id', 'NOTPROVIDED')) : tag(bicTag, bic)
  return tag(name, tag('FinInstnId', identified))
}

const account = (name: string, iban: string): string => tag(name, tag('Id', tag('IBAN', iban)))

const transaction = (file: BankFile, debit: BankDebit): string =>
  tag(
    'DrctDbtTxInf',
    tag('PmtId', tag('EndToEndId', debit.endToEndId)),
    `<InstdAmt Ccy="EUR">${decimal(debit.amount)}</InstdAmt>`,
    tag(
      'DrctDbtTx',
      tag('MndtRltdInf', tag('MndtId', debit.rum), tag('DtOfSgntr', debit.signedOn)),
    ),
    agent('DbtrAgt', debit.bic, file),
    tag('Dbtr', tag('Nm', text(debit.holder, 70))),
    account('DbtrAcct', debit.iban),
    tag('RmtInf', tag('Ustrd', text(debit.purpose, 140))),
  )

const group = (file: BankFile, sequence: DebitSequence, debits: readonly BankDebit[]): string => {
  const { name, iban, bic, ics } = file.creditor
  return tag(
    'PmtInf',
    tag('PmtInfId', `${file.messageId}-${sequence}`),
    tag('PmtMtd', 'DD'),
    ...counted(debits),
    tag(
      'PmtTpInf',
      tag('SvcLvl', tag('Cd', 'SEPA')),
      tag('LclInstrm', tag('Cd', 'CORE')),
      tag('SeqTp', sequence),
    ),
    tag('ReqdColltnDt', file.collectOn),
    tag('Cdtr', tag('Nm', text(name, 70))),
    account('CdtrAcct', iban),
    agent('CdtrAgt', bic, file),
    tag('ChrgBr', 'SLEV'),
    tag(
      'CdtrSchmeId',
      tag('Id', tag('PrvtId', tag('Othr', tag('Id', ics), tag('SchmeNm', tag('Prtry', 'SEPA'))))),
    ),
    ...debits.map((debit) => transaction(file, debit)),
  )
}

/**
 * The file by which a creditor has its bank collect (Customer Direct Debit Initiation of ISO 20022, in the
 * version of the régie's bank; SEPA Core): a group for each sequence, exact sums, and no address of a
 * debtor. The same content makes the same file.
 */
export const bankFile = (file: BankFile): string => {
  const { name, siret } = file.creditor
  const groups = ORDER.map((sequence) => ({
    sequence,
    debits: file.debits.filter((debit) => debit.sequence === sequence),
  })).filter(({ debits }) => debits.length > 0)
  const initiator = tag(
    'OrgId',
    tag('Othr', tag('Id', siret), tag('SchmeNm', tag('Prtry', 'SIRET'))),
  )
  const header = tag(
    'GrpHdr',
    tag('MsgId', file.messageId),
    tag('CreDtTm', file.madeAt),
    ...counted(file.debits),
    tag('InitgPty', tag('Nm', text(name, 70)), tag('Id', initiator)),
  )
  const body = groups.map(({ sequence, debits }) => group(file, sequence, debits))
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:${file.format}">` +
    `${tag('CstmrDrctDbtInitn', header, ...body)}</Document>\n`
  )
}
