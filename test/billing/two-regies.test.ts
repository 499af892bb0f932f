import { expect, it } from 'vitest'
import { listDocuments } from '../../shared/billing/find-invoice.ts'
import { noteReview } from '../../shared/billing/note-review.ts'
import { openDueRuns } from '../../shared/billing/open-due-runs.ts'
import { Calendars } from '../../shared/catalogue/calendar.ts'
import { regieIdSchema } from '../../shared/platform/schemas.ts'
import { streamHandler } from '../../shared/platform/stream.ts'
import type { Fee } from '../../shared/tariffs/model.ts'
import { write } from '../attendance/fixture.ts'
import { cesson, openCesson } from '../support/cesson.ts'
import { streamedTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { planningWith, storePlannings } from '../support/plannings.ts'
import { billingQueues, OCTOBER } from './run-fixture.ts'

const { table, newRecords } = await streamedTable()

const CLM = regieIdSchema.parse('CLM')
const LATER = new Date('2025-10-10T09:00:00Z')

const MEMBERSHIP: Fee = {
  ...{ id: 'ADHESION', name: 'Adhésion', of: {}, when: {} },
  ...{ per: 'family', every: 'school-year', formula: { kind: 'flat', price: 1000 } },
}

/** The demo town with a régie for the Wednesdays, and a fee of ten euros a year for all activities. */
const town = (() => {
  const { catalogue } = cesson
  const regies = catalogue.town.regies.map((regie) => ({ ...regie, minimum: 0 }))
  const two = {
    ...catalogue,
    town: {
      ...catalogue.town,
      regies: [...regies, ...regies.map((each) => ({ ...each, id: CLM }))],
    },
    activities: catalogue.activities.map((activity) =>
      activity.id === 'MERCREDIS' ? { ...activity, regieId: CLM } : activity,
    ),
    priceLists: catalogue.priceLists.map((list) => ({ ...list, fees: [MEMBERSHIP] })),
  }
  return { catalogue: two, calendars: new Calendars(two) }
})()

/** Bills the month before a due time by both régies, from the opening to the mails. */
const run = async (due: Date): Promise<void> => {
  const queues = billingQueues({ table, town })
  await openDueRuns({ table, town, send: queues.send }, due)
  await queues.work()
}

it('a fee of the year goes from one régie to the other when an earlier day is found out', async () => {
  await openCesson(table)
  const { familyId } = await anotherFamily(table)
  const wednesdays = { child: 'lucas', activity: 'MERCREDIS', unit: 'JOURNEE' }
  await storePlannings(table, [planningWith(familyId, wednesdays, { '2025-09-10': 'a' })])
  const fees = async (): Promise<string[]> =>
    (await listDocuments(table, familyId))
      .flatMap(({ document: { month, regieId, lines } }) =>
        lines
          .filter(({ kind }) => kind === 'fee')
          .map(({ amount }) => `${month} ${regieId} ${String(amount)}`),
      )
      .toSorted()
  await run(OCTOBER)
  expect(await fees()).toEqual(['2025-09 CLM 1000'])

  await newRecords()
  await write(table, familyId, { 'leo RESTAURATION REPAS 2025-09-02': 'a' })
  const follow = streamHandler((change) => noteReview({ table, town }, { ...change, at: LATER }))
  await follow({ Records: await newRecords() })
  await run(new Date('2025-11-01T05:00:00Z'))
  expect(await fees()).toEqual(['2025-09 CLM 1000', '2025-10 CLM -1000', '2025-10 ENF 1000'])
})
