import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import type { Construct } from 'constructs'
import {
  deleteItems,
  getItems,
  keepItems,
  manageAccounts,
  putAndUpdateItems,
  queryIndex,
} from '../permissions.ts'
import type { StatefulStack } from '../stateful-stack.ts'
import type { Deployment } from './app-function.ts'
import { HttpFunction } from './http-function.ts'
import type { MailSender } from './mail-sender.ts'

/** Signing in, and the accounts of families and staff. */
export const people = (
  scope: Construct,
  deployment: Deployment,
  { table, userPool, userPoolClient }: StatefulStack,
  mails: MailSender,
): Readonly<Record<'sessions' | 'accounts', LambdaFunction>> => {
  const environment = { TABLE_NAME: table.tableName }
  const pool = {
    USER_POOL_ID: userPool.userPoolId,
    USER_POOL_CLIENT_ID: userPoolClient.userPoolClientId,
  }
  const sessions = new HttpFunction(scope, 'sessions', {
    deployment,
    environment: {
      ...environment,
      ...pool,
      STAFF_MFA: deployment.stage.staffMfa,
      MFA_ISSUER: `Portail famille ${deployment.stage.town}`,
    },
    permissions: [
      getItems(table),
      putAndUpdateItems(table),
      deleteItems(table),
      manageAccounts(userPool, [
        'AdminGetUser',
        'AdminInitiateAuth',
        'AdminRespondToAuthChallenge',
        'AdminSetUserPassword',
        'AdminUserGlobalSignOut',
      ]),
    ],
    impact: 'Nobody can sign in: neither families nor staff reach their part of the portal.',
  })
  const accounts = new HttpFunction(scope, 'accounts', {
    deployment,
    environment: { ...environment, ...pool, ...mails.environment(deployment.stage) },
    permissions: [
      ...keepItems(table),
      queryIndex(table),
      manageAccounts(userPool, [
        'AdminAddUserToGroup',
        'AdminCreateUser',
        'AdminDisableUser',
        'AdminEnableUser',
        'AdminGetUser',
        'AdminInitiateAuth',
        'AdminListGroupsForUser',
        'AdminRemoveUserFromGroup',
        'AdminSetUserMFAPreference',
        'AdminUpdateUserAttributes',
        'AdminUserGlobalSignOut',
      ]),
      mails.permission(),
    ],
    impact: 'Nobody new gets an account, and nobody can change their e-mail.',
  })
  return { sessions: sessions.handler, accounts: accounts.handler }
}
