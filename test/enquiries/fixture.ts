import type * as z from 'zod'
import { answerEnquiry, answerVisitor } from '../../shared/enquiries/answer-enquiry.ts'
import {
  listFamilyEnquiries,
  listOpenEnquiries,
  listOwnEnquiries,
} from '../../shared/enquiries/list-enquiries.ts'
import {
  answerEnquiryRoute,
  listEnquiriesRoute,
  listFamilyEnquiriesRoute,
  listOpenEnquiriesRoute,
  MOST_LISTED,
  writeAsVisitorRoute,
  writeEnquiryRoute,
} from '../../shared/enquiries/routes.ts'
import {
  continueEnquiry,
  writeAsVisitor,
  writeEnquiry,
} from '../../shared/enquiries/write-enquiry.ts'
import type { Actor, Call } from '../../shared/platform/http.ts'
import type { Role } from '../../shared/platform/route.ts'
import { serviceIdSchema, type FamilyId, type ServiceId } from '../../shared/platform/schemas.ts'
import type { Table } from '../../shared/platform/table.ts'
import { cesson, guardian, type DUPONT } from '../support/cesson.ts'

export const MONDAY = new Date('2025-09-15T09:00:00Z')
export const serviceId = (id: string): ServiceId => serviceIdSchema.parse(id)

/** A member of staff by their role. */
export const staff = (role: Role): Actor => ({
  account: `account-of-${role}`,
  roles: [role],
  family: undefined,
})
export const AGENT = staff('agent')

/** What a parent asks the service of education. */
export const QUESTION: Call<typeof writeEnquiryRoute>['body'] = {
  serviceId: serviceId('Enfance'),
  subject: 'Étude du jeudi',
  message: 'Bonjour,\n\nà quelle heure finit l’étude ?',
}

/** The same of somebody without an account. */
export const VISITOR: Call<typeof writeAsVisitorRoute>['body'] = {
  ...QUESTION,
  name: 'Paule Lenoir',
  email: 'paule@visiteur.example',
}

let last = 0
const newKey = (): string => `enquiry-of-test-${String((last += 1))}`
const headersOf = (key: string) => ({ 'idempotency-key': key })

type Body = Call<typeof answerEnquiryRoute>['body']
/** An answer of staff. */
export const ANSWER: Body = { kind: 'answer', message: 'À 18 heures.' }

/** The enquiries of all pages of what a family has written. */
const everyPage = async <Each>(
  read: (after: number | undefined) => Promise<{ enquiries: Each[]; next?: number | undefined }>,
): Promise<Each[]> => {
  const pages: Each[][] = []
  let after: number | undefined
  do {
    const { enquiries, next } = await read(after)
    pages.push(enquiries)
    after = next
  } while (after !== undefined)
  return pages.flat()
}

/** Enquiries on a table. */
export const openEnquiries = (table: Table) => {
  const deps = { table, catalogue: cesson.catalogue }
  return {
    write: async (who: typeof DUPONT, body = QUESTION, key = newKey(), now = MONDAY) =>
      writeEnquiryRoute.reply.parse(
        await writeEnquiry(deps, { actor: guardian(who), headers: headersOf(key), body, now }),
      ),
    writeOn: (who: typeof DUPONT, number: number, message: string, key = newKey(), now = MONDAY) =>
      continueEnquiry(deps, {
        ...{ actor: guardian(who), parameters: { number }, headers: headersOf(key) },
        ...{ body: { message }, now },
      }),
    asVisitor: async (body = VISITOR, key = newKey(), now = MONDAY) =>
      writeAsVisitorRoute.reply.parse(
        await writeAsVisitor(deps, { headers: headersOf(key), body, now }),
      ),
    own: async (who: typeof DUPONT, limit = MOST_LISTED) =>
      everyPage(async (after) =>
        listEnquiriesRoute.reply.parse(
          await listOwnEnquiries(table, { actor: guardian(who), query: { limit, after } }),
        ),
      ),
    /** All pages of the inbox. */
    inbox: async (actor = AGENT, service?: string, limit = MOST_LISTED) => {
      const pages: z.infer<typeof listOpenEnquiriesRoute.reply>['enquiries'][] = []
      let after: string | undefined
      do {
        const query = {
          limit,
          after,
          serviceId: service === undefined ? undefined : serviceId(service),
        }
        const reply = await listOpenEnquiries(deps, { actor, query })
        const { enquiries, next } = listOpenEnquiriesRoute.reply.parse(reply)
        pages.push(enquiries)
        after = next
      } while (after !== undefined)
      return pages.flat()
    },
    ofFamily: async (familyId: FamilyId, actor = AGENT, limit = MOST_LISTED) =>
      everyPage(async (after) =>
        listFamilyEnquiriesRoute.reply.parse(
          await listFamilyEnquiries(deps, {
            ...{ actor, parameters: { familyId }, query: { limit, after } },
          }),
        ),
      ),
    answer: async (
      { familyId }: typeof DUPONT,
      number: number,
      version: number,
      {
        body = ANSWER,
        actor = AGENT,
        now = MONDAY,
      }: { body?: Body; actor?: Actor; now?: Date } = {},
    ) =>
      answerEnquiryRoute.reply.parse(
        await answerEnquiry(deps, {
          ...{ actor, parameters: { familyId, number }, headers: { 'if-match': version } },
          ...{ body, now },
        }),
      ),
    answerVisitor: (visitorId: string, number: number, version: number, body = ANSWER) =>
      answerVisitor(deps, {
        ...{ actor: AGENT, parameters: { visitorId, number }, headers: { 'if-match': version } },
        ...{ body, now: MONDAY },
      }),
  }
}
