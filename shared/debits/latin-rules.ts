/** Letters that are more than a base with an accent. */
const LETTERS: Readonly<Record<string, string>> = {
  ...{
    œ: 'oe',
    Œ: 'OE',
    æ: 'ae',
    Æ: 'AE',
    ß: 'ss',
    ø: 'o',
    Ø: 'O',
    ł: 'l',
    Ł: 'L',
    đ: 'd',
    Đ: 'D',
  },
  ...{ ð: 'd', Ð: 'D', þ: 'th', Þ: 'TH', ı: 'i' },
  ...{ '’': "'", '‘': "'", '–': '-', '—': '-', '&': '+' },
}

/**
 * A text in the characters that every bank of the SEPA area takes (EPC217-08): Latin letters without
 * accents, figures and a few signs. Other characters become a space; slashes neither begin nor end a
 * text, nor stand twice.
 *
 * @param longest the most characters; what is longer is cut.
 */
export const latinText = (text: string, longest: number): string =>
  Array.from(text, (character) => LETTERS[character] ?? character)
    .join('')
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^A-Za-z0-9/?:().,'+ -]/gu, ' ')
    .replaceAll(/\/{2,}/g, '/')
    .replaceAll(/ {2,}/g, ' ')
    .replace(/^[ /]+/, '')
    .slice(0, longest)
    .replace(/[ /]+$/, '')
