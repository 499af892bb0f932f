import { letterHtml } from './letter-html.ts'
import { LETTER, type LetterFormat } from './letter-reply.ts'
import type { Fonts, Letter } from './model.ts'
import { printLetter } from './print-letter.ts'

const [PDF, HTML] = LETTER.mediaTypes

/**
 * A letter in the format that is wanted, as its route replies it.
 *
 * @param fonts reads the fonts, which the HTML does without.
 */
export const formatLetter = async (
  letter: Letter,
  format: LetterFormat,
  fonts: () => Fonts,
): Promise<{ mediaType: typeof PDF | typeof HTML; body: string | Uint8Array }> =>
  format === 'html'
    ? { mediaType: HTML, body: letterHtml(letter) }
    : { mediaType: PDF, body: await printLetter(letter, fonts()) }
