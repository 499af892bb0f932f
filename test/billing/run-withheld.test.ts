import { beforeEach, describe, expect, it } from 'vitest'
import { withheldFamilies } from '../../shared/billing/check-billing.ts'
import type { IssuedDocument } from '../../shared/billing/model.ts'
import { openRun } from '../../shared/billing/open-run.ts'
import { readBillingRun } from '../../shared/billing/read-runs.ts'
import { inputsAmong } from '../../shared/billing/store.ts'
import type { TownCatalogue } from '../../shared/catalogue/calendar.ts'
import { readFile } from '../../shared/families/read-file.ts'
import { addMonths, monthOf, type IsoMonth } from '../../shared/kernel/dates.ts'
import { parisDate } from '../../shared/kernel/paris.ts'
import { regieIdSchema, type FamilyId, type RegieId } from '../../shared/platform/schemas.ts'
import { cessonTown } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { billingQueues, documentsOfFamilies, hungryFamilies, OCTOBER } from './run-fixture.ts'

const { table } = await freshTable()

const NOVEMBER = new Date('2025-11-01T05:00:00Z')
const DECEMBER = new Date('2025-12-01T05:00:00Z')

let [regies, families]: [number, readonly FamilyId[]] = [0, []]
let regieId: RegieId

/** The demo town with the régie of a test of its own, in which meals have prices from a day on. */
const townFrom = (from: '2024-09-01' | '2025-10-01' | '2025-12-01'): TownCatalogue => {
  const { catalogue } = cessonTown
  const changed = catalogue.town.regies.map((regie) => ({ ...regie, id: regieId, minimum: 0 }))
  const priceLists = catalogue.priceLists.map((list) =>
    from > list.from ? { ...list, from } : list,
  )
  return {
    ...cessonTown,
    catalogue: { ...catalogue, town: { ...catalogue.town, regies: changed }, priceLists },
  }
}

const [MENDED, WRONG, STILL_WRONG] = ['2024-09-01', '2025-10-01', '2025-12-01'] as const

/** Bills the month before a due time; every issue job comes twice. */
const bill = async (town: TownCatalogue, due: Date): Promise<void> => {
  const queues = billingQueues({ table, town })
  const month = addMonths(monthOf(parisDate(due)), -1)
  const opening = { month, regieId, at: due, excluded: [], families }
  await openRun({ table, send: queues.send }, opening)
  await queues.work('issue')
  for (const job of queues.sent.filter(({ step }) => step === 'issue')) await queues.deliver(job)
  await queues.work()
}

/** Bills September anew, as the accountant asks for. */
const billAnew = async (town: TownCatalogue, at: Date): Promise<void> => {
  const queues = billingQueues({ table, town })
  const opening = { month: '2025-09' as const, regieId, at, excluded: [], families }
  await openRun({ table, send: queues.send }, opening)
  await queues.work()
}

const issued = async (): Promise<IssuedDocument[]> =>
  (await documentsOfFamilies(table, families)).filter(
    ({ document }) => document.regieId === regieId,
  )

/** How many meals of a month are billed in all, with the number of documents that do. */
const mealsOfMonth = async (month: IsoMonth): Promise<{ meals: number; documents: number }> => {
  const lines = (await issued()).map(({ document }) =>
    document.lines.filter((line) => line.kind === 'unit' && line.month === month),
  )
  return {
    meals: lines.flat().reduce((sum, { quantity }) => sum + quantity, 0),
    documents: lines.filter((each) => each.length > 0).length,
  }
}

const reviewed = async (): Promise<IsoMonth[]> => {
  const files = await Promise.all(families.map((familyId) => readFile(table, familyId)))
  return files
    .flatMap(({ items }) => inputsAmong(items).reviews)
    .filter((review) => review.regieId === regieId)
    .map(({ month }) => month)
}

const anomaliesOf = async (month: IsoMonth) =>
  (await readBillingRun(table, { parameters: { month, regieId } })).anomalies

describe('a family that was withheld because a price was missing [guide 51]', () => {
  beforeEach(async () => {
    regies += 1
    regieId = regieIdSchema.parse(`W${String(regies).padStart(3, '0')}`)
    families = await hungryFamilies(table, 1)
    await bill(townFrom(WRONG), OCTOBER)
  })

  it('has the month reviewed once it is issued without, however often it is delivered', async () => {
    expect(await anomaliesOf('2025-09')).toMatchObject([{ familyId: families[0] }])
    expect(await issued()).toEqual([])
    expect(await reviewed()).toEqual(['2025-09'])
  })

  it('is billed for it by the next run, once the price is there, and once only', async () => {
    await bill(townFrom(MENDED), NOVEMBER)
    expect((await issued()).map(({ document }) => document.total)).toEqual([2080 + 1664])
    expect(await mealsOfMonth('2025-09')).toEqual({ meals: 10, documents: 1 })
    expect(await mealsOfMonth('2025-10')).toEqual({ meals: 8, documents: 1 })
    expect(await reviewed()).toEqual([])
    await bill(townFrom(MENDED), DECEMBER)
    await billAnew(townFrom(MENDED), DECEMBER)
    expect(await issued()).toHaveLength(1)
  })

  it('is withheld again while the price is missing, and billed for both months after', async () => {
    await bill(townFrom(STILL_WRONG), NOVEMBER)
    expect(await issued()).toEqual([])
    expect(await anomaliesOf('2025-10')).not.toEqual([])
    expect(await reviewed()).toEqual(['2025-09', '2025-10'])
    await bill(townFrom(MENDED), DECEMBER)
    expect(await mealsOfMonth('2025-09')).toEqual({ meals: 10, documents: 1 })
    expect(await mealsOfMonth('2025-10')).toEqual({ meals: 8, documents: 1 })
    expect(await issued()).toHaveLength(1)
  })

  it('is billed by the month itself if that is run anew before, and not by the next again', async () => {
    await billAnew(townFrom(MENDED), new Date('2025-10-06T08:00:00Z'))
    expect((await issued()).map(({ document }) => document.total)).toEqual([2080])
    await bill(townFrom(MENDED), NOVEMBER)
    expect(await mealsOfMonth('2025-09')).toEqual({ meals: 10, documents: 1 })
    expect(await reviewed()).toEqual([])
  })

  it('is named by the daily check until it is billed [wish W7]', async () => {
    const check = (at: string) =>
      withheldFamilies({ table, town: townFrom(MENDED) }, new Date(`${at}T05:00:00Z`))
    expect(await check('2025-10-02')).toEqual([{ regieId, month: '2025-09', families }])
    await billAnew(townFrom(MENDED), new Date('2025-10-06T08:00:00Z'))
    expect(await check('2025-10-07')).toEqual([])
  })

  it('is a matter of the next month for the daily check once that is due [wish W7]', async () => {
    const check = () =>
      withheldFamilies({ table, town: townFrom(MENDED) }, new Date('2025-11-02T05:00:00Z'))
    expect(await check()).toEqual([])
    await bill(townFrom(STILL_WRONG), NOVEMBER)
    expect(await check()).toEqual([{ regieId, month: '2025-10', families }])
  })
})
