import { csvOf } from '../kernel/csv.ts'
import { MIGRATION_VALUES as WORDS } from '../kernel/migration-texts.ts'
import {
  centsText,
  countText,
  dayText,
  decimalText,
  listText,
  monthText,
  phoneText,
  withdrawnText,
} from './cells.ts'
import { columnsOf, type Kind, type Row } from './model.ts'

/** The word of a value; nothing where there is none. */
const wordOf = <Value extends string>(
  words: Readonly<Record<Value, string>>,
  value: Value | undefined,
): string => (value === undefined ? '' : words[value])

type Texts = Readonly<Record<string, string | undefined>>

/** How the values of each file are written that are not texts already. */
const TEXTS: { readonly [K in Kind]: (row: Row<K>) => Texts } = {
  families: ({ homePhone, situation, childrenCount, fund, circumstances, inactiveSince }) => ({
    homePhone: phoneText(homePhone),
    situation: wordOf(WORDS.situation, situation),
    childrenCount: countText(childrenCount),
    fund: wordOf(WORDS.fund, fund),
    circumstances: listText(circumstances),
    inactiveSince: dayText(inactiveSince),
  }),
  guardians: ({ birthDate, phone, workPhone }) => ({
    birthDate: dayText(birthDate),
    phone: phoneText(phone),
    workPhone: phoneText(workPhone),
  }),
  children: (row) => ({
    birthDate: dayText(row.birthDate),
    sex: wordOf(WORDS.sex, row.sex),
    diets: listText(row.diets),
    allergy: wordOf(WORDS.yesNo, row.allergy),
    carePlanUntil: dayText(row.carePlanUntil),
    authorityWithdrawn: withdrawnText(row.authorityWithdrawn),
    custodyWeeks: wordOf(WORDS.weeks, row.custodyWeeks),
    custodyFrom: dayText(row.custodyFrom),
    custodyRule: wordOf(WORDS.rule, row.custodyRule),
  }),
  enrolments: ({ from, until }) => ({ from: dayText(from), until: dayText(until) }),
  means: ({ from, quotient, income, dependants, parts, source }) => ({
    from: dayText(from),
    quotient: decimalText(quotient),
    income: decimalText(income),
    dependants: countText(dependants),
    parts: decimalText(parts),
    source: wordOf(WORDS.source, source),
  }),
  invoices: ({ month, issuedOn, dueOn, amount, paid, due }) => ({
    month: monthText(month),
    issuedOn: dayText(issuedOn),
    dueOn: dayText(dueOn),
    amount: centsText(amount),
    paid: centsText(paid),
    due: centsText(due),
  }),
  credits: ({ on, credit }) => ({ on: dayText(on), credit: centsText(credit) }),
}

/** The cells of a row, in the order of the columns. */
const cellsOf = (kind: Kind, row: object, texts: Texts): string[] => {
  const values = new Map<string, unknown>(Object.entries({ ...row, ...texts }))
  return columnsOf(kind).map(([field]) => {
    const value = values.get(field)
    return typeof value === 'string' ? value : ''
  })
}

/** A file of a move: a line of titles, then its rows in their order. */
export const fileOf = <K extends Kind>(kind: K, rows: readonly Row<K>[]): string => {
  const texts = TEXTS[kind]
  return csvOf([
    columnsOf(kind).map(([, column]) => column),
    ...rows.map((row) => cellsOf(kind, row, texts(row))),
  ])
}
