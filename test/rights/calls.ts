import { exampleOf } from '../../shared/api/examples.ts'
import { openApiDocument } from '../../shared/api/openapi.ts'
import type { Operation, Schema } from '../../shared/api/openapi-model.ts'
import { ROUTES } from '../../shared/api/routes.ts'
import { AUTHORISATION_KINDS } from '../../shared/families/model.ts'
import { MANDATE_CONSENT } from '../../shared/kernel/debit-texts.ts'
import { HEALTH_CONSENT } from '../../shared/kernel/health-texts.ts'
import { QUOTIENT_CONSENT } from '../../shared/kernel/quotient-texts.ts'
import type { Route } from '../../shared/platform/route.ts'
import type { HttpCall } from '../support/events.ts'

/** The ids of what a family has, and that routes take. */
export const KINDS = [
  'familyId',
  'guardianId',
  'childId',
  'contactId',
  'enrolmentId',
  'attachmentId',
  'request',
  'enrolmentRequest',
  'change',
  'erasureRequest',
  'invoice',
  'creditNote',
  'payment',
  'mandate',
  'onlinePayment',
  'enquiry',
] as const
export type Kind = (typeof KINDS)[number]
export type Ids = Readonly<Record<Kind, string>>
/** Tells the id of a kind that a call is to carry. */
export type Choose = (kind: Kind) => string

/** Words of the document's examples that stand for the id of something of a family. */
const EXAMPLE_IDS: Readonly<Record<string, Kind>> = {
  'ENF-M000000001': 'mandate',
  '0123456789abcdef0123456789abcdef': 'onlinePayment',
  'family-1': 'familyId',
  'guardian-1': 'guardianId',
  'child-1': 'childId',
  'contact-1': 'contactId',
  'enrolment-1': 'enrolmentId',
  'attachment-1': 'attachmentId',
}

/** Words of the document's examples, and what they are in the demo town. */
const WORDS: Readonly<Record<string, string>> = {
  'into-1': '1003',
  'activity-1': 'MERCREDIS',
  'group-1': 'GRANDS',
  'unit-1': 'JOURNEE',
  'slot-1': 'JOURNEE',
  'school-1': 'E_PREVERT',
  'category-1': 'ENFANT',
  'service-1': 'Enfance',
  'pricelist-1': 'TARIFS_2024',
  'search-1': 'test',
  '"3"': '"1"',
}

/** What only the name of a field tells. */
const BY_NAME: Readonly<Record<string, unknown>> = {
  regieId: 'ENF',
  birthDate: '2019-05-04',
  weekday: 3,
}

/** Whose number a path takes. */
const numberIn = (path: string): Kind => {
  if (path.includes('/invoices/')) return 'invoice'
  if (path.includes('/credit-notes/')) return 'creditNote'
  if (path.includes('/payments/') || path.includes('/deposits')) return 'payment'
  if (path.includes('/enrolment-requests/')) return 'enrolmentRequest'
  if (path.includes('/enquiries/')) return 'enquiry'
  if (path.includes('/erasure-requests/')) return 'erasureRequest'
  return path.includes('/changes/') ? 'change' : 'request'
}

const filled = (value: unknown, name: string, path: string, choose: Choose): unknown => {
  if (Array.isArray(value)) return value.map((each) => filled(each, name, path, choose))
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
    return Object.fromEntries(entries.map(([key, each]) => [key, filled(each, key, path, choose)]))
  }
  // Plans, lists for the Treasury and claims are numbered for themselves: the demo town has none.
  if (name === 'number' && !/\/(plans|transfers|claims)\//.test(path)) {
    const number = choose(numberIn(path))
    return typeof value === 'number' ? Number(number) : number
  }
  if (name in BY_NAME) return BY_NAME[name]
  if (typeof value !== 'string') return value
  const kind = EXAMPLE_IDS[value]
  return kind === undefined ? (WORDS[value] ?? value) : choose(kind)
}

const signature = { consent: { accepted: true, textVersion: MANDATE_CONSENT.version } }
const proof = (choose: Choose) => ({ attachmentIds: [choose('attachmentId')] })
const collect = (choose: Choose) => ({
  body: {
    children: [
      {
        childId: choose('childId'),
        version: 0,
        enrolmentIds: [choose('enrolmentId')],
        decisions: [
          ...AUTHORISATION_KINDS.map((kind) => ({ kind, allowed: true })),
          { kind: 'collect', contactId: choose('contactId'), allowed: true },
        ],
      },
    ],
  },
})

/** A time at which the school year has begun. */
const LATER = new Date('2025-09-18T10:00:00Z')

/** What the examples do not say: optional ids, and what must fit together. */
const MORE: Readonly<Record<string, (choose: Choose) => HttpCall>> = {
  changePassword: () => ({ body: { newPassword: 'Portail-2026' } }),
  resetPassword: () => ({ body: { password: 'Portail-2026' } }),
  editMyFamily: (choose) => ({ body: { homePhone: '01 64 10 61 00', ...proof(choose) } }),
  editMyself: (choose) => ({
    headers: { 'if-match': '"2"' },
    body: { phone: '06 12 34 56 78', ...proof(choose) },
  }),
  editMyChild: (choose) => ({ headers: { 'if-match': '"2"' }, body: proof(choose) }),
  keepHealth: () => ({
    headers: { 'if-match': '"0"' },
    body: {
      allergies: [{ kind: 'food', has: true, details: 'Arachides' }],
      consent: { textVersion: HEALTH_CONSENT.version },
    },
  }),
  giveQuotientConsent: () => ({ body: { textVersion: QUOTIENT_CONSENT.version } }),
  previewAuthorisations: collect,
  submitAuthorisations: collect,
  listRequests: (choose) => ({ query: { child: choose('childId') } }),
  listFamilyRequests: (choose) => ({ query: { child: choose('childId') } }),
  requestEnrolment: (choose) => ({
    body: {
      activityId: 'ETUDES',
      groupId: 'ETUDES_E_PREVERT',
      from: '2026-10-01',
      until: '2027-06-01',
      documents: [{ documentId: 'adresse', attachmentId: choose('attachmentId') }],
    },
  }),
  endEnrolment: () => ({ body: { lastDay: '2026-06-30' } }),
  changeGroup: () => ({ body: { groupId: 'PETITS' } }),
  setCapacity: () => ({ parameters: { date: '2025-09-03' } }),
  closeDay: () => ({ body: { date: '2025-09-10' } }),
  markSheet: (choose) => ({
    now: LATER,
    parameters: { date: '2025-09-17' },
    body: {
      marks: [
        {
          familyId: choose('familyId'),
          childId: choose('childId'),
          state: 'present',
          markedAt: '2025-09-17T08:00:00.000Z',
          markId: '0b9c2a56-0f3e-4b0e-9a43-0c1d2e3f4a5b',
          unitIds: ['JOURNEE'],
        },
      ],
    },
  }),
  justifyAbsence: () => ({
    now: LATER,
    body: { from: '2025-09-17', to: '2025-09-17', receivedOn: '2025-09-18' },
  }),
  startPayment: (choose) => ({ body: { invoices: [choose('invoice')] } }),
  recordPayment: () => ({ body: { paidOn: '2025-07-10' } }),
  signMandate: () => ({ body: { day: 5, ...signature } }),
  changeDebitAccount: () => ({ body: signature }),
  changeDebitDay: () => ({ body: { day: 15 } }),
  enterMandate: () => ({ body: { day: 5, signedOn: '2025-07-10' } }),
  prepareDebitRun: () => ({ parameters: { date: '2025-08-05' } }),
  exportDebitRun: () => ({ parameters: { date: '2025-08-05' } }),
  readDebitRun: () => ({ parameters: { date: '2025-08-05' } }),
  readDebitFile: () => ({ parameters: { date: '2025-08-05' } }),
  makeDeposit: (choose) => ({
    body: {
      payments: [
        {
          familyId: choose('familyId'),
          number: Number(choose('payment')),
          paidOn: '2025-07-10',
        },
      ],
    },
  }),
  ...Object.fromEntries(
    ['readJournal', 'exportJournal', 'readCashUp', 'exportCashUp'].map((route) => [
      route,
      () => ({ query: { from: '2025-07-01', to: '2025-07-31' } }),
    ]),
  ),
  decideChange: () => ({
    body: {
      decisions: [
        { field: 'firstName', outcome: 'accepted' },
        { field: 'lastName', outcome: 'accepted' },
      ],
    },
  }),
}

const document = openApiDocument(ROUTES)

/** What the OpenAPI document says of a route. */
export const operationOf = (route: Route): Operation => {
  const operation = document.paths[route.path]?.[route.method.toLowerCase()]
  if (operation === undefined) throw new Error(`The document lacks ${route.id}`)
  return operation
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The schema of a body, the first where there are several. */
const schemaOf = (reference: Schema): Schema => {
  const schema = document.components.schemas[reference.$ref?.split('/').at(-1) ?? ''] ?? reference
  const first = (schema.oneOf ?? schema.anyOf)?.[0]
  return first === undefined ? schema : schemaOf(first)
}

/** The fields of a body that a call may leave out, and what they may hold. */
export const optionsOf = (route: Route, choose: Choose): Readonly<Record<string, unknown>> => {
  const [content] = Object.values(operationOf(route).requestBody?.content ?? {})
  if (content === undefined) return {}
  const { properties = {}, required = [] } = schemaOf(content.schema)
  const { schemas } = document.components
  const options = Object.entries(properties).filter(([name]) => !required.includes(name))
  return Object.fromEntries(
    options.map(([name, schema]) => [
      name,
      filled(exampleOf(schema, name, schemas), name, route.path, choose),
    ]),
  )
}

let calls = 0

/** A call that its route accepts: the example of the OpenAPI document, in words of the demo town. */
export const callOf = (route: Route, choose: Choose): HttpCall => {
  const operation = operationOf(route)
  calls += 1
  const part = (place: string): Record<string, string> =>
    Object.fromEntries(
      operation.parameters
        .filter((parameter) => parameter.in === place && parameter.example !== undefined)
        .map(({ name, example }) => [
          name,
          name === 'idempotency-key'
            ? `call-number-${String(calls)}`
            : String(filled(example, name, route.path, choose)),
        ]),
    )
  const more = MORE[route.id]?.(choose) ?? {}
  const example = Object.values(operation.requestBody?.content ?? {})[0]?.example
  const body = filled(example, 'body', route.path, choose)
  return {
    ...(more.now === undefined ? {} : { now: more.now }),
    parameters: { ...part('path'), ...more.parameters },
    query: { ...part('query'), ...more.query },
    headers: { ...part('header'), ...more.headers },
    ...(body === undefined
      ? {}
      : { body: isRecord(body) && isRecord(more.body) ? { ...body, ...more.body } : body }),
  }
}

/** The kinds of ids that a call of a route carries. */
export const kindsIn = (route: Route): readonly Kind[] => {
  const kinds = new Set<Kind>()
  callOf(route, (kind) => {
    kinds.add(kind)
    return ''
  })
  return [...kinds]
}
