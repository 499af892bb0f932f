import { ENQUIRY_STATES } from '../kernel/enquiry-texts.ts'
import { DATA_TITLES } from '../kernel/privacy-texts.ts'
import { dataKind, dayOf, type DataKind } from '../platform/personal-data.ts'
import { enquiryEntity } from './store.ts'

/** What families have written to services, and what these answered. */
export const ENQUIRY_DATA: readonly DataKind[] = [
  dataKind(enquiryEntity, {
    title: DATA_TITLES.Enquiry,
    retention: 'activity',
    // What nobody has answered is wanted, however old it is.
    since: ({ state, movedAt }) => (state === 'open' ? undefined : dayOf(movedAt)),
    show: ({ number, writer, service, subject, state, messages }, { guardianId, author }) => {
      const isOwn = writer.kind === 'guardian' && writer.guardianId === guardianId
      // As on the page: what one guardian writes is not for the other.
      if (guardianId !== undefined && !isOwn) return undefined
      return {
        ...{ number, service },
        regarding: subject,
        writtenBy: writer.name,
        answerState: ENQUIRY_STATES[state],
        messages: messages.map(({ at, from, by, text }) => ({
          at,
          by: from === 'writer' ? writer.name : author(by),
          message: text,
        })),
      }
    },
  }),
]
