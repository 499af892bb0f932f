import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { XMLParser } from 'fast-xml-parser'
import { XmlDocument, XsdValidator } from 'libxml2-wasm'
import { afterAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { bankFile, type BankDebit, type BankFile } from '../../shared/debits/pain008-rules.ts'
import { IBAN, OTHER_IBAN } from './fixture.ts'

const FORMATS = ['pain.008.001.02', 'pain.008.001.08'] as const

/** The schemas of ISO 20022. */
const schemas = FORMATS.map((format) => {
  const document = XmlDocument.fromBuffer(
    readFileSync(new URL(`../support/xsd/${format.replaceAll('.', '-')}.xsd`, import.meta.url)),
  )
  return [format, { document, validator: XsdValidator.fromDoc(document) }] as const
})

afterAll(() => {
  for (const [, { document, validator }] of schemas) {
    validator.dispose()
    document.dispose()
  }
})

/** What a file breaks of the schema of its format; nothing where it is valid. */
const faultOf = (format: BankFile['format'], xml: string): string | undefined => {
  const schema = new Map(schemas).get(format)
  const document = XmlDocument.fromString(xml)
  try {
    schema?.validator.validate(document)
    return schema === undefined ? 'No schema' : undefined
  } catch (error) {
    return String(error)
  } finally {
    document.dispose()
  }
}

const debit = (number: number, about: Partial<BankDebit> = {}): BankDebit => ({
  endToEndId: `ENF-20250905-${String(number).padStart(6, '0')}`,
  amount: 1234,
  sequence: 'RCUR',
  rum: `ENF-M${String(number).padStart(9, '0')}`,
  signedOn: '2025-08-01',
  holder: 'Mme Élodie Œuvrard & fils',
  iban: IBAN,
  purpose: 'Facture ENF202500000001',
  ...about,
})

const file = (debits: readonly BankDebit[], about: Partial<BankFile> = {}): BankFile => ({
  messageId: 'ENF-20250905-001',
  madeAt: '2025-09-01T08:30:00',
  collectOn: '2025-09-05',
  creditor: {
    name: 'Régie Enfance de Cesson',
    ics: 'FR72ZZZ123456',
    iban: 'FR1420041010050500013M02606',
    bic: 'PSSTFRPPPAR',
    siret: '21770067300018',
  },
  format: 'pain.008.001.08',
  debits,
  ...about,
})

const money = z.string().regex(/^\d+\.\d{2}$/)
const counted = z.object({ NbOfTxs: z.string(), CtrlSum: money })
const documentSchema = z.object({
  Document: z.object({
    CstmrDrctDbtInitn: z.object({
      GrpHdr: counted,
      PmtInf: z.array(
        counted.extend({
          PmtInfId: z.string(),
          PmtTpInf: z.object({ SeqTp: z.string() }),
          DrctDbtTxInf: z.array(
            z.object({
              PmtId: z.object({ EndToEndId: z.string() }),
              InstdAmt: money,
              Dbtr: z.object({ Nm: z.string() }),
            }),
          ),
        }),
      ),
    }),
  }),
})

const parser = new XMLParser({
  parseTagValue: false,
  isArray: (name) => name === 'PmtInf' || name === 'DrctDbtTxInf',
})

const read = (xml: string) => documentSchema.parse(parser.parse(xml)).Document.CstmrDrctDbtInitn

/** `12.34` as cents. */
const cents = (text: string): number => Number(text.replace('.', ''))

const arbitraryDebit = (number: number): fc.Arbitrary<BankDebit> =>
  fc
    .record({
      amount: fc.integer({ min: 1, max: 99_999_999 }),
      sequence: fc.constantFrom('FRST' as const, 'RCUR' as const, 'FNAL' as const),
      holder: fc.string({ unit: 'binary', minLength: 1, maxLength: 90 }),
      purpose: fc.string({ unit: 'grapheme', maxLength: 300 }),
      iban: fc.constantFrom(IBAN, OTHER_IBAN),
      bic: fc.constantFrom(undefined, 'PSSTFRPP', 'DEUTDEFFXXX'),
    })
    .map((about) => debit(number, about))

const arbitraryDebits = fc
  .integer({ min: 1, max: 12 })
  .chain((count) =>
    fc.tuple(...Array.from({ length: count }, (_, index) => arbitraryDebit(index + 1))),
  )

describe.each(FORMATS)('a file of %s', (format) => {
  it('is valid against the schema of ISO 20022, whatever names and purposes hold', () => {
    fc.assert(
      fc.property(arbitraryDebits, fc.boolean(), (debits, hasBic) => {
        const { creditor } = file([])
        const { name, ics, iban, siret } = creditor
        const withoutBic = { name, ics, iban, siret }
        const made = bankFile(file(debits, { format, creditor: hasBic ? creditor : withoutBic }))
        expect(faultOf(format, made)).toBeUndefined()
      }),
      { numRuns: 60 },
    )
  })

  it('sums up exactly what it holds, in all and for each sequence', () => {
    fc.assert(
      fc.property(arbitraryDebits, (debits) => {
        const { GrpHdr, PmtInf } = read(bankFile(file(debits, { format })))
        const total = debits.reduce((sum, { amount }) => sum + amount, 0)
        expect(cents(GrpHdr.CtrlSum)).toBe(total)
        expect(Number(GrpHdr.NbOfTxs)).toBe(debits.length)
        for (const group of PmtInf) {
          const own = debits.filter(({ sequence }) => sequence === group.PmtTpInf.SeqTp)
          expect(group.DrctDbtTxInf.map(({ InstdAmt }) => cents(InstdAmt))).toEqual(
            own.map(({ amount }) => amount),
          )
          expect(cents(group.CtrlSum)).toBe(own.reduce((sum, { amount }) => sum + amount, 0))
          expect(Number(group.NbOfTxs)).toBe(own.length)
        }
        const sequences = PmtInf.map(({ PmtTpInf }) => PmtTpInf.SeqTp)
        expect(new Set(sequences).size).toBe(sequences.length)
      }),
      { numRuns: 60 },
    )
  })
})

it('the schemas refuse what is not in order', () => {
  const made = bankFile(file([debit(1)]))
  expect(faultOf('pain.008.001.08', made)).toBeUndefined()
  expect(faultOf('pain.008.001.08', made.replace('<PmtMtd>DD</PmtMtd>', ''))).toContain('PmtMtd')
  expect(faultOf('pain.008.001.08', made.replace('EUR">12.34', 'EUR">12.345678'))).toBeDefined()
  expect(faultOf('pain.008.001.02', made)).toBeDefined()
})

it('writes a debit as banks take it: no accents, no address, two decimals', () => {
  const made = bankFile(file([debit(1, { amount: 5 }), debit(2, { amount: 100_000 })]))
  expect(made).toContain('<Nm>Mme Elodie OEuvrard + fils</Nm>')
  expect(made).toContain('<InstdAmt Ccy="EUR">0.05</InstdAmt>')
  expect(made).toContain('<InstdAmt Ccy="EUR">1000.00</InstdAmt>')
  expect(made).toContain('<Othr><Id>NOTPROVIDED</Id></Othr>')
  expect(made).not.toContain('PstlAdr')
  expect(made).toContain('<BICFI>PSSTFRPPPAR</BICFI>')
  const older = bankFile(file([debit(1)], { format: 'pain.008.001.02' }))
  expect(older).toContain('<BIC>PSSTFRPPPAR</BIC>')
  expect(bankFile(file([debit(1, { holder: '李明' })]))).toContain('<Nm>NOTPROVIDED</Nm>')
})

it('is the same for the same debits', () => {
  const debits = [debit(1), debit(2, { sequence: 'FNAL' }), debit(3, { sequence: 'FRST' })]
  expect(bankFile(file(debits))).toBe(bankFile(file(debits)))
})
