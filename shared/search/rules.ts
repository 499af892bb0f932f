import type { FamilyFile } from '../families/model.ts'
import type { FamilyLabel, SearchEntry } from './model.ts'

/** The shortest word that finds a family. */
export const SHORTEST = 2

/** Letters that do not come apart into a letter and its accent. */
const LIGATURES: Readonly<Record<string, string>> = {
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
  ß: 'ss',
}

const folded = (text: string): string =>
  text
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[æœøłđðþıß]/g, (letter) => LIGATURES[letter] ?? letter)

/** A text as a word of the search: `Élodie` is `elodie`, `Saint-Malo` is `saintmalo`. */
export const wordOf = (text: string): string => folded(text).replaceAll(/[^a-z0-9]/g, '')

/** The words of a name: the whole, what stands between spaces, and each part of a compound. */
const wordsOfName = (name: string): string[] => [
  wordOf(name),
  ...name.split(/\s+/).map(wordOf),
  ...folded(name).split(/[^a-z0-9]+/),
]

/** A phone number as the French dial it, `0612345678`; one of another country without its sign. */
export const wordOfPhone = (phone: string): string => phone.replace(/^\+33/, '0').replace('+', '')

/**
 * The words that somebody searches for. Digits belong together however they are grouped, and a number
 * may be written as it is dialled at home or from abroad: `06 12`, `+33 6 12` and `0612` are one word.
 */
export const wordsAsked = (text: string): string[] =>
  text
    .replaceAll(/(?<=\d)[\s.\-()/]+(?=\d)/g, '')
    .replaceAll(/(?:\+|\b00)[\s.]*33[\s.]*(?:\(?0\)?)?[\s.]*(?=\d)/g, '0')
    .split(/\s+/)
    .map(wordOf)
    .filter((word) => word !== '')

const labelOf = ({ family, guardians, children }: FamilyFile): FamilyLabel => ({
  name: family.name,
  town: family.address.town,
  guardians: guardians.map(({ title, firstName, lastName }) => `${title} ${firstName} ${lastName}`),
  children: children.map(({ firstName }) => firstName),
  inactive: family.inactiveSince !== undefined,
  ...(family.mergedInto === undefined ? {} : { mergedInto: family.mergedInto }),
})

const named = ({
  firstName,
  lastName,
  birthName,
}: {
  readonly firstName: string
  readonly lastName: string
  readonly birthName?: string | undefined
}): string[] => [firstName, lastName, birthName ?? ''].flatMap(wordsOfName)

/** The words under which a family is found: names, addresses of mail, phones, number of its file. */
const tokensOf = ({ family, guardians, children }: FamilyFile): string[] => {
  const phones = [family.homePhone, ...guardians.flatMap((each) => [each.phone, each.workPhone])]
  const words = [
    wordOf(family.familyId),
    ...wordsOfName(family.name),
    ...guardians.flatMap(named),
    ...children.flatMap(named),
    ...guardians.map(({ email }) => wordOf(email)),
    ...phones.flatMap((phone) => (phone === undefined ? [] : [wordOfPhone(phone)])),
  ]
  return [...new Set(words)].filter((word) => word !== '').toSorted()
}

/** All entries of a family in the search, one for each of its words but single letters. */
export const entriesOf = (file: FamilyFile): SearchEntry[] => {
  const { familyId } = file.family
  const tokens = tokensOf(file)
  const born = [...file.guardians, ...file.children].flatMap(({ birthDate }) => birthDate ?? [])
  const shared = { familyId, tokens, born: [...new Set(born)].toSorted(), label: labelOf(file) }
  // A single letter finds nobody, but belongs to the name of somebody found by another word.
  const found = tokens.filter((token) => token.length >= SHORTEST)
  return found.map((token) => ({ ...shared, token }))
}

/** Whether a family has, for each word that is asked for, one that begins with it. */
export const fits = ({ tokens }: SearchEntry, words: readonly string[]): boolean =>
  words.every((word) => tokens.some((token) => token.startsWith(word)))
