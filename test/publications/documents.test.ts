import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Upload } from '../../shared/platform/files.ts'
import { townDocumentSchema } from '../../shared/publications/model.ts'
import { fileOf, postedKey, publishedKey } from '../../shared/publications/rules.ts'
import { findTownDocument, saveTownDocument } from '../../shared/publications/store.ts'
import { crashEverywhere } from '../support/crash.ts'
import { freshTable } from '../support/engine.ts'
import { interleave } from '../support/interleave.ts'
import { expectCost, measure } from '../support/meter.ts'
import { JPEG, PDF, PNG, post } from '../support/vault.ts'
import { MONDAY, openTownDocuments, TARIFFS } from './fixture.ts'

const { table, documents } = await freshTable()
const { files, store, announce, publish, published, edit, withdraw, listed, all, link } =
  await openTownDocuments(table)

/** Another file of the same kind. */
const OTHER = Buffer.from('%PDF-1.7\nanother price list')

interface Posted {
  readonly documentId: string
  readonly upload: Upload
}

const titles = (list: readonly { readonly title: string }[]): string[] =>
  list.map(({ title }) => title)

const described = {
  kind: TARIFFS.kind,
  title: TARIFFS.title,
  decidedOn: TARIFFS.decidedOn,
  from: TARIFFS.from,
}

describe('a document of the town', () => {
  it('is announced, posted, checked, listed, saved by anybody, and withdrawn [guide 6]', async () => {
    const { document, upload } = await announce()
    const { documentId } = document
    expect(document).toMatchObject({
      state: 'pending',
      stateLabel: 'En attente d’envoi du fichier',
    })
    expect(upload.until).toBe('2025-09-15T09:10:00.000Z')
    expect(await listed()).toEqual([])
    await expect(link(documentId)).rejects.toMatchObject({ code: 'not-found' })

    expect((await post(upload, PDF)).status).toBe(204)
    expect(await listed()).toEqual([])
    const after = await publish(documentId)
    expect(after).toMatchObject({ state: 'published', size: PDF.length, version: 2 })
    expect(await publish(documentId)).toEqual(after)
    expect(await listed()).toMatchObject([
      {
        documentId,
        kindLabel: 'Tarifs municipaux',
        title: 'Tarifs municipaux 2025',
        about: 'Délibération du 12/06/2025 — À compter du 01/09/2025',
      },
    ])
    expect(await store.inspect(postedKey(document))).toBeUndefined()
    expect((await findTownDocument(table, documentId))?.expiresAt).toBeUndefined()

    const { url, until } = await link(documentId)
    expect(until).toBe('2025-09-15T09:05:00.000Z')
    const saved = await fetch(url)
    expect(await saved.bytes()).toEqual(new Uint8Array(PDF))
    expect(saved.headers.get('content-disposition')).toMatch(/^attachment;.*tarifs\.pdf/)

    expect(await withdraw(documentId, 2)).toMatchObject({ state: 'withdrawn', version: 3 })
    expect(await listed()).toEqual([])
    expect((await fetch(url)).status).toBe(404)
    await expect(link(documentId)).rejects.toMatchObject({ code: 'not-found' })
    await expect(publish(documentId)).rejects.toMatchObject({ code: 'not-found' })
    await expect(edit(documentId, 3, described)).rejects.toMatchObject({ code: 'not-found' })
    expect(await withdraw(documentId, 2)).toMatchObject({ state: 'withdrawn' })
  })

  it('is listed up to its last day, by kind, what holds from the latest day on first', async () => {
    const menu = { ...TARIFFS, decidedOn: undefined, kind: 'menu' as const }
    const september = { ...menu, from: '2025-09-01' as const, until: '2025-09-30' as const }
    await published({ ...september, title: 'Menus de septembre' })
    await published({ ...menu, from: '2025-10-01', until: '2025-10-31', title: 'Menus d’octobre' })
    await published({ ...TARIFFS, from: '2024-09-01', title: 'Tarifs 2024' })
    await published()
    expect(titles(await listed())).toEqual([
      'Tarifs municipaux 2025',
      'Tarifs 2024',
      'Menus d’octobre',
      'Menus de septembre',
    ])
    // The last second of September in Paris, and the first of October.
    expect(titles(await listed(new Date('2025-09-30T21:59:59Z')))).toContain('Menus de septembre')
    const october = new Date('2025-09-30T22:00:00Z')
    expect(titles(await listed(october))).not.toContain('Menus de septembre')
    const over = (await all()).find(({ title }) => title === 'Menus de septembre')
    await expect(link(over?.documentId ?? '', october)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('is described anew without its file, by who has read the present version', async () => {
    const { documentId, version } = await published()
    const body = { ...described, kind: 'form' as const, title: 'Fiche', decidedOn: undefined }
    const after = await edit(documentId, version, { ...body, from: undefined })
    expect(after).toMatchObject({ kind: 'form', title: 'Fiche', about: '', version: version + 1 })
    expect(await edit(documentId, version, { ...body, from: undefined })).toEqual(after)
    await expect(edit(documentId, version, described)).rejects.toMatchObject({
      code: 'changed-meanwhile',
    })
    await expect(withdraw(documentId, version)).rejects.toMatchObject({ code: 'changed-meanwhile' })
    expect((await fetch((await link(documentId)).url)).status).toBe(200)
  })

  it.each([
    [
      { decidedOn: undefined },
      '/body/decidedOn',
      'Indiquez la date de la délibération qui fixe ces tarifs.',
    ],
    [
      { from: undefined },
      '/body/from',
      'Indiquez le jour à compter duquel ces tarifs s’appliquent.',
    ],
    [
      { until: '2025-08-31' as const },
      '/body/until',
      'Le dernier jour ne peut pas précéder le premier.',
    ],
    [
      { fileName: 'tarifs.exe' },
      '/body/fileName',
      'Le nom de ce fichier doit se terminer par .pdf.',
    ],
  ])('is refused where tariffs lack what makes them hold: %#', async (part, pointer, detail) => {
    await expect(announce({ ...TARIFFS, ...part })).rejects.toMatchObject({
      code: 'invalid-request',
      faults: [{ pointer, detail }],
    })
  })

  it.each([
    ['a page', '<html><script>alert(1)</script></html>'],
    ['a photograph', JPEG],
    ['a picture', PNG],
  ])('is not published as what it is not: %s; the limits are told', async (_, content) => {
    const { document, upload } = await announce()
    await post(upload, content)
    await expect(publish(document.documentId)).rejects.toMatchObject({
      code: 'file-refused',
      detail: 'Envoyez un fichier PDF, JPEG ou PNG de 5 Mo au plus, tel qu’annoncé.',
    })
    await expect(publish(document.documentId)).rejects.toMatchObject({ code: 'file-missing' })
    await post(upload, PDF)
    expect(await publish(document.documentId)).toMatchObject({ state: 'published' })
    await withdraw(document.documentId, 2)
  })

  it('is not replaced by its form once it was looked at', async () => {
    const { document, upload } = await announce()
    await post(upload, PDF)
    await publish(document.documentId)
    expect((await post(upload, '<html>')).status).toBe(204)
    const saved = await fetch((await link(document.documentId)).url)
    expect(await saved.bytes()).toEqual(new Uint8Array(PDF))
  })

  it('is published once, or withdrawn with its file, wherever it breaks', async () => {
    await crashEverywhere({
      clients: [documents, files],
      scenario: async () => {
        const { document, upload } = await announce()
        await post(upload, PDF)
        return {
          run: () => publish(document.documentId),
          check: async () => {
            const kept = await findTownDocument(table, document.documentId)
            expect(kept).toMatchObject({ state: 'published', version: 2 })
            expect(await store.inspect(publishedKey(kept ?? document))).toBeDefined()
            await withdraw(document.documentId, 2)
          },
        }
      },
    })
    await crashEverywhere({
      clients: [documents, files],
      scenario: async () => {
        const { documentId, version } = await published()
        return {
          run: () => withdraw(documentId, version),
          check: async () => {
            const kept = await findTownDocument(table, documentId)
            expect(kept).toMatchObject({ state: 'withdrawn', version: 3 })
            expect(kept?.file).toBeTypeOf('string')
            expect(await store.inspect(publishedKey(kept ?? { documentId }))).toBeUndefined()
          },
        }
      },
    })
  })

  /** A document whose file is posted, and which keys its file may come to lie under. */
  const postedDocument = async () => {
    const { document, upload } = await announce()
    await post(upload, PDF)
    const { documentId } = document
    const keys = [PDF, OTHER].flatMap((content) => {
      const etag = createHash('md5').update(content).digest('hex')
      return [2, 3].map((version) => publishedKey({ documentId, file: fileOf(version, etag) }))
    })
    return { documentId, upload, keys }
  }

  /** A published document has its own file; of no document there is any other. */
  const expectOneFile = async (documentId: string, keys: readonly string[]): Promise<void> => {
    const kept = await findTownDocument(table, documentId)
    const own = kept?.state === 'published' ? publishedKey(kept) : undefined
    const there = await Promise.all(
      keys.map(async (key) => ((await store.inspect(key)) ? [key] : [])),
    )
    expect(there.flat()).toEqual(own === undefined ? [] : [own])
    if (own === undefined) return
    const saved = await fetch((await link(documentId)).url)
    const content = await saved.bytes()
    expect([PDF, OTHER].map((each) => new Uint8Array(each))).toContainEqual(content)
    expect(content).toHaveLength(kept?.size ?? 0)
  }

  it.each([
    ['published', ({ documentId }: Posted) => publish(documentId), 'published'],
    [
      'posted and published',
      async ({ documentId, upload }: Posted) => {
        await post(upload, OTHER)
        await publish(documentId)
      },
      'published',
    ],
    ['described anew', ({ documentId }: Posted) => edit(documentId, 1, described), 'published'],
    ['withdrawn', ({ documentId }: Posted) => withdraw(documentId, 1), 'withdrawn'],
  ] as const)(
    'has the file that was looked at, whenever it is %s while it is published',
    async (_, act, state) => {
      const ways = await interleave([documents, files], async () => {
        const posted = await postedDocument()
        const { documentId, keys } = posted
        return {
          one: () => publish(documentId),
          other: () => act(posted),
          check: async (outcomes) => {
            await expectOneFile(documentId, keys)
            const codes = outcomes.map((each) => each.status === 'rejected' && String(each.reason))
            // Who comes too late is told so, and comes again.
            for (const code of codes.filter((each) => each !== false)) {
              expect(code).toMatch(/concurrent-change|changed-meanwhile|not-found|file-missing/)
            }
            expect(codes).toContain(false)
            if ((await findTownDocument(table, documentId))?.state === 'pending') {
              await publish(documentId)
            }
            const kept = await findTownDocument(table, documentId)
            expect(['published', state]).toContain(kept?.state)
            await expectOneFile(documentId, keys)
            if (kept?.state !== 'published') return
            await withdraw(documentId, kept.version)
            await expectOneFile(documentId, keys)
          },
        }
      })
      expect(ways).toBeGreaterThan(10)
    },
  )

  it('is found where it lay before its file had a name of its own', async () => {
    const { documentId, version } = await published()
    const held = await findTownDocument(table, documentId)
    await withdraw(documentId, version)
    const old = townDocumentSchema.parse({
      ...{ ...held, file: undefined },
      ...{ documentId: 'menus-2024-of-the-first-version', version: 1 },
    })
    expect(publishedKey(old)).toBe(`published/${old.documentId}`)
    await post(await store.offerUpload(publishedKey(old), { ...TARIFFS, seconds: 60 }), PDF)
    await saveTownDocument(table, old)
    const saved = await fetch((await link(old.documentId)).url)
    expect(await saved.bytes()).toEqual(new Uint8Array(PDF))
    await withdraw(old.documentId, 1)
    expect(await store.inspect(publishedKey(old))).toBeUndefined()
  })

  it('costs one Query to list and one read to save', async () => {
    const quiet = new Date(MONDAY.getTime() + 400 * 86_400_000)
    const { cost } = await measure([documents], () => listed(quiet))
    expectCost('list the documents of the town', cost)
    const { documentId } = await published()
    const saving = await measure([documents, files], () => link(documentId))
    expectCost('save a document of the town', saving.cost)
  })
})
