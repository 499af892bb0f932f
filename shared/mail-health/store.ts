import { StaleReadError } from '../kernel/errors.ts'
import { defineEntity } from '../platform/entity.ts'
import { nextVersion, type Write } from '../platform/expressions.ts'
import type { Key } from '../platform/keys.ts'
import { putNext, type Table } from '../platform/table.ts'
import { mailAddressSchema, type MailAddress } from './model.ts'
import { addressIdOf, standingOf } from './rules.ts'

const PROBLEMS = ['MAIL_PROBLEMS']

export const mailAddressEntity = defineEntity({
  type: 'MailAddress',
  schema: mailAddressSchema,
  key: ({ addressId }: { addressId: string }): Key => ({
    partition: ['MAIL_ADDRESS', addressId],
    sort: ['ADDRESS'],
  }),
  // Only those that have a problem are listed.
  index: (address): Key | undefined => {
    const standing = standingOf(address)
    return standing && { partition: PROBLEMS, sort: [standing.since, address.addressId] }
  },
})

/** What is known of an address by its id; nothing where nothing was ever said of it. One read. */
export const findAddressById = async (
  table: Table,
  addressId: string,
): Promise<MailAddress | undefined> =>
  mailAddressEntity.found(await table.get(mailAddressEntity.keyOf({ addressId })))

/** The same by the address itself. */
export const findAddress = (table: Table, email: string): Promise<MailAddress | undefined> =>
  findAddressById(table, addressIdOf(email))

const nextAddress = (address: MailAddress): MailAddress => ({
  ...address,
  version: address.version + 1,
})

/** The write that keeps what is known of an address, of the version that was read. */
export const addressWrite = (address: MailAddress): Write =>
  nextVersion(mailAddressEntity, nextAddress(address))

/**
 * Keeps what is known of an address, of the version that was read.
 *
 * @throws StaleReadError when it has changed since.
 */
export const saveAddress = async (table: Table, address: MailAddress): Promise<void> => {
  const isKept = await putNext(table, mailAddressEntity, nextAddress(address))
  if (!isKept) throw new StaleReadError('address')
}

/** Forgets an address, whether it is known or not. */
export const deleteAddress = (table: Table, email: string): Promise<void> =>
  table.delete(mailAddressEntity.keyOf({ addressId: addressIdOf(email) }))

/**
 * The addresses that have a problem, the newest first. One Query, of the index.
 *
 * @param until the place of the first: since when, and its id, itself included.
 */
export const listAddresses = async (
  table: Table,
  { until, limit }: { readonly until: readonly string[]; readonly limit: number },
): Promise<MailAddress[]> =>
  mailAddressEntity.pick(
    await table.query({
      partition: PROBLEMS,
      from: [],
      to: until,
      index: true,
      newestFirst: true,
      limit,
    }),
  )
