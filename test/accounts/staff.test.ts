import { beforeEach, describe, expect, it } from 'vitest'
import { facilitiesOf } from '../../shared/accounts/facilities.ts'
import { inviteGuardian } from '../../shared/accounts/invite-guardian.ts'
import { createStaff, listStaff, setStaff } from '../../shared/accounts/staff.ts'
import { findAccountOf } from '../../shared/accounts/store.ts'
import { findGuardian, setGuardianEmail } from '../../shared/families/guardian-account.ts'
import { facilityIdSchema, guardianIdSchema } from '../../shared/platform/schemas.ts'
import { answerChallenge, openSession } from '../../shared/sessions/open-session.ts'
import { renewSession } from '../../shared/sessions/passwords.ts'
import { cessonTown } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { anotherFamily } from '../support/families.ts'
import { expectCost, measure } from '../support/meter.ts'
import { NOW, openWorld, PASSWORD, sendMails } from './fixture.ts'

const world = await openWorld()
const { table, accounts, identity, pool, engine, mail, mailsTo } = world
const { catalogue } = cessonTown
const deps = { table, accounts, catalogue }
const sessions = { table, identity, staffMfa: 'optional', issuer: 'Portail' } as const
const administrator = {
  account: 'administrator-1',
  roles: ['administrator' as const],
  family: undefined,
}
const [school, otherSchool] = catalogue.facilities.map(({ id }) => id)
if (school === undefined || otherSchool === undefined) throw new Error('Cesson has two facilities')

const signIn = (login: string, password = PASSWORD) =>
  openSession(sessions, { body: { login, password }, now: NOW })

const passwordMailedTo = async (email: string): Promise<string> =>
  /provisoire : (\S+)/.exec((await mailsTo(email)).at(-1)?.body.text ?? '')?.[1] ?? ''

/** Signs in by the mailed password and chooses another. */
const settle = async (email: string) => {
  const challenge = await signIn(email, await passwordMailedTo(email))
  if (challenge.kind !== 'challenge') throw new Error('No challenge')
  const { session } = challenge
  const body = { challenge: 'new-password', session, password: PASSWORD } as const
  const opened = await answerChallenge(sessions, { body, now: NOW })
  if (opened.kind !== 'session') throw new Error('No session')
  return opened
}

const groupsIn = (idToken: string): unknown => {
  const claims: unknown = JSON.parse(
    Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString(),
  )
  return claims instanceof Object && 'cognito:groups' in claims
    ? claims['cognito:groups']
    : undefined
}

let people = 0
const DAY = 86_400_000
const newAddress = (): string => {
  people += 1
  return `agent${String(people)}x@cesson.example`
}

const create = (email: string, about: Partial<Parameters<typeof createStaff>[1]['body']> = {}) =>
  createStaff(deps, {
    body: { email, name: 'Anne Le Goff', roles: ['site-staff'], facilities: [school], ...about },
    actor: administrator,
    now: NOW,
  })

const set = (
  account: string,
  version: number,
  about: Partial<Parameters<typeof setStaff>[1]['body']> = {},
  actor: Parameters<typeof setStaff>[1]['actor'] = administrator,
) =>
  setStaff(deps, {
    parameters: { account },
    headers: { 'if-match': version },
    body: {
      name: 'Anne Le Goff',
      roles: ['site-staff'],
      facilities: [school],
      active: true,
      ...about,
    },
    actor,
    now: NOW,
  })

beforeEach(() => mail.clear())

describe('a member of staff', () => {
  it('gets an account, a mail, the roles and the facilities', async () => {
    const email = newAddress()
    const made = await create(email)
    expect(made).toMatchObject({
      email,
      userName: email.split('@')[0],
      roles: ['site-staff'],
      facilities: [school],
      active: true,
      version: 1,
    })
    expect(groupsIn((await settle(email)).idToken)).toEqual(['site-staff'])
    const actor = { account: made.account, roles: ['site-staff' as const] }
    expect(await facilitiesOf(table, actor)).toEqual([school])
    expect((await listStaff(table)).staff).toContainEqual({
      ...made,
      lastSignIn: NOW.toISOString(),
    })
  })

  it('gets another first password by the same call, until they have chosen theirs', async () => {
    const email = newAddress()
    const made = await create(email)
    const first = await passwordMailedTo(email)
    expect(await create(email)).toEqual(made)
    await expect(signIn(email, first)).rejects.toMatchObject({ code: 'bad-credentials' })
    await settle(email)
    await create(email)
    expect(await mailsTo(email)).toHaveLength(2)
  })

  it('is limited to facilities of the town, and only staff of a site is', async () => {
    const email = newAddress()
    const pointer = '/body/facilities'
    const unknown = facilityIdSchema.parse('AILLEURS')
    const none = { pointer, detail: 'Indiquez au moins un établissement.' }
    const unused = {
      pointer,
      detail: 'Seul le personnel d’établissement se limite à des établissements.',
    }
    const missing = {
      pointer: `${pointer}/0`,
      detail: 'L’établissement « AILLEURS » n’existe pas.',
    }
    const refusals: readonly (readonly [Parameters<typeof create>[1], unknown])[] = [
      [{ facilities: [] }, [none]],
      [{ facilities: [unknown] }, [missing]],
      [{ roles: ['agent'] }, [unused]],
    ]
    for (const [about, faults] of refusals) {
      await expect(create(email, about)).rejects.toMatchObject({ code: 'invalid-request', faults })
    }
    expect(await mail.mails()).toEqual([])
  })

  it('is not limited in the office; whoever is not known, or no longer works, sees nothing', async () => {
    const roles = ['site-staff' as const]
    for (const role of ['agent', 'administrator'] as const) {
      expect(
        await facilitiesOf(table, { account: 'x', roles: [role, 'site-staff'] }),
      ).toBeUndefined()
    }
    expect(await facilitiesOf(table, { account: 'nobody', roles })).toEqual([])
    const { account, version } = await create(newAddress())
    await set(account, version, { active: false })
    expect(await facilitiesOf(table, { account, roles })).toEqual([])
  })

  it('changes roles and facilities, by the version that was seen', async () => {
    const email = newAddress()
    const { account } = await create(email)
    const changed = await set(account, 1, { roles: ['agent', 'accountant'], facilities: [] })
    expect(changed).toMatchObject({ roles: ['agent', 'accountant'], facilities: [], version: 2 })
    await expect(set(account, 1, { facilities: [otherSchool] })).rejects.toMatchObject({
      code: 'changed-meanwhile',
    })
    expect(groupsIn((await settle(email)).idToken)).toEqual(['accountant', 'agent'])
    await expect(set('nobody', 1)).rejects.toMatchObject({ code: 'not-found' })
    const guardian = await world.guardian()
    await expect(set(guardian.account.account, 1)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('no longer signs in once disabled, and does again once enabled', async () => {
    const email = newAddress()
    const { account } = await create(email)
    await settle(email)
    expect(await set(account, 1, { active: false })).toMatchObject({ active: false, version: 2 })
    await expect(signIn(email)).rejects.toMatchObject({ code: 'bad-credentials' })
    expect(await set(account, 2)).toMatchObject({ active: true, version: 3 })
    expect(await signIn(email)).toMatchObject({ kind: 'session' })
  })

  it('who administers cannot lock themself out', async () => {
    const { account } = await create(newAddress(), { roles: ['administrator'], facilities: [] })
    const self = { ...administrator, account }
    const body = { roles: ['administrator' as const], facilities: [] }
    for (const about of [
      { ...body, active: false },
      { ...body, roles: ['agent' as const] },
    ]) {
      await expect(set(account, 1, about, self)).rejects.toMatchObject({ code: 'own-account' })
    }
    expect(await set(account, 1, { ...body, name: 'Nom' }, self)).toMatchObject({ name: 'Nom' })
  })

  it('does not take the address of a parent, nor of staff with other rights', async () => {
    const { account } = await world.guardian()
    await expect(create(account.email)).rejects.toMatchObject({ code: 'email-in-use' })
    const email = newAddress()
    await create(email)
    await expect(create(email, { roles: ['administrator'], facilities: [] })).rejects.toMatchObject(
      { code: 'email-in-use' },
    )
    expect(groupsIn((await settle(email)).idToken)).toEqual(['site-staff'])
  })

  it('is created once, and changed once, wherever it breaks', async () => {
    const clients = [engine.documents, pool.client]
    await crashEverywhere<Awaited<ReturnType<typeof create>>>({
      clients,
      scenario: () => {
        const email = newAddress()
        return Promise.resolve({
          run: () => create(email),
          check: async ({ version }) => {
            expect(version).toBe(1)
            expect(groupsIn((await settle(email)).idToken)).toEqual(['site-staff'])
            const listed = (await listStaff(table)).staff.filter((one) => one.email === email)
            expect(listed).toHaveLength(1)
          },
        })
      },
    })
    await crashEverywhere<Awaited<ReturnType<typeof create>>>({
      clients,
      scenario: async () => {
        const email = newAddress()
        const { account } = await create(email)
        return {
          run: () => set(account, 1, { roles: ['agent'], facilities: [] }),
          check: async ({ version }) => {
            expect(version).toBe(2)
            expect(groupsIn((await settle(email)).idToken)).toEqual(['agent'])
          },
        }
      },
    })
  })
})

describe('the invitation of a guardian', () => {
  const invite = (
    family: Parameters<typeof inviteGuardian>[1]['parameters'],
    email?: string,
    reason?: string,
  ) =>
    inviteGuardian(
      { table, accounts },
      { parameters: family, body: { email, reason }, actor: administrator, now: NOW },
    )

  /** A family whose guardian has an e-mail of their own. */
  const family = async () => {
    const address = await anotherFamily(table)
    const email = `famille${address.familyId}x@famille.example`
    await setGuardianEmail(table, address, { email, by: 'test', now: NOW })
    return { address, email }
  }

  it('mails a first password, another one when it is sent again, none to who has chosen [guide 1]', async () => {
    const { address, email } = await family()
    const userName = `famille${address.familyId}x`
    expect(await invite(address)).toEqual({ email, userName, state: 'invited' })
    const first = await passwordMailedTo(email)
    expect(await invite(address)).toEqual({ email, userName, state: 'invited' })
    expect(await mailsTo(email)).toHaveLength(2)
    await expect(signIn(email, first)).rejects.toMatchObject({ code: 'bad-credentials' })
    expect(groupsIn((await settle(email)).idToken)).toEqual(['guardian'])
    expect(await invite(address)).toEqual({ email, userName, state: 'active' })
    expect(await mailsTo(email)).toHaveLength(2)
    expect(await findAccountOf(table, address)).toMatchObject({ ...address, email, userName })
  })

  it('is for guardians of the file only, and not to the address of somebody else', async () => {
    const { address } = await family()
    await expect(
      invite({ ...address, guardianId: guardianIdSchema.parse('nobody') }),
    ).rejects.toMatchObject({ code: 'not-found' })
    const other = await world.guardian()
    await setGuardianEmail(table, address, { email: other.account.email, by: 'test', now: NOW })
    await expect(invite(address)).rejects.toMatchObject({ code: 'email-in-use' })
  })

  it('goes to another e-mail that staff have been told', async () => {
    const { address, email } = await family()
    await invite(address)
    const right = `corrige${address.familyId}x@famille.example`
    expect(await invite(address, right)).toMatchObject({ email: right, state: 'invited' })
    expect(await findGuardian(table, address)).toMatchObject({ email: right, version: 3 })
    await sendMails(world)
    expect(await mailsTo(email)).toHaveLength(1)
  })

  it('moves an account that is in use for a reason only, ends its sessions and tells the old address', async () => {
    const { family: other, account } = await world.guardian()
    const email = `corrige${other.familyId}x@famille.example`
    const session = await signIn(account.email)
    if (session.kind !== 'session') throw new Error('No session')
    await expect(invite(other, email)).rejects.toMatchObject({
      code: 'invalid-request',
      faults: [
        {
          pointer: '/body/reason',
          detail: 'Indiquez pourquoi l’adresse e-mail de ce compte change.',
        },
      ],
    })
    expect(await signIn(account.email)).toMatchObject({ kind: 'session' })

    expect(await invite(other, email, 'Adresse perdue')).toMatchObject({ email, state: 'active' })
    const { refreshToken } = session
    await expect(renewSession({ identity }, { body: { refreshToken } })).rejects.toMatchObject({
      code: 'session-over',
    })
    expect(await signIn(email)).toMatchObject({ kind: 'session' })
    await expect(signIn(account.email)).rejects.toMatchObject({ code: 'bad-credentials' })
    expect(await findGuardian(table, other)).toMatchObject({
      email,
      changed: { by: administrator.account, reason: 'Adresse perdue' },
    })
    await sendMails(world)
    const [warning, ...others] = await mailsTo(account.email)
    expect(others).toEqual([])
    expect(warning?.subject).toBe('L’adresse e-mail de votre compte a été changée')
    expect(warning?.body.text).not.toContain(email)
    expect(await mailsTo(email)).toEqual([])

    const { account: third } = await world.guardian()
    await expect(invite(other, third.email, 'Adresse perdue')).rejects.toMatchObject({
      code: 'email-in-use',
    })
    expect(await findGuardian(table, other)).toMatchObject({ email })
  })

  it('moves an account, and tells it, once wherever it breaks', async () => {
    await crashEverywhere({
      clients: [engine.documents, pool.client],
      scenario: async () => {
        await mail.clear()
        const { family: address, account } = await world.guardian()
        const email = `deplace${address.familyId}x@famille.example`
        return {
          run: () => invite(address, email, 'Adresse perdue'),
          check: async (reply) => {
            expect(reply).toMatchObject({ email, state: 'active' })
            expect(await signIn(email)).toMatchObject({ kind: 'session' })
            expect(await findAccountOf(table, address)).toMatchObject({ email, version: 2 })
            expect(await findGuardian(table, address)).toMatchObject({ email, version: 2 })
            await sendMails(world)
            expect(await mailsTo(account.email)).toHaveLength(1)
          },
        }
      },
    })
  }, 120_000)

  it('is sent again, with another password, to who has let the first one end [guide 1]', async () => {
    const { address, email } = await family()
    await invite(address)
    const first = await passwordMailedTo(email)
    expect(await signIn(email, first)).toMatchObject({ challenge: 'new-password' })
    pool.pass(7 * DAY + 60_000)
    await expect(signIn(email, first)).rejects.toMatchObject({ code: 'bad-credentials' })
    expect(await invite(address)).toMatchObject({ email, state: 'invited' })
    await expect(signIn(email, first)).rejects.toMatchObject({ code: 'bad-credentials' })
    expect(groupsIn((await settle(email)).idToken)).toEqual(['guardian'])
    expect(await invite(address)).toMatchObject({ email, state: 'active' })
  })

  it('gives one account wherever it breaks', async () => {
    await crashEverywhere({
      clients: [engine.documents, pool.client],
      scenario: async () => {
        const { address, email } = await family()
        return {
          run: () => invite(address),
          check: async ({ userName }) => {
            expect(userName).toBe(`famille${address.familyId}x`)
            expect(groupsIn((await settle(email)).idToken)).toEqual(['guardian'])
          },
        }
      },
    })
  })

  it('costs what is recorded', async () => {
    const { address } = await family()
    const clients = [engine.documents, pool.client]
    expectCost('invite a guardian', (await measure(clients, () => invite(address))).cost)
  })
})
