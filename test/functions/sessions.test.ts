import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import {
  changeEmailRoute,
  confirmEmailRoute,
  createStaffRoute,
  decideAccountRequestRoute,
  inviteGuardianRoute,
  listAccountRequestsRoute,
  listStaffRoute,
  readAccountRoute,
  requestAccountRoute,
  resetSecondFactorRoute,
  setStaffRoute,
} from '../../shared/accounts/routes.ts'
import { readFile } from '../../shared/families/read-file.ts'
import type { httpHandler } from '../../shared/platform/http.ts'
import type { Route } from '../../shared/platform/route.ts'
import { familyIdSchema } from '../../shared/platform/schemas.ts'
import {
  answerChallengeRoute,
  changePasswordRoute,
  closeSessionsRoute,
  forgetPasswordRoute,
  openSessionRoute,
  renewSessionRoute,
  resetPasswordRoute,
  sessionSchema,
} from '../../shared/sessions/routes.ts'
import { NOW, openWorld, PASSWORD } from '../accounts/fixture.ts'
import { cesson, openCesson } from '../support/cesson.ts'
import { call, claimsOf, httpEvent, problemIn, type HttpCall } from '../support/events.ts'
import { rightsGranted, rightsUsed } from '../support/used-rights.ts'

const world = await openWorld()
const { table, engine, pool, mail, mailsTo } = world

type Handler = ReturnType<typeof httpHandler>
let sessions: Handler
let accounts: Handler

beforeAll(async () => {
  await openCesson(table)
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', engine.endpoint)
  vi.stubEnv('AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER', pool.endpoint)
  vi.stubEnv('AWS_ENDPOINT_URL_SES', mail.endpoint)
  vi.stubEnv('TABLE_NAME', engine.tableName)
  vi.stubEnv('USER_POOL_ID', pool.userPoolId)
  vi.stubEnv('USER_POOL_CLIENT_ID', pool.clientId)
  vi.stubEnv('STAFF_MFA', 'optional')
  vi.stubEnv('MFA_ISSUER', 'Portail famille Cesson')
  vi.stubEnv('MAIL_SENDER', 'portail@cesson.example')
  vi.stubEnv('MAIL_CONFIGURATION_SET', 'portal')
  vi.stubEnv('PORTAL_URL', 'https://famille.cesson.example')
  ;({ handler: sessions } = await import('../../functions/sessions/index.ts'))
  ;({ handler: accounts } = await import('../../functions/accounts/index.ts'))
})

beforeEach(async () => {
  await mail.clear()
  for (const method of ['info', 'error'] as const) vi.spyOn(console, method).mockReturnValue()
})

const handlerOf = (route: Route): Handler => (route.function === 'sessions' ? sessions : accounts)

const ask = async <Reply extends z.ZodType>(
  route: Route & { readonly reply: Reply },
  about: HttpCall = {},
): Promise<z.output<Reply>> => {
  const answer = await call(handlerOf(route), httpEvent(route, { now: NOW, ...about }))
  expect(answer).toMatchObject({ statusCode: route.status })
  return z.parse<Reply>(route.reply, JSON.parse(answer.body ?? ''))
}

const refusalOf = async (route: Route, about: HttpCall = {}) =>
  problemIn(await call(handlerOf(route), httpEvent(route, { now: NOW, ...about })))

const signIn = async (login: string, password = PASSWORD) =>
  sessionSchema.parse(await ask(openSessionRoute, { body: { login, password } }))

const claimsFor = (account: string, ...[roles, family]: Parameters<typeof claimsOf>) => ({
  ...claimsOf(roles, family),
  sub: account,
})

const textTo = async (email: string): Promise<string> =>
  (await mailsTo(email)).at(-1)?.body.text ?? ''

const administrator = claimsOf(['administrator'])

describe('sessions', () => {
  it('sign in, renew, say when one was here before, and end [guide 1, 4, 33, 35]', async () => {
    const { account, family } = await world.guardian()
    const claims = claimsFor(account.account, ['guardian'], family)
    await signIn(account.email)
    const session = await signIn(account.userName)
    expect(session.lastSignIn).toBe(NOW.toISOString())
    const { refreshToken } = session
    expect(await ask(renewSessionRoute, { body: { refreshToken } })).toHaveProperty('idToken')
    expect(await ask(readAccountRoute, { claims })).toMatchObject({
      userName: account.userName,
      lastSignIn: NOW.toISOString(),
    })
    expect(await ask(closeSessionsRoute, { claims })).toEqual({ signedOut: true })
    expect(await refusalOf(renewSessionRoute, { body: { refreshToken } })).toMatchObject({
      status: 401,
      title: 'Cette connexion n’est plus valable. Connectez-vous de nouveau.',
    })
  })

  it('refuse wrong credentials without saying which [guide 2]', async () => {
    const { account } = await world.guardian()
    const problems = []
    for (const login of [account.email, account.userName, 'nobody', 'nobody@famille.example']) {
      problems.push(await refusalOf(openSessionRoute, { body: { login, password: 'wrong' } }))
    }
    expect(problems[0]).toMatchObject({
      status: 401,
      title: 'Identifiant ou mot de passe incorrect.',
    })
    expect(problems[0]).not.toHaveProperty('detail')
    for (const problem of problems) expect(problem).toEqual(problems[0])
  })

  it('hide from the caller what the pool says', async () => {
    const body = { login: 'parent@famille.example', password: PASSWORD }
    const logged = vi.spyOn(console, 'error')
    vi.stubEnv('USER_POOL_CLIENT_ID', 'no-such-client')
    vi.resetModules()
    const broken = await import('../../functions/sessions/index.ts')
    vi.stubEnv('USER_POOL_CLIENT_ID', pool.clientId)
    const answer = await call(broken.handler, httpEvent(openSessionRoute, { body }))
    expect(answer.statusCode).not.toBe(201)
    expect(answer.body).not.toContain('client')
    expect(JSON.stringify(logged.mock.calls)).not.toContain(PASSWORD)
  })

  it('name the fields that are not right', async () => {
    expect(
      await refusalOf(openSessionRoute, { body: { email: 'a', password: 'b' } }),
    ).toMatchObject({ status: 400, errors: [{ pointer: '/body/login' }, { pointer: '/body' }] })
    const body = { challenge: 'totp', session: 'x', code: '12345x' }
    expect(await refusalOf(answerChallengeRoute, { body })).toMatchObject({
      status: 400,
      errors: [{ pointer: '/body/code' }],
    })
  })
})

describe('passwords', () => {
  it('are chosen after an invitation, changed, forgotten and replaced [guide 1, 2, 5]', async () => {
    const email = 'agent.parcours@cesson.example'
    const staff = await ask(createStaffRoute, {
      claims: administrator,
      body: { email, name: 'Anne Le Goff', roles: ['agent'] },
    })
    const first = /provisoire : (\S+)/.exec(await textTo(email))?.[1] ?? ''
    const challenge = await ask(openSessionRoute, { body: { login: email, password: first } })
    if (challenge.kind !== 'challenge') throw new Error('No challenge')
    const answer = { challenge: 'new-password', session: challenge.session }
    expect(
      await refusalOf(answerChallengeRoute, { body: { ...answer, password: 'motdepasse' } }),
    ).toMatchObject({ status: 400, errors: [{ pointer: '/body/password' }, {}, {}, {}] })
    expect(
      await ask(answerChallengeRoute, { body: { ...answer, password: PASSWORD } }),
    ).toMatchObject({ kind: 'session' })

    const claims = claimsFor(staff.account, ['agent'])
    const newPassword = 'Mon-Chat-Noir-9'
    await ask(changePasswordRoute, { claims, body: { password: PASSWORD, newPassword } })
    await signIn(email, newPassword)

    await ask(forgetPasswordRoute, { body: { login: 'agent.parcours' } })
    const code = /code : (\d{6})/.exec(await textTo(email))?.[1] ?? ''
    await ask(resetPasswordRoute, { body: { login: email, code, password: PASSWORD } })
    await signIn(email)
  })
})

describe('accounts', () => {
  it('change their e-mail by the link on the new address [guide 5]', async () => {
    const { account, family } = await world.guardian()
    const claims = claimsFor(account.account, ['guardian'], family)
    const email = 'Autre.Adresse@famille.example'
    await ask(changeEmailRoute, { claims, body: { email, password: PASSWORD } })
    const secret = decodeURIComponent(
      /secret=(\S+)/.exec(await textTo(email.toLowerCase()))?.[1] ?? '',
    )
    expect(await ask(confirmEmailRoute, { body: { secret } })).toEqual({
      email: email.toLowerCase(),
      userName: 'autre.adresse',
    })
    await signIn('autre.adresse')
  })

  it('are opened for parents who ask, once staff agree [guide 3]', async () => {
    const email = 'nouvelle.famille@famille.example'
    const guardian = {
      title: 'M.',
      firstName: 'Luc',
      lastName: 'PETIT',
      email,
      phone: '06 12 00 00 01',
    }
    const address = { street: '1 rue du Lac', postcode: '77240', town: 'Cesson' }
    const children = [{ firstName: 'Zoé', lastName: 'PETIT', birthDate: '2019-05-06' }]
    const body = { guardian, address, children, acceptsTerms: true }
    await ask(requestAccountRoute, { body })
    const agent = claimsOf(['agent'])
    const { requests } = await ask(listAccountRequestsRoute, { claims: agent })
    const [waiting] = requests
    expect(waiting?.application).toEqual({
      guardian: { ...guardian, phone: '+33612000001' },
      address,
      children,
    })
    const decision = {
      decision: 'open',
      children: [
        {
          schoolId: cesson.catalogue.facilities[0]?.id,
          category: cesson.catalogue.categories[0]?.id,
        },
      ],
    }
    const parameters = { requestId: waiting?.requestId ?? '' }
    const made = await ask(decideAccountRequestRoute, { claims: agent, parameters, body: decision })
    const familyId = familyIdSchema.parse(made.familyId)
    expect((await readFile(table, familyId)).file.family.name).toBe('PETIT')
    const invited = { familyId, guardianId: made.guardianId ?? '' }
    expect(
      await ask(inviteGuardianRoute, { claims: agent, parameters: invited, body: {} }),
    ).toMatchObject({
      email,
      state: 'invited',
    })
  })

  it('of staff are changed by the version that was read', async () => {
    const body = { name: 'Yann Kerr', roles: ['agent'] }
    const created = await call(
      accounts,
      httpEvent(createStaffRoute, {
        claims: administrator,
        body: { ...body, email: 'yann.kerr@cesson.example' },
      }),
    )
    expect(created.headers).toMatchObject({ etag: '"1"' })
    const { staff } = await ask(listStaffRoute, { claims: administrator })
    const account = staff.find(({ name }) => name === 'Yann Kerr')?.account ?? ''
    const change = (tag: string | undefined) => ({
      claims: administrator,
      parameters: { account },
      body: { ...body, active: false },
      ...(tag === undefined ? {} : { headers: { 'if-match': tag } }),
    })
    expect(await refusalOf(setStaffRoute, change(undefined))).toMatchObject({
      status: 400,
      errors: [{ pointer: '/headers/if-match' }],
    })
    expect(await ask(setStaffRoute, change('"1"'))).toMatchObject({ active: false, version: 2 })
    const active = { ...change('"1"'), body: { ...body, active: true } }
    expect(await refusalOf(setStaffRoute, active)).toMatchObject({ status: 412 })
  })

  it('of staff lose a second factor by the version that was read, to an administrator alone', async () => {
    const body = { name: 'Maya Roux', roles: ['agent'], email: 'maya.roux@cesson.example' }
    const { account } = await ask(createStaffRoute, { claims: administrator, body })
    const reset = { claims: administrator, parameters: { account } }
    const headers = { 'if-match': '"1"' }
    expect(await refusalOf(resetSecondFactorRoute, reset)).toMatchObject({
      errors: [{ pointer: '/headers/if-match' }],
    })
    expect(
      await refusalOf(resetSecondFactorRoute, { ...reset, headers, claims: claimsOf(['agent']) }),
    ).toMatchObject({
      status: 403,
    })
    const answer = await call(accounts, httpEvent(resetSecondFactorRoute, { ...reset, headers }))
    expect(answer).toMatchObject({ statusCode: 200, headers: { etag: '"2"' } })
    const late = { ...reset, headers: { 'if-match': '"3"' } }
    expect(await refusalOf(resetSecondFactorRoute, late)).toMatchObject({ status: 412 })
  })
})

it('lets the function do what it does', async () => {
  const { account, family } = await world.guardian()
  const claims = claimsFor(account.account, ['guardian'], family)
  const used = await rightsUsed(async () => {
    await signIn(account.userName)
    await ask(readAccountRoute, { claims })
  })
  expect(rightsGranted('sessions')).toEqual(expect.arrayContaining(used))
})
