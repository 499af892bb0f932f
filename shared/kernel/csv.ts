/** What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection). */
const FORMULA = /^[=+\-@\t\r]/

/** A number below zero, which begins like a formula and is none. */
const NEGATIVE = /^-\d+(,\d+)?$/

const cellOf = (text: string): string => {
  // The apostrophe is how spreadsheets themselves mark a cell as text.
  const harmless = FORMULA.test(text) && !NEGATIVE.test(text) ? `'${text}` : text
  return /[";\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}

/**
 * A table as the spreadsheets of a French office open it by a double click: semicolons, CRLF, UTF-8
 * with its mark. No cell can become a formula.
 */
export const csvOf = (rows: readonly (readonly string[])[]): string =>
  `\uFEFF${rows.map((cells) => `${cells.map(cellOf).join(';')}\r\n`).join('')}`
