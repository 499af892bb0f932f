import { beforeAll, expect, it, vi } from 'vitest'
import {
  confirmUploadRoute,
  controlAttachmentRoute,
  linkAttachmentRoute,
  listAttachmentsRoute,
  listFamilyAttachmentsRoute,
  listReceivedAttachmentsRoute,
  offerUploadRoute,
} from '../../shared/attachments/routes.ts'
import { ANNOUNCED } from '../attachments/fixture.ts'
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

const handlerOf = async () => (await import('../../functions/attachments/index.ts')).handler

it('lets the function handle files and their items, and nothing else', async () => {
  const handler = await handlerOf()
  const by = await anotherFamily(table)
  const claims = claimsOf(['guardian'], by)
  const agent = { claims: claimsOf(['agent']) }
  const used = await rightsUsed(async () => {
    const offered = await call(handler, httpEvent(offerUploadRoute, { claims, body: ANNOUNCED }))
    expect(offered.statusCode).toBe(201)
    const { attachment, upload } = offerUploadRoute.reply.parse(JSON.parse(offered.body ?? ''))
    await post(upload, PDF)
    const { attachmentId } = attachment
    const parameters = { familyId: by.familyId, attachmentId }
    const calls = [
      httpEvent(confirmUploadRoute, { claims, parameters: { attachmentId } }),
      httpEvent(listAttachmentsRoute, { claims }),
      httpEvent(listReceivedAttachmentsRoute, agent),
      httpEvent(listFamilyAttachmentsRoute, { ...agent, parameters: { familyId: by.familyId } }),
      httpEvent(linkAttachmentRoute, { ...agent, parameters }),
      httpEvent(controlAttachmentRoute, { ...agent, parameters, body: { accepted: true } }),
    ]
    for (const event of calls) expect((await call(handler, event)).statusCode).toBe(200)
  })
  // What browsers do in the name of the function: by the form, and by the link.
  const lent = ['s3:GetObject Documents/received/*', 's3:PutObject Documents/incoming/*']
  expect([...new Set([...used, ...lent])].toSorted()).toEqual(rightsGranted('attachments'))
})

it.each([
  [{ ...ANNOUNCED, fileName: '../a.pdf' }, '/body/fileName'],
  [{ ...ANNOUNCED, mediaType: 'text/html' }, '/body/mediaType'],
  [{ ...ANNOUNCED, size: 5 * 1024 * 1024 + 1 }, '/body/size'],
])('refuses what is announced wrongly: %#', async (body, pointer) => {
  const handler = await handlerOf()
  const claims = claimsOf(['guardian'], await anotherFamily(table))
  const refused = await call(handler, httpEvent(offerUploadRoute, { claims, body }))
  expect(problemIn(refused)).toMatchObject({ status: 400, errors: [{ pointer }] })
})

it('asks for a word to a family whose document is refused', async () => {
  const handler = await handlerOf()
  const refused = await call(
    handler,
    httpEvent(controlAttachmentRoute, {
      claims: claimsOf(['agent']),
      parameters: { familyId: '1001', attachmentId: 'a' },
      body: { accepted: false },
    }),
  )
  expect(problemIn(refused)).toMatchObject({ errors: [{ pointer: '/body/message' }] })
})
