import { issuerOf } from '../catalogue/issuer.ts'
import type { Catalogue } from '../catalogue/model.ts'
import type { Letter, LetterBlock } from '../documents/model.ts'
import type { Family, Guardian } from '../families/model.ts'
import type { IsoDate } from '../kernel/dates.ts'
import { euros } from '../kernel/money.ts'
import { PAPER_TEXTS, STATEMENT_PAPER as WORDS } from '../kernel/paper-texts.ts'
import { listOf, shortDate } from '../kernel/texts.ts'
import type { Statement } from './statement-rules.ts'

const { columns, facts } = WORDS

const amountsOf = ({ year, children, total }: Statement): LetterBlock[] => {
  if (children.length === 0) return [{ kind: 'paragraph', text: WORDS.nobody(year) }]
  return [
    { kind: 'paragraph', text: WORDS.declares(year) },
    { kind: 'heading', text: WORDS.children },
    {
      kind: 'table',
      caption: WORDS.children,
      columns: [
        { title: columns.child, share: 50 },
        { title: columns.bornOn, share: 25 },
        { title: columns.amount, share: 25, align: 'right' },
      ],
      rows: [
        ...children.map(({ firstName, lastName, birthDate, amount }) => ({
          kind: 'line' as const,
          cells: [`${firstName} ${lastName}`, shortDate(birthDate), euros(amount)],
        })),
        { kind: 'sum', cells: [WORDS.total, '', euros(total)] },
      ],
    },
  ]
}

/**
 * The yearly statement of what a family paid for child care as a letter (CGI, 200 quater B): who
 * issues it with its SIRET, the parents, each child with birth date and amount.
 */
export const statementLetter = (
  town: Catalogue['town'],
  statement: Statement,
  {
    family,
    guardians,
    issuedOn,
  }: {
    readonly family: Family
    readonly guardians: readonly Guardian[]
    readonly issuedOn: IsoDate
  },
): Letter => {
  const { year } = statement
  const parents = guardians.map(
    ({ title, firstName, lastName }) => `${title} ${firstName} ${lastName}`,
  )
  return {
    title: WORDS.title(year),
    issuer: issuerOf(town),
    addressee: PAPER_TEXTS.addressOf(family.name, family.address),
    dated: PAPER_TEXTS.dated(town.name, issuedOn),
    date: issuedOn,
    blocks: [
      {
        kind: 'facts',
        facts: [
          { label: facts.number, value: WORDS.number(year, family.familyId) },
          { label: facts.issuedOn, value: shortDate(issuedOn) },
          { label: facts.year, value: year },
          { label: facts.siret, value: PAPER_TEXTS.siretLabel(town.siret) },
          { label: facts.parents, value: listOf(parents) },
        ],
      },
      ...amountsOf(statement),
      ...(town.signatory === undefined
        ? []
        : [{ kind: 'paragraph', text: PAPER_TEXTS.signedBy(town.signatory) } as const]),
      { kind: 'small-print', text: WORDS.basis },
      { kind: 'small-print', text: WORDS.taxCredit },
    ],
  }
}
