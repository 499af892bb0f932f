import type * as z from 'zod'
import { fieldName } from '../kernel/file-texts.ts'
import type { ChangeRequest } from './model.ts'
import type { changeReply } from './routes.ts'
import { stateOf } from './rules.ts'

/** A request for changes with the French names of its fields. */
export const viewChange = ({
  by,
  decision,
  withdrawnAt,
  asked,
  ...change
}: ChangeRequest): z.input<typeof changeReply> => ({
  ...change,
  asked: asked.map((each) => ({ ...each, label: fieldName(each.field) })),
  askedBy: by.name,
  state: stateOf({ decision, withdrawnAt }),
  ...(decision === undefined
    ? {}
    : {
        decision: {
          at: decision.at,
          message: decision.message,
          outcomes: decision.outcomes.map((each) => ({ ...each, label: fieldName(each.field) })),
        },
      }),
})
