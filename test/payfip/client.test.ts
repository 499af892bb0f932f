import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { listen } from '../../lib/local/listen.ts'
import { answered, fault, FAULTS, type Reply } from '../../lib/local/payfip-soap.ts'
import { payfipClient } from '../../shared/payfip/client.ts'
import type { Order } from '../../shared/payfip/model.ts'
import { openPayfip, ORDER } from './fixture.ts'

const NOW = new Date('2026-10-15T11:11:00Z')
const { payfip, pass } = await openPayfip(NOW)
const client = payfipClient({ url: payfip.url, patience: 3000 })

/** An operation that is open. */
const open = async (about: Partial<Order> = {}): Promise<string> => {
  const answer = await client.open({ ...ORDER, ...about })
  if (answer.kind !== 'done') throw new Error('Not opened')
  return answer.value.idOp
}

describe('a call of PayFiP', () => {
  const seen: { method: string; headers: Readonly<Record<string, unknown>>; body: string }[] = []
  let reply: Reply = { status: 200, type: 'text/xml', body: '' }
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      seen.push({ method: request.method ?? '', headers: request.headers, body })
      response.writeHead(reply.status, { 'content-type': reply.type, location: '/elsewhere' })
      response.end(reply.body)
    })
  })
  const served = listen(server)
  afterAll(async () => (await served).stop())
  const other = async () => payfipClient({ url: (await served).url, patience: 3000 })

  beforeEach(() => {
    seen.length = 0
  })

  it('is SOAP 1.1: the operation is qualified and its fields are not [guide 9]', async () => {
    reply = answered('creerPaiementSecurise', { idOp: 'cc0cb210-1cd4-11ea-8cca-0213ad91a103' })
    const answer = await (await other()).open(ORDER)
    expect(answer).toEqual({
      kind: 'done',
      value: { idOp: 'cc0cb210-1cd4-11ea-8cca-0213ad91a103' },
    })
    expect(seen[0]?.method).toBe('POST')
    expect(seen[0]?.headers).toMatchObject({
      'content-type': 'text/xml; charset=utf-8',
      soapaction: '""',
    })
    expect(seen[0]?.body).toContain(
      '<pai:creerPaiementSecurise><arg0><exer>2026</exer><mel>parent@example.org</mel><montant>1000</montant><numcli>090909</numcli><objet>Facture cantine octobre 2026</objet><refdet>F2026000123</refdet><saisie>T</saisie><urlnotif>http://127.0.0.1:9/payfip/notifications</urlnotif><urlredirect>http://127.0.0.1:9/payfip/return/1</urlredirect></arg0></pai:creerPaiementSecurise>',
    )
  })

  it('writes idOp with a capital O and numCli with a capital C', async () => {
    await (await other()).ask('abc-1')
    await (await other()).describe('090909')
    expect(seen.map(({ body }) => /<arg0>.*<\/arg0>/.exec(body)?.[0])).toEqual([
      '<arg0><idOp>abc-1</idOp></arg0>',
      '<arg0><numCli>090909</numCli></arg0>',
    ])
  })

  it('escapes what it carries', async () => {
    await (await other()).open({ ...ORDER, email: `a&b<'">@example.org` })
    expect(seen[0]?.body).toContain('<mel>a&amp;b&lt;&apos;&quot;&gt;@example.org</mel>')
  })

  it('is not sent when PayFiP would refuse it for its form', async () => {
    const portal = await other()
    for (const about of [
      { reference: 'ABCD' },
      { reference: 'F-2026-000123' },
      { amount: 99 },
      { amount: 10_000_000 },
      { email: 'a@b.c' },
      { client: '90909' },
      { subject: 'Été' },
    ]) {
      expect(() => portal.open({ ...ORDER, ...about })).toThrow()
    }
    expect(seen).toEqual([])
  })

  it.each([
    ['502 without XML', { status: 502, type: 'text/html', body: '<html>Bad Gateway</html>' }],
    ['nothing at all', { status: 200, type: 'text/xml', body: '' }],
    ['an envelope of something else', answered('autreChose', { idOp: 'a' })],
    ['an operation without an id', answered('creerPaiementSecurise', { id: 'a' })],
    ['an id that is none', answered('creerPaiementSecurise', { idOp: 'a b' })],
    [
      'an answer that was cut off',
      {
        ...answered('creerPaiementSecurise', { idOp: 'a' }),
        body: answered('creerPaiementSecurise', { idOp: 'a' }).body.slice(0, -8),
      },
    ],
    ['broken XML', { status: 200, type: 'text/xml', body: '<a><b></a>' }],
    [
      'entities of its own',
      {
        status: 200,
        type: 'text/xml',
        body: '<!DOCTYPE a [<!ENTITY x "y">]><Envelope><Body><creerPaiementSecuriseResponse><return><idOp>&x;</idOp></return></creerPaiementSecuriseResponse></Body></Envelope>',
      },
    ],
    ['far too much', { status: 200, type: 'text/xml', body: `<a>${' '.repeat(200_000)}</a>` }],
    [
      'too many levels',
      { status: 200, type: 'text/xml', body: '<a>'.repeat(60) + '</a>'.repeat(60) },
    ],
    ['the name of a prototype', answered('creerPaiementSecurise', { __proto__x: '' })],
  ])('that brings %s is unreadable, and never throws', async (_, broken) => {
    reply = broken
    expect(await (await other()).open(ORDER)).toEqual({ kind: 'silent', why: 'unreadable' })
  })

  it('is read no further than an answer can be long, however small it is packed', async () => {
    const body = gzipSync(Buffer.alloc(64_000_000, ' '))
    const packed = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/xml', 'content-encoding': 'gzip' })
      response.end(body)
    })
    const bomb = await listen(packed)
    onTestFinished(() => bomb.stop())
    const before = process.memoryUsage().arrayBuffers
    const answer = await payfipClient({ url: bomb.url, patience: 20_000 }).open(ORDER)
    expect(answer).toEqual({ kind: 'silent', why: 'unreadable' })
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16_000_000)
  })

  it('does not follow to another host', async () => {
    reply = { status: 302, type: 'text/plain', body: '' }
    expect(await (await other()).open(ORDER)).toEqual({ kind: 'silent', why: 'network' })
    expect(seen).toHaveLength(1)
  })

  it('is waited for no longer than it may take', async () => {
    payfip.disturb({ reply: { status: 200, type: 'text/xml', body: '', after: 20_000 } })
    const hurried = payfipClient({ url: payfip.url, patience: 200 })
    expect(await hurried.open(ORDER)).toEqual({ kind: 'silent', why: 'timeout' })
  })

  it('is told apart from a refusal where nobody listens', async () => {
    const nobody = payfipClient({ url: 'http://127.0.0.1:9' })
    expect(await nobody.ask('a')).toEqual({ kind: 'silent', why: 'network' })
  })
})

describe('a refusal of PayFiP', () => {
  it.each(FAULTS)('%s is read from a body that comes with status 500', async (kind) => {
    payfip.disturb({ reply: fault(kind, '999', { libelle: 'Erreur n&#176; 1' }) })
    expect(await client.ask('a')).toMatchObject({
      kind: 'fault',
      fault: { code: '999', message: 'Erreur n&#176; 1' },
    })
  })

  it('names its four kinds, and prefers its description', async () => {
    const kinds = []
    for (const kind of FAULTS) {
      payfip.disturb({ reply: fault(kind, 'X1', { libelle: 'court', descriptif: 'long' }) })
      const answer = await client.ask('a')
      if (answer.kind === 'fault') kinds.push([answer.fault.kind, answer.fault.message])
    }
    expect(kinds).toEqual([
      ['functional', 'long'],
      ['technical', 'long'],
      ['unavailable', 'long'],
      ['protocol', 'long'],
    ])
  })

  it('is told no longer than people read', async () => {
    payfip.disturb({ reply: fault('FonctionnelleErreur', 'R3', { libelle: 'n'.repeat(90_000) }) })
    const answer = await client.ask('a')
    expect(answer).toMatchObject({ fault: { code: 'R3', message: 'n'.repeat(500) } })
  })

  it('in a form of its own is one of the machine', async () => {
    payfip.disturb({
      reply: {
        status: 500,
        type: 'text/xml',
        body: '<e:Envelope xmlns:e="x"><e:Body><e:Fault><faultstring>Panne</faultstring></e:Fault></e:Body></e:Envelope>',
      },
    })
    expect(await client.ask('a')).toEqual({
      kind: 'fault',
      fault: { kind: 'technical', code: '', message: 'Panne' },
    })
  })

  it.each([
    ['an e-mail that is none', 'A2', { email: 'parent@@example' }],
    ['another régie', 'T2', undefined],
  ] as const)('of %s has the code %s', async (_, code, about) => {
    const answer =
      about === undefined
        ? await payfipClient({ url: payfip.url }).describe('abc')
        : await client.open({ ...ORDER, ...about })
    expect(answer).toMatchObject({ kind: 'fault', fault: { kind: 'functional', code } })
  })
})

describe('what became of an operation', () => {
  it('is unknown (P5) until somebody has paid, then told with day and hour of Paris [guide 31]', async () => {
    const idOp = await open()
    expect(await client.ask(idOp)).toMatchObject({ kind: 'fault', fault: { code: 'P5' } })
    await payfip.choose(idOp, 'V')
    const answer = await client.ask(idOp)
    expect(answer.kind === 'done' && answer.value.authorisation).toMatch(/-tip$/)
    expect(answer).toMatchObject({
      kind: 'done',
      value: {
        code: 'V',
        reference: 'F2026000123',
        client: '090909',
        amount: '1000',
        mode: 'T',
        idOp,
        at: '2026-10-15T11:11:00.000Z',
      },
    })
  })

  it.each(['P', 'V', 'A', 'R', 'Z', 'D'])('is told by its code as it came: %s', async (code) => {
    const idOp = await open()
    await payfip.choose(idOp, code)
    const answer = await client.ask(idOp)
    expect(answer).toMatchObject({ kind: 'done', value: { code } })
    const authorised = ['P', 'V', 'D'].includes(code)
    expect(answer.kind === 'done' && answer.value.authorisation !== undefined).toBe(authorised)
  })

  it('is unknown (P1) for an operation that there is not, and for one dropped in the night', async () => {
    const idOp = await open()
    const paid = await open()
    await payfip.choose(paid, 'P')
    expect(await client.ask('nothing')).toMatchObject({ kind: 'fault', fault: { code: 'P1' } })
    pass(24 * 60)
    expect(await client.ask(idOp)).toMatchObject({ kind: 'fault', fault: { code: 'P1' } })
    expect(await client.ask(paid)).toMatchObject({ kind: 'done', value: { code: 'P' } })
  })

  it('cannot change after 15 minutes, nor once it is paid; who gave up may come back', async () => {
    const idOp = await open()
    await payfip.choose(idOp, 'A')
    pass(10)
    await payfip.choose(idOp, 'P')
    await payfip.choose(idOp, 'R')
    expect(await client.ask(idOp)).toMatchObject({ kind: 'done', value: { code: 'P' } })
    const late = await open()
    pass(16)
    await payfip.choose(late, 'P')
    expect(await client.ask(late)).toMatchObject({ kind: 'fault', fault: { code: 'P5' } })
  })

  it('is shown and decided on a page in French, which sends the browser back', async () => {
    const idOp = await open()
    const page = await fetch(client.pageOf(idOp))
    expect(page.status).toBe(200)
    expect(await page.text()).toMatch(/<html lang="fr">.*Montant.*10,00.*Payer par carte bancaire/s)
    const paid = await fetch(client.pageOf(idOp).split('?')[0] ?? '', {
      method: 'POST',
      body: new URLSearchParams({ idop: idOp, result: 'P' }),
      redirect: 'manual',
    })
    expect(paid.status).toBe(303)
    expect(paid.headers.get('location')).toBe(`${ORDER.returnUrl}?idop=${idOp}`)
    const again = await fetch(client.pageOf(idOp))
    expect(again.status).toBe(409)
  })
})

describe('a régie', () => {
  it('is described by its number [guide 9]', async () => {
    expect(await client.describe('077067')).toEqual({
      kind: 'done',
      value: { client: '077067', label: 'REGIE ENFANCE' },
    })
  })
})
