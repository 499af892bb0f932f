import * as z from 'zod'

/** What a route that sends a letter replies: the format that the call asks for. */
export const LETTER = { mediaTypes: ['application/pdf', 'text/html; charset=utf-8'] } as const

/** Which of the two formats is wanted. */
const letterQuery = z.strictObject({ format: z.enum(['pdf', 'html']).default('pdf') })
export type LetterFormat = z.output<typeof letterQuery>['format']

/** What all routes that send a letter have in common. */
export const letterRoute = {
  function: 'print-documents',
  query: letterQuery,
  status: 200,
  reply: LETTER,
} as const
