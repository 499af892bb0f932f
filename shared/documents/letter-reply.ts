import * as z from 'zod'

/** What a route that sends a letter replies: the format that the call asks for. */
export const LETTER = { mediaTypes: ['application/pdf', 'text/html; charset=utf-8'] } as const

/** Which of the two formats is wanted. */
export const letterQuery = z.strictObject({ format: z.enum(['pdf', 'html']).default('pdf') })
export type LetterFormat = z.output<typeof letterQuery>['format']
