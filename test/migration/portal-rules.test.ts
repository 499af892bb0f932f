import { expect, it } from 'vitest'
import type { TownCatalogue } from '../../shared/catalogue/calendar.ts'
import { claimWrites, countOf } from '../../shared/enrolments/capacity.ts'
import { noteMeans } from '../../shared/families/keep-means.ts'
import { readFile } from '../../shared/families/read-file.ts'
import { familyEntity } from '../../shared/families/store.ts'
import { isoDateSchema } from '../../shared/platform/schemas.ts'
import type { Table } from '../../shared/platform/table.ts'
import { MIGRATION_FAULTS as FAULTS } from '../../shared/kernel/migration-texts.ts'
import { loadHousehold } from '../../shared/reservations/load-household.ts'
import { ACCOUNTANT } from '../ledger/fixture.ts'
import { cessonTown, GUIDE_DAY } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { meddling } from '../support/meddling.ts'
import { planningWith, storePlannings } from '../support/plannings.ts'
import {
  endOn,
  enrolmentFile,
  MERCREDIS,
  MOVE,
  move,
  numberOf,
  plainFamily,
  townWithPlaces,
  wednesdays,
} from './fixture.ts'

const { table } = await freshTable()

const fileOf = async (former: string) => (await readFile(table, await numberOf(table, former))).file

const countOfGroup = (of: Table) => countOf(of, MERCREDIS, GUIDE_DAY)

it('takes no more children into a group than it has places, and counts them from its first on', async () => {
  const own = await freshTable()
  const town = townWithPlaces(2)
  const take = async (write = true) =>
    (await move(own.table, wednesdays().texts, { town, write })).refused
  expect(await take(false)).toEqual([])
  expect(await countOfGroup(own.table)).toEqual({ taken: 0, isCounted: false })
  expect(await take()).toEqual([])
  expect(await countOfGroup(own.table)).toEqual({ taken: 1, isCounted: true })

  // Somebody asks for a place in the portal.
  const activity = town.catalogue.activities.find(({ id }) => id === MERCREDIS.activityId)
  const claim = { crowd: MERCREDIS, group: 'Grands', today: GUIDE_DAY }
  await own.table.transact(await claimWrites(own.table, activity ?? {}, claim))
  const refused = [
    `inscriptions.csv, ligne 2, colonne groupe : ${FAULTS.full('Grands', '2025-2026', 2)}`,
  ]
  expect(await take(false)).toEqual(refused)
  expect(await take()).toEqual(refused)
  const wider = townWithPlaces(3)
  expect((await move(own.table, wednesdays().texts, { town: wider })).refused).toEqual([])
  expect(await countOfGroup(own.table)).toEqual({ taken: 3, isCounted: true })
})

it('fills a group to its last place with the families of one import, and no further', async () => {
  const own = await freshTable()
  const families = Array.from({ length: 12 }, () => wednesdays().texts)
  const [first = {}, ...others] = families
  const texts = Object.fromEntries(
    Object.entries(first).map(([kind, text]) => [
      kind,
      text +
        others.map((each) => new Map(Object.entries(each)).get(kind)?.split('\n')[1]).join('\n'),
    ]),
  )
  const report = await move(own.table, texts, { town: townWithPlaces(9) })
  expect(report.families).toEqual({ created: 9, changed: 0, same: 0, refused: 3 })
  expect(await countOfGroup(own.table)).toEqual({ taken: 9, isCounted: true })
})

it('refuses the line whose last place somebody else has taken meanwhile, and writes nothing of the family', async () => {
  const own = await freshTable()
  const town = townWithPlaces(2)
  await move(own.table, wednesdays().texts, { town })
  const activity = town.catalogue.activities.find(({ id }) => id === MERCREDIS.activityId)
  const claim = { crowd: MERCREDIS, group: 'Grands', today: GUIDE_DAY }
  const late = wednesdays()
  let reads = 0
  const faster: Table = {
    ...own.table,
    get: async (key) => {
      // The second look at the counter is that of who writes.
      if (key.sort[0] === 'ENROLLED' && (reads += 1) === 2) {
        await own.table.transact(await claimWrites(own.table, activity ?? {}, claim))
      }
      return own.table.get(key)
    },
  }
  const report = await move(faster, late.texts, { town })
  expect(report.refused).toEqual([
    `inscriptions.csv, ligne 2, colonne groupe : ${FAULTS.full('Grands', '2025-2026', 2)}`,
  ])
  await expect(numberOf(own.table, late.former)).rejects.toThrow()
})

it('gives the place of an enrolment back that ends earlier by the files, once, and takes it again', async () => {
  const own = await freshTable()
  const town = townWithPlaces(2)
  const { former, texts } = wednesdays()
  const until = async (day: string, inTown: TownCatalogue = town) => {
    const enrolments = texts.enrolments?.replace('03/07/2026', day) ?? ''
    return (await move(own.table, { ...texts, enrolments }, { town: inTown })).refused
  }
  expect(await until('03/07/2026')).toEqual([])
  expect(await until('31/12/2025')).toEqual([])
  expect(await countOfGroup(own.table)).toEqual({ taken: 0, isCounted: true })
  expect(await until('30/11/2025')).toEqual([])
  expect((await countOfGroup(own.table)).taken).toBe(0)
  expect(await until('03/07/2026')).toEqual([])
  expect((await countOfGroup(own.table)).taken).toBe(1)

  expect(await until('31/12/2025')).toEqual([])
  expect(await until('03/07/2026', townWithPlaces(0))).toEqual([
    `inscriptions.csv, ligne 2, colonne groupe : ${FAULTS.full('Grands', '2025-2026', 0)}`,
  ])
  // What staff end now has given its place back already.
  await endOn(own.table, { former, lastDay: '2025-10-31', town })
  expect((await countOfGroup(own.table)).taken).toBe(0)
})

it('takes no days away that are booked, and names them', async () => {
  const { former, texts } = plainFamily()
  await move(table, texts)
  const familyId = await numberOf(table, former)
  const meals = { child: 'E1', activity: 'RESTAURATION', unit: 'REPAS' }
  const days = { '2025-09-02': 'a', '2026-05-18': 'a', '2026-05-19': '.' }
  await storePlannings(table, [planningWith(familyId, meals, days)])
  const between = async (from: string, until: string) => {
    const line = `${former};I1;E1;RESTAURATION;RESTO_R_PREVERT;${from};${until}`
    return (await move(table, { ...texts, enrolments: enrolmentFile(line) })).refused
  }
  expect(await between('01/10/2025', '30/04/2026')).toEqual([
    'inscriptions.csv, ligne 2, colonne au : Annulez d’abord les jours réservés : mardi 02/09/2025 et lundi 18/05/2026.',
  ])
  expect(await between('02/09/2025', '18/05/2026')).toEqual([])
  expect((await fileOf(former)).enrolments).toMatchObject([
    { from: '2025-09-02', until: '2026-05-18' },
  ])
  // Who had read the enrolment as it was must not book any more.
  const { plannings } = await loadHousehold(table, familyId, MERCREDIS.schoolYear)
  expect(plannings.map(({ version }) => version)).toEqual([2])
})

it('does not overwrite an enrolment that staff end between its reading and its writing', async () => {
  const { former, texts } = plainFamily()
  await move(table, texts)
  const enrolments = texts.enrolments?.replace('03/07/2026', '30/06/2026') ?? ''
  const faster = meddling(table, () => endOn(table, { former, lastDay: '2025-12-19' }))
  expect((await move(faster, { ...texts, enrolments })).refused).toEqual([
    `inscriptions.csv, ligne 2, colonne inscription : ${FAULTS.changedHere}`,
  ])
  expect((await fileOf(former)).enrolments).toMatchObject([{ until: '2025-12-19' }])
})

it.each([
  ['that are there', '01/09/2025', FAULTS.changedHere],
  ['that come meanwhile', '01/01/2026', FAULTS.isHere],
] as const)('does not overwrite means %s and that staff note between', async (_, from, reason) => {
  const meansFile = (day: string, quotient: string) =>
    `famille;a_partir_du;quotient;source\n%;${day};${quotient};caf\n`
  const { former, texts } = plainFamily({ means: meansFile('01/09/2025', '900') })
  await move(table, texts)
  const familyId = await numberOf(table, former)
  const [day = '', month = '', year = ''] = from.split('/')
  const noted = isoDateSchema.parse(`${year}-${month}-${day}`)
  const faster = meddling(table, () =>
    noteMeans(
      { table, town: cessonTown },
      {
        parameters: { familyId, from: noted },
        body: { source: 'town', quotient: '450', reason: 'Décision du maire' },
        actor: ACCOUNTANT,
        now: MOVE,
      },
    ),
  )
  const means = meansFile(from, '1000').replace('%', former)
  expect((await move(faster, { means })).refused).toEqual([
    `quotients.csv, ligne 2, colonne a_partir_du : ${reason}`,
  ])
  const held = (await fileOf(former)).means.find((each) => each.from === noted)
  expect(held).toMatchObject({ quotient: '450', source: 'town' })
})

it('refuses an enrolment in which no day of the activity is open, unless it is over', async () => {
  const during = (from: string, until: string) =>
    plainFamily({ enrolments: enrolmentFile(`%;I1;E1;ETUDES;ETUDES_E_PREVERT;${from};${until}`) })
  const refused = async ({ texts }: ReturnType<typeof during>) => (await move(table, texts)).refused
  expect(await refused(during('01/07/2026', '31/08/2026'))).toEqual([
    `inscriptions.csv, ligne 2, colonne du : ${FAULTS.notOpen}`,
  ])
  expect(await refused(during('01/09/2025', '03/07/2026'))).toEqual([])
  expect(await refused(during('01/09/2023', '05/07/2024'))).toEqual([])
})

it('moves no enrolment into another school year', async () => {
  const { former, texts } = plainFamily()
  await move(table, texts)
  const line = `${former};I1;E1;RESTAURATION;RESTO_R_PREVERT;01/09/2026;02/07/2027`
  expect((await move(table, { ...texts, enrolments: enrolmentFile(line) })).refused).toEqual([
    `inscriptions.csv, ligne 2, colonne groupe : ${FAULTS.moved}`,
  ])
})

it('changes no file that was merged into another', async () => {
  const { former, texts } = plainFamily()
  const kept = plainFamily()
  await move(table, texts)
  await move(table, kept.texts)
  const { family } = await fileOf(former)
  const mergedInto = await numberOf(table, kept.former)
  await table.put(familyEntity.toItem({ ...family, mergedInto, version: 2 }))
  const means = `famille;a_partir_du;quotient;source\n${former};01/09/2025;900;caf\n`
  expect((await move(table, { means })).refused).toEqual([
    `quotients.csv, ligne 2, colonne famille : ${FAULTS.merged}`,
  ])
  expect((await move(table, texts)).families.same).toBe(1)
})

it('takes a family whose former number is one that the portal gave to another that moved in', async () => {
  const first = plainFamily()
  await move(table, first.texts)
  const given = await numberOf(table, first.former)
  const second = plainFamily()
  const texts = Object.fromEntries(
    Object.entries(second.texts).map(([kind, text]) => [
      kind,
      text.replaceAll(second.former, given),
    ]),
  )
  const report = await move(table, texts)
  expect(report.refused).toEqual([])
  expect(report.families.created).toBe(1)
  expect(await numberOf(table, given)).not.toBe(given)
  expect((await move(table, texts)).families.same).toBe(1)
  expect((await move(table, first.texts)).families.same).toBe(1)
})
