import { StaleReadError } from '../kernel/errors.ts'
import { defineEntity, type Item } from '../platform/entity.ts'
import type { Write } from '../platform/expressions.ts'
import type { Key } from '../platform/keys.ts'
import type { FamilyId } from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import {
  accountMailSchema,
  accountRequestSchema,
  accountSchema,
  emailChangeSchema,
  userNameSchema,
  type Account,
  type AccountMail,
  type AccountRequest,
  type EmailChange,
} from './model.ts'

const accountEntity = defineEntity({
  type: 'Account',
  schema: accountSchema,
  key: ({ account }: { account: string }): Key => ({
    partition: ['ACCOUNT', account],
    sort: ['ACCOUNT'],
  }),
  index: ({ familyId, guardianId, userName }): Key =>
    familyId === undefined || guardianId === undefined
      ? { partition: ['STAFF'], sort: [userName] }
      : { partition: ['ACCOUNTS', familyId], sort: [guardianId] },
})

const userNameEntity = defineEntity({
  type: 'UserName',
  schema: userNameSchema,
  key: ({ userName }: { userName: string }): Key => ({
    partition: ['USER_NAME', userName],
    sort: ['ACCOUNT'],
  }),
})

const emailChangeEntity = defineEntity({
  type: 'EmailChange',
  schema: emailChangeSchema,
  key: ({ account }: { account: string }): Key => ({
    partition: ['ACCOUNT', account],
    sort: ['EMAIL_CHANGE'],
  }),
})

const accountRequestEntity = defineEntity({
  type: 'AccountRequest',
  schema: accountRequestSchema,
  key: ({ requestId }: { requestId: string }): Key => ({
    partition: ['ACCOUNT_REQUEST', requestId],
    sort: ['REQUEST'],
  }),
  // Only those that wait for staff are listed.
  index: ({ state, submittedAt, requestId }): Key | undefined =>
    state === 'pending' || state === 'deciding'
      ? { partition: ['ACCOUNT_REQUESTS'], sort: [submittedAt, requestId] }
      : undefined,
})

const accountMailEntity = defineEntity({
  type: 'AccountMail',
  schema: accountMailSchema,
  key: ({ mailId }: { mailId: string }): Key => ({
    partition: ['ACCOUNT_MAIL', mailId],
    sort: ['MAIL'],
  }),
})

/** An account; nothing when the portal has none of this id. One read. */
export const findAccount = async (table: Table, account: string): Promise<Account | undefined> =>
  accountEntity.found(await table.get(accountEntity.keyOf({ account })))

/** Whose a user name is, if it is anybody's. One read. */
export const findByUserName = async (table: Table, userName: string): Promise<string | undefined> =>
  userNameEntity.found(await table.get(userNameEntity.keyOf({ userName })))?.account

/** The account of a guardian, if there is one. One Query, of the index. */
export const findAccountOf = async (
  table: Table,
  { familyId, guardianId }: { familyId: FamilyId; guardianId: string },
): Promise<Account | undefined> => {
  const partition = ['ACCOUNTS', familyId]
  return accountEntity.pick(await table.query({ partition, from: [guardianId], index: true }))[0]
}

/** The accounts of the guardians of a family. One Query, of the index. */
export const listAccountsOf = async (table: Table, familyId: FamilyId): Promise<Account[]> =>
  accountEntity.pick(await table.query({ partition: ['ACCOUNTS', familyId], index: true }))

/** Deletes an account with all that belongs to it; the account last, so that it is found again. */
export const deleteAccount = async (
  table: Table,
  { account, userName }: Pick<Account, 'account' | 'userName'>,
): Promise<void> => {
  await table.delete(emailChangeEntity.keyOf({ account }))
  await table.delete(userNameEntity.keyOf({ userName }))
  await table.delete(accountEntity.keyOf({ account }))
}

/** Forgets an application, if there is one. */
export const deleteRequest = (table: Table, requestId: string): Promise<void> =>
  table.delete(accountRequestEntity.keyOf({ requestId }))

/** The accounts of staff, by their user names. One Query, of the index. */
export const listStaffAccounts = async (table: Table): Promise<Account[]> =>
  accountEntity.pick(await table.query({ partition: ['STAFF'], index: true }))

/** What became of an attempt to keep an account: kept, or refused by what is there. */
export type Kept = 'kept' | 'name-taken' | 'account-there'

/** Keeps a new account under a user name that must be free. */
export const addAccount = async (table: Table, account: Account): Promise<Kept> => {
  const outcome = await table.transact([
    { kind: 'put', item: accountEntity.toItem(account), when: { kind: 'absent' } },
    { kind: 'put', item: userNameEntity.toItem(account), when: { kind: 'absent' } },
  ])
  if (outcome.done) return 'kept'
  return outcome.refused.has(0) ? 'account-there' : 'name-taken'
}

/**
 * Keeps a changed account, of the version that was read.
 *
 * @throws StaleReadError when somebody has changed it since.
 */
export const saveAccount = async (
  table: Table,
  held: Account,
  account: Omit<Account, 'version'>,
): Promise<Account> => {
  const version = held.version ?? 1
  const after = { ...account, version: version + 1 }
  const when = { kind: 'version' as const, version }
  if (!(await table.put(accountEntity.toItem(after), when))) throw new StaleReadError('account')
  return after
}

/** Notes when somebody signed in, beside what they may: no edit, so its version stays. */
export const noteTimes = async (
  table: Table,
  account: string,
  times: { lastSignIn: string; previousSignIn: string | undefined },
): Promise<void> => {
  const { lastSignIn, previousSignIn } = times
  await table.update(accountEntity.keyOf({ account }), {
    set: { lastSignIn, ...(previousSignIn === undefined ? {} : { previousSignIn }) },
    when: [{ attribute: 'account', is: 'equal', value: account }],
  })
}

/** The change of e-mail of an account that waits or was made last. One read. */
export const findEmailChange = async (
  table: Table,
  account: string,
): Promise<EmailChange | undefined> =>
  emailChangeEntity.found(await table.get(emailChangeEntity.keyOf({ account })))

/** Keeps a change of e-mail in place of an earlier one. */
export const saveEmailChange = async (table: Table, change: EmailChange): Promise<void> => {
  await table.put(emailChangeEntity.toItem(change))
}

/** Ends the change of e-mail of an account that waits, if one does. */
export const dropEmailChange = (table: Table, account: string): Promise<void> =>
  table.delete(emailChangeEntity.keyOf({ account }))

/** A mail about an account, to be sent once. */
interface Mailing {
  readonly letter: Omit<AccountMail, 'expiresAt'>
  readonly now: Date
}

/** The write that has a mail sent, once. */
const mailWrite = ({ letter, now }: Mailing): Write => ({
  kind: 'put',
  item: accountMailEntity.toItem({
    ...letter,
    expiresAt: Math.floor(now.getTime() / 1000) + 30 * 86_400,
  }),
})

/**
 * Gives an account its new e-mail and, where it gets another, its new user name; the change that
 * asked for it, if one did, is marked as made, and a mail about it is sent.
 *
 * @returns false when the user name is taken.
 * @throws StaleReadError when somebody has changed the account since it was read.
 */
export const moveAccount = async (
  table: Table,
  held: Account,
  { email, userName }: { email: string; userName: string },
  {
    change,
    mail,
  }: { readonly change?: EmailChange | undefined; readonly mail?: Mailing | undefined },
): Promise<boolean> => {
  const version = held.version ?? 1
  const after = { ...held, email, userName, version: version + 1 }
  const isRenamed = userName !== held.userName
  const outcome = await table.transact([
    { kind: 'put', item: accountEntity.toItem(after), when: { kind: 'version', version } },
    ...(isRenamed
      ? ([
          { kind: 'put', item: userNameEntity.toItem(after), when: { kind: 'absent' } },
          { kind: 'delete', key: userNameEntity.keyOf(held) },
        ] satisfies Write[])
      : []),
    ...(change === undefined
      ? []
      : [{ kind: 'put' as const, item: emailChangeEntity.toItem(change) }]),
    ...(mail === undefined ? [] : [mailWrite(mail)]),
  ])
  if (outcome.done) return true
  if (outcome.refused.has(0) || !isRenamed) throw new StaleReadError('account')
  return false
}

/** An application for an account, if there is one. One read. */
export const findRequest = async (
  table: Table,
  requestId: string,
): Promise<AccountRequest | undefined> =>
  accountRequestEntity.found(await table.get(accountRequestEntity.keyOf({ requestId })))

/**
 * The applications that wait for staff, the oldest first. One Query, of the index.
 *
 * @param from the place of the first: when it was made and its number, itself included.
 */
export const listRequests = async (
  table: Table,
  { from, limit }: { readonly from: readonly string[]; readonly limit: number },
): Promise<AccountRequest[]> =>
  accountRequestEntity.pick(
    await table.query({ partition: ['ACCOUNT_REQUESTS'], from, to: [], index: true, limit }),
  )

/**
 * Keeps an application, of the version that was read, and has a mail sent in the same transaction.
 *
 * @param seen the version that was read, 0 where there was none.
 * @throws StaleReadError when somebody has changed it since.
 */
export const saveRequest = async (
  table: Table,
  seen: number,
  request: Omit<AccountRequest, 'version'>,
  mail?: Mailing,
): Promise<AccountRequest> => {
  const after = { ...request, version: seen + 1 }
  const outcome = await table.transact([
    {
      kind: 'put',
      item: accountRequestEntity.toItem(after),
      when: { kind: 'version', version: seen },
    },
    ...(mail === undefined ? [] : [mailWrite(mail)]),
  ])
  if (!outcome.done) throw new StaleReadError('account request')
  return after
}

/** The mail in an image of the stream; nothing if the image is of something else. */
export const accountMailIn = (image: Item): AccountMail | undefined =>
  accountMailEntity.pick([image])[0]

/** Whether a mail has gone out already. One read. */
export const isMailSent = async (table: Table, mailId: string): Promise<boolean> => {
  const item = await table.get(accountMailEntity.keyOf({ mailId }))
  return item === undefined || accountMailEntity.fromItem(item).sentAt !== undefined
}

/** Notes that a mail has gone out, or never will. */
export const noteMailSent = async (table: Table, mail: AccountMail, at: Date): Promise<void> => {
  await table.put(accountMailEntity.toItem({ ...mail, sentAt: at.toISOString() }))
}
