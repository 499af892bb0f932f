import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { httpHandler, on } from '../../shared/platform/http.ts'
import { cognitoSignIn } from '../../shared/platform/identity.ts'
import { openSessionRoute } from '../../shared/sessions/routes.ts'

const { USER_POOL_CLIENT_ID } = environmentOf(environments.sessions)
const signIn = cognitoSignIn(new CognitoIdentityProviderClient({}), USER_POOL_CLIENT_ID)

export const handler = httpHandler(
  on(openSessionRoute, async ({ body }) => ({
    tokenType: 'Bearer' as const,
    ...(await signIn(body.email, body.password)),
  })),
)
