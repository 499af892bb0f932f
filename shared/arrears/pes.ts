import type { Catalogue } from '../catalogue/model.ts'
import type { ArrearsSettings } from '../catalogue/regie-model.ts'
import { ARREARS, PES_TEXTS } from '../kernel/arrears-texts.ts'
import { PortalError } from '../kernel/errors.ts'
import { escapeHtml } from '../kernel/html.ts'
import { sum, type Cents } from '../kernel/money.ts'
import type { Debtor, Transfer, Transferred } from './model.ts'
import { keysOf } from './pes-keys.ts'

/** What a régie has to say of itself in the file. */
export type PesSettings = NonNullable<NonNullable<ArrearsSettings['treasury']>['pes']>

/** What the file is of. */
export interface PesSource {
  readonly town: Pick<Catalogue['town'], 'name' | 'siret' | 'address' | 'postcode'>
  readonly regie: string
  readonly pes: PesSettings
  readonly transfer: Pick<Transfer, 'regieId' | 'number' | 'openedOn'>
  readonly debtors: readonly Debtor[]
}

/** A text as Hélios takes it: capitals and figures without accents, no longer than it may be. */
export const heliosText = (text: string, longest: number): string =>
  text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toUpperCase()
    .replaceAll('Œ', 'OE')
    .replaceAll('Æ', 'AE')
    .replaceAll('’', "'")
    .replaceAll(/[^A-Z0-9 '.,/()-]/g, ' ')
    .replaceAll(/ +/g, ' ')
    .trim()
    .slice(0, longest)
    .trim()

const amountText = (amount: Cents): string =>
  `${String(Math.trunc(amount / 100))}.${String(amount % 100).padStart(2, '0')}`

/** An element that holds its value in the attribute `V`, as all of them do. */
const leaf = (name: string, value: string | number): string =>
  `<${name} V="${escapeHtml(String(value))}"/>`

const node = (name: string, ...children: readonly string[]): string =>
  `<${name}>${children.join('')}</${name}>`

type Account = Transferred['accounts'][number]

/** The local product and the account of the budget of what a line is of. */
const productOf = (
  { products, otherwise }: PesSettings,
  { account }: Account,
): { readonly product: string; readonly nature: string } => {
  const found = products.find((each) => each.account === account) ?? otherwise
  if (found === undefined) {
    throw new PortalError('regie-not-set', { detail: ARREARS.noProduct(account ?? '') })
  }
  return found
}

const lineOf = (
  { pes }: PesSource,
  invoice: Transferred,
  debtor: Debtor,
  { account, place }: { readonly account: Account; readonly place: number },
): string => {
  const { product, nature } = productOf(pes, account)
  const { title, firstName, lastName, address } = debtor.person
  const { street, complement, postcode, town } = address
  return node(
    'LigneDePiece',
    node(
      'BlocLignePiece',
      node(
        'InfoLignePiece',
        leaf('IdLigne', place + 1),
        leaf('ObjLignePce', heliosText(PES_TEXTS.line(invoice.month), 160)),
        leaf('CodProdLoc', product),
        leaf('Nature', nature),
        leaf('Majo', 0),
        leaf('TvaIntraCom', 0),
        leaf('MtHT', amountText(account.amount)),
      ),
    ),
    node(
      'Tiers',
      node(
        'InfoTiers',
        // A natural person: category and legal nature 01, a debtor.
        ...[leaf('CatTiers', '01'), leaf('NatJur', '01'), leaf('TypTiers', '01')],
        ...(title === undefined ? [] : [leaf('Civilite', title === 'M.' ? 'M' : 'MME')]),
        leaf('Nom', heliosText(lastName, 38)),
        ...(firstName === '' ? [] : [leaf('Prenom', heliosText(firstName, 38))]),
      ),
      node(
        'Adresse',
        leaf('TypAdr', 1),
        ...(complement === undefined ? [] : [leaf('Adr1', heliosText(complement, 38))]),
        leaf('Adr2', heliosText(street, 38)),
        leaf('CP', postcode),
        leaf('Ville', heliosText(town, 38)),
        leaf('CodRes', 0),
      ),
    ),
  )
}

/** A piece: one for each invoice, with a line for each account. */
const pieceOf = (
  source: PesSource,
  { debtor, invoice, place }: { debtor: Debtor; invoice: Transferred; place: number },
): string => {
  const { pes, transfer } = source
  const month = Number(invoice.month.slice(5))
  const keys = keysOf({
    body: pes.body,
    list: transfer.number,
    year: transfer.openedOn.slice(0, 4),
    month,
    number: invoice.number.slice(transfer.regieId.length),
  })
  return node(
    'Piece',
    node(
      'BlocPiece',
      leaf('IdPce', place + 1),
      leaf('TypPce', '15'),
      leaf('NatPce', '01'),
      leaf('ObjPce', heliosText(PES_TEXTS.piece(invoice.month), 160)),
      leaf('NumDette', invoice.number),
      // One character, so that October has the 1 of January: files in use have it so.
      leaf('Per', String(month).slice(0, 1)),
      leaf('Cle1', keys.first),
      leaf('Cle2', keys.second),
      leaf('NumeroFacture', invoice.number),
    ),
    ...invoice.accounts.map((account, index) =>
      lineOf(source, invoice, debtor, { account, place: index }),
    ),
  )
}

const ROOT = [
  'xmlns:n="http://www.minefi.gouv.fr/cp/helios/pes_v2/Rev0/aller"',
  'xmlns:reca="http://www.minefi.gouv.fr/cp/helios/pes_v2/recette/r0/aller"',
  'xmlns:cm="http://www.minefi.gouv.fr/cp/helios/pes_v2/commun"',
].join(' ')

/**
 * A list as a file of the protocol PES V2, flow ORMC, for the town's finance software or its third
 * party of transmission: one list, a piece for each invoice, a line for each account, one natural person
 * as debtor. All of it is ASCII, so that it is right as the ISO-8859-1 that it says it is. It is written
 * after public descriptions of the protocol and not certified by the DGFiP: the town's accountant has
 * to accept a first file before it is used.
 *
 * @throws PortalError `regie-not-set` for an account of which the régie's settings tell no product.
 */
export const pesFile = (source: PesSource): string => {
  const { town, regie, pes, transfer, debtors } = source
  const { regieId, number, openedOn } = transfer
  const year = openedOn.slice(0, 4)
  const pieces = debtors.flatMap((debtor) =>
    debtor.invoices.map((invoice) => ({ debtor, invoice })),
  )
  const root = [
    node(
      'Enveloppe',
      node(
        'Parametres',
        leaf('Version', 2),
        leaf('TypFic', 'PESORMC'),
        leaf('NomFic', `PESORMC-${regieId}-${year}-${String(number)}`),
      ),
      node(
        'Emetteur',
        leaf('Sigle', heliosText(town.name, 38)),
        leaf('Adresse', heliosText(`${town.address} ${town.postcode} ${town.name}`, 100)),
      ),
    ),
    node(
      'EnTetePES',
      leaf('DteStr', openedOn),
      leaf('IdPost', pes.post),
      leaf('IdColl', town.siret),
      leaf('CodCol', pes.body),
      leaf('CodBud', pes.budget),
    ),
    node(
      'PES_RecetteAller',
      node('EnTeteRecette', leaf('IdVer', 2), leaf('InfoDematerialisee', 0)),
      node(
        'Bordereau',
        node(
          'BlocBordereau',
          leaf('Exer', year),
          leaf('IdBord', number),
          leaf('DteBordEm', openedOn),
          leaf('TypBord', '06'),
          leaf('NbrPce', pieces.length),
          leaf('MtBordHt', amountText(sum(pieces.map(({ invoice }) => invoice.due)))),
          leaf('DteAsp', openedOn),
          leaf('Objet', heliosText(PES_TEXTS.object(regie, number), 160)),
        ),
        ...pieces.map((each, place) => pieceOf(source, { ...each, place })),
      ),
    ),
  ]
  return `<?xml version="1.0" encoding="ISO-8859-1"?>\n<n:PES_Aller ${ROOT}>${root.join('\n')}</n:PES_Aller>\n`
}
