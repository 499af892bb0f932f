import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider'
import { readAccount } from '../../shared/accounts/read-account.ts'
import { readAccountRoute } from '../../shared/accounts/routes.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { httpHandler, on } from '../../shared/platform/http.ts'
import { cognitoIdentity } from '../../shared/platform/identity.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'
import { answerChallenge, openSession } from '../../shared/sessions/open-session.ts'
import {
  changePassword,
  closeSessions,
  forgetPassword,
  renewSession,
  resetPassword,
} from '../../shared/sessions/passwords.ts'
import {
  answerChallengeRoute,
  changePasswordRoute,
  closeSessionsRoute,
  forgetPasswordRoute,
  openSessionRoute,
  renewSessionRoute,
  resetPasswordRoute,
} from '../../shared/sessions/routes.ts'

const { TABLE_NAME, USER_POOL_ID, USER_POOL_CLIENT_ID, STAFF_MFA, MFA_ISSUER } = environmentOf(
  environments.sessions,
)
const table = openTable(documentClient(), TABLE_NAME)
const identity = cognitoIdentity(new CognitoIdentityProviderClient({}), {
  userPoolId: USER_POOL_ID,
  clientId: USER_POOL_CLIENT_ID,
})
const deps = { table, identity, staffMfa: STAFF_MFA, issuer: MFA_ISSUER }

export const handler = httpHandler(
  on(openSessionRoute, (call) => openSession(deps, call)),
  on(answerChallengeRoute, (call) => answerChallenge(deps, call)),
  on(renewSessionRoute, (call) => renewSession(deps, call)),
  on(closeSessionsRoute, (call) => closeSessions(deps, call)),
  on(forgetPasswordRoute, (call) => forgetPassword(deps, call)),
  on(resetPasswordRoute, (call) => resetPassword(deps, call)),
  on(changePasswordRoute, (call) => changePassword(deps, call)),
  on(readAccountRoute, (call) => readAccount(table, call)),
)
