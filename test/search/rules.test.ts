import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { guardianSchema } from '../../shared/families/model.ts'
import { entriesOf, fits, wordOf, wordsAsked } from '../../shared/search/rules.ts'
import { fileOf } from '../../shared/setup/load-town.ts'
import { cesson } from '../support/cesson.ts'

const [model] = cesson.families
if (model === undefined) throw new Error('The demo town has no family')
const file = fileOf(model)

it.for([
  ['Élodie', ['elodie']],
  ['  LE   GALL ', ['le', 'gall']],
  ['Saint-Malo', ['saintmalo']],
  ['d’ŒUVRE', ['doeuvre']],
  ['Łukasz Straße', ['lukasz', 'strasse']],
  ['06 12', ['0612']],
  ['06.12-34', ['061234']],
  ['+33 6 12', ['0612']],
  ['0033612', ['0612']],
  ['+33 (0)6 12', ['0612']],
  ['+41 79 123', ['4179123']],
  ['dupont 06 12 34', ['dupont', '061234']],
  ['madelaine.dupont@famille.ex', ['madelainedupontfamilleex']],
  ['… !', []],
] as const)('reads « %s » as words', ([text, words]) => {
  expect(wordsAsked(text)).toEqual(words)
})

it('finds a family by whole names, by their parts, and by former names', () => {
  const [first] = file.guardians
  if (first === undefined) throw new Error('No guardian')
  const entries = entriesOf({
    ...file,
    guardians: [
      { ...first, lastName: 'de Saint-Gall', firstName: 'Anne-Sophie', birthName: 'N’Diaye' },
    ],
  })
  expect(entries.map(({ token }) => token)).toEqual(
    expect.arrayContaining([
      ...[
        'desaintgall',
        'de',
        'saintgall',
        'saint',
        'gall',
        'annesophie',
        'anne',
        'sophie',
        'ndiaye',
        'diaye',
      ],
      ...['1001', 'dupont', 'leo', 'lucas', '0612345678', 'madelainedupontfamilleexample'],
    ]),
  )
  // A single letter finds nobody, yet does not hide whom another word finds.
  expect(entries.map(({ token }) => token)).not.toContain('n')
  expect(entries[0]?.tokens).toContain('n')
})

const name = fc
  .string({
    unit: fc.constantFrom(...'aàbcçdeéèëœžÅ ZLM-’'.split('')),
    minLength: 1,
    maxLength: 20,
  })
  .map((text) => text.trim())
  .filter(
    (text) => guardianSchema.shape.lastName.safeParse(text).success && wordOf(text).length > 1,
  )

it('finds a family by the first letters of any name, as the name is written or without accents', () => {
  fc.assert(
    fc.property(name, name, fc.nat(20), fc.boolean(), (lastName, firstName, length, plain) => {
      const [first] = file.guardians
      if (first === undefined) throw new Error('No guardian')
      const entries = entriesOf({ ...file, guardians: [{ ...first, lastName, firstName }] })
      for (const written of [lastName, firstName]) {
        const asked = (plain ? wordOf(written) : written).slice(0, length + 2)
        const words = wordsAsked(asked)
        const [longest = ''] = words.toSorted((a, b) => b.length - a.length)
        if (longest.length < 2) continue
        const found = entries.filter(({ token }) => token.startsWith(longest))
        expect(found.some((entry) => fits(entry, words))).toBe(true)
      }
    }),
  )
})

it('has each word once, and each entry knows all words', () => {
  const entries = entriesOf(file)
  const tokens = entries.map(({ token }) => token)
  expect(new Set(tokens).size).toBe(tokens.length)
  for (const entry of entries) expect(entry.tokens).toEqual(expect.arrayContaining(tokens))
})
