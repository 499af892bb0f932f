import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminGetUserCommand,
  AdminListGroupsForUserCommand,
  AdminRemoveUserFromGroupCommand,
  AdminSetUserMFAPreferenceCommand,
  AdminSetUserPasswordCommand,
  AdminUpdateUserAttributesCommand,
  AdminUserGlobalSignOutCommand,
  AliasExistsException,
  CodeDeliveryFailureException,
  type CognitoIdentityProviderClient,
  InvalidParameterException,
  UsernameExistsException,
  UserNotFoundException,
} from '@aws-sdk/client-cognito-identity-provider'
import { ACCOUNTS } from '../kernel/account-texts.ts'
import { PortalError } from '../kernel/errors.ts'
import { ROLES, type Role } from './route.ts'

/** Somebody to whom the user pool gives an account. */
export interface NewAccount {
  readonly email: string
  /** For demo towns; without one the person is invited by mail to choose theirs. */
  readonly password?: string | undefined
  readonly roles: readonly Role[]
  readonly familyId?: string | undefined
  readonly guardianId?: string | undefined
}

/** An account as the user pool keeps it. */
export interface PoolAccount {
  /** Its id, which never changes; the `sub` of its tokens. */
  readonly account: string
  readonly familyId: string | undefined
  readonly guardianId: string | undefined
  /** Whether its owner has still to choose a password. */
  readonly isInvited: boolean
  /** Whether it was there before. */
  readonly isKnown: boolean
}

/** Accounts in the user pool, for those who open and change them. */
export interface Accounts {
  /**
   * Gives somebody an account, and the roles. One that exists keeps its password and whose it is:
   * the caller looks at the answer.
   *
   * @throws PortalError `invalid-request` on `/body` when no invitation can go to the address.
   */
  readonly create: (account: NewAccount) => Promise<PoolAccount>
  /**
   * Sends the invitation again, with another first password, to who has not chosen theirs.
   *
   * @throws PortalError `invalid-request` on `/body` when it cannot go to the address.
   */
  readonly inviteAgain: (email: string) => Promise<void>
  /** Gives an account exactly these roles. */
  readonly setRoles: (account: string, roles: readonly Role[]) => Promise<void>
  /** Lets somebody sign in, or no longer; their refresh tokens end. */
  readonly setActive: (account: string, active: boolean) => Promise<void>
  /**
   * Changes the e-mail by which somebody signs in, to one that is known to be theirs.
   *
   * @throws PortalError `email-in-use` when it is another account's.
   */
  readonly setEmail: (account: string, email: string) => Promise<void>
  /** Gives an account to a guardian of another file: tokens name them from then on. */
  readonly setGuardian: (
    account: string,
    guardian: { readonly familyId: string; readonly guardianId: string },
  ) => Promise<void>
  /** Whether the owner of an account has chosen a password. */
  readonly isSettled: (account: string) => Promise<boolean>
  /** Ends every refresh token of an account. */
  readonly signOut: (account: string) => Promise<void>
  /** Signs an account out everywhere and deletes it; one that is gone stays gone. */
  readonly remove: (account: string) => Promise<void>
  /** Takes the second factor of an account away: its code is asked for no more. */
  readonly dropTotp: (account: string) => Promise<void>
}

const attribute = (Name: string, Value: string | undefined): { Name: string; Value: string }[] =>
  Value === undefined ? [] : [{ Name, Value }]

/** Calls the pool for a mail to an address, which it may not take or not reach. */
const mailing = async (send: () => Promise<unknown>): Promise<void> => {
  try {
    await send()
  } catch (error) {
    const isAddress =
      error instanceof CodeDeliveryFailureException || error instanceof InvalidParameterException
    if (!isAddress) throw error
    const faults = [{ pointer: '/body', detail: ACCOUNTS.undeliverable }]
    throw new PortalError('invalid-request', { faults }, { cause: error })
  }
}

/** The accounts of the user pool `userPoolId`. */
export const cognitoAccounts = (
  client: CognitoIdentityProviderClient,
  userPoolId: string,
): Accounts => {
  const user = (username: string): { UserPoolId: string; Username: string } => ({
    UserPoolId: userPoolId,
    Username: username,
  })
  const read = async (username: string): Promise<Omit<PoolAccount, 'isKnown'>> => {
    const { UserAttributes: attributes = [], UserStatus: status } = await client.send(
      new AdminGetUserCommand(user(username)),
    )
    const valueOf = (name: string): string | undefined =>
      attributes.find(({ Name }) => Name === name)?.Value
    return {
      account: valueOf('sub') ?? username,
      familyId: valueOf('custom:family'),
      guardianId: valueOf('custom:guardian'),
      isInvited: status === 'FORCE_CHANGE_PASSWORD',
    }
  }
  /** @returns whether it was there before. */
  const open = async (about: NewAccount): Promise<boolean> => {
    try {
      await mailing(() =>
        client.send(
          new AdminCreateUserCommand({
            ...user(about.email),
            UserAttributes: [
              ...attribute('email', about.email),
              ...attribute('email_verified', 'true'),
              ...attribute('custom:family', about.familyId),
              ...attribute('custom:guardian', about.guardianId),
            ],
            ...(about.password === undefined
              ? { DesiredDeliveryMediums: ['EMAIL'] }
              : { MessageAction: 'SUPPRESS' }),
          }),
        ),
      )
      return false
    } catch (error) {
      if (error instanceof UsernameExistsException) return true
      throw error
    }
  }
  const join = async (account: string, roles: readonly Role[]): Promise<void> => {
    for (const role of roles) {
      await client.send(new AdminAddUserToGroupCommand({ ...user(account), GroupName: role }))
    }
  }
  const signOut = async (account: string): Promise<void> => {
    await client.send(new AdminUserGlobalSignOutCommand(user(account)))
  }
  return {
    create: async (about) => {
      const isKnown = await open(about)
      const held = await read(about.email)
      if (about.familyId !== held.familyId || about.guardianId !== held.guardianId) {
        return { ...held, isKnown }
      }
      // Also mends an account whose creation was cut off before it got its password.
      if (about.password !== undefined && held.isInvited) {
        await client.send(
          new AdminSetUserPasswordCommand({
            ...user(held.account),
            Password: about.password,
            Permanent: true,
          }),
        )
      }
      await join(held.account, about.roles)
      return { ...held, isInvited: held.isInvited && about.password === undefined, isKnown }
    },

    inviteAgain: async (email) => {
      await mailing(() =>
        client.send(
          new AdminCreateUserCommand({
            ...user(email),
            MessageAction: 'RESEND',
            DesiredDeliveryMediums: ['EMAIL'],
          }),
        ),
      )
    },

    setRoles: async (account, roles) => {
      const { Groups: groups = [] } = await client.send(
        new AdminListGroupsForUserCommand(user(account)),
      )
      const held = ROLES.filter((role) => groups.some(({ GroupName }) => GroupName === role))
      await join(
        account,
        roles.filter((role) => !held.includes(role)),
      )
      for (const role of held.filter((each) => !roles.includes(each))) {
        await client.send(
          new AdminRemoveUserFromGroupCommand({ ...user(account), GroupName: role }),
        )
      }
    },

    setActive: async (account, active) => {
      if (active) {
        await client.send(new AdminEnableUserCommand(user(account)))
        return
      }
      await client.send(new AdminDisableUserCommand(user(account)))
      await signOut(account)
    },

    setEmail: async (account, email) => {
      try {
        await client.send(
          new AdminUpdateUserAttributesCommand({
            ...user(account),
            UserAttributes: [
              ...attribute('email', email),
              // Its owner has opened the link that was mailed to it.
              ...attribute('email_verified', 'true'),
            ],
          }),
        )
      } catch (error) {
        if (!(error instanceof AliasExistsException)) throw error
        throw new PortalError('email-in-use', {}, { cause: error })
      }
    },

    setGuardian: async (account, { familyId, guardianId }) => {
      await client.send(
        new AdminUpdateUserAttributesCommand({
          ...user(account),
          UserAttributes: [
            ...attribute('custom:family', familyId),
            ...attribute('custom:guardian', guardianId),
          ],
        }),
      )
    },

    isSettled: async (account) => !(await read(account)).isInvited,

    signOut,

    remove: async (account) => {
      try {
        await signOut(account)
        await client.send(new AdminDeleteUserCommand(user(account)))
      } catch (error) {
        if (!(error instanceof UserNotFoundException)) throw error
      }
    },

    dropTotp: async (account) => {
      await client.send(
        new AdminSetUserMFAPreferenceCommand({
          ...user(account),
          SoftwareTokenMfaSettings: { Enabled: false, PreferredMfa: false },
        }),
      )
    },
  }
}
