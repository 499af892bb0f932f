import { beforeAll, describe, expect, it } from 'vitest'
import { readInvoiceRoute, readLedgerRoute } from '../../shared/ledger/routes.ts'
import { readFamilyRoute } from '../../shared/families/routes.ts'
import {
  listPendingRequestsRoute,
  listRequestsRoute,
} from '../../shared/reservations/request-routes.ts'
import {
  previewWishesRoute,
  readPlanningRoute,
  submitWishesRoute,
} from '../../shared/reservations/routes.ts'
import { sessionSchema } from '../../shared/sessions/routes.ts'
import { cesson, guideWishes, weekly } from '../support/cesson.ts'
import { expectPrivateLogs } from '../support/log-privacy.ts'
import { portalProcess } from '../support/portal-process.ts'

const portal = await portalProcess()
const { call, mails } = portal

const PASSWORD = cesson.accounts[0]?.password ?? ''
const PARENT = 'madelainedupont@famille.example'

const signIn = async (login: string): Promise<string> => {
  const reply = await call('openSession', 'POST /sessions', { body: { login, password: PASSWORD } })
  return sessionSchema.parse(reply.body).idToken
}

const wednesdays = weekly('lucas-mercredis-2025', { 3: ['JOURNEE'] })

const submit = (token: string, wishes: readonly unknown[], key: string) =>
  call('submitWishes', 'POST /submissions', {
    token,
    body: { wishes },
    headers: { 'idempotency-key': key },
  })

describe('a year of the portal, over HTTP', { timeout: 600_000 }, () => {
  let parent = ''
  let agent = ''

  beforeAll(async () => {
    await portal.start('2025-07-15T10:41')
    parent = await signIn(PARENT)
    agent = await signIn('agent@cesson.example')
  }, 600_000)

  it('refuses a wrong password and an unknown address alike [guide 1]', async () => {
    const wrong = await call('openSession', 'POST /sessions', {
      body: { login: PARENT, password: 'not-the-password' },
    })
    const unknown = await call('openSession', 'POST /sessions', {
      body: { login: 'nobody@famille.example', password: PASSWORD },
    })
    expect(wrong).toMatchObject({ status: 401, body: { code: 'bad-credentials' } })
    expect(unknown).toMatchObject({ status: 401, body: { code: 'bad-credentials' } })
    expect(wrong.headers.get('content-type')).toBe('application/problem+json')
  })

  it('lets nobody in without a token, and each role where it belongs', async () => {
    expect(await call('readFamily', 'GET /family')).toMatchObject({ status: 401 })
    expect(await call('readFamily', 'GET /family', { token: agent })).toMatchObject({
      status: 403,
      body: { code: 'forbidden' },
    })
    expect(
      await call('listPendingRequests', 'GET /pending-requests', { token: parent }),
    ).toMatchObject({ status: 403, body: { code: 'forbidden' } })
  })

  it('shows the family, its children and enrolments, and the week of all of them [guide 36, 37, 39]', async () => {
    const family = readFamilyRoute.reply.parse(
      (await call('readFamily', 'GET /family', { token: parent })).body,
    )
    expect(family.children.map(({ firstName }) => firstName)).toEqual(['Léo', 'Lucas'])
    const planning = readPlanningRoute.reply.parse(
      (await call('readPlanning', 'GET /planning?from=2025-09-01&to=2025-09-07', { token: parent }))
        .body,
    )
    const studies = planning.children[0]?.enrolments.find(
      ({ activityId }) => activityId === 'ETUDES',
    )
    const meals = planning.children[1]?.enrolments.find(
      ({ activityId }) => activityId === 'RESTAURATION',
    )
    // The week that the guide shows: no study yet, meals on four days.
    expect(studies?.availability).toBe('-------')
    expect(meals).toMatchObject({ availability: 'oo-oo--', units: [{ days: '.......' }] })
  })

  it('previews, submits and confirms by one mail the requests of the guide [guide 41, 45, 46, 47]', async () => {
    const preview = previewWishesRoute.reply.parse(
      (
        await call('previewWishes', 'POST /planning/preview', {
          token: parent,
          body: { wishes: guideWishes },
        })
      ).body,
    )
    expect(preview.requests).toHaveLength(4)
    const before = await call('listRequests', 'GET /requests', { token: parent })
    expect(listRequestsRoute.reply.parse(before.body).requests).toEqual([])

    const first = await submit(parent, guideWishes, 'the-guide-year')
    const again = await submit(parent, guideWishes, 'the-guide-year')
    const other = await submit(parent, [wednesdays], 'the-guide-year')
    expect(first.status).toBe(201)
    expect(again.body).toEqual(first.body)
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } })
    expect(
      submitWishesRoute.reply
        .parse(first.body)
        .requests.map(({ child, activity, from, to, stateLabel }) => [
          child,
          activity,
          from,
          to,
          stateLabel,
        ]),
    ).toEqual([
      ['Léo', 'Etudes Surveillées', '2025-09-08', '2026-06-25', 'Traitée positivement'],
      ['Léo', 'Restauration Scolaire', '2025-09-02', '2026-07-02', 'Traitée positivement'],
      ['Lucas', 'Accueil Pre/Post Scolaire', '2025-09-02', '2026-07-02', 'Traitée positivement'],
      ['Lucas', 'Restauration Scolaire', '2025-09-08', '2026-07-03', 'Traitée positivement'],
    ])
    expect((await mails()).map(({ destination, subject }) => [destination.to, subject])).toEqual([
      [[PARENT], 'Nous avons bien enregistré vos 4 demandes'],
    ])
  })

  it('brings the leisure centre before an agent, whose decision is mailed [guide 47, 48]', async () => {
    const asked = await submit(parent, [wednesdays], 'all-wednesdays')
    const pending = listPendingRequestsRoute.reply.parse(
      (await call('listPendingRequests', 'GET /pending-requests', { token: agent })).body,
    )
    const [request] = pending.requests
    expect(submitWishesRoute.reply.parse(asked.body).requests).toMatchObject([
      { state: 'pending', number: request?.number },
    ])
    const decided = await call(
      'decideRequest',
      `POST /families/${request?.familyId ?? ''}/requests/${String(request?.number)}/decision`,
      { token: agent, body: { outcome: 'accepted' } },
    )
    expect(decided).toMatchObject({ status: 200, body: { state: 'accepted' } })
    const subjects = (await mails()).map(({ subject }) => subject)
    expect(subjects.slice(1)).toEqual([
      'Nous avons bien enregistré votre demande',
      'Une demande à instruire : famille DUPONT',
      `Votre demande n° ${String(request?.number)} : traitée positivement`,
    ])
  })

  it('loses and doubles nothing when it is killed in the middle of a submission', async () => {
    const token = await signIn('tototest@famille.example')
    const wishes = [
      weekly('manon-restauration-2025', { 1: ['REPAS'], 2: ['REPAS'] }),
      weekly('manon-accueil-2025', { 1: ['ACC_SOIR'] }),
    ]
    const cut = submit(token, wishes, 'cut-by-a-kill').catch(() => undefined)
    await new Promise((resolve) => {
      setTimeout(resolve, 12)
    })
    await portal.kill()
    await cut
    await portal.start()
    const again = await signIn('tototest@famille.example')
    const reply = await submit(again, wishes, 'cut-by-a-kill')
    const listed = listRequestsRoute.reply.parse(
      (await call('listRequests', 'GET /requests', { token: again })).body,
    )
    expect(reply.status).toBe(201)
    expect(listed.requests).toHaveLength(2)
    expect(listed.requests.toReversed()).toEqual(submitWishesRoute.reply.parse(reply.body).requests)
    parent = await signIn(PARENT)
  })

  it('issues the invoices of September on 1 October at 06:00, mails them and shows them in the ledger [guide 9, 28, 29]', async () => {
    await portal.moveClock('2025-10-01T06:01')
    const sent = await mails()
    expect(
      sent.filter(({ subject }) => subject === 'Votre facture de septembre 2025'),
    ).toHaveLength(3)
    const ledger = readLedgerRoute.reply.parse(
      (await call('readLedger', 'GET /ledger', { token: parent })).body,
    )
    expect(ledger).toMatchObject({
      totals: { invoiced: 7636, invoices: 1, due: 7636, unpaid: 1 },
      entries: [{ kind: 'invoice', date: '2025-10-01', amount: 7636, state: 'unsettled' }],
    })
    const { number = '' } = ledger.entries[0] ?? {}
    const invoice = readInvoiceRoute.reply.parse(
      (await call('readInvoice', `GET /ledger/invoices/${number}`, { token: parent })).body,
    )
    expect(invoice).toMatchObject({
      month: '2025-09',
      lines: [
        { child: 'Léo', label: 'ETUDES', quantity: 7, unitPrice: 141, amount: 987 },
        { child: 'Léo', label: 'Repas', quantity: 9, unitPrice: 208, amount: 1872 },
        { child: 'Lucas', label: 'Repas', quantity: 7, unitPrice: 208, amount: 1456 },
        { child: 'Lucas', label: 'Acc Soir', quantity: 9, unitPrice: 141, amount: 1269 },
        { child: 'Lucas', label: 'Journée', quantity: 4, unitPrice: 513, amount: 2052 },
      ],
      total: 7636,
    })
    const accountant = await signIn('regisseur@cesson.example')
    const run = await call('readBillingRun', 'GET /billing-runs/2025-09/ENF', { token: accountant })
    expect(run.body).toMatchObject({
      state: 'mailed',
      families: 4,
      progress: { computed: 4, issued: 4, mailed: 4 },
      tally: { invoices: 2, carried: 0 },
      anomalies: [],
    })
  })

  it('serves its reference and answers unknown paths in French', async () => {
    const document = await call('readOpenApi', 'GET /openapi.json')
    const page = await call('readDocs', 'GET /docs')
    expect(document.headers.get('content-type')).toBe('application/json')
    expect(document.body).toContain('"/submissions"')
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(page.body).toContain('/submissions')
    const unknown = await fetch(`${portal.url()}/nowhere`)
    expect(unknown.status).toBe(404)
    expect(await unknown.json()).toMatchObject({
      code: 'not-found',
      title: 'Cette page ou ce dossier n’existe pas.',
    })
  })

  it('has logged what it did, one object a line, and nothing about anybody', () => {
    expectPrivateLogs(portal.logs(), ['the-guide-year', 'not-the-password'])
    const all = [...portal.logs().values()].join('')
    expect(all).toContain('"message":"request done"')
    expect(all).toContain('"route":"POST /submissions","familyId":"1001"')
  })

  it('stops when it is asked to', async () => {
    expect(await portal.stop()).toBe(0)
  })
})
