import * as fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { News } from '../../shared/publications/model.ts'
import { isFor, newsOn, readingOf } from '../../shared/publications/rules.ts'
import { findNews } from '../../shared/publications/store.ts'
import {
  activityIdSchema,
  facilityIdSchema,
  guardianIdSchema,
} from '../../shared/platform/schemas.ts'
import { fileOf } from '../../shared/setup/load-town.ts'
import { dates, periods } from '../support/arbitraries.ts'
import { cesson, DUPONT, openCesson, TEST } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { freshTable } from '../support/engine.ts'
import { expectCost, measure } from '../support/meter.ts'
import { MONDAY, NEWS, openNews } from './fixture.ts'

const { table, documents } = await freshTable()
const { publish, edit, withdraw, visitor, family, all } = openNews(table)

beforeAll(async () => {
  await openCesson(table)
})

const activityId = (id: string) => activityIdSchema.parse(id)
const schoolId = (id: string) => facilityIdSchema.parse(id)
const titles = (news: readonly { readonly title: string }[]): string[] =>
  news.map(({ title }) => title)

describe('news', () => {
  it('are read by everybody from their first to their last day in Paris [guide 35]', async () => {
    const { newsId } = await publish({ ...NEWS, title: 'Cette semaine' })
    const isRead = async (instant: string) =>
      (await visitor(new Date(instant))).some((each) => each.newsId === newsId)
    // Midnight in Paris is 22:00 in UTC in summer.
    expect(await isRead('2025-09-14T21:59:59Z')).toBe(false)
    expect(await isRead('2025-09-14T22:00:00Z')).toBe(true)
    expect(await isRead('2025-09-21T21:59:59Z')).toBe(true)
    expect(await isRead('2025-09-21T22:00:00Z')).toBe(false)
  })

  it('of a school or an activity are for its families alone [guide 35]', async () => {
    const forSchool = { kind: 'schools' as const, schoolIds: [schoolId('E_PREVERT')] }
    const forStudies = { kind: 'activities' as const, activityIds: [activityId('ETUDES')] }
    await publish({ ...NEWS, title: 'École', audience: forSchool })
    await publish({ ...NEWS, title: 'Études', audience: forStudies })
    expect(titles(await visitor())).not.toContain('École')
    expect(titles(await visitor())).not.toContain('Études')
    const ofDupont = await family(DUPONT)
    expect(titles(ofDupont)).toEqual(expect.arrayContaining(['École', 'Études', 'Cette semaine']))
    expect(ofDupont.find(({ title }) => title === 'École')?.audienceLabel).toBe(
      'Familles : Elémentaire Jacques Prévert',
    )
    expect(ofDupont.find(({ title }) => title === 'Études')?.audienceLabel).toBe(
      'Familles : Etudes Surveillées',
    )
    const entry = cesson.families.find(({ familyId }) => familyId === TEST.familyId)
    const isEnrolled = entry?.enrolments.some((each) => each.activityId === 'ETUDES') ?? false
    expect(titles(await family(TEST)).includes('Études')).toBe(isEnrolled)
  })

  it('of the town’s file are there once, and stay withdrawn when it is loaded again', async () => {
    const title = cesson.news[0]?.title ?? ''
    const held = (await all()).filter((each) => each.title === title)
    expect(held).toHaveLength(1)
    await withdraw(held[0]?.newsId ?? '', 1)
    await openCesson(table)
    expect(titles(await all())).not.toContain(title)
  })

  it('are written anew under the next version, by who has read the present one', async () => {
    const { newsId, version } = await publish({ ...NEWS, title: 'Avant' })
    const body = { ...NEWS, title: 'Après', until: '2025-10-31' as const }
    const after = await edit(newsId, version, body)
    expect(after).toMatchObject({ title: 'Après', version: 2 })
    // The same call again, and then somebody who has read the first version.
    expect(await edit(newsId, version, body)).toEqual(after)
    await expect(edit(newsId, version, { ...body, title: 'Autre' })).rejects.toMatchObject({
      code: 'changed-meanwhile',
    })
    expect(titles(await visitor(new Date('2025-10-20T10:00:00Z')))).toContain('Après')
    expect(titles(await visitor())).not.toContain('Avant')
  })

  it('that are withdrawn are read by nobody, and are no more written anew', async () => {
    const { newsId } = await publish({ ...NEWS, title: 'Trop tôt' })
    const withdrawn = await withdraw(newsId, 1)
    expect(withdrawn).toMatchObject({ withdrawnAt: MONDAY.toISOString(), version: 2 })
    expect(await withdraw(newsId, 1)).toEqual(withdrawn)
    expect(titles(await visitor())).not.toContain('Trop tôt')
    expect(titles(await all())).not.toContain('Trop tôt')
    await expect(edit(newsId, 2, NEWS)).rejects.toMatchObject({ code: 'not-found' })
    const held = await findNews(table, newsId)
    expect(held?.expiresAt).toBe(MONDAY.getTime() / 1000 + 60 * 86_400)
  })

  it('are listed in pages for who writes them, those that end last first, each once', async () => {
    const whole = await all()
    expect(whole.length).toBeGreaterThan(2)
    expect(await all(1)).toEqual(whole)
    expect(await all(2)).toEqual(whole)
    const ends = whole.map(({ until }) => until)
    expect(ends).toEqual(ends.toSorted().toReversed())
  })

  it('are published once by the same call, and not under a key that was used', async () => {
    const first = await publish(NEWS, 'strike-of-monday')
    expect(await publish(NEWS, 'strike-of-monday')).toEqual(first)
    await expect(publish({ ...NEWS, title: 'Autre' }, 'strike-of-monday')).rejects.toMatchObject({
      code: 'idempotency-key-reused',
    })
    const another = { account: 'account-of-another', roles: [], family: undefined }
    expect((await publish(NEWS, 'strike-of-monday', another)).newsId).not.toBe(first.newsId)
  })

  it.each([
    [
      { until: '2025-09-14' as const },
      '/body/until',
      'Le dernier jour ne peut pas précéder le premier.',
    ],
    [
      {
        audience: {
          kind: 'activities' as const,
          activityIds: [activityId('ETUDES'), activityId('X')],
        },
      },
      '/body/audience/activityIds/1',
      'L’activité « X » n’existe pas.',
    ],
    [
      { audience: { kind: 'schools' as const, schoolIds: [schoolId('X')] } },
      '/body/audience/schoolIds/0',
      'L’établissement « X » n’existe pas.',
    ],
  ])('are refused that say what cannot be: %#', async (part, pointer, detail) => {
    await expect(publish({ ...NEWS, ...part })).rejects.toMatchObject({
      code: 'invalid-request',
      faults: [{ pointer, detail }],
    })
  })

  it('have one effect wherever publishing breaks', async () => {
    let round = 0
    await crashEverywhere({
      clients: [documents],
      scenario: () => {
        round += 1
        const title = `Panne ${String(round)}`
        return Promise.resolve({
          run: () => publish({ ...NEWS, title }, `crash-of-news-${String(round)}`),
          check: async () => {
            expect(titles(await all()).filter((each) => each === title)).toHaveLength(1)
          },
        })
      },
    })
  })

  it('cost a Query to a visitor and two to a family', async () => {
    const quiet = new Date('2026-05-04T10:00:00Z')
    expectCost('read the news', (await measure([documents], () => visitor(quiet))).cost)
    const { cost } = await measure([documents], () => family(DUPONT, quiet))
    expectCost('read the news of a family', cost)
  })
})

describe('what news are for whom', () => {
  const file = fileOf(
    cesson.families.find(({ familyId }) => familyId === DUPONT.familyId) ?? expect.fail(),
  )

  it('says who has no authority over a child reads nothing about its school', () => {
    const guardianId = guardianIdSchema.parse('g2')
    const children = file.children.map((child) => ({
      ...child,
      authorityWithdrawn: [{ guardianId, since: '2025-09-01' as const }],
    }))
    const reading = readingOf({ ...file, children }, guardianId, '2025-09-15')
    expect(reading).toEqual({ schoolIds: new Set(), activityIds: new Set() })
    expect(readingOf(file, guardianId, '2025-09-15').schoolIds).toContain('E_PREVERT')
  })

  it('says an enrolment that is over brings no news, and one to come does', () => {
    const guardianId = DUPONT.guardianId
    expect(readingOf(file, guardianId, '2025-07-15').activityIds).toContain('ETUDES')
    expect(readingOf(file, guardianId, '2029-01-01').activityIds.size).toBe(0)
  })

  it('shows a visitor what is for all and nothing else, and each day its own, whatever the news', () => {
    const audiences = fc.constantFrom<News['audience'][]>(
      { kind: 'all' },
      { kind: 'activities', activityIds: [activityId('ETUDES')] },
      { kind: 'schools', schoolIds: [schoolId('E_PREVERT')] },
    )
    const item = fc
      .record({ period: periods(60, '2025-01-01', '2026-12-31'), audience: audiences })
      .map(({ period, audience }): News => ({
        ...NEWS,
        from: period.from,
        until: period.to,
        audience,
        newsId: 'any',
        hash: '',
        publishedAt: MONDAY.toISOString(),
        version: 1,
        changed: { at: MONDAY.toISOString(), by: 'agent' },
      }))
    const reading = readingOf(file, DUPONT.guardianId, '2025-07-15')
    fc.assert(
      fc.property(fc.array(item), dates('2025-01-01', '2026-12-31'), (news, today) => {
        const seen = newsOn(news, today, undefined)
        expect(seen.every(({ audience }) => audience.kind === 'all')).toBe(true)
        const own = newsOn(news, today, reading)
        expect(own).toEqual(expect.arrayContaining(seen))
        expect(own.every(({ from, until }) => from <= today && today <= until)).toBe(true)
        const missing = news.filter((each) => !own.includes(each))
        expect(
          missing.every(
            ({ from, until, audience }) =>
              today < from || until < today || !isFor(audience, reading),
          ),
        ).toBe(true)
        const begun = own.map(({ from }) => from)
        expect(begun).toEqual(begun.toSorted().toReversed())
      }),
    )
  })
})
