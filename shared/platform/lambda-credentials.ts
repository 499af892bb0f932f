import { fromEnv } from '@aws-sdk/credential-provider-env'

/**
 * What the bundles hold in the place of the SDK's chain of credentials. Lambda hands a function its
 * role by environment variables; profiles, single sign-on and instance metadata, a third of every
 * client's code, are never looked for there.
 */
export const defaultProvider = fromEnv
