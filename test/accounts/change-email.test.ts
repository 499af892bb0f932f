import { beforeEach, describe, expect, it } from 'vitest'
import { changeEmail, confirmEmail } from '../../shared/accounts/change-email.ts'
import { changeLetters } from '../../shared/accounts/letters.ts'
import { inviteGuardian } from '../../shared/accounts/invite-guardian.ts'
import { setStaff } from '../../shared/accounts/staff.ts'
import { openAccount } from '../../shared/accounts/open-account.ts'
import { findAccount, listStaffAccounts } from '../../shared/accounts/store.ts'
import { findGuardian } from '../../shared/families/guardian-account.ts'
import { sesMailer } from '../../shared/platform/mailer.ts'
import { newSecret } from '../../shared/platform/secret.ts'
import { openSession } from '../../shared/sessions/open-session.ts'
import {
  changePassword,
  closeSessions,
  forgetPassword,
  resetPassword,
} from '../../shared/sessions/passwords.ts'
import { cessonTown } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { expectCost, measure } from '../support/meter.ts'
import { NOW, openWorld, PASSWORD } from './fixture.ts'

const world = await openWorld()
const { table, identity, accounts, pool, engine, mail, mailsTo } = world
const mailer = sesMailer(mail.client, {
  sender: 'portail@cesson.example',
  configurationSet: 'portal',
})
const letters = changeLetters({
  portalName: 'Portail famille de Cesson',
  portalUrl: 'https://famille.cesson.example',
})
const deps = { table, identity, newSecret, mailer, letters }
const sessions = { table, identity, staffMfa: 'optional', issuer: 'Portail' } as const

type Guardian = Awaited<ReturnType<typeof world.guardian>>

const ask = ({ actor }: Guardian, email: string, password = PASSWORD) =>
  changeEmail(deps, { actor, body: { email, password }, now: NOW })

const secretMailedTo = async (email: string): Promise<string> => {
  const text = (await mailsTo(email)).at(-1)?.body.text ?? ''
  return decodeURIComponent(/secret=(\S+)/.exec(text)?.[1] ?? '')
}

const confirm = (secret: string, now = NOW) =>
  confirmEmail({ table, accounts }, { body: { secret }, now })

const signIn = (login: string) =>
  openSession(sessions, { body: { login, password: PASSWORD }, now: NOW })

let addresses = 0
const newAddress = (): string => {
  addresses += 1
  return `nouvelle.adresse${String(addresses)}x@famille.example`
}

beforeEach(() => mail.clear())

describe('a change of e-mail', () => {
  it('counts once the link on the new address is opened, everywhere [guide 5, 33]', async () => {
    const guardian = await world.guardian()
    const email = newAddress()
    expect(await ask(guardian, email)).toEqual({ email, hours: 24 })
    expect(await mailsTo(guardian.account.email)).toMatchObject([
      { subject: 'Changement de l’adresse e-mail de votre compte' },
    ])
    expect(await mailsTo(email)).toMatchObject([
      { subject: 'Confirmez votre nouvelle adresse e-mail' },
    ])
    await expect(signIn(email)).rejects.toMatchObject({ code: 'bad-credentials' })
    expect(await signIn(guardian.account.email)).toMatchObject({ kind: 'session' })

    const secret = await secretMailedTo(email)
    const userName = email.split('@')[0] ?? ''
    expect(await confirm(secret)).toEqual({ email, userName })
    expect(await confirm(secret)).toEqual({ email, userName })
    for (const login of [email, userName]) {
      expect(await signIn(login)).toMatchObject({ kind: 'session' })
    }
    for (const login of [guardian.account.email, guardian.account.userName]) {
      await expect(signIn(login)).rejects.toMatchObject({ code: 'bad-credentials' })
    }
    expect(await findGuardian(table, guardian.family)).toMatchObject({
      email,
      version: 2,
      changed: { by: guardian.account.account },
    })
  })

  it('keeps the secret out of the table, and the new address out of the old one’s link', async () => {
    const guardian = await world.guardian()
    const email = newAddress()
    await ask(guardian, email)
    const [, secret = ''] = (await secretMailedTo(email)).split('.')
    expect(secret).toHaveLength(32)
    const items = await table.query({ partition: ['ACCOUNT', guardian.account.account] })
    expect(items).toHaveLength(2)
    expect(JSON.stringify(items)).not.toContain(secret)
    const [warning] = await mailsTo(guardian.account.email)
    expect(warning?.body.text).not.toContain('secret=')
  })

  it('is refused without the password, and for the present address', async () => {
    const guardian = await world.guardian()
    await expect(ask(guardian, newAddress(), 'wrong')).rejects.toMatchObject({
      code: 'bad-credentials',
    })
    await expect(ask(guardian, guardian.account.email)).rejects.toMatchObject({
      code: 'invalid-request',
      faults: [{ pointer: '/body/email', detail: 'C’est déjà l’adresse e-mail de ce compte.' }],
    })
    expect(await mail.mails()).toEqual([])
  })

  it('ends with its time, with a later one, and is nobody’s who guesses', async () => {
    const guardian = await world.guardian()
    const [first, second] = [newAddress(), newAddress()]
    await ask(guardian, first)
    const earlier = await secretMailedTo(first)
    await ask(guardian, second)
    const secret = await secretMailedTo(second)
    const tomorrow = new Date(NOW.getTime() + 24 * 3_600_000)
    const guessed = `${guardian.account.account}.${newSecret()}`
    for (const [given, at] of [
      [earlier, NOW],
      [guessed, NOW],
      [`nobody.${newSecret()}`, NOW],
      [secret, tomorrow],
    ] as const) {
      await expect(confirm(given, at)).rejects.toMatchObject({ code: 'not-found' })
    }
    expect(await confirm(secret, new Date(tomorrow.getTime() - 1000))).toMatchObject({
      email: second,
    })
  })

  const newPassword = 'Mon-Chat-Noir-9'
  const administrator = {
    account: 'administrator-1',
    roles: ['administrator' as const],
    family: undefined,
  }
  it.each<[string, (guardian: Guardian) => Promise<unknown>]>([
    [
      'another password',
      ({ actor }) =>
        changePassword(
          { table, identity },
          { actor, body: { password: PASSWORD, newPassword }, now: NOW },
        ),
    ],
    [
      'a password that replaces a forgotten one',
      async ({ account: { email } }) => {
        await forgetPassword({ table, identity }, { body: { login: email } })
        const code =
          /code : (\d{6})/.exec((await mailsTo(email)).at(-1)?.body.text ?? '')?.[1] ?? ''
        const body = { login: email, code, password: newPassword }
        await resetPassword({ table, identity }, { body, now: NOW })
      },
    ],
    ['a sign-out everywhere', ({ actor }) => closeSessions({ table, identity }, { actor })],
    [
      'an e-mail that staff give',
      ({ family }) =>
        inviteGuardian(
          { table, accounts },
          {
            parameters: family,
            body: { email: newAddress(), reason: 'Adresse perdue' },
            actor: administrator,
            now: NOW,
          },
        ),
    ],
  ])('ends with %s [guide 2, 4, 5]', async (_, shutOut) => {
    const guardian = await world.guardian()
    const email = newAddress()
    await ask(guardian, email)
    const secret = await secretMailedTo(email)
    await shutOut(guardian)
    await expect(confirm(secret)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('ends with the account of staff who may no longer sign in', async () => {
    const former = 'agent.parti@cesson.example'
    await openAccount({ table, accounts }, { email: former, password: PASSWORD, roles: ['agent'] })
    const held = (await listStaffAccounts(table)).find(({ email }) => email === former)
    if (held === undefined) throw new Error('There is no account')
    const { account } = held
    const email = newAddress()
    const actor = { account, roles: ['agent' as const], family: undefined }
    await changeEmail(deps, { actor, body: { email, password: PASSWORD }, now: NOW })
    const secret = await secretMailedTo(email)
    await setStaff(
      { table, accounts, catalogue: cessonTown.catalogue },
      {
        parameters: { account },
        headers: { 'if-match': 1 },
        body: { name: 'Agent', roles: ['agent'], facilities: [], active: false },
        actor: administrator,
        now: NOW,
      },
    )
    await expect(confirm(secret)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('is refused at the link when another account has the address', async () => {
    const [one, other] = [await world.guardian(), await world.guardian()]
    await ask(one, other.account.email)
    const secret = await secretMailedTo(other.account.email)
    await expect(confirm(secret)).rejects.toMatchObject({ code: 'email-in-use' })
    expect(await findAccount(table, one.account.account)).toMatchObject({
      email: one.account.email,
    })
    expect(await signIn(one.account.email)).toMatchObject({ kind: 'session' })
  })

  it('is made once wherever its confirmation breaks', async () => {
    const crashes = await crashEverywhere({
      clients: [engine.documents, pool.client],
      scenario: async () => {
        const guardian = await world.guardian()
        const email = newAddress()
        await ask(guardian, email)
        const secret = await secretMailedTo(email)
        return {
          run: () => confirm(secret),
          check: async (reply) => {
            const userName = email.split('@')[0] ?? ''
            expect(reply).toEqual({ email, userName })
            expect(await signIn(email)).toMatchObject({ kind: 'session' })
            expect(await signIn(userName)).toMatchObject({ kind: 'session' })
            await expect(signIn(guardian.account.userName)).rejects.toMatchObject({
              code: 'bad-credentials',
            })
            expect(await findGuardian(table, guardian.family)).toMatchObject({
              email,
              version: 2,
            })
          },
        }
      },
    })
    expect(new Set(crashes.map(({ operation }) => operation))).toEqual(
      new Set(['GetItem', 'AdminUpdateUserAttributes', 'PutItem', 'TransactWriteItems']),
    )
  })

  it('leaves one link that serves wherever the asking breaks', async () => {
    await crashEverywhere({
      clients: [engine.documents, pool.client, mail.client],
      scenario: async () => {
        const guardian = await world.guardian()
        const email = newAddress()
        return {
          run: () => ask(guardian, email),
          check: async () => {
            expect(await confirm(await secretMailedTo(email))).toMatchObject({ email })
          },
        }
      },
    })
  })

  it('costs what is recorded', async () => {
    const guardian = await world.guardian()
    const email = newAddress()
    const clients = [engine.documents, pool.client, mail.client]
    expectCost('ask for another e-mail', (await measure(clients, () => ask(guardian, email))).cost)
    const secret = await secretMailedTo(email)
    expectCost('confirm another e-mail', (await measure(clients, () => confirm(secret))).cost)
  })
})
