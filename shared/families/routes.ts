import * as z from 'zod'
import { defineRoute } from '../platform/route.ts'
import { fileReply } from './file-replies.ts'
import { shownMeansSchema } from './model.ts'

export const readFamilyRoute = defineRoute({
  id: 'readFamily',
  method: 'GET',
  path: '/family',
  function: 'family',
  access: ['guardian'],
  summary: 'My family: its guardians, its children and their enrolments, what is to be completed',
  status: 200,
  // That of the family itself, which a later edit names: each part of the file has its own.
  versioned: true,
  reply: fileReply.extend({
    /** What the family has shown of its means, by the day from which they count. */
    means: z.array(shownMeansSchema.strict()),
  }),
  errors: ['not-found'],
})
