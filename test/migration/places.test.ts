import { expect, it } from 'vitest'
import type { TownCatalogue } from '../../shared/catalogue/calendar.ts'
import { catalogueSchema } from '../../shared/catalogue/model.ts'
import { findCount } from '../../shared/enrolments/capacity.ts'
import { readFile } from '../../shared/families/read-file.ts'
import { MIGRATION_FAULTS as FAULTS } from '../../shared/kernel/migration-texts.ts'
import { parisDate } from '../../shared/kernel/paris.ts'
import { Crowds } from '../../shared/migration/crowds.ts'
import { ROWS } from '../../shared/migration/model.ts'
import type { Move } from '../../shared/migration/plan-rules.ts'
import { TRANSACTION_LIMIT } from '../../shared/platform/keys.ts'
import type { Table } from '../../shared/platform/table.ts'
import { cesson, cessonTown } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { freshTable } from '../support/engine.ts'
import {
  endOn,
  enrolmentFile,
  MERCREDIS,
  MOVE,
  move,
  numberOf,
  plainFamily,
  townWithPlaces,
} from './fixture.ts'

const town = townWithPlaces(1)

/** The Wednesdays of one child, by the days of each enrolment. */
const daysFile = (former: string, days: readonly string[]): string =>
  enrolmentFile(
    ...days.map((each, index) => `${former};I${String(index + 1)};E1;MERCREDIS;GRANDS;${each}`),
  )

/** A table of its own, and the Wednesdays of one child on it, by lines of the days of each enrolment. */
const wednesdaysOf = async () => {
  const { table } = await freshTable()
  const { former, texts } = plainFamily()
  const bring = async (...days: readonly string[]) =>
    (await move(table, { ...texts, enrolments: daysFile(former, days) }, { town })).refused
  return { ...{ table, former, bring }, count: () => findCount(table, MERCREDIS) }
}

const AUTUMN = '01/09/2025;19/12/2025'
const SPRING = '05/01/2026;03/07/2026'

it('takes one place for a child whom two lines enrol in a group, and gives one back for both', async () => {
  const { bring, count } = await wednesdaysOf()
  expect(await bring(AUTUMN, SPRING)).toEqual([])
  expect(await count()).toBe(1)
  expect(await bring('01/09/2025;30/11/2025', '05/01/2026;30/06/2026')).toEqual([])
  expect(await count()).toBe(0)
})

it('takes no second place for a child who has one, and gives none back while it is needed', async () => {
  const { bring, count } = await wednesdaysOf()
  expect(await bring(AUTUMN)).toEqual([])
  // The group is full by then.
  expect(await bring(AUTUMN, SPRING)).toEqual([])
  expect(await count()).toBe(1)
  expect(await bring('01/09/2025;30/11/2025', SPRING)).toEqual([])
  expect(await count()).toBe(1)
  expect(await bring('01/09/2025;30/11/2025', '05/01/2026;30/06/2026')).toEqual([])
  expect(await count()).toBe(0)
  expect(await bring('01/09/2025;19/12/2025', '05/01/2026;03/07/2026')).toEqual([])
  expect(await count()).toBe(1)
})

it('takes a place for a child whose only other enrolment was ended early', async () => {
  const { table, former, bring, count } = await wednesdaysOf()
  expect(await bring(AUTUMN)).toEqual([])
  await endOn(table, { former, lastDay: '2025-11-28', town })
  expect(await count()).toBe(0)
  expect(await bring(AUTUMN, SPRING)).toEqual([])
  expect(await count()).toBe(1)
})

it('takes one place and gives one back wherever it is cut off', async () => {
  const own = await freshTable()
  const wide = townWithPlaces(5000)
  const countNow = async () => (await findCount(own.table, MERCREDIS)) ?? 0
  await crashEverywhere({
    clients: [own.documents],
    scenario: async () => {
      const { former, texts } = plainFamily()
      const bring = (...days: readonly string[]) =>
        move(own.table, { ...texts, enrolments: daysFile(former, days) }, { town: wide })
      const before = await countNow()
      await bring(AUTUMN)
      return {
        run: () => bring('01/09/2025;30/11/2025', SPRING),
        check: async () => {
          expect(await countNow()).toBe(before + 1)
        },
      }
    },
  })
}, 60_000)

it('keeps no place for a family that is refused as a whole, be it late', async () => {
  const { table } = await freshTable()
  const crowds = new Crowds(table, town, parisDate(MOVE), false)
  const moveOf = (family: string, childId: string, places: -1 | 1): Move => {
    const row = ROWS.enrolments.parse({
      ...{ family, enrolment: `I-${childId}`, childId, from: '01/09/2025', until: '19/12/2025' },
      ...{ activityId: MERCREDIS.activityId, groupId: MERCREDIS.groupId },
    })
    return { line: { line: 2, row }, places }
  }
  const [one, two, other] = [moveOf('A', 'E1', 1), moveOf('A', 'E2', 1), moveOf('B', 'E1', 1)]
  // There is one place.
  expect(await crowds.refusals([one, two])).toHaveLength(1)
  expect(await crowds.refusals([other])).toEqual([])
  expect(await crowds.refusals([one])).toHaveLength(1)
  await crowds.takeBack([other])
  expect(await crowds.refusals([one])).toEqual([])
  // Who leaves with a family that is refused stays, and so does its place.
  const leaving = moveOf('A', 'E1', -1)
  expect(await crowds.refusals([leaving, other, two])).toHaveLength(1)
  expect(await crowds.refusals([other])).toHaveLength(1)
})

it('goes on once others have let it count a group', async () => {
  const { table } = await freshTable()
  const { former, texts } = plainFamily()
  const enrolments = daysFile(former, [AUTUMN])
  let refusals = 0
  const busy: Table = {
    ...table,
    transact: (writes) => {
      if (writes.some(({ kind }) => kind !== 'move-counter') || refusals === 5) {
        return table.transact(writes)
      }
      refusals += 1
      return Promise.resolve({ done: false, refused: new Map() })
    },
  }
  expect((await move(busy, { ...texts, enrolments }, { town })).refused).toEqual([])
  expect(refusals).toBe(5)
  expect(await findCount(table, MERCREDIS)).toBe(1)
})

/** The demo town with many activities like its Wednesdays, each of whose groups takes few children. */
const manyClubs = (clubs: number, capacity: number): TownCatalogue => {
  const model = town.catalogue.activities.find(({ id }) => id === MERCREDIS.activityId)
  const groups = [{ groupId: MERCREDIS.groupId, ages: { from: 6, to: 12 }, capacity }]
  const more = Array.from({ length: clubs }, (_, index) => ({
    ...model,
    id: `CLUB-${String(index)}`,
    name: `Club ${String(index)}`,
    enrolment: { ...model?.enrolment, groups },
  }))
  const activities = [...cesson.catalogue.activities, ...more]
  return { ...cessonTown, catalogue: catalogueSchema.parse({ ...cesson.catalogue, activities }) }
}

/** A family whose child is in many clubs, each by an enrolment that ends on a day. */
const clubFamily = (clubs: number) => {
  const { former, texts } = plainFamily()
  return {
    former,
    until: (day: string) => {
      const lines = Array.from({ length: clubs }, (_, index) => {
        const number = String(index)
        return `${former};I${number};E1;CLUB-${number};GRANDS;01/09/2025;${day}`
      })
      return { ...texts, enrolments: enrolmentFile(...lines) }
    },
  }
}

/** The table, with the sizes of the transactions that it is asked for. */
const sizing = (table: Table) => {
  const sizes: number[] = []
  const sized: Table = {
    ...table,
    transact: (writes) => {
      sizes.push(writes.length)
      return table.transact(writes)
    },
  }
  return { sized, sizes }
}

it('never writes more in one transaction than DynamoDB takes, whatever enrolments bring with them', async () => {
  const { table } = await freshTable()
  const clubs = 40
  const many = manyClubs(clubs, 3)
  const { former, until } = clubFamily(clubs)
  const { sized, sizes } = sizing(table)
  for (const day of ['03/07/2026', '19/12/2025', '26/06/2026']) {
    sizes.length = 0
    const report = await move(sized, until(day), { town: many })
    expect(report.refused).toEqual([])
    expect(Math.max(...sizes)).toBeGreaterThan(TRANSACTION_LIMIT - 10)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(TRANSACTION_LIMIT)
  }
  const { file } = await readFile(table, await numberOf(table, former))
  expect(new Set(file.enrolments.map(({ until: last }) => last))).toEqual(new Set(['2026-06-26']))
  expect(file.enrolments).toHaveLength(clubs)
})

it('says which lines stand when somebody takes a place between two transactions of a family', async () => {
  const { table } = await freshTable()
  const clubs = 40
  const many = manyClubs(clubs, 1)
  const { former, until } = clubFamily(clubs)
  const rival = plainFamily()
  const last = `CLUB-${String(clubs - 1)}`
  const enrolments = enrolmentFile(`${rival.former};I1;E1;${last};GRANDS;01/09/2025;03/07/2026`)
  let isBegun = false
  const overtaken: Table = {
    ...table,
    transact: async (writes) => {
      const written = await table.transact(writes)
      if (writes.length > 10 && !isBegun) {
        isBegun = true
        await move(table, { ...rival.texts, enrolments }, { town: many })
      }
      return written
    },
  }
  const report = await move(overtaken, until('03/07/2026'), { town: many })
  expect(report.refused).toEqual([
    `inscriptions.csv, ligne ${String(clubs + 1)}, colonne groupe : ${FAULTS.full('Grands', '2025-2026', 1)} ${FAULTS.begun}`,
  ])
  expect(report.families).toEqual({ created: 0, changed: 0, same: 0, refused: 1 })
  const { file } = await readFile(table, await numberOf(table, former))
  expect(file.enrolments.length).toBeGreaterThan(0)
  expect(file.enrolments.length).toBeLessThan(clubs)
  // Once there is a place, the same files bring the rest.
  const wider = manyClubs(clubs, 2)
  expect((await move(table, until('03/07/2026'), { town: wider })).refused).toEqual([])
  const after = await readFile(table, await numberOf(table, former))
  expect(after.file.enrolments).toHaveLength(clubs)
})
