import { expect, it } from 'vitest'
import { invoiceLetter } from '../../shared/billing/print-invoice.ts'
import type { Letter, LetterBlock } from '../../shared/documents/model.ts'
import { creditNoteOf, invoiceOf, lineOf, LINES, regie, town } from './fixture.ts'

/** All that a letter says, in its order. */
const said = ({ title, issuer, addressee, dated, blocks }: Letter): string[] => [
  issuer.name,
  ...issuer.lines,
  ...addressee,
  dated,
  title,
  ...blocks.flatMap((block) => textOf(block)),
]

const textOf = (block: LetterBlock): string[] => {
  switch (block.kind) {
    case 'facts':
      return block.facts.map(({ label, value }) => `${label} : ${value}`)
    case 'total':
      return [`${block.label} : ${block.value}`]
    case 'table':
      return block.rows.map(({ cells }) =>
        cells
          .map((cell) => (typeof cell === 'string' ? cell : `${cell.text} (${cell.note})`))
          .join(' | '),
      )
    default:
      return [block.text]
  }
}

const euro = (text: string): string => `${text}\u00A0€`

it('says all that the invoice of a régie has to say [guide 29]', () => {
  const texts = said(invoiceLetter(town, invoiceOf(), regie))
  for (const text of [
    'Cesson',
    'Mairie, 8 route de Saint-Leu',
    'SIRET 217 700 673 00018',
    'Régie Enfance',
    'regie@cesson.example',
    'Famille DUPONT',
    '12 rue de la République',
    '77240 CESSON',
    'Facture n° ENF202500000042',
    'Date d’émission : 03/11/2025',
    'Période facturée : octobre 2025',
    'Date limite de paiement : 03/12/2025',
    'Dossier famille : 1001',
    `Total à payer au plus tard le 03/12/2025 : ${euro('32,37')}`,
    'Référence à rappeler pour tout paiement (PayFiP) : ENF202500000042',
    'Moyens de paiement acceptés par la régie : carte bancaire en ligne (PayFiP), chèque, espèces, CESU pour l’accueil',
    'Pour la commune : Jeanne MARTIN, régisseuse',
    'Service hors champ de la TVA, article 256 B du CGI.',
  ]) {
    expect(texts).toContain(text)
  }
  const all = texts.join('\n')
  expect(all).toMatch(/À défaut de paiement au plus tard le 03\/12\/2025, un titre exécutoire/)
  expect(all).toMatch(/deux mois à compter de sa réception/)
  expect(all).toMatch(/CNIL/)
})

it('lists each child with days, quantity, unit price, amount and sums, and why [wish W4]', () => {
  const texts = said(invoiceLetter(town, invoiceOf(), regie))
  const from = texts.indexOf('Léo')
  expect(texts.slice(from, from + 7)).toEqual([
    'Léo',
    `Repas (Restauration scolaire) | Les 2, 7, 9, 14 et 16 octobre 2025 (Pourquoi ce prix ? ${LINES[0]?.why ?? ''}) | 5 | ${euro('2,08')} | ${euro('10,40')}`,
    expect.stringMatching(
      /^Accueil du soir \(Accueil pré et post scolaire\) \| Les 1er, 6 et 8 oct/,
    ),
    expect.stringMatching(/^Accueil du soir hors délais .* \| Le 13 octobre 2025 .*1,41 € \+ 20 %/),
    expect.stringContaining(`| 3 | ${euro('−0,50')} | ${euro('−1,50')}`),
    `Sous-total Accueil pré et post scolaire |  |  |  | ${euro('4,42')}`,
    `Total Léo |  |  |  | ${euro('14,82')}`,
  ])
})

it('names the invoice that a line corrects, and what was carried over', () => {
  const texts = said(invoiceLetter(town, invoiceOf(), regie))
  const from = texts.indexOf('Régularisations de mois déjà facturés')
  expect(texts[from + 1]).toContain('Repas (Lucas, Restauration scolaire, septembre 2025)')
  expect(texts[from + 1]).toContain('Rectifie la facture n° ENF202500000017.')
  expect(texts[from + 1]).toContain(`| −1 | ${euro('2,08')} | ${euro('−2,08')}`)
  const carried = texts.indexOf('Report du solde précédent')
  expect(texts[carried + 1]).toContain(euro('8,20'))
})

it('shows each line once, and the sum of its tables is the total', () => {
  const { blocks } = invoiceLetter(town, invoiceOf(), regie)
  const rows = blocks.flatMap((block) => (block.kind === 'table' ? block.rows : []))
  expect(rows.filter(({ kind }) => kind === 'line')).toHaveLength(LINES.length)
})

it('asks for nothing where nothing is owed [guide 32]', () => {
  const free = invoiceOf([lineOf({ unitPrice: 0, quantity: 3, days: '1 2 3' })])
  const texts = said(invoiceLetter(town, free, regie))
  expect(texts).toContain(`Total à payer : ${euro('0,00')}`)
  expect(texts).toContain('Rien n’est à payer : cette facture est soldée.')
  expect(texts.join('\n')).not.toMatch(/Pour payer|titre exécutoire/)
})

it('says what a credit note is worth, and asks for no payment', () => {
  const credit = creditNoteOf([
    lineOf({ quantity: -3, days: '2 4 9', corrects: 'ENF202500000017' }),
  ])
  const texts = said(invoiceLetter(town, credit, regie))
  expect(texts).toContain('Avoir n° AV-ENF202500000003')
  expect(texts).toContain(`Montant en votre faveur : ${euro('6,24')}`)
  expect(texts.join('\n')).not.toMatch(/Date limite de paiement|Pour payer|titre exécutoire/)
})
