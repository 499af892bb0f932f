const NARROW = '\u202F'
const NO_BREAK = '\u00A0'

/**
 * A text with the spaces of French typography: a narrow one that never breaks before `; : ! ? » € %`
 * and after `«`, one that never breaks after `n°` and within numbers. It only turns spaces that are
 * there into others, so that an address or an hour stays as it is.
 */
export const typeset = (text: string): string =>
  text
    .replaceAll(/[ \u00A0](?=[;:!?»€%])/g, NARROW)
    .replaceAll(/(?<=«)[ \u00A0]/g, NARROW)
    .replaceAll(/(?<=n°) |(?<=\d) (?=\d)/g, NO_BREAK)
