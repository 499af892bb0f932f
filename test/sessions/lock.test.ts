import { ScanCommand } from '@aws-sdk/lib-dynamodb'
import { beforeEach, describe, expect, it } from 'vitest'
import { changeEmail } from '../../shared/accounts/change-email.ts'
import { requestAccount } from '../../shared/accounts/request-account.ts'
import { requestAccountRoute } from '../../shared/accounts/routes.ts'
import { limitAttempts } from '../../shared/attempts/limit-attempts.ts'
import { FREE_FAILURES } from '../../shared/attempts/rules.ts'
import { PortalError } from '../../shared/kernel/errors.ts'
import { answerChallenge, openSession } from '../../shared/sessions/open-session.ts'
import { changePassword, forgetPassword, resetPassword } from '../../shared/sessions/passwords.ts'
import { expectCost, measure } from '../support/meter.ts'
import { NOW, openWorld, PASSWORD } from '../accounts/fixture.ts'

const world = await openWorld()
const { table, identity, pool, engine, mailsTo } = world
const deps = { table, identity, staffMfa: 'optional', issuer: 'Portail famille Cesson' } as const
const after = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1000)

const signIn = (login: string, password = PASSWORD, now = NOW) =>
  openSession(deps, { body: { login, password }, now })

/** What a client sees of a refusal. */
const refusalOf = async (run: Promise<unknown>) => {
  const error = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof PortalError)) throw error
  const { code, detail, faults, retryAfterSeconds } = error
  return { code, detail, faults, retryAfterSeconds }
}

const fail = async (login: string, times = FREE_FAILURES): Promise<void> => {
  for (let time = 0; time < times; time += 1) {
    expect(await refusalOf(signIn(login, 'wrong'))).toMatchObject({ code: 'bad-credentials' })
  }
}

beforeEach(() => world.mail.clear())

describe('who keeps failing to sign in', () => {
  it('waits, with the right password as well, and comes in after that', async () => {
    const { account } = await world.guardian()
    await fail(account.email)
    expect(await refusalOf(signIn(account.email))).toMatchObject({
      code: 'too-many-attempts',
      retryAfterSeconds: 60,
    })
    expect(await signIn(account.email, PASSWORD, after(60))).toMatchObject({ kind: 'session' })
    await fail(account.email)
  })

  it('is not known by the portal’s answers, nor by the work behind them [guide 2]', async () => {
    const { account } = await world.guardian()
    const clients = [engine.documents, pool.client]
    const historyOf = async (login: string) => {
      const answers = []
      for (let time = 0; time < FREE_FAILURES + 2; time += 1) {
        const { cost, result } = await measure(clients, () => refusalOf(signIn(login, 'wrong')))
        answers.push({ ...result, calls: cost.calls })
      }
      return answers
    }
    const known = await historyOf(account.email)
    expect(known.at(-1)).toMatchObject({ code: 'too-many-attempts' })
    expect(await historyOf('nobody.at.all@famille.example')).toEqual(known)
    expect(await historyOf('nobody.at.all')).toEqual(await historyOf(account.userName))
  })

  it('gets no more tries by many at once', async () => {
    const { account } = await world.guardian()
    let tried = 0
    const guess = () =>
      limitAttempts(table, { proof: 'password', name: account.email }, NOW, () => {
        tried += 1
        return Promise.reject(new PortalError('bad-credentials'))
      })
    await Promise.allSettled(Array.from({ length: 40 }, guess))
    expect(tried).toBeGreaterThan(0)
    expect(tried).toBeLessThanOrEqual(FREE_FAILURES)
  })

  it('holds back nobody else, nor the sessions of the same person', async () => {
    const [one, other] = [await world.guardian(), await world.guardian()]
    const session = await signIn(one.account.email)
    if (session.kind !== 'session') throw new Error('No session')
    await fail(one.account.email)
    expect(await identity.renew(session.refreshToken)).toHaveProperty('idToken')
    expect(await signIn(other.account.email)).toMatchObject({ kind: 'session' })
  })

  it('cannot keep out who reads the mailbox: another password opens at once [guide 2]', async () => {
    const { account } = await world.guardian()
    await fail(account.email)
    await forgetPassword({ table, identity }, { body: { login: account.userName } })
    const [mail] = await mailsTo(account.email)
    const code = /code : (\d{6})/.exec(mail?.body.text ?? '')?.[1] ?? ''
    const password = 'Mon-Chat-Noir-9'
    const body = { login: account.userName, code, password }
    await resetPassword({ table, identity }, { body, now: NOW })
    await fail(account.email, 2 * FREE_FAILURES)
    for (const login of [account.email, account.userName]) {
      expect(await signIn(login, password)).toMatchObject({ kind: 'session' })
    }
  })

  it('is not who was not answered: an outage locks nobody out', async () => {
    const name = 'outage@famille.example'
    const attempt = (reason: Error) =>
      limitAttempts(table, { proof: 'password', name }, NOW, () => Promise.reject(reason))
    const outages = [new Error('no answer'), new PortalError('unavailable')]
    for (let time = 0; time < 3 * FREE_FAILURES; time += 1) {
      const reason = outages[time % 2]
      if (reason !== undefined) await expect(attempt(reason)).rejects.toBe(reason)
    }
    await expect(attempt(new PortalError('bad-credentials'))).rejects.toMatchObject({
      code: 'bad-credentials',
    })
  })

  it('leaves the hash of a name behind, for a day, and no name', async () => {
    const login = 'typed.by.mistake@famille.example'
    await fail(login, 1)
    const { Items: items = [] } = await engine.documents.send(
      new ScanCommand({ TableName: engine.tableName }),
    )
    const [left] = items.filter(
      ({ entity, failures, expiresAt }) =>
        entity === 'Attempts' && failures === 1 && expiresAt === NOW.getTime() / 1000 + 86_400,
    )
    expect(left).toBeDefined()
    expect(JSON.stringify(items)).not.toContain('typed.by.mistake')
  })

  it('costs one read and two writes to count', async () => {
    const { cost } = await measure([engine.documents], () =>
      limitAttempts(table, { proof: 'password', name: 'cost' }, NOW, () => Promise.resolve()),
    )
    expectCost('count a try of a password', cost)
  })
})

describe('the other ways to guess', () => {
  it('codes of the second factor are tried as seldom, also by the right password', async () => {
    const guess = () =>
      answerChallenge(
        {
          ...deps,
          identity: { ...identity, answer: () => Promise.reject(new PortalError('bad-code')) },
        },
        {
          body: {
            challenge: 'totp',
            session: Buffer.from(
              JSON.stringify({ challenge: 'totp', username: 'an-account', session: 'x' }),
            ).toString('base64url'),
            code: '123456',
          },
          now: NOW,
        },
      )
    for (let time = 0; time < FREE_FAILURES; time += 1) {
      expect(await refusalOf(guess())).toMatchObject({ code: 'bad-code' })
    }
    expect(await refusalOf(guess())).toMatchObject({ code: 'too-many-attempts' })
  })

  it('codes of a mail are tried as seldom, whoever is known [guide 2]', async () => {
    const { account } = await world.guardian()
    for (const login of [account.email, 'nobody.else@famille.example']) {
      const body = { login, code: '000000', password: 'Mon-Chat-Noir-9' }
      const guess = () => refusalOf(resetPassword({ table, identity }, { body, now: NOW }))
      const codes = []
      for (let time = 0; time <= FREE_FAILURES; time += 1) codes.push((await guess()).code)
      expect(codes).toEqual([
        ...Array.from({ length: FREE_FAILURES }, () => 'bad-code'),
        'too-many-attempts',
      ])
    }
  })

  it('a stolen session does not try passwords without end [guide 5]', async () => {
    const { account, actor } = await world.guardian()
    const change = () =>
      changePassword(
        { table, identity },
        { actor, body: { password: 'wrong', newPassword: 'Mon-Chat-Noir-9' }, now: NOW },
      )
    for (let time = 0; time < FREE_FAILURES; time += 1) {
      expect(await refusalOf(change())).toMatchObject({ code: 'bad-credentials' })
    }
    expect(await refusalOf(change())).toMatchObject({ code: 'too-many-attempts' })
    const letter = (to: string) => ({ to, subject: '', text: '', html: '' })
    const letters = {
      confirm: ({ to }: { to: string }) => letter(to),
      warn: ({ to }: { to: string }) => letter(to),
    }
    const moving = changeEmail(
      { table, identity, letters, newSecret: () => 'x', mailer: () => Promise.resolve(true) },
      { actor, body: { email: 'x@famille.example', password: PASSWORD }, now: NOW },
    )
    expect(await refusalOf(moving)).toMatchObject({ code: 'too-many-attempts' })
    expect(await signIn(account.email)).toMatchObject({ kind: 'session' })
  })

  it('who asks for a code or an account learns nothing of who has one [guide 2, 3]', async () => {
    const { account } = await world.guardian()
    const answers = []
    for (const email of [account.email, 'unknown.person@famille.example']) {
      const guardian = {
        ...{ title: 'M.', firstName: 'Luc', lastName: 'PETIT' },
        ...{ email, phone: '+33612000001' },
      }
      const address = { street: '1 rue du Lac', postcode: '77240', town: 'Cesson' }
      const children = [{ firstName: 'Zoé', lastName: 'PETIT', birthDate: '2019-05-06' }]
      const body = requestAccountRoute.body.parse({
        guardian,
        address,
        children,
        acceptsTerms: true,
      })
      answers.push(
        JSON.stringify([
          await forgetPassword({ table, identity }, { body: { login: email } }),
          await requestAccount(table, { body, now: NOW }),
          await requestAccount(table, { body, now: NOW }),
        ]),
      )
    }
    expect(answers[1]).toBe(answers[0])
  })
})
