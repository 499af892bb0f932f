import { beforeEach, describe, expect, it } from 'vitest'
import type { BillingJob } from '../../shared/billing/model.ts'
import { checkRun, openRuns, previewInvoice } from '../../shared/billing/manage-runs.ts'
import { openDueRuns } from '../../shared/billing/open-due-runs.ts'
import { listBillingRuns, readBillingRun, readDrafts } from '../../shared/billing/read-runs.ts'
import { noteReviews } from '../../shared/billing/store.ts'
import type { Regie } from '../../shared/catalogue/regie-model.ts'
import type { IsoMonth } from '../../shared/kernel/dates.ts'
import type { Actor } from '../../shared/platform/http.ts'
import { familyPartition, SEQUENCES } from '../../shared/platform/keys.ts'
import { familyIdSchema, regieIdSchema, type FamilyId } from '../../shared/platform/schemas.ts'
import { memoryTable, type MemoryTable } from '../support/memory-table.ts'
import { storePlannings } from '../support/plannings.ts'
import {
  billingQueues,
  documentsOfFamilies,
  ENF,
  hungryFamilies,
  mealsOf,
  mealsOn,
  OCTOBER,
  OCTOBER_DAYS,
  placesOf,
  SEPTEMBER_DAYS,
  totalsOf,
  townWith,
  type Queues,
} from './run-fixture.ts'

const NOVEMBER = new Date('2025-11-01T05:00:00Z')
const accountant: Actor = { account: 'accountant-1', roles: ['accountant'], family: undefined }

/** A town of its own for a test: its table, its queues, its families. */
interface World {
  readonly table: MemoryTable
  readonly town: ReturnType<typeof townWith>
  readonly queues: Queues
  readonly families: readonly FamilyId[]
}

const openWorld = async (count: number, regie: Partial<Regie> = {}): Promise<World> => {
  const [table, town] = [memoryTable(), townWith(regie)]
  const queues = billingQueues({ table, town })
  return { table, town, queues, families: await hungryFamilies(table, count) }
}

const schedule = ({ table, town, queues }: World, due: Date): Promise<void> =>
  openDueRuns({ table, town, send: queues.send }, due)

/** What the accountant asks for. */
const open = (
  { table, town, queues }: World,
  body: { month: IsoMonth; excluded?: FamilyId[] },
  now = OCTOBER,
): ReturnType<typeof openRuns> =>
  openRuns(
    { table, town, send: queues.send },
    { body: { excluded: [], ...body }, actor: accountant, now },
  )

const parameters = (month: IsoMonth) => ({ parameters: { month, regieId: ENF } })
const report = ({ table }: World, month: IsoMonth = '2025-09') =>
  readBillingRun(table, parameters(month))

const check = ({ table, queues }: World, revision: number, now: Date) =>
  checkRun(
    { table, send: queues.send },
    {
      ...parameters('2025-09'),
      body: { revision },
      actor: accountant,
      now,
      query: undefined,
      form: undefined,
      headers: undefined,
    },
  )

describe('the run of a month', () => {
  let world: World
  beforeEach(async () => {
    world = await openWorld(120)
  })

  it('bills every family by the schedule alone, with contiguous numbers [guide 9, 29]', async () => {
    const { table, queues, families } = world
    await schedule(world, OCTOBER)
    await queues.work()
    const documents = await documentsOfFamilies(table, families)
    expect(totalsOf(documents, 'invoice')).toEqual(families.map(() => 2080))
    expect(placesOf(documents)).toEqual(families.map((_, index) => index + 1))
    expect(documents[0]?.document).toMatchObject({
      number: 'ENF202500000001',
      month: '2025-09',
      issuedOn: '2025-10-01',
      dueOn: '2025-10-31',
    })
    expect(await report(world)).toMatchObject({
      state: 'mailed',
      families: 120,
      pages: 3,
      progress: { computed: 120, issued: 120, mailed: 120 },
      tally: {
        invoices: 120,
        total: 120 * 2080,
        units: [{ activityId: 'RESTAURATION', unitId: 'REPAS', quantity: 1200 }],
      },
      anomalies: [],
    })
    expect(await listBillingRuns(table)).toMatchObject({ runs: [{ month: '2025-09' }] })
  })

  it('bills the month before the due time by the clocks of Paris', async () => {
    await schedule(world, new Date('2025-10-31T23:30:00Z'))
    expect(await report(world, '2025-10')).toMatchObject({ issuedOn: '2025-11-01' })
  })

  it('sends the same work and writes nothing when the schedule fires again', async () => {
    const { table, queues } = world
    await schedule(world, OCTOBER)
    const [first, writes] = [[...queues.sent], table.changes().length]
    await schedule(world, OCTOBER)
    expect(queues.sent).toEqual([...first, ...first])
    await queues.work()
    const after = table.changes().length
    await schedule(world, OCTOBER)
    expect(writes).toBeLessThan(after)
    expect(table.changes()).toHaveLength(after)
  })

  it('leaves a month alone that is opened already', async () => {
    const { queues, table } = world
    await open(world, { month: '2025-09' }, new Date('2025-10-01T03:00:00Z'))
    const [jobs, writes] = [queues.sent.length, table.changes().length]
    await schedule(world, OCTOBER)
    expect([queues.sent.length, table.changes().length]).toEqual([jobs, writes])
  })

  it('has one effect when every job comes twice, late and out of order', async () => {
    const { table, queues, families } = world
    await schedule(world, OCTOBER)
    await queues.work()
    const before = await documentsOfFamilies(table, families)
    const jobs: BillingJob[] = [...queues.sent].reverse()
    await Promise.all(jobs.map((job) => queues.deliver(job)))
    await queues.work()
    expect(await documentsOfFamilies(table, families)).toEqual(before)
    expect(queues.sent.length).toBeLessThanOrEqual(2 * jobs.length)
    expect(await report(world)).toMatchObject({ state: 'mailed' })
  })

  it('writes nothing at all when an issued month is run anew and nobody is left', async () => {
    const { table, queues } = world
    await schedule(world, OCTOBER)
    await queues.work()
    const writes = table.changes().length
    expect(await open(world, { month: '2025-09' })).toMatchObject({
      runs: [{ outcome: 'nothing-left', revision: 1, state: 'mailed' }],
    })
    await queues.work()
    expect(table.changes()).toHaveLength(writes)
  })

  it('leaves out excluded families and bills them, and only them, when it is run anew', async () => {
    const { table, queues, families } = world
    const excluded = families.slice(3, 5)
    await open(world, { month: '2025-09', excluded })
    await queues.work()
    expect(await documentsOfFamilies(table, excluded)).toEqual([])
    const again = await open(world, { month: '2025-09' })
    expect(again.runs).toMatchObject([{ outcome: 'opened', revision: 2, families: 2 }])
    await queues.work()
    const documents = await documentsOfFamilies(table, families)
    expect(totalsOf(documents, 'invoice')).toEqual(families.map(() => 2080))
    expect(placesOf(await documentsOfFamilies(table, excluded))).toEqual([119, 120])
    expect(await report(world)).toMatchObject({
      revision: 2,
      families: 2,
      tally: { invoices: 120 },
    })
  })

  it('does not mix two openings at once: the work of the earlier revision comes to nothing', async () => {
    const { table, queues, families } = world
    await Promise.all([open(world, { month: '2025-09' }), open(world, { month: '2025-09' })])
    expect(new Set(queues.sent.map(({ revision }) => revision)).size).toBe(2)
    await queues.work()
    const documents = await documentsOfFamilies(table, families)
    expect(totalsOf(documents, 'invoice')).toEqual(families.map(() => 2080))
    expect(placesOf(documents)).toEqual(families.map((_, index) => index + 1))
  })

  it('is not opened anew while it is issued, but handed out again', async () => {
    const { queues, table, families } = world
    await schedule(world, OCTOBER)
    await queues.work('issue')
    const jobs = queues.sent.length
    await expect(
      open(world, { month: '2025-09', excluded: families.slice(0, 1) }),
    ).rejects.toMatchObject({ code: 'run-not-ready' })
    const again = await open(world, { month: '2025-09' })
    expect(again.runs).toMatchObject([{ outcome: 'resumed', revision: 1, state: 'checked' }])
    expect(queues.sent.slice(jobs).map(({ step }) => step)).toEqual(['issue', 'issue', 'issue'])
    await queues.work()
    expect(placesOf(await documentsOfFamilies(table, families))).toHaveLength(120)
  })

  it('holds up nobody for a family that cannot be billed, reports it and bills it anew', async () => {
    const { table, queues, families } = world
    const [broken] = families
    if (broken === undefined) throw new Error('No family')
    const key = { partition: familyPartition(broken), sort: ['FILE', 'CHILD', 'leo'] }
    const leo = await table.get(key)
    await table.put({ pk: `FAMILY#${broken}`, sk: 'FILE#CHILD#leo', entity: 'Child' })
    await schedule(world, OCTOBER)
    await queues.work()
    expect(placesOf(await documentsOfFamilies(table, families))).toHaveLength(119)
    const { anomalies } = await report(world)
    expect(anomalies).toMatchObject([{ familyId: broken }])
    await table.put(leo ?? {})
    await open(world, { month: '2025-09' })
    await queues.work()
    expect(placesOf(await documentsOfFamilies(table, [broken]))).toEqual([120])
  })

  it('says which field it refuses', async () => {
    const unknown = familyIdSchema.parse('9999')
    await expect(open(world, { month: '2025-09', excluded: [unknown] })).rejects.toMatchObject({
      code: 'invalid-request',
      faults: [{ pointer: '/body/excluded/0', detail: 'Le dossier 9999 n’existe pas.' }],
    })
    await expect(open(world, { month: '2025-10' })).rejects.toMatchObject({
      code: 'period-out-of-range',
      faults: [{ pointer: '/body/month' }],
    })
    const { table, town, queues } = world
    const body = { month: '2025-09' as const, regieId: regieIdSchema.parse('XYZ'), excluded: [] }
    await expect(
      openRuns({ table, town, send: queues.send }, { body, actor: accountant, now: OCTOBER }),
    ).rejects.toMatchObject({ code: 'invalid-request', faults: [{ pointer: '/body/regieId' }] })
    await expect(report(world, '2024-01')).rejects.toMatchObject({ code: 'not-found' })
  })

  it('shows the drafts page by page, and a family as it would be billed now without writing', async () => {
    const { table, town, queues, families } = world
    await schedule(world, OCTOBER)
    await queues.work('issue')
    const page = await readDrafts(table, { ...parameters('2025-09'), query: { page: 3 } })
    expect(page).toMatchObject({ page: 3, pages: 3, revision: 1 })
    expect(page.drafts).toHaveLength(20)
    expect(page.drafts[0]).toMatchObject({ kind: 'invoice', total: 2080, number: undefined })
    await queues.work()
    const issued = await readDrafts(table, { ...parameters('2025-09'), query: { page: 3 } })
    expect(issued.drafts[19]?.number).toBe('ENF202500000120')
    await expect(
      readDrafts(table, { ...parameters('2025-09'), query: { page: 4 } }),
    ).rejects.toMatchObject({ code: 'not-found' })
    const writes = table.changes().length
    const [familyId] = families
    if (familyId === undefined) throw new Error('No family')
    const preview = (month: IsoMonth) =>
      previewInvoice({ table, town }, { body: { month, regieId: ENF, familyId }, now: NOVEMBER })
    expect(await preview('2025-10')).toMatchObject({ outcome: 'invoice', total: 1664 })
    expect(await preview('2025-09')).toMatchObject({ outcome: 'billed', total: 0 })
    expect(await preview('2025-12')).toMatchObject({ outcome: 'nothing' })
    expect(table.changes()).toHaveLength(writes)
  })
})

describe('a régie whose drafts are checked', () => {
  it('waits for the accountant, and issues on the day of the check', async () => {
    const world = await openWorld(3, { issue: 'checked' })
    const { table, queues, families } = world
    await schedule(world, OCTOBER)
    await queues.work()
    expect(await report(world)).toMatchObject({ state: 'computed', progress: { issued: 0 } })
    expect(await documentsOfFamilies(table, families)).toEqual([])
    const late = new Date('2025-10-06T08:00:00Z')
    await expect(check(world, 2, late)).rejects.toMatchObject({ code: 'run-not-ready' })
    expect(await check(world, 1, late)).toMatchObject({ state: 'checked', issuedOn: '2025-10-06' })
    // Checked twice, it is issued once.
    await check(world, 1, new Date('2025-10-07T08:00:00Z'))
    await queues.work()
    const documents = await documentsOfFamilies(table, families)
    expect(placesOf(documents)).toEqual([1, 2, 3])
    expect(documents[0]?.document).toMatchObject({ issuedOn: '2025-10-06', dueOn: '2025-11-05' })
    await expect(check(world, 1, late)).rejects.toMatchObject({
      code: 'run-not-ready',
      detail: 'Les factures de ce mois sont émises et envoyées.',
    })
  })

  it('keeps the next month waiting, so that no correction is made twice', async () => {
    const world = await openWorld(2, { issue: 'checked' })
    await schedule(world, OCTOBER)
    await world.queues.work()
    await schedule(world, NOVEMBER)
    await expect(report(world, '2025-10')).rejects.toMatchObject({ code: 'not-found' })
    await expect(open(world, { month: '2025-10' }, NOVEMBER)).rejects.toMatchObject({
      code: 'other-run-open',
      detail: 'La facturation de septembre 2025 doit d’abord être terminée.',
    })
  })

  it('takes what changed since into account when it is opened anew before the check', async () => {
    const world = await openWorld(1, { issue: 'checked' })
    const { table, queues, families } = world
    const [familyId] = families
    if (familyId === undefined) throw new Error('No family')
    await schedule(world, OCTOBER)
    await queues.work()
    await storePlannings(table, [mealsOf(familyId, mealsOn('2025-09', [...SEPTEMBER_DAYS, 18]))])
    await open(world, { month: '2025-09' })
    await queues.work()
    await check(world, 2, OCTOBER)
    await queues.work()
    expect(totalsOf(await documentsOfFamilies(table, families), 'invoice')).toEqual([2288])
    // The first revision has used no number.
    expect(placesOf(await documentsOfFamilies(table, families))).toEqual([1])
  })
})

describe('after a month is issued', () => {
  const world = async (regie: Partial<Regie> = {}) => {
    const opened = await openWorld(1, regie)
    const [familyId] = opened.families
    if (familyId === undefined) throw new Error('No family')
    return { ...opened, familyId }
  }
  type Opened = Awaited<ReturnType<typeof world>>

  const bill = async (opened: Opened, due: Date) => {
    await schedule(opened, due)
    await opened.queues.work()
    return documentsOfFamilies(opened.table, opened.families)
  }

  /** Changes the meals of September, as the registers do, and has it reviewed. */
  const change = async ({ table, familyId }: Opened, september: number[], october: number[]) => {
    const letters = { ...mealsOn('2025-09', september), ...mealsOn('2025-10', october) }
    await storePlannings(table, [mealsOf(familyId, letters)])
    const now = new Date('2025-10-20T08:00:00Z')
    await noteReviews(table, { familyId, regieId: ENF, now }, ['2025-09'])
  }

  it('corrects it by lines of the next invoice, linked to the first, once', async () => {
    const opened = await world()
    await bill(opened, OCTOBER)
    await change(opened, [1], OCTOBER_DAYS.concat([16, 17, 20, 21, 22]))
    const [november] = await bill(opened, NOVEMBER)
    const corrections = november?.document.lines.filter(({ corrects }) => corrects !== undefined)
    expect(corrections).toMatchObject([
      { month: '2025-09', quantity: -9, amount: -1872, corrects: 'ENF202500000001' },
    ])
    const [december] = await bill(opened, new Date('2025-12-01T05:00:00Z'))
    expect(december).toEqual(november)
  })

  it('issues a numbered credit note of a series of its own when more is taken back than due', async () => {
    const opened = await world()
    await bill(opened, OCTOBER)
    await change(opened, [], [])
    const [credit] = await bill(opened, NOVEMBER)
    expect(credit).toMatchObject({
      kind: 'credit-note',
      document: { number: 'AV-ENF202500000001', total: -2080 },
    })
    const { table } = opened
    expect(
      await table.get({ partition: SEQUENCES, sort: ['CREDIT_NOTE', 'ENF', '2025'] }),
    ).toMatchObject({ value: 1 })
    expect(
      await table.get({ partition: SEQUENCES, sort: ['INVOICE', 'ENF', '2025'] }),
    ).toMatchObject({ value: 1 })
  })

  it('leaves a review that was renewed while the next month was billed to the month after', async () => {
    const opened = await world()
    await bill(opened, OCTOBER)
    await change(opened, [1], OCTOBER_DAYS.concat([16, 17, 20, 21, 22]))
    await schedule(opened, NOVEMBER)
    await opened.queues.work('issue')
    await change(opened, [1, 2], OCTOBER_DAYS.concat([16, 17, 20, 21, 22]))
    await opened.queues.work()
    await storePlannings(opened.table, [
      mealsOf(opened.familyId, {
        ...mealsOn('2025-09', [1, 2]),
        ...mealsOn('2025-10', OCTOBER_DAYS.concat([16, 17, 20, 21, 22])),
        ...mealsOn('2025-11', [3, 4, 6, 7, 10, 13, 14, 17]),
      }),
    ])
    const [december] = await bill(opened, new Date('2025-12-01T05:00:00Z'))
    const corrections = december?.document.lines.filter(({ corrects }) => corrects !== undefined)
    expect(corrections).toMatchObject([{ month: '2025-09', quantity: 1, amount: 208 }])
  })

  it('carries what is below the minimum visibly to the next invoice, without a number', async () => {
    const opened = await world({ minimum: 3000 })
    const [carried] = await bill(opened, OCTOBER)
    expect(carried).toMatchObject({ kind: 'carried', document: { total: 2080, month: '2025-09' } })
    const [invoice] = await bill(opened, NOVEMBER)
    expect(invoice).toMatchObject({
      kind: 'invoice',
      document: { number: 'ENF202500000001', total: 2080 + 1664 },
    })
    expect(invoice?.document.lines.at(-1)).toMatchObject({ kind: 'carried', amount: 2080 })
    const [same] = await bill(opened, new Date('2025-12-01T05:00:00Z'))
    expect(same).toEqual(invoice)
  })

  it('bills a forgotten month later, though the month after has billed a part of it', async () => {
    const opened = await world()
    await change(opened, SEPTEMBER_DAYS, OCTOBER_DAYS)
    await bill(opened, NOVEMBER)
    await open(opened, { month: '2025-09' }, NOVEMBER)
    await opened.queues.work()
    const documents = await documentsOfFamilies(opened.table, opened.families)
    // The review of September has brought all of it to the invoice of October.
    expect(totalsOf(documents, 'invoice')).toEqual([2080 + 1664])
  })
})

it('has nobody to wait for in a town without families', async () => {
  const world = await openWorld(0)
  await schedule(world, OCTOBER)
  expect(world.queues.sent).toEqual([])
  expect(await report(world)).toMatchObject({ state: 'mailed', families: 0 })
})
