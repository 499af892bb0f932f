import { attachmentSchema } from '../../shared/attachments/model.ts'
import { saveAttachment } from '../../shared/attachments/store.ts'
import { Calendars, type TownCatalogue } from '../../shared/catalogue/calendar.ts'
import { activitySchema } from '../../shared/catalogue/model.ts'
import { decideEnrolmentRequest } from '../../shared/enrolments/decide-enrolment.ts'
import { endEnrolment } from '../../shared/enrolments/end-enrolment.ts'
import { askedEnrolmentSchema } from '../../shared/enrolments/model.ts'
import { requestEnrolment } from '../../shared/enrolments/request-enrolment.ts'
import { decideEnrolmentRequestRoute } from '../../shared/enrolments/routes.ts'
import { readFile } from '../../shared/families/read-file.ts'
import type { Enrolment } from '../../shared/families/model.ts'
import type { Actor } from '../../shared/platform/http.ts'
import { enrolmentIdSchema, isoDateSchema, type FamilyId } from '../../shared/platform/schemas.ts'
import type { Table } from '../../shared/platform/table.ts'
import { cesson, guardian, GUIDE_MORNING, type DUPONT } from '../support/cesson.ts'

export type Family = typeof DUPONT

/** A member of staff as the edge hands them over. */
export const AGENT: Actor = { account: 'agent', roles: ['agent'], family: undefined }

/** A document that a family has put into its file, and that nobody has controlled yet. */
export const addDocument = async (
  table: Table,
  { familyId, guardianId }: Family,
  attachmentId: string,
): Promise<void> => {
  const at = GUIDE_MORNING.toISOString()
  const attachment = attachmentSchema.parse({
    familyId,
    attachmentId,
    kind: 'vaccinations',
    fileName: 'vaccins.pdf',
    mediaType: 'application/pdf',
    size: 1000,
    state: 'received',
    addedAt: at,
    addedBy: guardianId,
    receivedAt: at,
    version: 1,
  })
  await saveAttachment(table, { ...attachment, version: 0 })
}

let last = 0

/** A club in the demo town, like its Wednesdays: all that families ask for, by some rules. */
export const clubTown = (
  enrolment: Readonly<Record<string, unknown>>,
): { readonly town: TownCatalogue; readonly club: string } => {
  last += 1
  const club = `CLUB-${String(last)}`
  const model = cesson.catalogue.activities.find(({ id }) => id === 'MERCREDIS')
  const activity = activitySchema.parse({ ...model, id: club, name: 'Club', enrolment })
  const others = cesson.catalogue.activities.map((each) =>
    activitySchema.parse({ ...each, enrolment: undefined }),
  )
  const catalogue = { ...cesson.catalogue, activities: [...others, activity] }
  return { town: { catalogue, calendars: new Calendars(catalogue) }, club }
}

/** A group of the club that takes some children. */
export const limited = (capacity: number, groupId = 'GRANDS') => ({ groupId, capacity })

/** The use cases, in a town and on a table. */
export const enrolling = (table: Table, { town, club }: ReturnType<typeof clubTown>) => {
  const deps = { table, town }
  return {
    club,
    ask: (
      family: Family,
      asked: Readonly<Record<string, unknown>> = {},
      { key = `key-of-${club}`, now = GUIDE_MORNING } = {},
    ) =>
      requestEnrolment(deps, {
        actor: guardian(family),
        headers: { 'idempotency-key': key },
        body: askedEnrolmentSchema.parse({
          childId: 'leo',
          activityId: club,
          groupId: 'GRANDS',
          from: '2025-09-03',
          until: '2026-07-01',
          ...asked,
        }),
        now,
      }),
    decide: (
      { familyId }: Family,
      number: number,
      body: Readonly<Record<string, unknown>>,
      now = GUIDE_MORNING,
    ) =>
      decideEnrolmentRequest(deps, {
        parameters: { familyId, number },
        body: decideEnrolmentRequestRoute.body.parse(body),
        actor: AGENT,
        now,
      }),
    end: ({ familyId }: Family, enrolmentId: string, lastDay: string, now = GUIDE_MORNING) =>
      endEnrolment(deps, {
        parameters: { familyId, enrolmentId: enrolmentIdSchema.parse(enrolmentId) },
        body: { lastDay: isoDateSchema.parse(lastDay), reason: 'Déménagement' },
        actor: AGENT,
        now,
      }),
    enrolled: async (familyId: FamilyId): Promise<Enrolment[]> => {
      const { file } = await readFile(table, familyId)
      return file.enrolments.filter(({ activityId }) => activityId === club)
    },
  }
}
