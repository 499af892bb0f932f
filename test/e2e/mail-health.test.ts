import { beforeAll, describe, expect, it } from 'vitest'
import { readAccountRoute } from '../../shared/accounts/routes.ts'
import { listMailProblemsRoute } from '../../shared/mail-health/routes.ts'
import { readPreferencesRoute } from '../../shared/messages/routes.ts'
import { sessionSchema } from '../../shared/sessions/routes.ts'
import { cesson } from '../support/cesson.ts'
import { portalProcess } from '../support/portal-process.ts'

const portal = await portalProcess()
const { call, mails } = portal

const PASSWORD = cesson.accounts[0]?.password ?? ''
const BOUNCING = 'bounce@famille.example'

const signIn = async (login: string) => {
  const reply = await call('openSession', 'POST /sessions', { body: { login, password: PASSWORD } })
  return sessionSchema.parse(reply.body)
}

describe('mails that do not arrive, over HTTP', { timeout: 600_000 }, () => {
  let parent = ''
  let agent = ''

  const problems = async () => {
    const { body } = await call('listMailProblems', 'GET /mail-problems', { token: agent })
    return listMailProblemsRoute.reply.parse(body).problems
  }

  const secretOf = async (to: string): Promise<string> => {
    const sent = (await mails()).findLast((each) => each.destination.to.includes(to))
    return decodeURIComponent(/secret=([^\s"&]+)/.exec(sent?.body.text ?? '')?.[1] ?? '')
  }

  const moveTo = async (email: string): Promise<void> => {
    const asked = { token: parent, body: { email, password: PASSWORD } }
    expect((await call('changeEmail', 'PUT /account/email', asked)).status).toBe(202)
    const body = { secret: await secretOf(email) }
    const confirmed = await call('confirmEmail', 'POST /account/email/confirmations', { body })
    expect(confirmed.status).toBe(201)
    parent = (await signIn(email)).idToken
  }

  const book = async (day: string): Promise<void> => {
    const reply = await call('submitWishes', 'POST /submissions', {
      token: parent,
      headers: { 'idempotency-key': `meal-of-${day}` },
      body: {
        wishes: [
          {
            kind: 'days',
            enrolmentId: 'manon-restauration-2025',
            days: [{ date: `2025-09-${day}`, units: ['REPAS'] }],
          },
        ],
      },
    })
    expect(reply.status).toBe(201)
  }

  beforeAll(async () => {
    await portal.start('2025-09-10T10:00')
    parent = (await signIn('tototest@famille.example')).idToken
    agent = (await signIn('agent@cesson.example')).idToken
  }, 300_000)

  it('mark the address, are shown to staff and at sign-in, and stop [guide 47]', async () => {
    await moveTo(BOUNCING)
    await book('25')
    const arrived = (await mails()).filter(({ destination }) => destination.to.includes(BOUNCING))
    expect(await problems()).toMatchObject([
      { email: BOUNCING, problem: 'undeliverable', family: { familyId: '1002' } },
    ])
    const again = await signIn(BOUNCING)
    expect(again.mailProblem).toMatchObject({ problem: 'undeliverable' })
    const account = await call('readAccount', 'GET /account', { token: again.idToken })
    expect(readAccountRoute.reply.parse(account.body).mailProblem).toEqual(again.mailProblem)

    await book('26')
    const later = (await mails()).filter(({ destination }) => destination.to.includes(BOUNCING))
    expect(later).toHaveLength(arrived.length)
    const csv = await call('exportMailProblems', 'GET /mail-problems/csv', { token: agent })
    expect(csv.body).toContain(`;${BOUNCING};Les messages n’arrivent pas;10/09/2025;`)
  })

  it('are forgotten with the address: its owner gives another, and mails go out again [guide 5]', async () => {
    await moveTo('tototest@famille.example')
    expect(await problems()).toEqual([])
    expect((await signIn('tototest@famille.example')).mailProblem).toBeUndefined()
    const before = (await mails()).length
    await book('29')
    expect(await mails()).toHaveLength(before + 1)
  })

  it('do not stop what a family must know when somebody calls a mail spam', async () => {
    await moveTo('complaint@famille.example')
    await book('30')
    await mails()
    expect(await problems()).toMatchObject([{ problem: 'complained' }])
    const before = (await mails()).length
    await book('18')
    expect(await mails()).toHaveLength(before + 1)
    await portal.moveClock('2025-09-12T10:00')
    parent = (await signIn('complaint@famille.example')).idToken
    agent = (await signIn('agent@cesson.example')).idToken
    const said = await call('confirmOwnAddress', 'POST /family/mail-confirmation', {
      token: parent,
    })
    expect(said.status).toBe(200)
    expect(await problems()).toEqual([])
    const preferences = await call('readPreferences', 'GET /preferences', { token: parent })
    expect(readPreferencesRoute.reply.parse(preferences.body)).toEqual({
      reminders: true,
      news: true,
    })
  })
})
