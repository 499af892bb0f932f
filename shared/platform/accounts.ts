import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminGetUserCommand,
  AdminSetUserPasswordCommand,
  type CognitoIdentityProviderClient,
  UsernameExistsException,
} from '@aws-sdk/client-cognito-identity-provider'
import type { Role } from './route.ts'

/** Somebody to whom the user pool gives an account. */
export interface NewAccount {
  readonly email: string
  /** For demo towns; without one the person is invited by mail to choose theirs. */
  readonly password?: string | undefined
  readonly roles: readonly Role[]
  readonly familyId?: string | undefined
  readonly guardianId?: string | undefined
}

/** Creates an account; one that exists keeps its password and gets the roles. */
export type CreateAccount = (account: NewAccount) => Promise<void>

const attribute = (Name: string, Value: string | undefined): { Name: string; Value: string }[] =>
  Value === undefined ? [] : [{ Name, Value }]

/** Accounts in the user pool `userPoolId`; needs the rights of an operator, no function has them. */
export const cognitoAccounts =
  (client: CognitoIdentityProviderClient, userPoolId: string): CreateAccount =>
  async ({ email, password, roles, familyId, guardianId }) => {
    const user = { UserPoolId: userPoolId, Username: email }
    try {
      await client.send(
        new AdminCreateUserCommand({
          ...user,
          UserAttributes: [
            ...attribute('email', email),
            ...attribute('email_verified', 'true'),
            ...attribute('custom:family', familyId),
            ...attribute('custom:guardian', guardianId),
          ],
          ...(password === undefined
            ? { DesiredDeliveryMediums: ['EMAIL'] }
            : { MessageAction: 'SUPPRESS' }),
        }),
      )
    } catch (error) {
      if (!(error instanceof UsernameExistsException)) throw error
    }
    if (password !== undefined) {
      // Also mends an account whose creation was cut off before it got its password.
      const { UserStatus: status } = await client.send(new AdminGetUserCommand(user))
      if (status === 'FORCE_CHANGE_PASSWORD') {
        await client.send(
          new AdminSetUserPasswordCommand({ ...user, Password: password, Permanent: true }),
        )
      }
    }
    for (const role of roles) {
      await client.send(new AdminAddUserToGroupCommand({ ...user, GroupName: role }))
    }
  }
