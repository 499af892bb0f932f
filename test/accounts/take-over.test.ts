import { beforeEach, describe, expect, it } from 'vitest'
import { inviteGuardian } from '../../shared/accounts/invite-guardian.ts'
import { openAccount } from '../../shared/accounts/open-account.ts'
import { findAccount, findAccountOf } from '../../shared/accounts/store.ts'
import { createFamily } from '../../shared/families/create-family.ts'
import { setGuardianEmail } from '../../shared/families/guardian-account.ts'
import { mergeFiles } from '../../shared/families/merge-files.ts'
import { readFile } from '../../shared/families/read-file.ts'
import { setFileState } from '../../shared/families/set-file-state.ts'
import { familyIdSchema, type FamilyId } from '../../shared/platform/schemas.ts'
import { openSession } from '../../shared/sessions/open-session.ts'
import { renewSession } from '../../shared/sessions/passwords.ts'
import { cesson, DUPONT } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { anotherFamily } from '../support/families.ts'
import { NOW, openWorld, PASSWORD } from './fixture.ts'

const world = await openWorld()
const { table, accounts, identity, pool, engine, mail } = world
const agent = { account: 'agent-1', roles: ['agent' as const], family: undefined }
const sessions = { table, identity, staffMfa: 'optional', issuer: 'Portail' } as const

type Address = typeof DUPONT

let last = 8100

/** A file without children, whose one guardian signs in. */
const duplicate = async () => {
  last += 1
  const address = { ...DUPONT, familyId: familyIdSchema.parse(String(last)) }
  const email = `double${String(last)}x@famille.example`
  const [model] = cesson.families
  const guardian = model?.guardians.find(({ guardianId }) => guardianId === address.guardianId)
  if (model === undefined || guardian === undefined) throw new Error('The demo town has no family')
  await createFamily(table, {
    family: { familyId: address.familyId, name: model.name, address: model.address },
    guardians: [{ ...guardian, ...address, email }],
    children: [],
    contacts: [],
    authorisations: [],
    enrolments: [],
    means: [],
  })
  const about = { email, password: PASSWORD, roles: ['guardian'], ...address } as const
  await openAccount({ table, accounts }, about)
  const account = await findAccountOf(table, address)
  if (account === undefined) throw new Error('There is no account')
  return { address, email, account: account.account }
}

const editor = (familyId: FamilyId) => ({ familyId, account: 'agent-1', reason: 'Doublon' })

const merge = (from: Address, into: Address) =>
  mergeFiles(table, {
    editor: editor(from.familyId),
    seen: 1,
    written: { into: into.familyId },
    now: NOW,
  })

const setState = async ({ familyId }: Address, active: boolean) => {
  const { version = 1 } = (await readFile(table, familyId)).file.family
  await setFileState(table, {
    editor: editor(familyId),
    seen: version,
    written: { active },
    now: NOW,
  })
}

/** A duplicate, and the file that it is merged into, whose guardian has the same e-mail. */
const merged = async () => {
  const from = await duplicate()
  const kept = await anotherFamily(table)
  await setGuardianEmail(table, kept, { email: from.email, by: 'test', now: NOW })
  await merge(from.address, kept)
  return { from, kept }
}

const invite = (parameters: Address, body: { email?: string } = {}) =>
  inviteGuardian({ table, accounts }, { parameters, body, actor: agent, now: NOW })

const signIn = async (login: string) => {
  const session = await openSession(sessions, { body: { login, password: PASSWORD }, now: NOW })
  if (session.kind !== 'session') throw new Error('No session')
  return session
}

const familyIn = (idToken: string): unknown => {
  const claims: unknown = JSON.parse(
    Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString(),
  )
  return claims instanceof Object && 'custom:family' in claims ? claims['custom:family'] : undefined
}

beforeEach(() => mail.clear())

describe('the account of a guardian whose file was merged', () => {
  it('moves to the file that is kept once staff invite them there, with its password', async () => {
    const { from, kept } = await merged()
    const before = await signIn(from.email)
    expect(familyIn(before.idToken)).toBe(from.address.familyId)
    const reply = await invite(kept)
    expect(reply).toEqual({
      email: from.email,
      userName: from.email.split('@')[0],
      state: 'active',
    })
    const { refreshToken } = before
    await expect(renewSession({ identity }, { body: { refreshToken } })).rejects.toMatchObject({
      code: 'session-over',
    })
    expect(familyIn((await signIn(reply.userName)).idToken)).toBe(kept.familyId)
    expect(await findAccountOf(table, from.address)).toBeUndefined()
    expect(await findAccountOf(table, kept)).toMatchObject({
      account: from.account,
      changed: { by: 'agent-1' },
    })
    expect(await invite(kept)).toEqual(reply)
    expect(await findAccount(table, from.account)).toMatchObject({ ...kept, version: 2 })
    expect(await mail.mails()).toEqual([])
  })

  it('moves from a file that was set aside too, under the e-mail that staff write', async () => {
    const from = await duplicate()
    const kept = await anotherFamily(table)
    await expect(invite(kept, { email: from.email })).rejects.toMatchObject({
      code: 'email-in-use',
    })
    await setState(from.address, false)
    expect(await invite(kept, { email: from.email })).toMatchObject({ state: 'active' })
    expect(familyIn((await signIn(from.email)).idToken)).toBe(kept.familyId)
    expect((await readFile(table, kept.familyId)).file.guardians).toContainEqual(
      expect.objectContaining({ guardianId: kept.guardianId, email: from.email }),
    )
  })

  it('does not move from a file that is in use, to one that is not, nor from staff', async () => {
    const from = await duplicate()
    const kept = await anotherFamily(table)
    await expect(invite(kept, { email: from.email })).rejects.toMatchObject({
      code: 'email-in-use',
    })
    await setState(from.address, false)
    await setState(kept, false)
    await expect(invite(kept, { email: from.email })).rejects.toMatchObject({
      code: 'file-inactive',
    })
    expect(familyIn((await signIn(from.email)).idToken)).toBe(from.address.familyId)

    const email = 'agente.mere@cesson.example'
    await openAccount({ table, accounts }, { email, password: PASSWORD, roles: ['agent'] })
    await setState(kept, true)
    await expect(invite(kept, { email })).rejects.toMatchObject({ code: 'email-in-use' })
  })

  it('moves once wherever it breaks', { timeout: 240_000 }, async () => {
    await crashEverywhere({
      clients: [engine.documents, pool.client],
      scenario: async () => {
        const { from, kept } = await merged()
        return {
          run: () => invite(kept),
          check: async (reply) => {
            expect(reply).toMatchObject({ email: from.email, state: 'active' })
            expect(familyIn((await signIn(from.email)).idToken)).toBe(kept.familyId)
            expect(await findAccount(table, from.account)).toMatchObject({ ...kept, version: 2 })
            expect(await findAccountOf(table, from.address)).toBeUndefined()
          },
        }
      },
    })
  })
})
