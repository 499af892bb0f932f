import { defineEntity } from '../platform/entity.ts'
import { familyPartition, type Key } from '../platform/keys.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { authorisationRequestSchema, type AuthorisationRequest } from './model.ts'

/** Beside the requests of bookings, which are items of several requests. */
export const authorisationRequestEntity = defineEntity({
  type: 'AuthorisationRequest',
  schema: authorisationRequestSchema,
  key: ({ familyId, number }: { familyId: FamilyId; number: number }): Key => ({
    partition: familyPartition(familyId),
    sort: ['AUTHORISATION_REQUEST', number],
  }),
})

/** A request of a family; nothing if it has none of this number. */
export const findAuthorisationRequest = async (
  table: Table,
  address: { readonly familyId: FamilyId; readonly number: number },
): Promise<AuthorisationRequest | undefined> =>
  authorisationRequestEntity.found(await table.get(authorisationRequestEntity.keyOf(address)))

/** The requests of a family, newest first, those below a number. */
export const listAuthorisationRequests = async (
  table: Table,
  familyId: FamilyId,
  { before, limit }: { readonly before?: number | undefined; readonly limit: number },
): Promise<AuthorisationRequest[]> =>
  authorisationRequestEntity.pick(
    await table.query({
      partition: familyPartition(familyId),
      from: ['AUTHORISATION_REQUEST'],
      to:
        before === undefined
          ? ['AUTHORISATION_REQUEST']
          : ['AUTHORISATION_REQUEST', Math.max(0, before - 1)],
      newestFirst: true,
      limit,
    }),
  )
