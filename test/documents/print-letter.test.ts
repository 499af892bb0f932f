import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { invoiceLetter } from '../../shared/billing/print-invoice.ts'
import { letterHtml } from '../../shared/documents/letter-html.ts'
import type { Letter } from '../../shared/documents/model.ts'
import { printLetter } from '../../shared/documents/print-letter.ts'
import { typeset } from '../../shared/documents/typography.ts'
import { fonts, readPdf, textsOf, type ReadPdf } from '../support/pdf.ts'
import { creditNoteOf, invoiceOf, lineOf, LINES, regie, town } from './fixture.ts'

const letter = invoiceLetter(town, invoiceOf(), regie)
const print = async (some: Letter): Promise<ReadPdf> => readPdf(await printLetter(some, fonts))
const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex')

it('is a tagged document in French with a title, headings in order and tables with heads', async () => {
  const { source, pages, elements, missing } = await print(letter)
  for (const said of ['/Marked true', '/Lang (fr-FR)', '/DisplayDocTitle true', '/Tabs /S']) {
    expect(source).toContain(said)
  }
  expect(source).toContain('<pdfuaid:part>1</pdfuaid:part>')
  expect(Buffer.from(source, 'latin1').toString('utf8')).toContain(typeset(letter.title))
  // All fonts are embedded, and have a picture of each sign.
  expect(source.match(/\/FontFile2 /g)).toHaveLength(2)
  expect(source).not.toContain('/BaseFont /Helvetica')
  expect(missing).toBe(0)
  // Five tables of five columns; sums have a head as lines have.
  expect(elements).toMatchObject({ H1: 1, Table: 5, THead: 5, TBody: 5, TR: 19, TH: 39, TD: 56 })
  expect(source.match(/\/Scope \/Column/g)).toHaveLength(25)
  expect(source.match(/\/Scope \/Row/g)).toHaveLength(14)
  const headings = pages.flatMap(({ content }) =>
    content.filter(({ tag }) => tag.startsWith('H')).map(({ tag, text }) => `${tag} ${text}`),
  )
  expect(headings).toEqual([
    'H1 Facture n°\u00A0ENF202500000042',
    'H2 Léo',
    'H2 Lucas',
    'H2 Pour la famille',
    'H2 Régularisations de mois déjà facturés',
    'H2 Report du solde précédent',
    'H2 Pour payer',
    'H2 À savoir',
  ])
})

it('says who issues it first, and shows the address in the window of an envelope', async () => {
  const { pages, source } = await print(letter)
  const texts = textsOf(pages[0] ?? { content: [], artifacts: [] })
  expect(texts[0]).toBe('Cesson')
  expect(texts).toContain('SIRET 217\u00A0700\u00A0673\u00A000018')
  expect(texts.indexOf('Famille DUPONT')).toBeGreaterThan(texts.indexOf('Régie Enfance'))
  expect(texts.indexOf('Famille DUPONT')).toBeLessThan(texts.indexOf(typeset(letter.title)))
  // 110 mm from the left edge, where the first line of the address begins.
  expect(source).toMatch(/1 0 0 1 312 \d+/)
})

it('tells the number of each page, and shows the head of a table again, as no content', async () => {
  const lines = Array.from({ length: 40 }, (_, index) => lineOf({ label: `Prestation ${index}` }))
  const { pages, elements } = await print(invoiceLetter(town, invoiceOf(lines), regie))
  expect(pages.length).toBeGreaterThan(2)
  expect(elements).toMatchObject({ Table: 1, TR: 42 })
  const artifacts = pages.map((page) => page.artifacts.join(' | '))
  for (const [index, text] of artifacts.entries()) {
    expect(text).toContain(`Page ${index + 1} sur ${pages.length}`)
  }
  expect(artifacts[1]).toContain('Détail\u202F: Léo | Prestation | Jours et explication')
  const heads = pages.flatMap(textsOf).filter((text) => text === 'Jours et explication')
  expect(heads).toHaveLength(1)
})

it('is the same bytes for ever: an issued document is downloaded as it was [guide 29]', async () => {
  const documents = [
    letter,
    invoiceLetter(
      town,
      invoiceOf(LINES.map((line) => ({ ...line, unitPrice: 0, amount: 0 }))),
      regie,
    ),
    invoiceLetter(town, creditNoteOf([lineOf({ quantity: -2, days: '2 3' })]), regie),
  ]
  const hashes = []
  for (const some of documents) {
    const pdf = await printLetter(some, fonts)
    expect(await printLetter(some, fonts)).toEqual(pdf)
    // Compressed bytes would depend on the processor.
    expect(Buffer.from(pdf).toString('latin1')).not.toContain('/FlateDecode')
    hashes.push({ pdf: sha256(pdf), html: sha256(letterHtml(some)) })
  }
  // A change of these needs a layout beside this one, for what is issued from then on.
  expect(hashes).toEqual([
    {
      pdf: 'fdedf5ed5ac0507280c981ffe5b1dab0c130908e9260ce79cd2aa68819080f0b',
      html: 'daf224085fa7e7ad9da6ac3d7a836ac7d6b0293d7e6d74259d6d7d25db51fb2e',
    },
    {
      pdf: '21ce83b6e9cb38c1bd8c2ab32186db6c8bbeed46a763593353fc5f2c9f930807',
      html: 'bb0b980a204390df07583f3cc183e33f005b4e9b7c28918188516dda370d138a',
    },
    {
      pdf: 'd90faa5835468bad3dec96d70f41b188249eb0a389dc611881e31003d398bea9',
      html: '55c6c8c9daef86a9a22b45230c11030e40f8d967beed7a4a96b09d9fd2d81c30',
    },
  ])
})

it('says the same in HTML: one page with headings and tables, in French', () => {
  const html = letterHtml(letter)
  expect(html).toMatch(/^<!doctype html>\n<html lang="fr">/)
  expect(html.match(/<h1>/g)).toHaveLength(1)
  expect(html.match(/<table>/g)).toHaveLength(5)
  expect(html.match(/<th scope="col"/g)).toHaveLength(25)
  expect(html.match(/<th scope="row"/g)).toHaveLength(14)
  expect(html).toContain('<time datetime="2025-11-03">Cesson, le 03/11/2025</time>')
  expect(html).toContain('@media print')
  for (const outside of ['<script', 'src=', 'href=', 'url(', '@import']) {
    expect(html).not.toContain(outside)
  }
})

it('shows names as they are, whatever signs they have', async () => {
  const line = lineOf({ child: '<b>Zoé</b> & "Co"', label: "L'étude <1>", why: '</small><i>' })
  const some = invoiceLetter(town, invoiceOf([line]), regie)
  const html = letterHtml(some)
  expect(html).toContain('&lt;b&gt;Zoé&lt;/b&gt; &amp; &quot;Co&quot;')
  expect(html).not.toMatch(/<b>|<i>/)
  const { pages } = await print(some)
  expect(pages.flatMap(textsOf)).toContain('<b>Zoé</b> & "Co"')
})

it('has the spaces of French typography', async () => {
  expect(typeset('« Repas » : 2,08 € ; pourquoi ? oui ! 20 %')).toBe(
    '«\u202FRepas\u202F»\u202F: 2,08\u202F€\u202F; pourquoi\u202F? oui\u202F! 20\u202F%',
  )
  expect(typeset('n° A12, tél. 01 64 10')).toBe('n°\u00A0A12, tél. 01\u00A064\u00A010')
  expect(typeset('https://cnil.fr à 10:30')).toBe('https://cnil.fr à 10:30')
  const { pages } = await print(letter)
  const all = [letterHtml(letter).replace(/<style>[\s\S]*<\/style>/, ''), ...pages.flatMap(textsOf)]
  for (const text of all) expect(text).not.toMatch(/[ \u00A0][;:!?»€%]|«[ \u00A0]/)
})
