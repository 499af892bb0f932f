import type { TownCatalogue } from '../../shared/catalogue/calendar.ts'
import { billFamilies } from '../../shared/billing/bill-families.ts'
import { issueDocuments } from '../../shared/billing/issue-documents.ts'
import { listDocuments } from '../../shared/billing/find-invoice.ts'
import {
  billingJobSchema,
  type BillingJob,
  type IssuedDocument,
  type Step,
} from '../../shared/billing/model.ts'
import type { SendJobs } from '../../shared/billing/run-steps.ts'
import { tellPage } from '../../shared/billing/tell-page.ts'
import type { Regie } from '../../shared/catalogue/regie-model.ts'
import type { IsoDate, IsoMonth } from '../../shared/kernel/dates.ts'
import type { Cents } from '../../shared/kernel/money.ts'
import { queueHandler } from '../../shared/platform/queue.ts'
import { regieIdSchema, type FamilyId } from '../../shared/platform/schemas.ts'
import type { Table } from '../../shared/platform/table.ts'
import type { Planning } from '../../shared/reservations/model.ts'
import { cessonTown, DUPONT } from '../support/cesson.ts'
import { sqsEvent } from '../support/events.ts'
import { anotherFamily } from '../support/families.ts'
import { planningWith, storePlannings } from '../support/plannings.ts'

/** The régie of the demo town. */
export const ENF = regieIdSchema.parse('ENF')

/** The 1st of October 2025, 6:00 in Paris: September is billed. */
export const OCTOBER = new Date('2025-10-01T04:00:00Z')

/** Works off the queues of a run as Lambda does: every message by the handler of its step. */
export interface Queues {
  readonly send: SendJobs
  /** Every job that was ever sent. */
  readonly sent: readonly BillingJob[]
  /**
   * Works until the queues are empty.
   *
   * @param until stops before the first job of a step.
   */
  readonly work: (until?: Step) => Promise<void>
  /** Works off one message as a worker gets it; throws when the worker gives it back. */
  readonly deliver: (job: BillingJob) => Promise<void>
}

/** The queues of the run of a town; `told` hears of each page of documents that is mailed. */
export const billingQueues = (
  { table, town }: { table: Table; town: TownCatalogue },
  told: (documents: readonly IssuedDocument[]) => Promise<void> = () => Promise.resolve(),
): Queues => {
  const sent: BillingJob[] = []
  const waiting: BillingJob[] = []
  const send: SendJobs = (jobs) => {
    sent.push(...jobs)
    waiting.push(...jobs)
    return Promise.resolve()
  }
  const steps: Record<Step, (job: BillingJob) => Promise<unknown>> = {
    compute: (job) => billFamilies({ table, town, send }, job),
    issue: (job) => issueDocuments({ table, send }, job),
    mail: (job) => tellPage(table, job, told),
  }
  const handler = queueHandler(billingJobSchema, async (job) => {
    await steps[job.step](job)
  })
  const deliver = async (job: BillingJob): Promise<void> => {
    const { batchItemFailures } = await handler(sqsEvent([JSON.stringify(job)]))
    if (batchItemFailures.length > 0) throw new Error(`Given back: ${JSON.stringify(job)}`)
  }
  return {
    send,
    sent,
    deliver,
    work: async (until) => {
      for (;;) {
        const [job] = waiting
        if (job === undefined || job.step === until) return
        waiting.shift()
        await deliver(job)
      }
    },
  }
}

/** The documents of some families. */
export const documentsOfFamilies = async (
  table: Table,
  families: readonly FamilyId[],
): Promise<IssuedDocument[]> =>
  (await Promise.all(families.map((familyId) => listDocuments(table, familyId)))).flat()

/** The places in their series of all documents of a kind, in order. */
export const placesOf = (
  documents: readonly IssuedDocument[],
  kind: 'invoice' | 'credit-note' = 'invoice',
): number[] =>
  documents
    .flatMap(({ kind: found, document }) => {
      if (found !== kind || !('number' in document)) return []
      return Number(document.number.replace('AV-', '').slice(document.regieId.length + 4))
    })
    .toSorted((a, b) => a - b)

/** The total of each document of a kind. */
export const totalsOf = (
  documents: readonly IssuedDocument[],
  kind: IssuedDocument['kind'],
): Cents[] => documents.filter((each) => each.kind === kind).map(({ document }) => document.total)

/** The demo town with its régie changed, and nothing of another. */
export const townWith = (regie: Partial<Regie>): TownCatalogue => {
  const { town } = cessonTown.catalogue
  const regies = town.regies.map((each) => ({ ...each, ...regie }))
  return { ...cessonTown, catalogue: { ...cessonTown.catalogue, town: { ...town, regies } } }
}

/** Meals of Léo at 2,08 € on some days of a month, `2025-09`, with their letters. */
export const mealsOn = (
  month: IsoMonth,
  days: readonly number[],
  letter = 'a',
): Record<IsoDate, string> =>
  Object.fromEntries(days.map((day) => [`${month}-${String(day).padStart(2, '0')}`, letter]))

/** School days of September and October 2025. */
export const SEPTEMBER_DAYS = [1, 2, 4, 5, 8, 9, 11, 12, 15, 16]
export const OCTOBER_DAYS = [2, 3, 6, 7, 9, 10, 13, 14]

/** The planning of Léo's meals. */
export const mealsOf = (familyId: FamilyId, letters: Record<IsoDate, string>): Planning =>
  planningWith(familyId, { child: 'leo', activity: 'RESTAURATION', unit: 'REPAS' }, letters)

/** Opens families in which Léo has eaten ten times in September, for 20,80 €, eight in October. */
export const hungryFamilies = async (table: Table, count: number): Promise<FamilyId[]> => {
  const families: FamilyId[] = []
  for (let index = 0; index < count; index += 1) {
    const { familyId } = await anotherFamily(table, DUPONT.familyId, ['leo-restauration-2025'])
    const letters = {
      ...mealsOn('2025-09', SEPTEMBER_DAYS),
      ...mealsOn('2025-10', OCTOBER_DAYS),
    }
    await storePlannings(table, [mealsOf(familyId, letters)])
    families.push(familyId)
  }
  return families
}
