import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider'
import { SESClient } from '@aws-sdk/client-ses'
import { changeEmail, confirmEmail } from '../../shared/accounts/change-email.ts'
import { decideAccountRequest } from '../../shared/accounts/decide-account-request.ts'
import { inviteGuardian } from '../../shared/accounts/invite-guardian.ts'
import { changeLetters } from '../../shared/accounts/letters.ts'
import { listAccountRequests, requestAccount } from '../../shared/accounts/request-account.ts'
import {
  changeEmailRoute,
  confirmEmailRoute,
  createStaffRoute,
  decideAccountRequestRoute,
  inviteGuardianRoute,
  listAccountRequestsRoute,
  listStaffRoute,
  requestAccountRoute,
  resetSecondFactorRoute,
  setStaffRoute,
} from '../../shared/accounts/routes.ts'
import { createStaff, listStaff, resetSecondFactor, setStaff } from '../../shared/accounts/staff.ts'
import { townCatalogue } from '../../shared/catalogue/current.ts'
import { cognitoAccounts } from '../../shared/platform/accounts.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { httpHandler, on } from '../../shared/platform/http.ts'
import { cognitoIdentity } from '../../shared/platform/identity.ts'
import { sesMailer } from '../../shared/platform/mailer.ts'
import { newSecret } from '../../shared/platform/secret.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'

const environment = environmentOf(environments.accounts)
const table = openTable(documentClient(), environment.TABLE_NAME)
const town = townCatalogue(table)
const cognito = new CognitoIdentityProviderClient({})
const userPoolId = environment.USER_POOL_ID
const accounts = cognitoAccounts(cognito, userPoolId)
const identity = cognitoIdentity(cognito, {
  userPoolId,
  clientId: environment.USER_POOL_CLIENT_ID,
})
const mailer = sesMailer(new SESClient({}), {
  sender: environment.MAIL_SENDER,
  configurationSet: environment.MAIL_CONFIGURATION_SET,
})
const deps = { table, accounts }

export const handler = httpHandler(
  on(changeEmailRoute, async (call) => {
    const { portalName } = (await town()).catalogue.town
    const letters = changeLetters({ portalName, portalUrl: environment.PORTAL_URL })
    return changeEmail({ table, identity, newSecret, mailer, letters }, call)
  }),
  on(confirmEmailRoute, (call) => confirmEmail(deps, call)),
  on(inviteGuardianRoute, (call) => inviteGuardian(deps, call)),
  on(createStaffRoute, async (call) => {
    const { catalogue } = await town()
    return createStaff({ ...deps, catalogue }, call)
  }),
  on(listStaffRoute, () => listStaff(table)),
  on(setStaffRoute, async (call) => {
    const { catalogue } = await town()
    return setStaff({ ...deps, catalogue }, call)
  }),
  on(resetSecondFactorRoute, (call) => resetSecondFactor(deps, call)),
  on(requestAccountRoute, (call) => requestAccount(table, call)),
  on(listAccountRequestsRoute, (call) => listAccountRequests(table, call)),
  on(decideAccountRequestRoute, async (call) => {
    const { catalogue } = await town()
    return decideAccountRequest({ ...deps, catalogue }, call)
  }),
)
