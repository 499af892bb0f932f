import {
  AdminCreateUserCommand,
  CodeDeliveryFailureException,
  InvalidParameterException,
} from '@aws-sdk/client-cognito-identity-provider'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { decideAccountRequest } from '../../shared/accounts/decide-account-request.ts'
import { listAccountRequests, requestAccount } from '../../shared/accounts/request-account.ts'
import { requestAccountRoute } from '../../shared/accounts/routes.ts'
import { findRequest, saveRequest } from '../../shared/accounts/store.ts'
import { setGuardianEmail } from '../../shared/families/guardian-account.ts'
import { readFile } from '../../shared/families/read-file.ts'
import { setFileState } from '../../shared/families/set-file-state.ts'
import {
  categoryIdSchema,
  facilityIdSchema,
  familyIdSchema,
  guardianIdSchema,
} from '../../shared/platform/schemas.ts'
import { keepSearchEntries } from '../../shared/search/keep-entries.ts'
import { parsePart } from '../../shared/platform/validation.ts'
import { cessonTown } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { anotherFamily } from '../support/families.ts'
import { failNext } from '../support/faults.ts'
import { expectCost, measure } from '../support/meter.ts'
import { NOW, openWorld, sendMails } from './fixture.ts'

const world = await openWorld()
const { table, accounts, pool, engine, mail, mailsTo } = world
const { catalogue } = cessonTown
const deps = { table, accounts, catalogue }
const agent = { account: 'agent-1', roles: ['agent' as const], family: undefined }
const [place] = catalogue.facilities.map(({ id }) => ({
  schoolId: id,
  category: catalogue.categories[0]?.id ?? categoryIdSchema.parse('none'),
}))
if (place === undefined) throw new Error('Cesson has a school')

let people = 0
const newAddress = (): string => {
  people += 1
  return `demande${String(people)}x@famille.example`
}

const bodyOf = (email: string) =>
  parsePart('body', requestAccountRoute.body, {
    guardian: {
      title: 'Mme',
      firstName: 'Claire',
      lastName: 'MOREAU',
      email,
      phone: '+33612345679',
    },
    address: { street: '3 rue des Lilas', postcode: '77240', town: 'Cesson' },
    children: [{ firstName: 'Nina', lastName: 'MOREAU', birthDate: '2019-03-02' }],
    acceptsTerms: true,
  })

const ask = (email: string, now = NOW) => requestAccount(table, { body: bodyOf(email), now })

const pageOf = (query: Parameters<typeof listAccountRequests>[1]['query'], now = NOW) =>
  listAccountRequests(table, { query, now })

/** All of them, by pages. */
const list = async (
  now = NOW,
  after?: string,
): Promise<Awaited<ReturnType<typeof pageOf>>['requests']> => {
  const { requests, next } = await pageOf({ limit: 20, after }, now)
  return next === undefined ? requests : [...requests, ...(await list(now, next))]
}

const requestOf = async (email: string, now = NOW): Promise<string> => {
  const found = (await list(now)).find(({ application }) => application.guardian.email === email)
  if (found === undefined) throw new Error('Nobody waits')
  return found.requestId
}

type Decision = Parameters<typeof decideAccountRequest>[1]['body']
const OPEN: Decision = { decision: 'open', children: [place] }
const REFUSE: Decision = {
  decision: 'refuse',
  message: 'Vous n’habitez pas la commune.',
  notify: true,
}

const decide = (requestId: string, body: Decision, now = NOW) =>
  decideAccountRequest(deps, { parameters: { requestId }, body, actor: agent, now })

const subjectsTo = async (email: string) => (await mailsTo(email)).map(({ subject }) => subject)

beforeEach(() => mail.clear())

describe('an application for an account', () => {
  it('waits for staff, tells who asks, and is one for an e-mail [guide 3]', async () => {
    const email = newAddress()
    expect(await ask(email)).toEqual({ received: true })
    expect(await ask(email.toUpperCase(), new Date(NOW.getTime() + 1000))).toEqual({
      received: true,
    })
    const waiting = (await list()).filter((one) => one.application.guardian.email === email)
    expect(waiting).toMatchObject([{ submittedAt: NOW.toISOString(), duplicates: [] }])
    await sendMails(world)
    expect(await subjectsTo(email)).toEqual(['Votre demande de compte est enregistrée'])
  })

  it('comes with the files that may be theirs already, by what they share', async () => {
    const { family, account } = await world.guardian()
    await setGuardianEmail(table, family, { email: account.email, by: 'test', now: NOW })
    const { file } = await readFile(table, family.familyId)
    await keepSearchEntries(table, family.familyId, file)
    await ask(account.email)
    const [found] = (await list()).filter(
      ({ application }) => application.guardian.email === account.email,
    )
    expect(found?.duplicates).toMatchObject([{ familyId: family.familyId, because: ['email'] }])
  })

  it('is found by pages, whatever is decided between them', async () => {
    const emails = [newAddress(), newAddress(), newAddress(), newAddress()]
    const early = new Date('2025-06-01T08:00:00.000Z')
    for (const email of emails) await ask(email, early)
    const first = await pageOf({ limit: 2 }, early)
    expect(first.requests).toHaveLength(2)
    for (const { requestId } of first.requests) await decide(requestId, REFUSE, early)
    const second = await pageOf({ limit: 2, after: first.next }, early)
    const found = [...first.requests, ...second.requests]
    expect(found.map((one) => one.application.guardian.email).toSorted()).toEqual(emails.toSorted())
    const rest = await pageOf({ limit: 20, after: second.next }, early)
    expect(rest.requests.map(({ requestId }) => requestId)).not.toContain(found.at(-1)?.requestId)
    for (const { requestId } of second.requests) await decide(requestId, REFUSE, early)
  })

  it('is forgotten after sixty days, and may be made again', async () => {
    const email = newAddress()
    await ask(email)
    const requestId = await requestOf(email)
    const later = new Date(NOW.getTime() + 60 * 86_400_000)
    expect((await list(later)).map((one) => one.requestId)).not.toContain(requestId)
    await expect(decide(requestId, OPEN, later)).rejects.toMatchObject({ code: 'not-found' })
    await ask(email, later)
    expect(await requestOf(email, later)).toBe(requestId)
  })

  it('needs the agreement to the terms, and is of a size that somebody reads', () => {
    const body = bodyOf('taille@famille.example')
    const [child] = body.children
    for (const [wrong, pointer] of [
      [{ ...body, acceptsTerms: false }, '/body/acceptsTerms'],
      [{ ...body, children: [] }, '/body/children'],
      [{ ...body, children: Array.from({ length: 13 }, () => child) }, '/body/children'],
      [
        { ...body, guardian: { ...body.guardian, lastName: 'x'.repeat(81) } },
        '/body/guardian/lastName',
      ],
      [{ ...body, admin: true }, '/body'],
    ] as const) {
      expect(() => parsePart('body', requestAccountRoute.body, wrong)).toThrow(
        expect.objectContaining({
          code: 'invalid-request',
          faults: [expect.objectContaining({ pointer })],
        }),
      )
    }
  })
})

describe('the decision', () => {
  it('opens a file with what the person said, an account, and tells them [guide 3]', async () => {
    const email = newAddress()
    await ask(email)
    const requestId = await requestOf(email)
    const made = await decide(requestId, OPEN)
    expect(made).toMatchObject({ requestId, state: 'accepted' })
    const familyId = familyIdSchema.parse(made.familyId)
    const { file } = await readFile(table, familyId)
    expect(file).toMatchObject({
      family: { familyId, name: 'MOREAU', address: { town: 'Cesson' }, changed: { by: 'agent-1' } },
      guardians: [{ guardianId: made.guardianId, email, firstName: 'Claire' }],
      children: [{ childId: 'c1', firstName: 'Nina', birthDate: '2019-03-02', ...place }],
    })
    expect(file.guardians[0]).not.toHaveProperty('address')
    await sendMails(world)
    expect((await subjectsTo(email)).toSorted()).toEqual([
      'Votre compte sur le portail famille de Cesson',
      'Votre demande de compte est acceptée',
      'Votre demande de compte est enregistrée',
    ])
    expect(await decide(requestId, OPEN)).toEqual(made)
    await expect(decide(requestId, REFUSE)).rejects.toMatchObject({ code: 'already-decided' })
    expect((await list()).map((one) => one.requestId)).not.toContain(requestId)
  })

  it('joins the person to a file that is there, with their own address', async () => {
    const email = newAddress()
    await ask(email)
    const requestId = await requestOf(email)
    const { familyId } = await anotherFamily(table)
    const none: Decision = { decision: 'join', familyId: familyIdSchema.parse('none') }
    await expect(decide(requestId, none)).rejects.toMatchObject({ code: 'not-found' })
    const aside = await anotherFamily(table)
    const { file: held } = await readFile(table, aside.familyId)
    await setFileState(table, {
      editor: { familyId: aside.familyId, account: 'agent-1', reason: 'Départ de la commune' },
      seen: held.family.version ?? 1,
      written: { active: false },
      now: NOW,
    })
    await expect(
      decide(requestId, { decision: 'join', familyId: aside.familyId }),
    ).rejects.toMatchObject({ code: 'file-inactive' })
    const join: Decision = { decision: 'join', familyId }
    expect(await decide(requestId, join)).toMatchObject({ state: 'accepted', familyId })
    const { file } = await readFile(table, familyId)
    expect(file.guardians).toContainEqual(
      expect.objectContaining({ email, address: bodyOf(email).address }),
    )
    expect(file.children).toHaveLength(2)
  })

  it('refuses with a reason, and the person may ask again', async () => {
    const email = newAddress()
    await ask(email)
    const requestId = await requestOf(email)
    expect(await decide(requestId, REFUSE)).toEqual({ requestId, state: 'refused' })
    expect(await decide(requestId, REFUSE)).toEqual({ requestId, state: 'refused' })
    await expect(decide(requestId, OPEN)).rejects.toMatchObject({ code: 'already-decided' })
    await sendMails(world)
    const refusal = (await mailsTo(email)).find(({ subject }) => subject.includes('pas acceptée'))
    expect(refusal?.body.text).toContain('Vous n’habitez pas la commune.')
    await ask(email, new Date(NOW.getTime() + 86_400_000))
    expect(await requestOf(email)).toBe(requestId)
  })

  it('refuses without a mail where nobody really asked', async () => {
    const email = newAddress()
    await ask(email)
    await decide(await requestOf(email), { ...REFUSE, notify: false })
    await sendMails(world)
    expect(await subjectsTo(email)).toEqual(['Votre demande de compte est enregistrée'])
  })

  it('makes whoever applies again somebody else, and nobody of who is in the file', async () => {
    const email = newAddress()
    await ask(email)
    const requestId = await requestOf(email)
    const { familyId } = await anotherFamily(table)
    const join: Decision = { decision: 'join', familyId }
    const made = await decide(requestId, join)
    const later = new Date(NOW.getTime() + 86_400_000)
    await ask(email, later)
    expect(await requestOf(email, later)).toBe(requestId)
    await mail.clear()
    await expect(decide(requestId, join, later)).rejects.toMatchObject({ code: 'email-in-use' })
    expect(await mail.mails()).toEqual([])
    const guardianId = guardianIdSchema.parse(made.guardianId)
    await setGuardianEmail(
      table,
      { familyId, guardianId },
      { email: newAddress(), by: 'test', now: NOW },
    )
    const { file: before } = await readFile(table, familyId)
    await expect(decide(requestId, join, later)).rejects.toMatchObject({ code: 'email-in-use' })
    expect((await readFile(table, familyId)).file).toEqual(before)
    await decide(requestId, REFUSE, later)
  })

  it('may become a refusal while it was cut off before the file, not after', async () => {
    const put = async (isInFile: boolean) => {
      const email = newAddress()
      await ask(email)
      const requestId = await requestOf(email)
      const { familyId, guardianId } = await anotherFamily(table)
      const held = await findRequest(table, requestId)
      if (held === undefined) throw new Error('There is no request')
      const { version, ...rest } = held
      await saveRequest(table, version, {
        ...rest,
        state: 'deciding',
        decision: {
          at: NOW.toISOString(),
          by: 'agent-1',
          outcome: {
            familyId,
            guardianId: isInFile ? guardianId : guardianIdSchema.parse('pnobody'),
            isNew: false,
          },
        },
      })
      return requestId
    }
    expect(await decide(await put(false), REFUSE)).toMatchObject({ state: 'refused' })
    const begun = await put(true)
    await expect(decide(begun, REFUSE)).rejects.toMatchObject({ code: 'already-decided' })
  })

  it('says what is missing of the children', async () => {
    const email = newAddress()
    await ask(email)
    const requestId = await requestOf(email)
    for (const [children, pointers] of [
      [[], ['/body/children']],
      [[place, place], ['/body/children']],
      [
        [{ schoolId: facilityIdSchema.parse('NONE'), category: categoryIdSchema.parse('NONE') }],
        ['/body/children/0/schoolId', '/body/children/0/category'],
      ],
    ] as const) {
      await expect(
        decide(requestId, { decision: 'open', children: [...children] }),
      ).rejects.toMatchObject({
        code: 'invalid-request',
        faults: pointers.map((pointer) => ({ pointer })),
      })
    }
  })

  it('stays to be made when the e-mail is somebody else’s', async () => {
    const { account } = await world.guardian()
    await ask(account.email)
    const requestId = await requestOf(account.email)
    await expect(decide(requestId, OPEN)).rejects.toMatchObject({ code: 'email-in-use' })
    expect(await requestOf(account.email)).toBe(requestId)
    expect(await decide(requestId, REFUSE)).toMatchObject({ state: 'refused' })
    await expect(decide('0'.repeat(32), OPEN)).rejects.toMatchObject({ code: 'not-found' })
  })

  it.each([CodeDeliveryFailureException, InvalidParameterException])(
    'stays to be made when no invitation can go to the address: %o',
    async (Refused) => {
      const email = newAddress()
      await ask(email)
      const requestId = await requestOf(email)
      const error = new Refused({ $metadata: {}, message: 'The mail cannot be sent.' })
      onTestFinished(failNext(pool.client, AdminCreateUserCommand, [error]))
      await expect(decide(requestId, OPEN)).rejects.toMatchObject({
        code: 'invalid-request',
        faults: [{ pointer: '/body' }],
      })
      expect(await decide(requestId, REFUSE)).toMatchObject({ state: 'refused' })
    },
  )

  it('opens one file and one account wherever it breaks', { timeout: 120_000 }, async () => {
    await crashEverywhere({
      clients: [engine.documents, pool.client],
      scenario: async () => {
        const email = newAddress()
        await ask(email)
        const requestId = await requestOf(email)
        return {
          run: () => decide(requestId, OPEN),
          check: async (made) => {
            const { file } = await readFile(table, familyIdSchema.parse(made.familyId))
            expect(file.guardians).toMatchObject([{ email }])
            const waiting = await list()
            expect(waiting.map((one) => one.requestId)).not.toContain(requestId)
            expect(await decide(requestId, OPEN)).toEqual(made)
          },
        }
      },
    })
  })

  it('keeps one application wherever the asking breaks', async () => {
    await crashEverywhere({
      clients: [engine.documents],
      scenario: () => {
        const email = newAddress()
        return Promise.resolve({
          run: () => ask(email),
          check: async () => {
            await mail.clear()
            await sendMails(world)
            expect(await subjectsTo(email)).toEqual(['Votre demande de compte est enregistrée'])
          },
        })
      },
    })
  })

  it('costs what is recorded', async () => {
    const email = newAddress()
    const clients = [engine.documents, pool.client]
    expectCost('ask for an account', (await measure(clients, () => ask(email))).cost)
    const requestId = await requestOf(email)
    const { cost } = await measure(clients, () => decide(requestId, OPEN))
    expectCost('open a file for an account request', cost)
  })
})
