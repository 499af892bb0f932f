import { beforeAll, describe, expect, it } from 'vitest'
import { MOST_FILES } from '../../shared/attachments/model.ts'
import { areOfFamily } from '../../shared/attachments/are-of-family.ts'
import { incomingKey, receivedKey } from '../../shared/attachments/rules.ts'
import { findAttachment, saveAttachment } from '../../shared/attachments/store.ts'
import { familyPartition } from '../../shared/platform/keys.ts'
import { attachmentIdSchema, guardianIdSchema } from '../../shared/platform/schemas.ts'
import { openCesson, TEST } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { expectCost, measure } from '../support/meter.ts'
import { JPEG, PDF, post } from '../support/vault.ts'
import { AGENT, ANNOUNCED, openAttachments } from './fixture.ts'

const { table, documents } = await freshTable()
const { files, store, offer, confirm, received, list, listForStaff, awaiting, link, control } =
  await openAttachments(table)

beforeAll(async () => {
  await openCesson(table)
})

const idOf = (text: string) => attachmentIdSchema.parse(text)

describe('a document', () => {
  it('is announced, posted, checked, read by staff, controlled, and then no longer kept', async () => {
    const by = await anotherFamily(table)
    const { attachment, upload } = await offer(by)
    expect(attachment).toMatchObject({
      label: 'Justificatif de domicile',
      stateLabel: 'En attente d’envoi',
    })
    expect(upload.until).toBe('2025-09-15T09:10:00.000Z')
    expect((await post(upload, PDF)).status).toBe(204)
    expect(await confirm(by, attachment)).toMatchObject({
      state: 'received',
      stateLabel: 'Reçu, à vérifier',
      size: PDF.length,
    })
    const address = { ...by, ...attachment }
    expect(await store.inspect(incomingKey(address))).toBeUndefined()

    const { url, until } = await link(address)
    expect(until).toBe('2025-09-15T09:05:00.000Z')
    const saved = await fetch(url)
    expect(await saved.bytes()).toEqual(new Uint8Array(PDF))
    expect(saved.headers.get('content-disposition')).toMatch(/^attachment;/)

    const body = { accepted: false as const, message: 'Illisible : envoyez une autre photo.' }
    const controlled = await control(address, body)
    expect(controlled).toMatchObject({
      state: 'purged',
      stateLabel: 'Refusé, fichier supprimé',
      control: { accepted: false, message: body.message },
    })
    expect(await store.inspect(receivedKey(address))).toBeUndefined()
    expect((await fetch(url)).status).toBe(404)
    expect((await list(by)).attachments).toMatchObject([
      { state: 'purged', control: controlled.control },
    ])
    expect((await list(by)).attachments[0]).not.toHaveProperty('familyId')
    const other = { ...by, guardianId: guardianIdSchema.parse('g2') }
    expect((await list(other)).attachments).toEqual([])
    expect(await findAttachment(table, address)).toMatchObject({
      state: 'purged',
      control: { by: AGENT.account, at: '2025-09-15T09:00:00.000Z' },
    })
  })

  it('is noted in the trail of the family by whom its file was had', async () => {
    const by = await anotherFamily(table)
    const address = await received(by)
    await link(address)
    expect(
      await table.query({ partition: familyPartition(by.familyId), from: ['TRAIL'] }),
    ).toMatchObject([
      {
        kind: 'read',
        id: address.attachmentId,
        by: AGENT.account,
        about: 'Justificatif de domicile',
      },
    ])
  })

  it('awaits its control among those of all families, the oldest first, and then no more', async () => {
    const [one, other] = [await anotherFamily(table), await anotherFamily(table)]
    const first = await received(one)
    const second = await received(other)
    const among = async () =>
      (await awaiting()).attachments
        .map(({ attachmentId }) => attachmentId)
        .filter((id) => id === first.attachmentId || id === second.attachmentId)
    expect(await among()).toHaveLength(2)
    await control(first)
    expect(await among()).toEqual([second.attachmentId])
    expect((await awaiting(1)).attachments).toHaveLength(1)
  })
})

describe('a document as a proof', () => {
  it('is received, and neither refused nor deleted, nor of another family', async () => {
    const by = await anotherFamily(table)
    const proves = (...ids: string[]) => areOfFamily(table, by.familyId, ids.map(idOf))
    const { attachment } = await offer(by)
    const [one, other] = [await received(by), await received(by)]
    const stranger = await received(await anotherFamily(table))
    expect(await proves(one.attachmentId, other.attachmentId)).toBe(true)
    expect(await proves(one.attachmentId, attachment.attachmentId)).toBe(false)
    expect(await proves(one.attachmentId, stranger.attachmentId)).toBe(false)
    await control(other)
    expect(await proves(other.attachmentId)).toBe(false)
    const held = await findAttachment(table, one)
    if (held === undefined) throw new Error('No document')
    // As a control leaves it whose deletion is broken off.
    const found = { by: AGENT.account, at: '2025-09-15T09:00:00.000Z' }
    const accepted = {
      ...held,
      state: 'controlled',
      control: { accepted: true, ...found },
    } as const
    const kept = await saveAttachment(table, accepted)
    expect(await proves(one.attachmentId)).toBe(true)
    await saveAttachment(table, { ...kept, control: { accepted: false, ...found } })
    expect(await proves(one.attachmentId)).toBe(false)
  })
})

describe('a file that is not what was announced', () => {
  it.each([
    ['image/jpeg', 'facture.pdf', '.jpg ou .jpeg'],
    ['image/png', 'photo.png.jpg', '.png'],
    ['application/pdf', 'facture.pdf.exe', '.pdf'],
    ['application/pdf', 'facture', '.pdf'],
  ] as const)('is not even announced: %s as “%s”', async (mediaType, fileName, endings) => {
    const by = await anotherFamily(table)
    await expect(offer(by, { ...ANNOUNCED, mediaType, fileName })).rejects.toMatchObject({
      code: 'invalid-request',
      faults: [
        {
          pointer: '/body/fileName',
          detail: `Le nom de ce fichier doit se terminer par ${endings}.`,
        },
      ],
    })
    expect((await list(by)).attachments).toEqual([])
  })

  it.each([
    ['a page that says to be a document', '<html><script>alert(1)</script></html>'],
    ['a document of another type', JPEG],
    ['what only holds a document', ' %PDF-1.7'],
  ])('is deleted: %s', async (_, content) => {
    const by = await anotherFamily(table)
    const { attachment, upload } = await offer(by)
    await post(upload, content)
    await expect(confirm(by, attachment)).rejects.toMatchObject({ code: 'file-refused' })
    expect(await store.inspect(incomingKey({ ...by, ...attachment }))).toBeUndefined()
    await expect(confirm(by, attachment)).rejects.toMatchObject({ code: 'file-missing' })
    // The right one can still be posted.
    await post(upload, PDF)
    expect(await confirm(by, attachment)).toMatchObject({ state: 'received' })
  })

  it('cannot take the place of one that was checked, though its form still serves', async () => {
    const by = await anotherFamily(table)
    const { attachment, upload } = await offer(by)
    await post(upload, PDF)
    await confirm(by, attachment)
    expect((await post(upload, '<html>')).status).toBe(204)
    const saved = await fetch((await link({ ...by, ...attachment })).url)
    expect(await saved.bytes()).toEqual(new Uint8Array(PDF))
    expect(await confirm(by, attachment)).toMatchObject({ state: 'received' })
  })

  it('is not even stored above the announced size', async () => {
    const by = await anotherFamily(table)
    const { attachment, upload } = await offer(by, { ...ANNOUNCED, size: PDF.length - 1 })
    expect((await post(upload, PDF)).status).toBe(400)
    await expect(confirm(by, attachment)).rejects.toMatchObject({ code: 'file-missing' })
  })
})

describe('who may', () => {
  it('are the guardians of the family: nobody else confirms or sees its documents', async () => {
    const by = await anotherFamily(table)
    const { attachment } = await offer(by)
    const refusal = { code: 'not-found' }
    await expect(confirm(TEST, attachment)).rejects.toMatchObject(refusal)
    await expect(confirm(by, { attachmentId: idOf('unknown') })).rejects.toMatchObject(refusal)
    const gone = { ...by, guardianId: guardianIdSchema.parse('nobody') }
    await expect(offer(gone)).rejects.toMatchObject(refusal)
    await expect(list(gone)).rejects.toMatchObject(refusal)
    expect((await list(TEST)).attachments).toEqual([])
    expect((await listForStaff(by.familyId)).attachments).toMatchObject([
      { familyId: by.familyId, state: 'pending' },
    ])
  })

  it('are for staff those that are there: no file, no link and no control', async () => {
    const by = await anotherFamily(table)
    const { attachment } = await offer(by)
    const pending = { ...by, ...attachment }
    await expect(link(pending)).rejects.toMatchObject({ code: 'file-missing' })
    await expect(control(pending)).rejects.toMatchObject({ code: 'file-missing' })
    const unknown = { ...by, attachmentId: idOf('unknown') }
    await expect(link(unknown)).rejects.toMatchObject({ code: 'not-found' })
    await expect(control(unknown)).rejects.toMatchObject({ code: 'not-found' })
    const address = await received(by)
    await control(address)
    await expect(link(address)).rejects.toMatchObject({ code: 'file-missing' })
  })
})

describe('a control', () => {
  it('is one decision: the same again has no effect, another is refused', async () => {
    const by = await anotherFamily(table)
    const address = await received(by)
    const first = await control(address, { accepted: true, message: 'Merci' })
    const other = { ...AGENT, account: 'another-agent' }
    expect(await control(address, { accepted: true, message: 'Merci' }, other)).toEqual(first)
    await expect(control(address, { accepted: false, message: 'Non' })).rejects.toMatchObject({
      code: 'already-decided',
    })
    expect(await findAttachment(table, address)).toMatchObject({ control: { by: AGENT.account } })
  })

  it('of two agents at the same moment counts once', async () => {
    const address = await received(await anotherFamily(table))
    const outcomes = await Promise.allSettled([
      control(address, { accepted: true }),
      control(address, { accepted: false, message: 'Non' }),
    ])
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })
})

it(`holds ${String(MOST_FILES)} documents of a family that await something, and no more`, async () => {
  const by = await anotherFamily(table)
  const [first] = await Promise.all(Array.from({ length: MOST_FILES }, () => offer(by)))
  await expect(offer(by)).rejects.toMatchObject({ code: 'too-many-files' })
  if (first === undefined) throw new Error('Nothing was offered')
  await post(first.upload, PDF)
  await confirm(by, first.attachment)
  await control({ ...by, ...first.attachment })
  await expect(offer(by)).resolves.toBeDefined()
})

describe('wherever it breaks off', () => {
  it('a file is received once', async () => {
    const crashes = await crashEverywhere({
      clients: [documents, files],
      scenario: async () => {
        const by = await anotherFamily(table)
        const { attachment, upload } = await offer(by)
        await post(upload, PDF)
        const address = { ...by, ...attachment }
        return {
          run: () => confirm(by, attachment),
          check: async () => {
            expect(await findAttachment(table, address)).toMatchObject({
              state: 'received',
              version: 2,
            })
            expect(await store.inspect(receivedKey(address))).toMatchObject({ size: PDF.length })
          },
        }
      },
    })
    expect(crashes.map(({ operation }) => operation)).toEqual(
      expect.arrayContaining(['GetObject', 'CopyObject', 'PutItem', 'DeleteObject']),
    )
  })

  it('a file is controlled once, and gone', async () => {
    await crashEverywhere({
      clients: [documents, files],
      scenario: async () => {
        const address = await received(await anotherFamily(table))
        return {
          run: () => control(address),
          check: async () => {
            expect(await findAttachment(table, address)).toMatchObject({
              state: 'purged',
              control: { accepted: true },
            })
            expect(await store.inspect(receivedKey(address))).toBeUndefined()
          },
        }
      },
    })
  })
})

it('costs a few calls', async () => {
  const by = await anotherFamily(table)
  const clients = [documents, files]
  const offered = await measure(clients, () => offer(by))
  expectCost('announce a supporting document', offered.cost)
  const { attachment, upload } = offered.result
  await post(upload, PDF)
  expectCost(
    'receive a supporting document',
    (await measure(clients, () => confirm(by, attachment))).cost,
  )
  expectCost(
    'control a supporting document',
    (await measure(clients, () => control({ ...by, ...attachment }))).cost,
  )
})
