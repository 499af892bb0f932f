import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { openAccount, type TownAccount } from '../../shared/accounts/open-account.ts'
import { sendAccountMail } from '../../shared/accounts/send-account-mail.ts'
import { findAccountOf } from '../../shared/accounts/store.ts'
import type { Account } from '../../shared/accounts/model.ts'
import { cognitoAccounts, type Accounts } from '../../shared/platform/accounts.ts'
import type { Actor } from '../../shared/platform/http.ts'
import { cognitoIdentity, type Identity } from '../../shared/platform/identity.ts'
import { sesMailer } from '../../shared/platform/mailer.ts'
import { streamHandler } from '../../shared/platform/stream.ts'
import type { Table } from '../../shared/platform/table.ts'
import type { DUPONT } from '../support/cesson.ts'
import { streamedTable, type StreamedTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { mailServer, type MailServer, type SentMail } from '../support/ses.ts'
import { testPool, type TestPool } from '../support/user-pool.ts'

export const PASSWORD = 'Prevert-Demo-77'
export const NOW = new Date('2025-07-15T08:41:00.000Z')

/** A table, a user pool and a mailbox, all of them real, with the ports of the use cases. */
export interface World {
  readonly engine: StreamedTable
  readonly table: Table
  readonly pool: TestPool
  readonly mail: MailServer
  readonly accounts: Accounts
  readonly identity: Identity
  /** The mails that somebody has got since the last `clear`. */
  readonly mailsTo: (email: string) => Promise<SentMail[]>
  /** Puts a family with one guardian who signs in by `PASSWORD`, under an e-mail of their own. */
  readonly guardian: () => Promise<{
    readonly family: typeof DUPONT
    readonly account: Account
    readonly actor: Actor
  }>
}

let people = 0

/** Starts it all: call it once at the top of a test file. */
export const openWorld = async (): Promise<World> => {
  const engine = await streamedTable()
  const mail = await mailServer()
  const pool = await testPool(mail.endpoint)
  const { table } = engine
  const accounts = cognitoAccounts(pool.client, pool.userPoolId)
  const identity = cognitoIdentity(pool.client, pool)
  return {
    engine,
    table,
    pool,
    mail,
    accounts,
    identity,
    mailsTo: async (email) =>
      (await mail.mails()).filter(({ destination }) => destination.to.includes(email)),
    guardian: async () => {
      people += 1
      const family = await anotherFamily(table)
      await open(
        { table, accounts },
        {
          email: `parent${String(people)}x@famille.example`,
          password: PASSWORD,
          roles: ['guardian'],
          ...family,
        },
      )
      const account = await findAccountOf(table, family)
      if (account === undefined) throw new Error('There is no account')
      return {
        family,
        account,
        actor: { account: account.account, roles: ['guardian'], family },
      }
    },
  }
}

/** Sends the mails about accounts that the table holds, as the stream consumer does, each change twice. */
export const sendMails = async ({ table, engine, mail }: World): Promise<void> => {
  const mailer = sesMailer(mail.client, { sender: 'portail@cesson.example', configurationSet: 'x' })
  const head = { portalName: 'Portail famille', portalUrl: 'https://famille.cesson.example' }
  const handler = streamHandler((change) => sendAccountMail({ table, mailer, head }, change))
  const event = { Records: await engine.newRecords() }
  for (let time = 0; time < 2; time += 1) {
    const { batchItemFailures } = await handler(event)
    if (batchItemFailures.length > 0) throw new Error('A mail was not sent')
  }
}

const open = (deps: { table: Table; accounts: Accounts }, about: TownAccount): Promise<void> =>
  openAccount(deps, about)

/** Somebody whom the user pool knows and the portal does not, as before it kept accounts. */
export const poolOnly = async (
  { pool }: World,
  email: string,
  { role, family }: { role?: string; family?: typeof DUPONT } = {},
): Promise<void> => {
  const user = { UserPoolId: pool.userPoolId, Username: email }
  await pool.client.send(
    new AdminCreateUserCommand({
      ...user,
      MessageAction: 'SUPPRESS',
      UserAttributes: [
        { Name: 'email', Value: email },
        { Name: 'email_verified', Value: 'true' },
        ...(family === undefined
          ? []
          : [
              { Name: 'custom:family', Value: family.familyId },
              { Name: 'custom:guardian', Value: family.guardianId },
            ]),
      ],
    }),
  )
  await pool.client.send(
    new AdminSetUserPasswordCommand({ ...user, Password: PASSWORD, Permanent: true }),
  )
  if (role !== undefined) {
    await pool.client.send(new AdminAddUserToGroupCommand({ ...user, GroupName: role }))
  }
}
