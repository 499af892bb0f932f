import type * as z from 'zod'
import type { TownCatalogue } from '../catalogue/calendar.ts'
import { parisDate } from '../kernel/paris.ts'
import type { IsoDate } from '../kernel/dates.ts'
import type { Call } from '../platform/http.ts'
import type { Table } from '../platform/table.ts'
import type { fileReply } from './file-replies.ts'
import type { readFamilyFileRoute } from './file-routes.ts'
import { viewMeans } from './means-rules.ts'
import type { FamilyFile, Guardian } from './model.ts'
import { actingGuardian, householdOf, readFile } from './read-file.ts'
import { mayParent } from './rights-rules.ts'
import type { readFamilyRoute } from './routes.ts'
import {
  attentionToFile,
  viewChild,
  viewContact,
  viewEnrolment,
  viewFamily,
  viewGuardian,
} from './view-file.ts'

/** All of a file on a day of Paris; `reader` is the guardian who reads, staff have none. */
export const viewFile = (
  town: TownCatalogue,
  file: FamilyFile,
  { today, reader }: { readonly today: IsoDate; readonly reader?: Guardian },
): z.input<typeof fileReply> => ({
  ...viewFamily(file.family),
  guardians: file.guardians.map((guardian) => viewGuardian(file.family, guardian, reader)),
  children: file.children.map((child) => ({
    ...viewChild(town, child, today),
    enrolments: file.enrolments
      .filter(({ childId }) => childId === child.childId)
      .flatMap((enrolment) => viewEnrolment(town, enrolment)),
  })),
  contacts: file.contacts.map(viewContact),
  attention: attentionToFile(file, town.catalogue.town.files, today),
})

/**
 * A guardian's own family file [guide 12–15] with the enrolments of each child [guide 37], the family's
 * means [guide 53] and what needs attention; those of the other household of a child are in no file but
 * its own, and a child is in none for a guardian without authority over it. One Query.
 *
 * @throws PortalError `not-found` when the guardian is not, or no longer, of this family.
 */
export const readFamily = async (
  { table, town }: { table: Table; town: TownCatalogue },
  { actor, now }: Pick<Call<typeof readFamilyRoute>, 'actor' | 'now'>,
): Promise<z.input<(typeof readFamilyRoute)['reply']>> => {
  const { familyId, guardianId } = householdOf(actor)
  const { file: whole } = await readFile(table, familyId, ['FILE', 'MEANS'])
  const reader = actingGuardian(whole, guardianId)
  const today = parisDate(now)
  const children = whole.children.filter((child) => mayParent(child, guardianId, today))
  const file = { ...whole, children }
  return {
    ...viewFile(town, file, { today, reader }),
    means: file.means.map(viewMeans),
  }
}

/**
 * A family's file as staff read it; its means are for those who price and bill. One Query.
 *
 * @throws PortalError `not-found`.
 */
export const readFamilyFile = async (
  { table, town }: { table: Table; town: TownCatalogue },
  {
    parameters: { familyId },
    actor,
    now,
  }: Pick<Call<typeof readFamilyFileRoute>, 'parameters' | 'actor' | 'now'>,
): Promise<z.input<(typeof readFamilyFileRoute)['reply']>> => {
  const { file } = await readFile(table, familyId, ['FILE', 'MEANS'])
  const { legalHold } = file.family
  const seesMeans = actor.roles.some((role) => role === 'accountant' || role === 'administrator')
  return {
    ...viewFile(town, file, { today: parisDate(now) }),
    ...(seesMeans ? { means: file.means.map(viewMeans) } : {}),
    ...(legalHold === undefined ? {} : { legalHold }),
  }
}
