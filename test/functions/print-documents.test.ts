import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { bundleFunctions } from '../../lib/bundle.ts'
import {
  printCreditNoteRoute,
  printFamilyCreditNoteRoute,
  printFamilyInvoiceRoute,
  printInvoiceRoute,
} from '../../shared/billing/print-routes.ts'
import { documentItem } from '../../shared/billing/document-store.ts'
import { townCatalogue } from '../../shared/catalogue/current.ts'
import { publishCatalogue } from '../../shared/catalogue/publish-catalogue.ts'
import { printFamilyStatementRoute, printStatementRoute } from '../../shared/ledger/print-routes.ts'
import type { httpHandler } from '../../shared/platform/http.ts'
import type { Route } from '../../shared/platform/route.ts'
import {
  printFamilySimulationRoute,
  printPriceTableRoute,
  printSimulationRoute,
} from '../../shared/tariffs/print-routes.ts'
import { creditNoteOf, invoiceOf, lineOf } from '../documents/fixture.ts'
import {
  printFamilyExportRoute,
  printFamilyFileExportRoute,
} from '../../shared/privacy/export-routes.ts'
import { openHealth, SECRETS } from '../health/fixture.ts'
import { cesson, DUPONT, GUIDE_DAY, openCesson, TEST } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { call, claimsOf, httpEvent, problemIn, type HttpCall } from '../support/events.ts'
import { readPdf, textsOf } from '../support/pdf.ts'
import { rightsGranted, rightsUsed } from '../support/used-rights.ts'
import { KEY } from '../support/vault.ts'

const { table, tableName, endpoint } = await freshTable()
const { keep, keysUrl } = await openHealth(table)
const folder = mkdtempSync(join(tmpdir(), 'print-documents-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

const { familyId } = DUPONT
const [priceList] = cesson.catalogue.priceLists
if (priceList === undefined) throw new Error('The demo town has a price list')
const { id: priceListId, service } = priceList
const parent = { claims: claimsOf(['guardian'], DUPONT), now: new Date('2026-02-02T09:00:00Z') }
const accountant = { ...parent, claims: claimsOf(['accountant']) }
const anybody = { now: parent.now }

const invoice = invoiceOf()
const creditNote = creditNoteOf([lineOf({ quantity: -1, days: '2', corrects: invoice.number })])
const { number } = invoice

const moduleSchema = z.object({ handler: z.custom<ReturnType<typeof httpHandler>>() })
let printDocuments: ReturnType<typeof httpHandler>

beforeAll(async () => {
  await openCesson(table)
  const { edition } = await townCatalogue(table)()
  for (const issued of [
    { kind: 'invoice', document: { ...invoice, ...(edition === undefined ? {} : { edition }) } },
    { kind: 'credit-note', document: creditNote },
  ] as const) {
    await table.put(documentItem(issued))
  }
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', endpoint)
  vi.stubEnv('TABLE_NAME', tableName)
  vi.stubEnv('AWS_ENDPOINT_URL_KMS', keysUrl)
  vi.stubEnv('HEALTH_KEY_ARN', KEY)
  await bundleFunctions(folder)
  // The bundle, not its source: what it needs beside itself must lie there.
  const bundle: unknown = await import(
    pathToFileURL(join(folder, 'print-documents', 'index.mjs')).href
  )
  printDocuments = moduleSchema.parse(bundle).handler
})

const ask = (route: Route, about: HttpCall) => call(printDocuments, httpEvent(route, about))

const pdfText = ({ body }: { body?: string | undefined }): string =>
  readPdf(Buffer.from(body ?? '', 'base64'))
    .pages.flatMap(textsOf)
    .join(' ')

const simulation = { service, priceListId, quotient: '0.17' }

it.each([
  ['invoice', printInvoiceRoute, { ...parent, parameters: { number } }, 'Facture n°'],
  [
    'credit note',
    printCreditNoteRoute,
    { ...parent, parameters: { number: creditNote.number } },
    'Avoir n°',
  ],
  [
    'invoice of a family',
    printFamilyInvoiceRoute,
    { ...accountant, parameters: { familyId, number } },
    'Facture n°',
  ],
  [
    'credit note of a family',
    printFamilyCreditNoteRoute,
    { ...accountant, parameters: { familyId, number: creditNote.number } },
    'Avoir n°',
  ],
  [
    'statement',
    printStatementRoute,
    { ...parent, parameters: { year: '2025' } },
    'Attestation de frais de garde 2025',
  ],
  [
    'statement of a family',
    printFamilyStatementRoute,
    { ...accountant, parameters: { familyId, year: '2025' } },
    'Attestation de frais de garde 2025',
  ],
  [
    'simulation [guide 51]',
    printSimulationRoute,
    { ...anybody, body: simulation },
    'Simulation tarifaire',
  ],
  [
    'simulation of a family [guide 51]',
    printFamilySimulationRoute,
    { ...parent, body: { childId: 'leo', service, priceListId } },
    'Simulation tarifaire',
  ],
  [
    'price list [guide 6]',
    printPriceTableRoute,
    { ...anybody, parameters: { priceListId } },
    priceList.name,
  ],
] as const)('prints as PDF and as HTML: %s', async (_, route, about, text) => {
  const pdf = await ask(route, about)
  expect(pdf).toMatchObject({
    statusCode: 200,
    isBase64Encoded: true,
    headers: { 'content-type': 'application/pdf' },
  })
  expect(pdfText(pdf)).toContain(text)
  const html = await ask(route, { ...about, query: { format: 'html' } })
  expect(html).toMatchObject({
    statusCode: 200,
    headers: { 'content-type': 'text/html; charset=utf-8' },
  })
  expect(html.isBase64Encoded).toBeUndefined()
  expect(html.body).toContain(text)
})

it('simulates to the cent of the guide on paper [guide 53]', async () => {
  const text = pdfText(await ask(printSimulationRoute, { ...anybody, body: simulation }))
  for (const price of ['0,70', '1,41', '1,69', '5,13', '1,03', '2,08']) {
    expect(text).toContain(`${price}\u202F€`)
  }
})

it('hides the documents of other families from a guardian', async () => {
  const stranger = { ...parent, claims: claimsOf(['guardian'], TEST) }
  for (const [route, parameters] of [
    [printInvoiceRoute, { number }],
    [printCreditNoteRoute, { number: creditNote.number }],
  ] as const) {
    expect(problemIn(await ask(route, { ...stranger, parameters })).code).toBe('not-found')
  }
  const forbidden = await ask(printFamilyInvoiceRoute, {
    ...parent,
    parameters: { familyId, number },
  })
  expect(problemIn(forbidden).code).toBe('forbidden')
})

it('refuses a year that is not over, and a family that does not exist', async () => {
  const running = await ask(printStatementRoute, { ...parent, parameters: { year: '2026' } })
  expect(problemIn(running).code).toBe('period-out-of-range')
  const parameters = { familyId: '9999', year: '2025' }
  const nobody = await ask(printFamilyStatementRoute, { ...accountant, parameters })
  expect(problemIn(nobody).code).toBe('not-found')
})

it('gives an issued invoice as it was, though the town has moved since [guide 29]', async () => {
  const before = await ask(printInvoiceRoute, { ...parent, parameters: { number } })
  const { catalogue } = cesson
  const moved = { ...catalogue, town: { ...catalogue.town, address: '1 place Neuve' } }
  await publishCatalogue(table, moved, GUIDE_DAY)
  vi.resetModules()
  const path = pathToFileURL(join(folder, 'print-documents', 'index.mjs')).href
  const fresh: unknown = await import(`${path}?again`)
  const again = moduleSchema.parse(fresh).handler
  const parameters = { number }
  const after = await call(again, httpEvent(printInvoiceRoute, { ...parent, parameters }))
  expect(after).toEqual(before)
  // What is made anew comes from where the town is now.
  const about = { ...anybody, body: simulation }
  const made = await call(again, httpEvent(printSimulationRoute, about))
  expect(pdfText(made)).toContain('1 place Neuve')
})

it('prints all that is held about a family, health for a parent who asks for it', async () => {
  await keep(DUPONT, 0)
  const plain = pdfText(await ask(printFamilyExportRoute, parent))
  const asked = { ...parent, query: { health: 'true' } }
  const whole = pdfText(await ask(printFamilyExportRoute, asked))
  const administrator = { ...parent, claims: claimsOf(['administrator']), parameters: { familyId } }
  const onPaper = pdfText(await ask(printFamilyFileExportRoute, administrator))
  for (const text of [plain, whole, onPaper])
    expect(text).toMatch(/Date de naissance.: 18\/04\/2016/)
  for (const secret of SECRETS) {
    // Numbers of telephones are told as the French write them.
    if (!/\d/.test(secret)) expect(whole).toContain(secret)
    expect(plain).not.toContain(secret)
    expect(onPaper).not.toContain(secret)
  }
})

it('uses the rights that it has, and no other', async () => {
  // The source lacks the fonts that lie beside the bundle: the HTML needs none.
  const { handler } = await import('../../functions/print-documents/index.ts')
  const parameters = { familyId, number }
  const query = { format: 'html' }
  const used = rightsUsed(async () => {
    const answer = await call(
      handler,
      httpEvent(printFamilyInvoiceRoute, { ...accountant, parameters, query }),
    )
    expect(answer.statusCode).toBe(200)
    const health = { format: 'html', health: 'true' }
    const all = await call(handler, httpEvent(printFamilyExportRoute, { ...parent, query: health }))
    expect(all.statusCode).toBe(200)
  })
  expect(await used).toEqual(rightsGranted('print-documents'))
})

it('has the licence beside the fonts, as it asks', () => {
  const licence = readFileSync(join(folder, 'print-documents', 'fonts-licence.txt'), 'utf8')
  expect(licence).toContain('Bitstream Vera')
  expect(existsSync(join(folder, 'family', 'regular.ttf'))).toBe(false)
})
