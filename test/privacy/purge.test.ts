import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { findAccountOf, noteTimes } from '../../shared/accounts/store.ts'
import { sheetSchema } from '../../shared/attendance/model.ts'
import { listSheets, saveSheet } from '../../shared/attendance/store.ts'
import { Calendars } from '../../shared/catalogue/calendar.ts'
import { retentionSettingsSchema } from '../../shared/catalogue/retention-settings.ts'
import { fileIn, findChild } from '../../shared/families/image.ts'
import { meansSchema } from '../../shared/families/model.ts'
import { childEntity, loadFile, meansEntity } from '../../shared/families/store.ts'
import { PURGED } from '../../shared/kernel/erasure-texts.ts'
import { noticeEntity } from '../../shared/messages/notices.ts'
import type { Item } from '../../shared/platform/entity.ts'
import { ENTITY_ATTRIBUTE } from '../../shared/platform/keys.ts'
import type { FamilyId } from '../../shared/platform/schemas.ts'
import { eraseFamily } from '../../shared/privacy/erase-family.ts'
import { deleteItems } from '../../shared/privacy/erase-items.ts'
import { holdFile } from '../../shared/privacy/legal-hold.ts'
import { purgeData } from '../../shared/privacy/purge.ts'
import { findErasure, listWatches } from '../../shared/privacy/store.ts'
import { trailItem } from '../../shared/trail/store.ts'
import { LEO } from '../families/file-fixture.ts'
import { cesson, GUIDE_MORNING } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { anotherFamily } from '../support/families.ts'
import { deliverFiles } from '../support/follow.ts'
import { ADMINISTRATOR, LATER, openErasing } from './erasing-fixture.ts'

const world = await openErasing()
const { table, itemsOf } = world

/** The demo town, which keeps registers for longer than it has had any. */
const catalogue = {
  ...cesson.catalogue,
  town: { ...cesson.catalogue.town, retention: retentionSettingsSchema.parse({ activity: 60 }) },
}
const deps = { ...world.deps, town: { catalogue, calendars: new Calendars(catalogue) } }

/** The night of a day, each once: a run of a day that is done does nothing. */
const night = (day: string): Date => new Date(`${day}T02:00:00Z`)

const trail = (familyId: FamilyId, day: string): Item =>
  trailItem({
    ...{ familyId, at: `${day}T08:00:00.000Z`, kind: 'changed', subject: 'Child', id: 'leo' },
    ...{ version: '2', about: 'Léo DUPONT', fields: [] },
  })

const means = (familyId: FamilyId, from: string): Item =>
  meansEntity.toItem(
    meansSchema.parse({
      ...{ familyId, from, quotient: '876.54', source: 'caf' },
      notedAt: `${from}T08:00:00.000Z`,
    }),
  )

const linesOf = (report: Awaited<ReturnType<typeof purgeData>>) =>
  report.lines.map(({ kind, outcome, count }) => `${kind} ${outcome} ${String(count)}`)

beforeAll(() => {
  vi.spyOn(console, 'info').mockReturnValue()
})

beforeEach(() => {
  vi.spyOn(console, 'error').mockReturnValue()
})

/** Deletes families, so that the next test meets none of them. */
const forget = async (...families: FamilyId[]): Promise<void> => {
  for (const familyId of families) await deleteItems(table, await itemsOf(familyId))
}

it('deletes registers that are as old as what they are about', async () => {
  const address = { activityId: 'RESTAURATION', groupId: 'RESTO_R_PREVERT', date: '2025-09-02' }
  const sheet = sheetSchema.parse({ ...address, version: 1, entries: [], guests: [] })
  await saveSheet(table, sheet, [])
  await purgeData(world.deps, night('2027-09-02'))
  expect(await listSheets(table, sheet)).toHaveLength(1)
  expect(linesOf(await purgeData(world.deps, night('2027-09-04')))).toContain('Sheet deleted 1')
  expect(await listSheets(table, sheet)).toEqual([])
})

describe('the purge of a night', () => {
  it('deletes what is old enough, once, and says how much', async () => {
    const { familyId } = await anotherFamily(table, undefined, ['leo-etudes-2025'])
    const kept = trail(familyId, '2025-06-01')
    for (const item of [
      ...[trail(familyId, '2023-01-01'), trail(familyId, '2023-01-02'), kept],
      ...[means(familyId, '2021-09-01'), means(familyId, '2022-09-01')],
    ]) {
      await table.put(item)
    }
    await world.newRecords()
    const leo = await findChild(table, { familyId, childId: LEO })
    if (leo === undefined) throw new Error('There is no child')
    await table.put(childEntity.toItem({ ...leo, allergy: true }))
    const report = await purgeData(deps, night('2025-10-15'))
    expect(linesOf(report)).toEqual(['Means deleted 1', 'TrailEntry deleted 2'])
    expect(report).toMatchObject({ state: 'done', warned: 0, erased: 0, failed: [] })
    expect(await purgeData(deps, night('2025-10-15'))).toEqual(report)
    expect(linesOf(await purgeData(deps, night('2025-10-16')))).toEqual([])
    const items = await itemsOf(familyId)
    expect(items).toContainEqual(kept)
    // The trail tells that means were deleted, and not what they were.
    await deliverFiles(table, night('2025-10-15'))(await world.newRecords())
    const told = (await itemsOf(familyId)).filter(
      (item) => item[ENTITY_ATTRIBUTE] === 'TrailEntry' && item['subject'] === 'Means',
    )
    expect(told).toMatchObject([{ kind: 'removed', reason: PURGED, fields: [] }])
    // Who is enrolled is cared for; a year later nobody is.
    expect(await findChild(table, { familyId, childId: LEO })).toMatchObject({ allergy: true })
    expect(linesOf(await purgeData(deps, night('2026-09-02')))).toContain('ChildHealth deleted 1')
    const cleared = await findChild(table, { familyId, childId: LEO })
    expect(cleared?.allergy).toBeUndefined()
    await forget(familyId)
  })

  it('touches nothing of a file that is held, and is held up by none', async () => {
    const held = await anotherFamily(table)
    await table.put(trail(held.familyId, '2023-01-01'))
    await holdFile(table, {
      parameters: { familyId: held.familyId },
      headers: { 'if-match': 1 },
      body: { held: true, reason: 'Plainte en cours' },
      actor: ADMINISTRATOR,
      now: GUIDE_MORNING,
    })
    const unreadable = await anotherFamily(table)
    const [first] = await itemsOf(unreadable.familyId)
    await table.put({ ...first, sk: 'FILE#CHILD#broken', [ENTITY_ATTRIBUTE]: 'Child' })
    const other = await anotherFamily(table)
    await table.put(trail(other.familyId, '2023-01-01'))
    const before = await itemsOf(held.familyId)
    const report = await purgeData(deps, night('2025-10-17'))
    expect(report).toMatchObject({ state: 'done', held: 1, failed: [unreadable.familyId] })
    expect(linesOf(report)).toEqual(['TrailEntry deleted 1'])
    expect(await itemsOf(held.familyId)).toEqual(before)
    await forget(held.familyId, unreadable.familyId, other.familyId)
  })

  it('counts what it deletes once, wherever it is cut off', { timeout: 600_000 }, async () => {
    let days = 0
    const families: FamilyId[] = []
    await crashEverywhere({
      clients: world.clients,
      scenario: async () => {
        days += 1
        const at = new Date(Date.parse('2025-11-01T03:00:00Z') + days * 86_400_000)
        const { familyId } = await anotherFamily(table, undefined, ['leo-etudes-2025'])
        // Also those of the runs that nothing cut off, which are not checked.
        await forget(...families.splice(0))
        families.push(familyId)
        for (const day of ['2022-01-01', '2022-01-02']) await table.put(trail(familyId, day))
        return {
          run: () => purgeData(deps, at),
          check: async (report) => {
            expect(report.state).toBe('done')
            expect(linesOf(report)).toEqual(['TrailEntry deleted 2'])
            expect(fileIn(await itemsOf(familyId))).toBeDefined()
          },
        }
      },
    })
    await forget(...families)
  })
})

describe('a family of which nobody has heard', () => {
  const noticesOf = async (familyId: FamilyId) =>
    noticeEntity.pick(await itemsOf(familyId)).map(({ content }) => content)

  it('is told, and erased a month later', async () => {
    const { familyId } = await world.usedFamily()
    const file = await loadFile(table, familyId)
    expect(file?.enrolments.map(({ until }) => until)).toEqual(['2026-06-26'])
    const told = await purgeData(deps, night('2028-06-10'))
    expect(told).toMatchObject({ warned: 1, erased: 0 })
    expect(await noticesOf(familyId)).toEqual([{ kind: 'file-ending', until: '2028-07-10' }])
    expect(await purgeData(deps, night('2028-07-05'))).toMatchObject({ warned: 0, erased: 0 })
    expect(await noticesOf(familyId)).toHaveLength(1)
    expect(await purgeData(deps, night('2028-07-11'))).toMatchObject({ erased: 1 })
    expect(await world.kindsOf(familyId)).toEqual(['Invoice', 'Payment'])
    expect(await findErasure(table, familyId)).toMatchObject({ state: 'done', reason: 'inactive' })
    await forget(familyId)
  })

  it('stays when somebody signs in', async () => {
    const family = await world.usedFamily()
    const { familyId } = family
    await purgeData(deps, night('2028-08-10'))
    expect(await noticesOf(familyId)).toHaveLength(1)
    const account = await findAccountOf(table, family)
    const times = { lastSignIn: '2028-09-01T10:00:00.000Z', previousSignIn: undefined }
    await noteTimes(table, account?.account ?? '', times)
    expect(await purgeData(deps, night('2028-09-20'))).toMatchObject({ erased: 0, withheld: 0 })
    expect(await world.kindsOf(familyId)).not.toContain('RetentionWarning')
    await forget(familyId)
  })

  it('stays as long as something forbids it to be erased', async () => {
    const { familyId } = await anotherFamily(table, undefined, ['leo-etudes-2025'])
    await purgeData(deps, night('2028-10-10'))
    const file = await loadFile(table, familyId)
    if (file === undefined) throw new Error('There is no file')
    const carried = { familyId, regieId: 'ENF', month: '2026-06', amount: 300, version: 202606 }
    await table.put({
      ...carried,
      [ENTITY_ATTRIBUTE]: 'CarryOver',
      pk: `FAMILY#${familyId}`,
      sk: 'FILE#BILLING#CARRIED#ENF',
    })
    expect(await purgeData(deps, night('2028-11-20'))).toMatchObject({ erased: 0, withheld: 1 })
    expect(await loadFile(table, familyId)).toEqual(file)
    await forget(familyId)
  })
})

describe('of a family that was erased', () => {
  const watched = async (familyId: FamilyId): Promise<boolean> =>
    (await listWatches(table, '2099-01-01')).some((watch) => watch.familyId === familyId)

  it('what comes late is deleted, and its accounts after ten years', async () => {
    const { familyId } = await world.usedFamily()
    await eraseFamily(deps, { familyId, reason: 'requested' }, LATER)
    await table.put(trail(familyId, '2027-01-15'))
    await purgeData(deps, night('2027-01-16'))
    expect(await world.kindsOf(familyId)).toEqual(['Invoice', 'Payment'])
    await purgeData(deps, night('2027-03-01'))
    expect(await world.kindsOf(familyId)).toEqual(['Invoice', 'Payment'])
    expect(await watched(familyId)).toBe(true)
    await purgeData(deps, night('2035-10-20'))
    expect(await world.kindsOf(familyId)).toEqual(['Invoice', 'Payment'])
    const report = await purgeData(deps, night('2036-10-21'))
    expect(linesOf(report)).toEqual(['Invoice deleted 1', 'Payment deleted 1'])
    expect(await itemsOf(familyId)).toEqual([])
    expect(await watched(familyId)).toBe(false)
  })

  it('an erasure that was cut off is finished', async () => {
    const { familyId } = await world.usedFamily()
    const failing = {
      ...deps,
      accounts: { remove: () => Promise.reject(new Error('The pool is down')) },
    }
    const order = { familyId, reason: 'requested' as const }
    await expect(eraseFamily(failing, order, LATER)).rejects.toThrow('The pool is down')
    expect(await findErasure(table, familyId)).toMatchObject({ state: 'running' })
    await expect(purgeData(failing, night('2027-01-17'))).rejects.toThrow(AggregateError)
    expect(await purgeData(deps, night('2027-01-17'))).toMatchObject({ state: 'done' })
    expect(await findErasure(table, familyId)).toMatchObject({ state: 'done' })
    expect(await world.kindsOf(familyId)).toEqual(['Invoice', 'Payment'])
  })
})
