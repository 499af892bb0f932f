import { labelsOf } from '../catalogue/look-up.ts'
import type { Catalogue } from '../catalogue/model.ts'
import { AUTHORISATIONS } from '../kernel/family-texts.ts'
import type * as z from 'zod'
import { aboutLabel, choiceLabel } from './labels.ts'
import type { AuthorisationChange, AuthorisationRequest } from './model.ts'
import type { authorisationRequestReply, changeReply } from './routes.ts'

/** A change as the recap shows it. */
export const viewChange = (
  catalogue: Catalogue,
  { childId, child, about, before, allowed, enrolments }: AuthorisationChange,
): z.input<typeof changeReply> => ({
  childId,
  child,
  kind: about.kind,
  label: aboutLabel(about),
  ...(about.kind === 'collect' ? { contactId: about.contactId } : {}),
  ...(before === undefined ? {} : { before }),
  allowed,
  choice: choiceLabel(allowed),
  enrolments: enrolments.map((each) => {
    const { activity, facility } = labelsOf(catalogue, each)
    return { enrolmentId: each.enrolmentId, activity, facility }
  }),
})

/** A request as the family reads it. */
export const viewAuthorisationRequest = (
  catalogue: Catalogue,
  { number, submittedAt, by, changes }: AuthorisationRequest,
): z.input<typeof authorisationRequestReply> => ({
  number,
  submittedAt,
  by: by.name,
  state: 'accepted',
  stateLabel: AUTHORISATIONS.accepted,
  changes: changes.map((change) => viewChange(catalogue, change)),
})
