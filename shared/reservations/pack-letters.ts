/**
 * The letters of plannings in the order of their places, which stored plannings are written in: letters are
 * only ever added at its end, and there is room for sixteen.
 */
const PLACES = '.racnwoljue'

const placeOf = (letter: string | undefined): number => {
  const place = letter === undefined ? -1 : PLACES.indexOf(letter)
  if (place < 0) throw new RangeError('No letter of a planning')
  return place
}

/** Letters as the table holds them, two in a byte, half the size: they come in pairs. */
export const packLetters = (letters: string): Uint8Array =>
  Uint8Array.from(
    { length: Math.ceil(letters.length / 2) },
    (_, index) => placeOf(letters[2 * index]) * 16 + placeOf(letters[2 * index + 1]),
  )

/** The letters that were packed; a place without a letter has none, which makes them too few. */
export const unpackLetters = (bytes: Uint8Array): string => {
  let letters = ''
  for (const byte of bytes) letters += PLACES.charAt(byte >> 4) + PLACES.charAt(byte & 15)
  return letters
}
