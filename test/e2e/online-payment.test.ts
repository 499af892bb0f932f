import { beforeAll, describe, expect, it } from 'vitest'
import { readLedgerRoute } from '../../shared/ledger/routes.ts'
import { listReviewsRoute, onlinePaymentReply } from '../../shared/payments/routes.ts'
import { sessionSchema } from '../../shared/sessions/routes.ts'
import { cesson, weekly } from '../support/cesson.ts'
import { portalProcess } from '../support/portal-process.ts'

const portal = await portalProcess()
const { call, mails } = portal

const PASSWORD = cesson.accounts[0]?.password ?? ''
const PARENT = 'madelainedupont@famille.example'

const signIn = async (login: string): Promise<string> => {
  const reply = await call('openSession', 'POST /sessions', { body: { login, password: PASSWORD } })
  return sessionSchema.parse(reply.body).idToken
}

/** What somebody does on the page of PayFiP; where their browser goes then. */
const onPage = async (
  page: string,
  result: string,
  mishaps: readonly string[] = [],
): Promise<string | null> => {
  const shown = await fetch(page)
  expect(await shown.text()).toContain('Payer par carte bancaire')
  const form = new URLSearchParams({ idop: new URL(page).searchParams.get('idop') ?? '', result })
  for (const mishap of mishaps) form.append('mishap', mishap)
  const answer = await fetch(new URL('/tpa/paiementws.web', page), {
    method: 'POST',
    body: form,
    redirect: 'manual',
  })
  return answer.headers.get('location')
}

describe('an invoice is paid online, over HTTP', { timeout: 600_000 }, () => {
  let parent = ''
  let accountant = ''
  let number = ''

  const ledger = async () =>
    readLedgerRoute.reply.parse((await call('readLedger', 'GET /ledger', { token: parent })).body)

  const start = async (key: string, body: object = {}) =>
    onlinePaymentReply.parse(
      (
        await call('startPayment', 'POST /online-payments', {
          token: parent,
          headers: { 'idempotency-key': key },
          body: { invoices: [number], ...body },
        })
      ).body,
    )

  const read = async (paymentId: string) =>
    onlinePaymentReply.parse(
      (await call('readPayment', `GET /online-payments/${paymentId}`, { token: parent })).body,
    )

  beforeAll(async () => {
    await portal.start('2025-07-15T10:41')
    parent = await signIn(PARENT)
    const wishes = [weekly('leo-restauration-2025', { 2: ['REPAS'], 4: ['REPAS'] })]
    const booked = await call('submitWishes', 'POST /submissions', {
      token: parent,
      body: { wishes },
      headers: { 'idempotency-key': 'meals-of-the-year' },
    })
    expect(booked.status).toBe(201)
    await portal.moveClock('2025-10-01T06:01')
    parent = await signIn(PARENT)
    accountant = await signIn('regisseur@cesson.example')
    number = (await ledger()).entries.find(({ kind }) => kind === 'invoice')?.number ?? ''
    expect(number).toMatch(/^ENF2025/)
  }, 600_000)

  it('the régie is known to PayFiP [guide 9]', async () => {
    const checked = await call('checkPayfip', 'GET /regies/ENF/payfip', { token: accountant })
    expect(checked.body).toEqual({
      regieId: 'ENF',
      client: '077067',
      mode: 'test',
      label: 'REGIE ENFANCE',
    })
  })

  it('refused by the bank, then paid in part by card: ledger, receipt and mails [guide 9, 28, 29, 30, 31] [wish W9]', async () => {
    const { due } = (await ledger()).totals
    const refused = await start('first-try-of-the-card')
    expect(refused).toMatchObject({ amount: due, state: 'open' })
    expect((await ledger()).entries[0]).toMatchObject({
      state: 'awaiting',
      stateLabel: 'En attente de validation du paiement',
    })
    await onPage(refused.pay?.url ?? '', 'R')
    expect(await read(refused.paymentId)).toMatchObject({ state: 'refused' })

    const part = await start('second-try-of-the-card', { amount: 1000 })
    const back = await onPage(part.pay?.url ?? '', 'P', ['twice'])
    expect(back).toMatch(new RegExp(`/payfip/return/${part.paymentId}\\?idop=`))
    const returned = await fetch(back ?? '', { redirect: 'manual' })
    expect(returned.status).toBe(303)
    expect(returned.headers.get('location')).toMatch(new RegExp(`/payments/${part.paymentId}$`))
    // The notifications came before the browser: nobody has asked since.
    const held = await ledger()
    expect(held.totals).toMatchObject({ paid: 1000, due: due - 1000, payments: 1, awaiting: 0 })
    expect(await read(part.paymentId)).toMatchObject({
      state: 'paid',
      paid: { receipt: 'ENF-2025-000001' },
    })
    const [refusal, receipt] = (await mails()).slice(-2)
    expect(refusal?.subject).toContain('a été refusé')
    expect(receipt?.subject).toBe('Votre paiement de 10,00\u00A0€ est bien reçu')
    expect(receipt?.destination.to).toEqual([PARENT])
    expect(receipt?.body.text).toContain('Quittance n° ENF-2025-000001.')
    expect(receipt?.body.text).toContain(`Facture n° ${number} : 10,00\u00A0€`)
  })

  it('found by the schedule though the notification is lost, the window closed and the process killed [guide 30] [wish W9]', async () => {
    const begun = await start('the-rest-by-debit')
    await onPage(begun.pay?.url ?? '', 'V', ['lost', 'stranded'])
    await portal.kill()
    await portal.start()
    await portal.moveClock('2025-10-01T20:00')
    parent = await signIn(PARENT)
    const held = await ledger()
    expect(held.totals).toMatchObject({ due: 0, payments: 2, awaiting: 0, credit: 0 })
    expect(held.entries.find(({ kind }) => kind === 'invoice')).toMatchObject({ state: 'settled' })
    expect(await read(begun.paymentId)).toMatchObject({
      state: 'paid',
      paid: { receipt: 'ENF-2025-000002' },
    })
    const received = (await mails()).filter(({ subject }) => subject.includes('est bien reçu'))
    // The mailbox of this machine forgot the first one with the kill.
    expect(received).toHaveLength(1)
    accountant = await signIn('regisseur@cesson.example')
    const reviews = await call('listPaymentReviews', 'GET /payment-reviews', { token: accountant })
    expect(listReviewsRoute.reply.parse(reviews.body).payments).toEqual([])
  })
})
