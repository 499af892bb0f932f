import { InitiateAuthCommand } from '@aws-sdk/client-cognito-identity-provider'
import { beforeEach, describe, expect, it } from 'vitest'
import { openAccount } from '../../shared/accounts/open-account.ts'
import { readAccount } from '../../shared/accounts/read-account.ts'
import { resetSecondFactor } from '../../shared/accounts/staff.ts'
import { listStaffAccounts } from '../../shared/accounts/store.ts'
import { PortalError } from '../../shared/kernel/errors.ts'
import { answerChallenge, openSession } from '../../shared/sessions/open-session.ts'
import {
  changePassword,
  closeSessions,
  forgetPassword,
  renewSession,
  resetPassword,
} from '../../shared/sessions/passwords.ts'
import { crashEverywhere } from '../support/crash.ts'
import { expectCost, measure } from '../support/meter.ts'
import { totpAt } from '../support/totp.ts'
import { NOW, openWorld, PASSWORD, poolOnly } from './fixture.ts'

const world = await openWorld()
const { table, identity, accounts, pool, engine, mailsTo } = world
const deps = { table, identity, staffMfa: 'optional', issuer: 'Portail famille Cesson' } as const
const LATER = new Date('2025-07-16T18:00:00.000Z')

const signIn = (login: string, password = PASSWORD, now = NOW) =>
  openSession(deps, { body: { login, password }, now })

const refusalOf = async (run: Promise<unknown>) => {
  const error = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof PortalError)) throw error
  return error
}

beforeEach(() => world.mail.clear())

describe('signing in', () => {
  it('by e-mail or by user name, in any letters, gives a session [guide 1, 33]', async () => {
    const { account } = await world.guardian()
    for (const login of [account.email, account.userName, account.email.toUpperCase()]) {
      expect(await signIn(login)).toMatchObject({ kind: 'session', tokenType: 'Bearer' })
    }
  })

  it('says when somebody was here before [guide 35]', async () => {
    const { account, actor } = await world.guardian()
    const first = await signIn(account.userName)
    expect(first).not.toHaveProperty('lastSignIn', expect.anything())
    expect(await readAccount(table, { actor })).not.toHaveProperty('lastSignIn', expect.anything())
    const second = await signIn(account.userName, PASSWORD, LATER)
    expect(second).toMatchObject({ lastSignIn: NOW.toISOString() })
    expect(await readAccount(table, { actor })).toEqual({
      account: account.account,
      userName: account.userName,
      email: account.email,
      roles: ['guardian'],
      lastSignIn: NOW.toISOString(),
    })
  })

  it('gives the answer of a wrong password to whoever is not known [guide 2]', async () => {
    const { account } = await world.guardian()
    const nobody = ['nobody@famille.example', 'nobody', '#~']
    for (const login of [account.email, account.userName, ...nobody]) {
      const { code, detail, faults } = await refusalOf(signIn(login, 'wrong'))
      expect({ code, detail, faults }).toEqual({ code: 'bad-credentials', faults: [] })
    }
  })

  it('makes the same calls for a user name that nobody has', async () => {
    const { account } = await world.guardian()
    const clients = [engine.documents, pool.client]
    const callsOf = async (login: string) => {
      const { cost } = await measure(clients, () => refusalOf(signIn(login, 'wrong')))
      return cost.calls
    }
    expect(await callsOf('nobody')).toEqual({ GetItem: 2, PutItem: 1, AdminInitiateAuth: 1 })
    expect(await callsOf(account.userName)).toEqual({
      GetItem: 2,
      PutItem: 1,
      AdminInitiateAuth: 1,
    })
  })

  it('costs one read for the user name, one read and two writes to count the try, and one read and one write for the last connection', async () => {
    const { account } = await world.guardian()
    const { cost } = await measure([engine.documents, pool.client], () => signIn(account.userName))
    expectCost('sign in by user name', cost)
  })

  it('keeps an account for whom the portal does not know yet, with a name of its own', async () => {
    const emails = ['meme.nom@famille.example', 'meme.nom@poste.example', 'Meme.Nom@libre.example']
    for (const email of emails) await poolOnly(world, email.toLowerCase(), { role: 'agent' })
    for (const email of emails) await signIn(email)
    for (const login of ['meme.nom', 'meme.nom2', 'meme.nom3']) {
      expect(await signIn(login, PASSWORD, LATER)).toMatchObject({ lastSignIn: NOW.toISOString() })
    }
    expect((await refusalOf(signIn('meme.nom4'))).code).toBe('bad-credentials')
  })

  it('is not open at the user pool itself, past the portal', async () => {
    const { account } = await world.guardian()
    await expect(
      pool.client.send(
        new InitiateAuthCommand({
          ClientId: pool.clientId,
          AuthFlow: 'USER_PASSWORD_AUTH',
          AuthParameters: { USERNAME: account.email, PASSWORD },
        }),
      ),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' })
  })

  it('gives one account and one name wherever a first sign-in breaks', async () => {
    let people = 0
    await crashEverywhere({
      clients: [engine.documents],
      scenario: async () => {
        people += 1
        const email = `casse${String(people)}x@famille.example`
        await poolOnly(world, email, { role: 'agent' })
        return {
          run: () => signIn(email),
          check: async () => {
            expect(await signIn(`casse${String(people)}x`, PASSWORD, LATER)).toMatchObject({
              kind: 'session',
              lastSignIn: NOW.toISOString(),
            })
            expect((await refusalOf(signIn(`casse${String(people)}x2`))).code).toBe(
              'bad-credentials',
            )
          },
        }
      },
    })
  })
})

describe('a first password', () => {
  let people = 0
  const invited = async () => {
    people += 1
    const email = `invite${String(people)}x@famille.example`
    await openAccount({ table, accounts }, { email, roles: ['agent'] })
    const [mail] = await mailsTo(email)
    const password = /provisoire : (\S+)/.exec(mail?.body.text ?? '')?.[1] ?? ''
    return { email, password, mail }
  }

  it('is mailed, serves once, and gives way to a password of one’s own [guide 1]', async () => {
    const { email, password, mail } = await invited()
    expect(mail?.subject).toBe('Votre compte sur le portail famille de Cesson')
    expect((await refusalOf(signIn(email, 'not-it'))).code).toBe('bad-credentials')
    const challenge = await signIn(email, password)
    expect(challenge).toMatchObject({ kind: 'challenge', challenge: 'new-password' })
    if (challenge.kind !== 'challenge') throw new Error('No challenge')
    const answer = (chosen: string) =>
      answerChallenge(deps, {
        body: { challenge: 'new-password', session: challenge.session, password: chosen },
        now: NOW,
      })
    expect((await refusalOf(answer('court'))).faults).toContainEqual({
      pointer: '/body/password',
      detail: 'Au moins 12 caractères.',
    })
    expect(await answer('Mon-Chat-Noir-9')).toMatchObject({ kind: 'session' })
    expect((await refusalOf(answer('Mon-Chat-Noir-9'))).code).toBe('session-over')
    expect(await signIn(email, 'Mon-Chat-Noir-9')).toMatchObject({ kind: 'session' })
    expect((await refusalOf(signIn(email, password))).code).toBe('bad-credentials')
  })

  it('is not to be had by a session that is made up, of another challenge or of nobody', async () => {
    const { email, password } = await invited()
    const challenge = await signIn(email, password)
    if (challenge.kind !== 'challenge') throw new Error('No challenge')
    const forged = Buffer.from(
      JSON.stringify({ challenge: 'new-password', username: email, session: 'made-up' }),
    ).toString('base64url')
    for (const session of ['nonsense', forged, Buffer.from('[]').toString('base64url')]) {
      const body = { challenge: 'new-password', session, password: 'Mon-Chat-Noir-9' } as const
      expect((await refusalOf(answerChallenge(deps, { body, now: NOW }))).code).toBe('session-over')
    }
    const body = { challenge: 'totp', session: challenge.session, code: '123456' } as const
    expect((await refusalOf(answerChallenge(deps, { body, now: NOW }))).code).toBe('session-over')
  })
})

describe('a session', () => {
  const session = async (login: string) => {
    const opened = await signIn(login)
    if (opened.kind !== 'session') throw new Error('No session')
    return opened
  }

  it('is renewed by its refresh token until one signs out everywhere [guide 4]', async () => {
    const { account, actor } = await world.guardian()
    const [here, elsewhere] = [await session(account.email), await session(account.email)]
    const renew = ({ refreshToken }: { refreshToken: string }) =>
      renewSession({ identity }, { body: { refreshToken } })
    expect(await renew(here)).toMatchObject({ tokenType: 'Bearer', expiresIn: 3600 })
    await closeSessions({ table, identity }, { actor })
    for (const each of [here, elsewhere, { refreshToken: 'made-up' }]) {
      expect((await refusalOf(renew(each))).code).toBe('session-over')
    }
    expect(await renew(await session(account.email))).toHaveProperty('idToken')
  })

  it('ends for who may no longer sign in', async () => {
    const { account } = await world.guardian()
    const held = await session(account.email)
    await accounts.setActive(account.account, false)
    expect((await refusalOf(signIn(account.email))).code).toBe('bad-credentials')
    const body = { refreshToken: held.refreshToken }
    expect((await refusalOf(renewSession({ identity }, { body }))).code).toBe('session-over')
    await accounts.setActive(account.account, true)
    expect(await signIn(account.email)).toMatchObject({ kind: 'session' })
  })

  it('ends everywhere when the password changes [guide 5]', async () => {
    const { account, actor } = await world.guardian()
    const held = await session(account.email)
    const change = (password: string, newPassword: string) =>
      changePassword({ table, identity }, { actor, body: { password, newPassword }, now: NOW })
    expect((await refusalOf(change('wrong', 'Mon-Chat-Noir-9'))).code).toBe('bad-credentials')
    expect((await refusalOf(change(PASSWORD, 'court'))).faults[0]?.pointer).toBe(
      '/body/newPassword',
    )
    expect((await refusalOf(change(PASSWORD, PASSWORD))).faults).toHaveLength(1)
    expect(await change(PASSWORD, 'Mon-Chat-Noir-9')).toEqual({ changed: true })
    expect((await refusalOf(signIn(account.email))).code).toBe('bad-credentials')
    expect(await signIn(account.email, 'Mon-Chat-Noir-9')).toMatchObject({ kind: 'session' })
    const body = { refreshToken: held.refreshToken }
    expect((await refusalOf(renewSession({ identity }, { body }))).code).toBe('session-over')
  })
})

describe('a forgotten password', () => {
  it('is replaced by the code of the mail, by user name too [guide 2]', async () => {
    const { account } = await world.guardian()
    const forget = (login: string) => forgetPassword({ table, identity }, { body: { login } })
    expect(await forget(account.userName)).toEqual({ requested: true })
    const [mail] = await mailsTo(account.email)
    expect(mail?.subject).toBe('Votre code pour le portail famille de Cesson')
    const code = /Votre code : (\d{6})/.exec(mail?.body.text ?? '')?.[1] ?? ''
    const reset = (given: string, password: string, login = account.userName) =>
      resetPassword({ table, identity }, { body: { login, code: given, password }, now: NOW })
    expect((await refusalOf(reset(code, 'court'))).faults[0]?.pointer).toBe('/body/password')
    const wrong = code === '000000' ? '000001' : '000000'
    expect((await refusalOf(reset(wrong, 'Mon-Chat-Noir-9'))).code).toBe('bad-code')
    expect(await reset(code, 'Mon-Chat-Noir-9')).toEqual({ changed: true })
    expect((await refusalOf(reset(code, 'Mon-Chien-Noir-9'))).code).toBe('bad-code')
    expect(await signIn(account.email, 'Mon-Chat-Noir-9')).toMatchObject({ kind: 'session' })
  })

  it('says nothing of who is known, and mails nobody else [guide 2]', async () => {
    const email = 'attend.encore@famille.example'
    await openAccount({ table, accounts }, { email, roles: ['agent'] })
    await world.mail.clear()
    for (const login of ['nobody', 'nobody@famille.example', email]) {
      expect(await forgetPassword({ table, identity }, { body: { login } })).toEqual({
        requested: true,
      })
      const body = { login, code: '123456', password: 'Mon-Chat-Noir-9' }
      expect((await refusalOf(resetPassword({ table, identity }, { body, now: NOW }))).code).toBe(
        'bad-code',
      )
    }
    expect(await world.mail.mails()).toEqual([])
  })
})

describe('the second factor of staff', () => {
  const strict = { ...deps, staffMfa: 'required' } as const
  const open = (login: string) =>
    openSession(strict, { body: { login, password: PASSWORD }, now: NOW })
  const answer = (challenge: 'totp' | 'totp-setup', session: string, code: string) =>
    answerChallenge(strict, { body: { challenge, session, code }, now: NOW })
  const challengeOf = async (login: string) => {
    const opened = await open(login)
    if (opened.kind !== 'challenge') throw new Error('No challenge')
    return opened
  }

  it('is set up at the first sign-in, then asked for each time; a code serves once', async () => {
    const email = 'regisseur.strict@cesson.example'
    await poolOnly(world, email, { role: 'accountant' })
    const setUp = await challengeOf(email)
    expect(setUp).toMatchObject({ challenge: 'totp-setup' })
    expect(setUp.uri).toBe(
      `otpauth://totp/Portail%20famille%20Cesson:regisseur.strict%40cesson.example?secret=${setUp.secret ?? ''}&issuer=Portail%20famille%20Cesson`,
    )
    const secret = setUp.secret ?? ''
    const present = totpAt(secret, new Date())
    const wrong = present === '000000' ? '000001' : '000000'
    expect((await refusalOf(answer('totp-setup', setUp.session, wrong))).code).toBe('bad-code')
    expect(await answer('totp-setup', setUp.session, present)).toEqual({ kind: 'sign-in-again' })

    const asked = await challengeOf(email)
    expect(asked).toEqual({ kind: 'challenge', challenge: 'totp', session: asked.session })
    expect((await refusalOf(answer('totp', asked.session, present))).code).toBe('bad-code')
    const next = totpAt(secret, new Date(Date.now() + 30_000))
    const session = await answer('totp', asked.session, next)
    expect(session).toMatchObject({ kind: 'session' })
    if (session.kind !== 'session') throw new Error('No session')
    const body = { refreshToken: session.refreshToken }
    expect(await renewSession({ identity }, { body })).toHaveProperty('idToken')
  })

  const administrator = {
    account: 'administrator-1',
    roles: ['administrator' as const],
    family: undefined,
  }

  /** Takes the second factor of a member of staff away. */
  const reset = (account: string, version: number, actor = administrator) =>
    resetSecondFactor(
      { table, accounts },
      { parameters: { account }, headers: { 'if-match': version }, actor, now: NOW },
    )

  /** A member of staff with a second factor, and a session. */
  const secured = async (email: string) => {
    await openAccount({ table, accounts }, { email, password: PASSWORD, roles: ['agent'] })
    const setUp = await challengeOf(email)
    const secret = setUp.secret ?? ''
    await answer('totp-setup', setUp.session, totpAt(secret, new Date()))
    const asked = await challengeOf(email)
    const next = totpAt(secret, new Date(Date.now() + 30_000))
    const session = await answer('totp', asked.session, next)
    if (session.kind !== 'session') throw new Error('No session')
    const held = (await listStaffAccounts(table)).find((each) => each.email === email)
    if (held === undefined) throw new Error('There is no account')
    return { account: held.account, secret, session }
  }

  it('that is lost is taken away by an administrator, and another one set up', async () => {
    const email = 'agent.perdu@cesson.example'
    const { account, secret, session } = await secured(email)
    await expect(reset(account, 7)).rejects.toMatchObject({ code: 'changed-meanwhile' })
    expect(await challengeOf(email)).toMatchObject({ challenge: 'totp' })
    expect(await reset(account, 1)).toMatchObject({ account, version: 2 })
    const body = { refreshToken: session.refreshToken }
    expect((await refusalOf(renewSession({ identity }, { body }))).code).toBe('session-over')
    const setUp = await challengeOf(email)
    expect(setUp.challenge).toBe('totp-setup')
    expect(setUp.secret).not.toBe(secret)
    const present = totpAt(setUp.secret ?? '', new Date())
    expect(await answer('totp-setup', setUp.session, present)).toEqual({ kind: 'sign-in-again' })
    expect(await challengeOf(email)).toMatchObject({ challenge: 'totp' })
  })

  it('is taken away from staff alone, and from nobody by themself', async () => {
    const { account } = await secured('agent.seul@cesson.example')
    const self = { ...administrator, account }
    await expect(reset(account, 1, self)).rejects.toMatchObject({ code: 'own-account' })
    await expect(reset('nobody', 1)).rejects.toMatchObject({ code: 'not-found' })
    const guardian = await world.guardian()
    await expect(reset(guardian.account.account, 1)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('is taken away once wherever it breaks', { timeout: 120_000 }, async () => {
    let people = 0
    await crashEverywhere({
      clients: [engine.documents, pool.client],
      scenario: async () => {
        people += 1
        const email = `agent.perdu${String(people)}x@cesson.example`
        const { account, session } = await secured(email)
        return {
          run: () => reset(account, 1),
          check: async (view) => {
            expect(view.version).toBe(2)
            expect(await challengeOf(email)).toMatchObject({ challenge: 'totp-setup' })
            const body = { refreshToken: session.refreshToken }
            expect((await refusalOf(renewSession({ identity }, { body }))).code).toBe(
              'session-over',
            )
          },
        }
      },
    })
  })

  it('is not asked of parents, nor where the town does not', async () => {
    const { account } = await world.guardian()
    expect(await open(account.email)).toMatchObject({ kind: 'session' })
    await poolOnly(world, 'agent.souple@cesson.example', { role: 'agent' })
    expect(await signIn('agent.souple@cesson.example')).toMatchObject({ kind: 'session' })
  })

  it('follows a first password', async () => {
    const email = 'agent.nouveau@cesson.example'
    await openAccount({ table, accounts }, { email, roles: ['agent'] })
    const [mail] = await mailsTo(email)
    const password = /provisoire : (\S+)/.exec(mail?.body.text ?? '')?.[1] ?? ''
    const first = await openSession(strict, { body: { login: email, password }, now: NOW })
    if (first.kind !== 'challenge') throw new Error('No challenge')
    const body = {
      challenge: 'new-password',
      session: first.session,
      password: PASSWORD,
    } as const
    expect(await answerChallenge(strict, { body, now: NOW })).toMatchObject({
      kind: 'challenge',
      challenge: 'totp-setup',
    })
  })
})
