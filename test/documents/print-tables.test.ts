import { expect, it } from 'vitest'
import { printable, type Section, type TablePaper } from '../../shared/documents/model.ts'
import { printTables } from '../../shared/documents/print-tables.ts'
import { fonts, readPdf, textsOf, type ReadPdf } from '../support/pdf.ts'

const columns = [
  { title: 'Nom', share: 2 },
  { title: 'Nombre', share: 1, align: 'right' },
] as const

const sectionOf = (rows: Section['rows'], about: Partial<Section> = {}): Section => ({
  heading: 'Liste',
  columns,
  rows,
  whenEmpty: 'Personne.',
  apart: false,
  ...about,
})

const paperOf = (sections: readonly Section[], about: Partial<TablePaper> = {}): TablePaper => ({
  title: 'Titre',
  about: 'Objet',
  author: 'Cesson',
  layout: 'portrait',
  at: new Date('2025-09-02T05:12:00Z'),
  sections,
  ...about,
})

const print = async (...sections: Section[]): Promise<ReadPdf> =>
  readPdf(await printTables(paperOf(sections), fonts))

it('is a tagged document in French with a title', async () => {
  const { source, elements } = await print(sectionOf([['Léo', '1']]))
  expect(source.slice(0, 8)).toBe('%PDF-1.7')
  for (const said of ['/Marked true', '/Lang (fr-FR)', '/DisplayDocTitle true', '/Tabs /S']) {
    expect(source).toContain(said)
  }
  expect(source).toContain('<pdfuaid:part>1</pdfuaid:part>')
  expect(Buffer.from(source, 'latin1').toString('utf8')).toContain('Titre – Objet')
  expect(elements).toEqual({
    Document: 1,
    H1: 1,
    P: 1,
    H2: 1,
    Table: 1,
    THead: 1,
    TBody: 1,
    TR: 2,
    TH: 3,
    TD: 1,
  })
  expect(source.match(/\/Scope \/Column/g)).toHaveLength(2)
  expect(source.match(/\/Scope \/Row/g)).toHaveLength(1)
})

it('reads out each cell in its order, and says a sentence where there is nothing to list', async () => {
  const { pages, elements } = await print(
    sectionOf([
      ['Léo\nde la classe 2', '1'],
      ['Lucas', '2'],
    ]),
    sectionOf([], { heading: 'Vide' }),
  )
  expect(pages).toHaveLength(1)
  expect(pages[0]?.content).toEqual([
    { tag: 'H1', text: 'Titre' },
    { tag: 'P', text: 'Cesson – Objet' },
    { tag: 'H2', text: 'Liste' },
    { tag: 'TH', text: 'Nom' },
    { tag: 'TH', text: 'Nombre' },
    { tag: 'TH', text: 'Léo' },
    { tag: 'TH', text: 'de la classe 2' },
    { tag: 'TD', text: '1' },
    { tag: 'TH', text: 'Lucas' },
    { tag: 'TD', text: '2' },
    { tag: 'H2', text: 'Vide' },
    { tag: 'P', text: 'Personne.' },
  ])
  expect(elements).toMatchObject({ Table: 1 })
})

it('shows its head on each page, and reads it out once', async () => {
  const rows = Array.from({ length: 120 }, (_, index) => [`Enfant ${index}`, String(index)])
  const { pages, elements } = await print(sectionOf(rows))
  expect(pages).toHaveLength(3)
  expect(elements).toMatchObject({ Table: 1, TR: 121, TD: 120 })
  expect(pages.flatMap(textsOf).filter((text) => text === 'Nom')).toHaveLength(1)
  expect(pages.map(({ artifacts }) => artifacts)).toEqual([
    ['Cesson – Titre – Imprimé le mardi 02/09/2025 à 07:12', 'Page 1 sur 3'],
    [
      'Liste',
      'Nom',
      'Nombre',
      'Cesson – Titre – Imprimé le mardi 02/09/2025 à 07:12',
      'Page 2 sur 3',
    ],
    [
      'Liste',
      'Nom',
      'Nombre',
      'Cesson – Titre – Imprimé le mardi 02/09/2025 à 07:12',
      'Page 3 sur 3',
    ],
  ])
  const numbers = pages.flatMap(({ content }) =>
    content.flatMap(({ tag, text }) => (tag === 'TD' ? [Number(text)] : [])),
  )
  expect(numbers).toEqual(rows.map((_, index) => index))
})

it('begins a section on a page of its own, and keeps a heading with its first row', async () => {
  const row = [['Léo', '1']]
  const apart = await print(sectionOf(row), sectionOf(row, { apart: true }))
  expect(apart.pages).toHaveLength(2)
  const first = await print(sectionOf(row, { apart: true }))
  expect(first.pages).toHaveLength(1)
  const many = await print(...Array.from({ length: 30 }, () => sectionOf(row)))
  for (const { content } of many.pages) expect(content.at(-1)?.tag).toBe('TD')
})

it('cuts a cell that is longer than a page, and goes on below it', async () => {
  const { pages } = await print(
    sectionOf([
      [Array.from({ length: 400 }, (_, index) => `ligne ${index}`).join('\n'), '1'],
      ['Lucas', '2'],
    ]),
  )
  expect(pages.length).toBeLessThanOrEqual(3)
  expect(pages.flatMap(textsOf).join(' ')).toMatch(/….* 1 .*Lucas 2$|… 1 Lucas 2$/)
})

it('has a picture of every character that it prints', async () => {
  const all = Array.from({ length: 0x10000 }, (_, code) => code)
    .filter((code) => code < 0xd800 || code > 0xdfff)
    .map((code) => String.fromCodePoint(code))
    .filter((sign) => sign !== '\n' && printable(sign) === sign)
  expect(all.length).toBeGreaterThan(800)
  expect(all).toEqual(expect.arrayContaining('œ Œ é ÿ Ł ſ € ☐ ☑ ☒ ’ – \u202F \u00A0'.split(' ')))
  const rows = all.map((sign) => [`a${sign}b`, `a${sign}b`])
  const { missing } = await print(sectionOf(rows))
  expect(missing).toBe(0)
})

it('prints a replacement for what the fonts lack, and accents however they are written', async () => {
  const { pages, missing } = await print(
    sectionOf([['Le\u0301o 🌱 Œ\u202Fé \u0001 山', '1']], { heading: 'A\u0300' }),
  )
  expect(missing).toBe(0)
  const texts = pages.flatMap(textsOf)
  expect(texts).toContain('Léo \uFFFD Œ\u202Fé \uFFFD \uFFFD')
  expect(texts).toContain('À')
})

it('is the same for the same content and time', async () => {
  const paper = paperOf([sectionOf([['Léo', '1']])])
  const one = await printTables(paper, fonts)
  expect(await printTables(paper, fonts)).toEqual(one)
  const later = { ...paper, at: new Date('2025-09-02T05:13:00Z') }
  expect(await printTables(later, fonts)).not.toEqual(one)
})

it('lies across where it is wide', async () => {
  const paper = paperOf([sectionOf([['Léo', '1']])], { layout: 'landscape' })
  const { source } = readPdf(await printTables(paper, fonts))
  expect(source).toContain('/MediaBox [0 0 841.89 595.28]')
})
