import { XmlDocument } from 'libxml2-wasm'
import { expect, it } from 'vitest'
import { debtorSchema } from '../../shared/arrears/model.ts'
import { heliosText, pesFile, type PesSource } from '../../shared/arrears/pes.ts'
import { cesson } from '../support/cesson.ts'
import { ENF } from './fixture.ts'

const debtor = (about: object) =>
  debtorSchema.parse({
    ...{ familyId: '1001', regieId: ENF, transfer: 3, handedOverOn: '2026-03-16' },
    ...about,
  })

const invoice = (number: string, due: number, accounts: readonly object[]) => ({
  ...{ number, month: '2026-01', issuedOn: '2026-02-01', dueOn: '2026-03-03', total: 5000 },
  ...{ due, accounts },
})

const source: PesSource = {
  town: cesson.catalogue.town,
  regie: 'Régie Enfance',
  pes: {
    ...{ post: '077041', body: '067', budget: '00' },
    products: [{ account: '7067', product: 'CANT', nature: '7067' }],
    otherwise: { product: 'ENFA', nature: '70632' },
  },
  transfer: { regieId: ENF, number: 3, openedOn: '2026-03-16' },
  debtors: [
    debtor({
      person: {
        ...{ title: 'Mme', firstName: 'Élodie', lastName: 'Lefèbvre-D’Œuvres & Cie' },
        address: {
          street: '12 bis, rue de l’Église',
          complement: 'Bâtiment « Le Chêne »',
          postcode: '77240',
          town: 'Cesson',
        },
      },
      invoices: [
        invoice('ENF202600000042', 4250, [
          { account: '7067', amount: 3000 },
          { account: '70632', amount: 1200 },
          { amount: 50 },
        ]),
        invoice('ENF202600000107', 1500, [{ account: '7067', amount: 1500 }]),
      ],
    }),
    debtor({
      familyId: '1002',
      person: {
        ...{ title: 'M.', firstName: 'Noël', lastName: 'ÇELIK' },
        address: { street: '1 place de la Mairie', postcode: '77240', town: 'Vert-Saint-Denis' },
      },
      invoices: [invoice('ENF202600000108', 1601, [{ account: '7067', amount: 1601 }])],
    }),
  ],
}

it('writes a list as the flow ORMC of PES V2, one piece for each invoice [guide 30]', async () => {
  const xml = pesFile(source)
  const document = XmlDocument.fromString(xml)
  expect(document.root.name).toBe('PES_Aller')
  document.dispose()
  await expect(xml).toMatchFileSnapshot('../golden/treasury-pes.xml')
})

it('writes ASCII alone, right in the encoding that the file names', () => {
  expect(pesFile(source)).toMatch(/^[\n -~]*$/)
})

it('comes to the sum of its lines', () => {
  const amounts = [...pesFile(source).matchAll(/<MtHT V="(\d+)\.(\d\d)"\/>/g)]
  const cents = amounts.reduce(
    (total, [, whole, part]) => total + Number(`${whole ?? ''}${part ?? ''}`),
    0,
  )
  expect(cents).toBe(4250 + 1500 + 1601)
  expect(pesFile(source)).toContain('<MtBordHt V="73.51"/>')
})

it.each([
  ['Élodie Œuvré', 38, 'ELODIE OEUVRE'],
  ['12 bis,  rue de l’Église', 38, "12 BIS, RUE DE L'EGLISE"],
  ['Bâtiment « Le Chêne »', 38, 'BATIMENT LE CHENE'],
  ['a & <b>', 38, 'A B'],
  ['abcdef ghi', 7, 'ABCDEF'],
])('writes %s in at most %i characters as %s', (text, longest, written) => {
  expect(heliosText(text, longest)).toBe(written)
})
