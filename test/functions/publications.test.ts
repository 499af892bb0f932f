import { beforeAll, expect, it, vi } from 'vitest'
import { noteSignIn } from '../../shared/accounts/note-sign-in.ts'
import {
  answerEnquiryRoute,
  answerVisitorRoute,
  continueEnquiryRoute,
  listEnquiriesRoute,
  listFamilyEnquiriesRoute,
  listOpenEnquiriesRoute,
  writeAsVisitorRoute,
  writeEnquiryRoute,
} from '../../shared/enquiries/routes.ts'
import { readHomeRoute } from '../../shared/home/routes.ts'
import { hashOf } from '../../shared/platform/hash.ts'
import {
  announceDocumentRoute,
  editDocumentRoute,
  editNewsRoute,
  linkTownDocumentRoute,
  listFamilyNewsRoute,
  listNewsRoute,
  listTownDocumentsRoute,
  listWrittenDocumentsRoute,
  listWrittenNewsRoute,
  publishDocumentRoute,
  publishNewsRoute,
  readInformationRoute,
  readPageRoute,
  withdrawDocumentRoute,
  withdrawNewsRoute,
} from '../../shared/publications/routes.ts'
import { QUESTION, VISITOR } from '../enquiries/fixture.ts'
import { NEWS, TARIFFS } from '../publications/fixture.ts'
import { openCesson } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { call, claimsOf, httpEvent, problemIn } from '../support/events.ts'
import { anotherFamily } from '../support/families.ts'
import { rightsGranted, rightsUsed } from '../support/used-rights.ts'
import { BUCKET, openVault, PDF, post } from '../support/vault.ts'

const { table, tableName, endpoint } = await freshTable()
const { filesUrl } = await openVault()

beforeAll(async () => {
  await openCesson(table)
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', endpoint)
  vi.stubEnv('AWS_ENDPOINT_URL_S3', filesUrl)
  vi.stubEnv('TABLE_NAME', tableName)
  vi.stubEnv('DOCUMENTS_BUCKET', BUCKET.name)
})

const agent = { claims: claimsOf(['agent']) }
const now = new Date('2025-09-15T09:00:00Z')
const key = (name: string) => ({ 'idempotency-key': name })
const version = (number: number) => ({ 'if-match': `"${String(number)}"` })

const publishing = async () => (await import('../../functions/publications/index.ts')).handler

it('lets the function publish news and documents, and do nothing else', async () => {
  const handler = await publishing()
  const claims = claimsOf(['guardian'], await anotherFamily(table))
  const used = await rightsUsed(async () => {
    const written = await call(
      handler,
      httpEvent(publishNewsRoute, { ...agent, headers: key('news-of-monday'), body: NEWS, now }),
    )
    expect(written).toMatchObject({ statusCode: 201, headers: { etag: '"1"' } })
    const { newsId } = publishNewsRoute.reply.parse(JSON.parse(written.body ?? ''))
    const announced = await call(
      handler,
      httpEvent(announceDocumentRoute, { ...agent, body: TARIFFS, now }),
    )
    expect(announced.statusCode).toBe(201)
    const reply = announceDocumentRoute.reply.parse(JSON.parse(announced.body ?? ''))
    await post(reply.upload, PDF)
    const parameters = { documentId: reply.document.documentId }
    const { kind, title, decidedOn, from } = TARIFFS
    const described = { kind, title, decidedOn, from }
    const calls = [
      httpEvent(listNewsRoute, { now }),
      httpEvent(listFamilyNewsRoute, { claims, now }),
      httpEvent(listWrittenNewsRoute, agent),
      httpEvent(editNewsRoute, {
        ...{ ...agent, now, parameters: { newsId }, headers: version(1), body: NEWS },
      }),
      httpEvent(withdrawNewsRoute, { ...agent, parameters: { newsId }, headers: version(2), now }),
      httpEvent(publishDocumentRoute, { ...agent, parameters, now }),
      httpEvent(listTownDocumentsRoute, { now }),
      httpEvent(linkTownDocumentRoute, { parameters, now }),
      httpEvent(listWrittenDocumentsRoute, agent),
      httpEvent(editDocumentRoute, {
        ...{ ...agent, now, parameters, headers: version(2), body: described },
      }),
      httpEvent(withdrawDocumentRoute, { ...agent, parameters, headers: version(3), now }),
      httpEvent(readInformationRoute),
      httpEvent(readPageRoute, { parameters: { pageId: 'practical' } }),
    ]
    for (const event of calls) expect((await call(handler, event)).statusCode).toBe(200)
  })
  // What browsers do in the name of the function: by the form, and by the link.
  const lent = ['s3:GetObject Documents/published/*', 's3:PutObject Documents/posted/*']
  expect([...new Set([...used, ...lent])].toSorted()).toEqual(rightsGranted('publications'))
})

it('lets the function mail news, and do nothing else', async () => {
  const { handler } = await import('../../functions/mail-news/index.ts')
  const asked = httpEvent(publishNewsRoute, {
    ...{ ...agent, headers: key('news-by-mail'), body: { ...NEWS, byMail: true }, now },
  })
  expect((await call(await publishing(), asked)).statusCode).toBe(201)
  const scheduledTime = new Date(now.getTime() + 10 * 60_000).toISOString()
  expect(await rightsUsed(() => handler({ scheduledTime }))).toEqual(rightsGranted('mail-news'))
})

it.each([
  [{ ...TARIFFS, mediaType: 'text/html' }, '/body/mediaType', /application\/pdf/],
  [{ ...TARIFFS, size: 5 * 1024 * 1024 + 1 }, '/body/size', /5242880/],
])(
  'names the limits to whoever announces what is beyond them: %#',
  async (body, pointer, limit) => {
    const refused = await call(
      await publishing(),
      httpEvent(announceDocumentRoute, { ...agent, body }),
    )
    const problem = problemIn(refused)
    expect(problem).toMatchObject({ status: 400, errors: [{ pointer }] })
    expect(problem.errors?.[0]?.detail).toMatch(limit)
  },
)

it('shows a phone the menu and the practical information of the town [guide 4, 34, 35]', async () => {
  const handler = await publishing()
  const reply = await call(handler, httpEvent(readInformationRoute))
  const { services, pages, menu } = readInformationRoute.reply.parse(JSON.parse(reply.body ?? ''))
  expect(services[0]).toMatchObject({
    name: 'Service Éducation',
    phone: '+33164106100',
    phoneLabel: '01 64 10 61 00',
    address: '8 route de Saint-Leu, 77240 Cesson',
  })
  expect(pages.map(({ title }) => title)).toContain('Mentions légales')
  expect(menu.map(({ entry }) => entry)).toEqual([
    ...['tariffs', 'news', 'documents', 'practical', 'help', 'contacts', 'terms', 'legal'],
  ])
  const page = await call(handler, httpEvent(readPageRoute, { parameters: { pageId: 'help' } }))
  expect(readPageRoute.reply.parse(JSON.parse(page.body ?? '')).paragraphs).toHaveLength(2)
  // The services are the contacts: the town has written no page of that name.
  expect(menu).toContainEqual({ entry: 'contacts', label: 'Contacts', available: true })
  const none = await call(handler, httpEvent(readPageRoute, { parameters: { pageId: 'contacts' } }))
  expect(problemIn(none)).toMatchObject({ status: 404, code: 'not-found' })
})

it('lets the function take and answer enquiries, and do nothing else', async () => {
  const { handler } = await import('../../functions/enquiries/index.ts')
  const { familyId, ...by } = await anotherFamily(table)
  const claims = claimsOf(['guardian'], { familyId, ...by })
  const used = await rightsUsed(async () => {
    const ask = { claims, now, headers: key('question-1') }
    const written = await call(handler, httpEvent(writeEnquiryRoute, { ...ask, body: QUESTION }))
    expect(written.statusCode).toBe(201)
    const { number } = writeEnquiryRoute.reply.parse(JSON.parse(written.body ?? ''))
    const on = await call(
      handler,
      httpEvent(continueEnquiryRoute, {
        ...{ ...ask, headers: key('question-2'), parameters: { number: String(number) } },
        body: { message: 'Encore une question.' },
      }),
    )
    expect(on.statusCode).toBe(201)
    const visitor = await call(
      handler,
      httpEvent(writeAsVisitorRoute, { headers: key('visitor-1'), body: VISITOR, now }),
    )
    expect(visitor.statusCode).toBe(201)
    const foreign = writeAsVisitorRoute.reply.parse(JSON.parse(visitor.body ?? '')).number
    const body = { kind: 'answer', message: 'À 18 heures.' }
    const visitorId = hashOf(VISITOR.email).slice(0, 32)
    const calls = [
      httpEvent(listEnquiriesRoute, { claims }),
      httpEvent(listOpenEnquiriesRoute, agent),
      httpEvent(listFamilyEnquiriesRoute, { ...agent, parameters: { familyId } }),
      httpEvent(answerEnquiryRoute, {
        ...{ ...agent, now, headers: version(2), body },
        parameters: { familyId, number: String(number) },
      }),
      httpEvent(answerVisitorRoute, {
        ...{ ...agent, now, headers: version(1), body },
        parameters: { visitorId, number: String(foreign) },
      }),
    ]
    for (const event of calls) expect((await call(handler, event)).statusCode).toBe(200)
  })
  expect(used).toEqual(rightsGranted('enquiries'))
})

it('lets the function of the first page read, and nothing else', async () => {
  const { handler } = await import('../../functions/home/index.ts')
  const by = await anotherFamily(table)
  const claims = claimsOf(['guardian'], by)
  const entry = { account: claims['sub'] ?? '', roles: ['guardian' as const], ...by }
  await noteSignIn(table, { ...entry, email: 'parent@famille.example' }, now)
  const used = await rightsUsed(async () => {
    expect((await call(handler, httpEvent(readHomeRoute, { claims, now }))).statusCode).toBe(200)
  })
  expect(used).toEqual(rightsGranted('home'))
})
