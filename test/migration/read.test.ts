import { expect, it } from 'vitest'
import { MIGRATION_FAULTS as FAULTS } from '../../shared/kernel/migration-texts.ts'
import type { Kind } from '../../shared/migration/model.ts'
import { readFolder } from '../../shared/migration/read-rules.ts'
import { refusalLine } from '../../shared/migration/report.ts'
import { folderOf } from '../support/moving.ts'

const read = (kind: Kind, text: string) => {
  const folder = readFolder(folderOf({ [kind]: text }))
  return { ...folder, refused: folder.refusals.map(refusalLine) }
}

const MEANS = 'famille;a_partir_du;quotient;parts;source'
const quotientOf = (cell: string) => {
  const { sheets, refused } = read('means', `${MEANS}\n1;01/09/2025;${cell};;caf\n`)
  return sheets.means[0]?.row.quotient ?? refused
}

it.each([
  ['1234,56', '1234.56'],
  ['1 234,56', '1234.56'],
  ['1\u00A0234,56', '1234.56'],
  ['1\u202F234,56 €', '1234.56'],
  ['1234.5', '1234.5'],
  ['0', '0'],
  ['007', '7'],
] as const)('reads “%s” as the number %s', (cell, number) => {
  expect(quotientOf(cell)).toBe(number)
})

it.each(['1,2,3', '-5', 'douze', '1234,5678901', '1.234,56'])('reads no number in “%s”', (cell) => {
  expect(quotientOf(cell)).toEqual([
    'quotients.csv, ligne 2, colonne quotient : Format attendu : un nombre, comme 1 234,56.',
  ])
})

it.each([
  ['01/09/2025', '2025-09-01'],
  ['1/9/2025', '2025-09-01'],
  ['01-09-2025', '2025-09-01'],
  ['01.09.2025', '2025-09-01'],
  ['2025-09-01', '2025-09-01'],
] as const)('reads “%s” as the day %s', (cell, day) => {
  expect(read('means', `${MEANS}\n1;${cell};1;;caf\n`).sheets.means[0]?.row.from).toBe(day)
})

it.each(['31/02/2025', '2025-13-01', '09/2025', '01/09/25', '01/09/1025'])(
  'reads no day in “%s”',
  (cell) => {
    const { refused } = read('means', `${MEANS}\n1;${cell};1;;caf\n`)
    expect(refused).toHaveLength(1)
    expect(refused[0]).toMatch(/^quotients\.csv, ligne 2, colonne a_partir_du : /)
  },
)

it('knows columns by their titles, in any order, with or without accents and capitals', () => {
  const { sheets, refused } = read(
    'families',
    'Ville;Code postal;NOM;Téléphone;Famille;Adresse\nCesson;77240;LE GOFF;0164102233;1;2 rue Œ\n',
  )
  expect(refused).toEqual([])
  expect(sheets.families[0]?.row).toEqual({
    ...{ family: '1', name: 'LE GOFF', street: '2 rue Œ', postcode: '77240', town: 'Cesson' },
    homePhone: '+33164102233',
  })
})

it('tells line and column of whatever cannot be read, after line ends in quotes too', () => {
  const { refused, spoiled, sheets } = read(
    'means',
    [
      'famille;a_partir_du;quotient;source;motif',
      '1;01/09/2025;100;caf;"vu',
      'au guichet"',
      '2;01/09/2025;cent;msa;',
      '3;01/09/2025;100;caf',
      '4;01/09/2025;100;caf;"jamais fermé',
      'a b;01/09/2025;100;caf;',
      '',
    ].join('\r\n'),
  )
  expect(sheets.means.map(({ line, row }) => [line, row.reason])).toEqual([[2, 'vu\nau guichet']])
  expect(refused).toEqual([
    'quotients.csv, ligne 4, colonne quotient : Format attendu : un nombre, comme 1 234,56.',
    'quotients.csv, ligne 4, colonne source : Valeurs possibles : declare, caf, mairie.',
    `quotients.csv, ligne 5 : ${FAULTS.cells(4, 5)}`,
    `quotients.csv, ligne 6 : ${FAULTS.broken}`,
    'quotients.csv, ligne 7, colonne famille : Format attendu : des caractères autorisés seulement.',
  ])
  expect([...spoiled]).toEqual(['2', '3', '4'])
})

it('refuses everything where the titles are not those of the file', () => {
  const commas = read('means', 'famille,quotient\n1,100\n')
  expect(commas.isReadable).toBe(false)
  expect(commas.refused).toContain(`quotients.csv, ligne 1 : ${FAULTS.separator}`)
  const { isReadable, refused } = read('means', 'famille;famille;prix\n1;1;100\n')
  expect(isReadable).toBe(false)
  expect(refused).toEqual([
    `quotients.csv, ligne 1 : ${FAULTS.unknownColumn('prix')}`,
    `quotients.csv, ligne 1 : ${FAULTS.columnTwice('famille')}`,
    `quotients.csv, ligne 1, colonne a_partir_du : ${FAULTS.missingColumn}`,
    `quotients.csv, ligne 1, colonne source : ${FAULTS.missingColumn}`,
  ])
  expect(read('means', '').refused).toEqual([`quotients.csv, ligne 1 : ${FAULTS.empty}`])
  expect(readFolder({ means: new Uint8Array([0xff, 0xfe, 0x61, 0]) }).isReadable).toBe(false)
})

it('reads Windows-1252 as well as UTF-8, with and without its mark, and tells which it was', () => {
  const text = `${MEANS}\n1;01/09/2025;1\u00A0234,50;;caf\n`
  const latin = Uint8Array.from(text, (letter) => letter.charCodeAt(0))
  const utf8 = new TextEncoder().encode(text)
  const marked = new TextEncoder().encode(`\uFEFF${text}`)
  const readings = [latin, utf8, marked].map((means) => readFolder({ means }))
  expect(readings.map(({ readings: [first] }) => first?.encoding)).toEqual([
    'Windows-1252',
    'UTF-8',
    'UTF-8',
  ])
  expect(readings.map(({ sheets }) => sheets.means[0]?.row.quotient)).toEqual(
    Array.from({ length: 3 }, () => '1234.50'),
  )
})
