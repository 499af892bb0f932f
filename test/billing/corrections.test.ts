import { beforeAll, describe, expect, it } from 'vitest'
import { justifyAbsence } from '../../shared/attendance/justify-absence.ts'
import { listDocuments } from '../../shared/billing/find-invoice.ts'
import { grantAid } from '../../shared/billing/grants.ts'
import type { InvoiceLine, IssuedDocument } from '../../shared/billing/model.ts'
import { noteReview } from '../../shared/billing/note-review.ts'
import { openDueRuns } from '../../shared/billing/open-due-runs.ts'
import { townCatalogue } from '../../shared/catalogue/current.ts'
import { noteMeans } from '../../shared/families/keep-means.ts'
import type { IsoDate } from '../../shared/kernel/dates.ts'
import { familyPartition } from '../../shared/platform/keys.ts'
import { activityIdSchema, type FamilyId } from '../../shared/platform/schemas.ts'
import { streamHandler } from '../../shared/platform/stream.ts'
import { bookOnBehalf } from '../../shared/reservations/book-on-behalf.ts'
import { closeDay, releaseDay } from '../../shared/reservations/close-day.ts'
import { loadTown } from '../../shared/setup/load-town.ts'
import { ids, mark, MEALS, send } from '../attendance/fixture.ts'
import { cesson, GUIDE_DAY, ticked } from '../support/cesson.ts'
import { streamedTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { planningWith, storePlannings } from '../support/plannings.ts'
import { billingQueues, hungryFamilies, OCTOBER } from './run-fixture.ts'

const { table, newRecords } = await streamedTable()

const NOVEMBER = new Date('2025-11-01T05:00:00Z')
const DECEMBER = new Date('2025-12-01T05:00:00Z')
/** The day on which everybody finds out. */
const LATER = new Date('2025-10-10T09:00:00Z')
const accountant = { account: 'accountant-1', roles: ['accountant' as const], family: undefined }

/** The functions' view of the town, as it is now. */
const deps = async () => ({ table, town: await townCatalogue(table)() })

/** Bills the month before a due time, from the opening to the mails. */
const run = async (due: Date): Promise<void> => {
  const now = await deps()
  const queues = billingQueues(now)
  await openDueRuns({ ...now, send: queues.send }, due)
  await queues.work()
}

/** Hands over to the consumer all that was written since the last time. */
const deliver = async (): Promise<void> => {
  const follow = streamHandler(async (change) => noteReview(await deps(), { ...change, at: LATER }))
  expect(await follow({ Records: await newRecords() })).toEqual({ batchItemFailures: [] })
}

/** A family that has no meals, and evening care of Lucas on one day of September. */
const careFamily = async (date: IsoDate): Promise<FamilyId> => {
  const { familyId } = await anotherFamily(table)
  const evening = { child: 'lucas', activity: 'ACCUEIL', unit: 'ACC_SOIR' }
  await storePlannings(table, [planningWith(familyId, evening, { [date]: 'a' })])
  return familyId
}

/** What is found out about a family after September was billed. */
type Finding = (familyId: FamilyId) => Promise<unknown>

const findings = {
  nothing: () => Promise.resolve(),
  certificate: async (familyId) =>
    justifyAbsence(await deps(), {
      parameters: { familyId },
      body: {
        ...{ childId: ids.child('leo'), activityId: MEALS.activityId },
        ...{ from: '2025-09-15', to: '2025-09-16', receivedOn: '2025-09-17' },
      },
      now: LATER,
    }),
  presence: (familyId) =>
    send(table, [mark(familyId, 'leo', 'present')], {
      parameters: { ...MEALS, date: '2025-09-18' },
      now: LATER,
    }),
  quotient: async (familyId) =>
    noteMeans(await deps(), {
      parameters: { familyId, from: '2025-09-08' },
      body: { quotient: '700', source: 'caf', reason: 'Attestation reçue en retard' },
      actor: accountant,
      now: LATER,
    }),
  cancellation: async (familyId) =>
    bookOnBehalf(await deps(), {
      parameters: { familyId },
      headers: { 'idempotency-key': 'called-in-september' },
      body: {
        wishes: [ticked('leo-restauration-2025', { '2025-09-16': [] })],
        reason: 'Appel du 14 septembre, non enregistré',
        justified: true,
      },
      actor: accountant,
      now: LATER,
    }),
  aid: async (familyId) =>
    grantAid(await deps(), {
      parameters: { familyId, aidId: 'ccas-1' },
      body: {
        payer: 'CCAS de Cesson',
        ...{ from: '2025-09-15', until: '2025-09-30' },
        activityIds: [MEALS.activityId],
        perDay: { kind: 'percent', percent: '50' },
      },
      actor: accountant,
      now: LATER,
    }),
} satisfies Record<string, Finding>

type Case = keyof typeof findings

const families = new Map<Case, FamilyId>()
let closed: FamilyId

const familyOf = (about: Case): FamilyId => families.get(about) ?? ids.family('')

/** The one document of a family that bills a month. */
const documentOf = async (familyId: FamilyId, month: string): Promise<IssuedDocument> => {
  const documents = await listDocuments(table, familyId)
  const [found, ...others] = documents.filter(({ document }) => document.month === month)
  if (found === undefined || others.length > 0) throw new Error('Not one document')
  return found
}

const numberOf = ({ kind, document }: IssuedDocument): string =>
  kind === 'carried' ? '' : document.number

/** What the document of October says of September. */
const correctionsOf = async (familyId: FamilyId): Promise<InvoiceLine[]> =>
  (await documentOf(familyId, '2025-10')).document.lines.filter(({ month }) => month === '2025-09')

const everything = async () =>
  Promise.all(
    [...families.values(), closed].map((familyId) =>
      table.query({ partition: familyPartition(familyId) }),
    ),
  )

beforeAll(async () => {
  const { town } = cesson.catalogue
  const regies = town.regies.map((regie) => ({ ...regie, minimum: 0 }))
  const catalogue = { ...cesson.catalogue, town: { ...town, regies } }
  const createAccount = () => Promise.resolve()
  await loadTown({ table, createAccount }, { catalogue }, GUIDE_DAY)
  const hungry = await hungryFamilies(table, Object.keys(findings).length)
  for (const about of [
    'nothing',
    'certificate',
    'presence',
    'quotient',
    'cancellation',
    'aid',
  ] as const) {
    families.set(about, hungry.shift() ?? ids.family(''))
  }
  closed = await careFamily('2025-09-18')
  await run(OCTOBER)
  await newRecords()

  for (const [about, familyId] of families) await findings[about](familyId)
  const jobs = await closeDay(table, {
    parameters: { activityId: activityIdSchema.parse('ACCUEIL') },
    body: { date: '2025-09-18', reason: 'Grève du 18 septembre' },
    now: LATER,
  })
  for (const job of jobs) await releaseDay(table, job)
  await deliver()
  await run(NOVEMBER)
})

describe('what is found out after a month was billed', () => {
  it.each<[string, Case, Partial<InvoiceLine>[]]>([
    ['nothing: nothing is corrected', 'nothing', []],
    [
      'a certificate: its days are taken back [guide 50]',
      'certificate',
      [{ quantity: -2, days: '15 16', unitPrice: 208, amount: -416 }],
    ],
    [
      'a cancellation that nobody had noted: its day is taken back',
      'cancellation',
      [{ quantity: -1, days: '16', unitPrice: 208, amount: -208 }],
    ],
    [
      'a child who came without a booking: its day is added [guide 50]',
      'presence',
      [{ quantity: 1, days: '18' }],
    ],
    [
      'an aid: what it pays of the days is taken off',
      'aid',
      [{ kind: 'aid', quantity: 2, days: '15 16', unitPrice: -104, amount: -208 }],
    ],
  ])('%s', async (_, about, lines) => {
    const familyId = familyOf(about)
    const original = await documentOf(familyId, '2025-09')
    const corrections = await correctionsOf(familyId)
    expect(corrections).toMatchObject(lines)
    expect(corrections).toHaveLength(lines.length)
    for (const line of corrections) expect(line.corrects).toBe(numberOf(original))
    const { document } = await documentOf(familyId, '2025-10')
    expect(document.lines.filter(({ month }) => month === '2025-10')).not.toEqual([])
  })

  it('another quotient from an earlier day: the days since then change their price [guide 53]', async () => {
    const familyId = familyOf('quotient')
    const lines = await correctionsOf(familyId)
    const days = '8 9 11 12 15 16'
    const [back, anew] = lines.toSorted((a, b) => a.quantity - b.quantity)
    expect(lines).toHaveLength(2)
    expect(back).toMatchObject({ quantity: -6, days, unitPrice: 208, amount: -1248 })
    expect(anew).toMatchObject({ quantity: 6, days })
    expect(anew?.unitPrice).toBeGreaterThan(208)
    expect(anew?.why).toContain('700')
  })

  it('a day that was closed: with nothing else to pay, a credit note on the invoice', async () => {
    const original = await documentOf(closed, '2025-09')
    const note = await documentOf(closed, '2025-10')
    expect(original.kind).toBe('invoice')
    expect(note.kind).toBe('credit-note')
    expect(note.document.lines).toMatchObject([
      { quantity: -1, days: '18', corrects: numberOf(original) },
    ])
    expect(note.document.total).toBe(-original.document.total)
  })

  it('is corrected once: the run again writes nothing, and the next one has nothing to add', async () => {
    const before = await everything()
    await run(NOVEMBER)
    expect(await everything()).toEqual(before)

    await newRecords()
    await run(DECEMBER)
    for (const [about, familyId] of families) {
      const documents = await listDocuments(table, familyId)
      expect([about, documents.map(({ document }) => document.month)]).toEqual([
        about,
        ['2025-10', '2025-09'],
      ])
    }
    expect(await listDocuments(table, closed)).toHaveLength(2)
  })
})
