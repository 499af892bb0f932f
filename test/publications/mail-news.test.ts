import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { setPreferences } from '../../shared/messages/preferences.ts'
import { noticeEntity } from '../../shared/messages/notices.ts'
import { familyPartition } from '../../shared/platform/keys.ts'
import {
  activityIdSchema,
  facilityIdSchema,
  guardianIdSchema,
  type FamilyId,
} from '../../shared/platform/schemas.ts'
import { mailNews } from '../../shared/publications/mail-news.ts'
import type { News } from '../../shared/publications/model.ts'
import { isToMail, readersOf } from '../../shared/publications/rules.ts'
import { findMailing } from '../../shared/publications/store.ts'
import { fileOf } from '../../shared/setup/load-town.ts'
import { cesson, DUPONT, guardian, openCesson, TEST } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { freshTable, streamedTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { deliverMails } from '../support/mail-stream.ts'
import { expectCost, measure } from '../support/meter.ts'
import { mailServer } from '../support/ses.ts'
import { MONDAY, NEWS, openNews } from './fixture.ts'

const { table, documents, newRecords } = await streamedTable()
const { publish, edit, withdraw } = openNews(table)
const { client, mails, clear } = await mailServer()
const deliver = deliverMails(table, client)

const MAILED = { ...NEWS, byMail: true }
/** When staff have had their time to take back what they wrote on Monday. */
const LATER = new Date(MONDAY.getTime() + 10 * 60_000)
const NEXT_MONDAY = new Date('2025-09-22T09:00:00Z')

beforeAll(async () => {
  await openCesson(table)
})

beforeEach(() => {
  vi.spyOn(console, 'error').mockReturnValue()
})

/** What a family is told of news. */
const noticesOf = async (familyId: FamilyId, newsId: string) =>
  noticeEntity.pick(
    await table.query({
      partition: familyPartition(familyId),
      from: ['NOTICE', `NEWS-${newsId}`],
      to: ['NOTICE', `NEWS-${newsId}`],
    }),
  )

const isTold = async (familyId: FamilyId, newsId: string): Promise<boolean> =>
  (await noticesOf(familyId, newsId)).length > 0

/** The families whose notices were written since the last look, one for each time. */
const written = async () =>
  (await newRecords()).flatMap(({ dynamodb }) =>
    dynamodb?.NewImage?.['entity']?.S === 'Notice' ? [dynamodb.NewImage['familyId']?.S] : [],
  )

describe('news by mail', () => {
  it('tell the guardians of every family once, however often the schedule comes [guide 34]', async () => {
    const { newsId, byMail } = await publish(MAILED)
    expect(byMail).toBe(true)
    expect(await mailNews(table, LATER)).toMatchObject({ news: 1 })
    expect(await mailNews(table, LATER)).toEqual({ news: 0, families: 0, notices: 0 })
    expect(await noticesOf(DUPONT.familyId, newsId)).toMatchObject([
      {
        to: [
          { name: 'Mme Madelaine DUPONT', email: 'madelainedupont@famille.example' },
          { name: 'M. Julien DUPONT', email: 'juliendupont@famille.example' },
        ],
        content: { kind: 'news', title: NEWS.title, text: NEWS.text },
      },
    ])
    for (const { familyId } of cesson.families) expect(await isTold(familyId, newsId)).toBe(true)
  })

  it('are for the families that read them on the portal, and for no other [guide 34]', async () => {
    const ofTest = cesson.families.find(({ familyId }) => familyId === TEST.familyId)
    const schoolId = facilityIdSchema.parse('M_PREVERT')
    const isPupil = ofTest?.children.some((each) => each.schoolId === schoolId) ?? false
    const ofSchool = await publish({
      ...MAILED,
      audience: { kind: 'schools', schoolIds: [schoolId] },
    })
    const activityId = activityIdSchema.parse('ETUDES')
    const isEnrolled = ofTest?.enrolments.some((each) => each.activityId === activityId) ?? false
    const ofStudies = await publish({
      ...MAILED,
      audience: { kind: 'activities', activityIds: [activityId] },
    })
    await mailNews(table, LATER)
    expect(await isTold(DUPONT.familyId, ofSchool.newsId)).toBe(true)
    expect(await isTold(DUPONT.familyId, ofStudies.newsId)).toBe(true)
    expect(await isTold(TEST.familyId, ofSchool.newsId)).toBe(isPupil)
    expect(await isTold(TEST.familyId, ofStudies.newsId)).toBe(isEnrolled)
    expect([isPupil, isEnrolled]).toEqual([false, false])
  })

  it('wait for the first day of their period [guide 34]', async () => {
    const { newsId } = await publish({ ...MAILED, from: '2025-09-22', until: '2025-09-30' })
    await mailNews(table, LATER)
    expect(await isTold(DUPONT.familyId, newsId)).toBe(false)
    // In summer the clocks of Paris are two hours before UTC.
    for (const early of ['2025-09-21T17:59:00Z', '2025-09-21T22:00:00Z', '2025-09-22T04:59:00Z']) {
      await mailNews(table, new Date(early))
      expect(await isTold(DUPONT.familyId, newsId)).toBe(false)
    }
    await mailNews(table, new Date('2025-09-22T05:00:00Z'))
    expect(await isTold(DUPONT.familyId, newsId)).toBe(true)
  })

  it('can be taken back or put right for ten minutes', async () => {
    const { newsId } = await publish(MAILED)
    await mailNews(table, new Date(LATER.getTime() - 1000))
    expect(await isTold(DUPONT.familyId, newsId)).toBe(false)
    await mailNews(table, LATER)
    expect(await isTold(DUPONT.familyId, newsId)).toBe(true)
  })

  it('are not mailed at night, whoever starts the run', async () => {
    const { newsId } = await publish(MAILED)
    for (const time of ['2025-09-15T18:00:00Z', '2025-09-16T04:59:59Z']) {
      expect(await mailNews(table, new Date(time))).toEqual({ news: 0, families: 0, notices: 0 })
    }
    await mailNews(table, new Date('2025-09-15T17:59:59Z'))
    expect(await isTold(DUPONT.familyId, newsId)).toBe(true)
  })

  it('are not sent unless staff ask for it, nor once they are withdrawn or over', async () => {
    const quiet = await publish(NEWS)
    const withdrawn = await publish(MAILED)
    await withdraw(withdrawn.newsId, 1)
    const over = await publish({ ...MAILED, until: '2025-09-16' })
    const { newsId: unmailed } = await publish({ ...MAILED, until: '2025-10-30' })
    await edit(unmailed, 1, { ...NEWS, until: '2025-10-30' })
    await mailNews(table, NEXT_MONDAY)
    for (const newsId of [quiet.newsId, withdrawn.newsId, over.newsId, unmailed]) {
      expect(await isTold(DUPONT.familyId, newsId)).toBe(false)
    }
  })

  it('go out when staff ask for it later, and not again when they write them anew', async () => {
    const until = '2025-10-31' as const
    const { newsId } = await publish({ ...NEWS, until })
    await mailNews(table, LATER)
    const asked = await edit(newsId, 1, { ...MAILED, until })
    expect(asked.byMail).toBe(true)
    // The same call again is the same edit.
    expect(await edit(newsId, 1, { ...MAILED, until })).toEqual(asked)
    await mailNews(table, LATER)
    await edit(newsId, 2, { ...MAILED, until, title: 'Corrigé' })
    const later = await anotherFamily(table)
    expect(await mailNews(table, NEXT_MONDAY)).toMatchObject({ notices: 0 })
    expect(await noticesOf(DUPONT.familyId, newsId)).toMatchObject([
      { content: { title: NEWS.title } },
    ])
    expect(await isTold(later.familyId, newsId)).toBe(false)
  })

  it('stop at the next page when they are withdrawn, and go on from the last one where a run ends', async () => {
    const { newsId } = await publish(MAILED)
    const few = { aPage: 2, aRun: 2 }
    expect(await mailNews(table, LATER, few)).toMatchObject({ news: 1, families: 2 })
    const held = await findMailing(table, newsId)
    expect(held).toMatchObject({ version: 1 })
    expect(held?.after).toBeTypeOf('string')
    expect(held?.endedAt).toBeUndefined()
    expect(await mailNews(table, LATER, few)).toMatchObject({ news: 1, families: 2 })
    const { after } = (await findMailing(table, newsId)) ?? {}
    expect(after && held?.after && after > held.after).toBe(true)
    await withdraw(newsId, 1)
    expect(await mailNews(table, LATER)).toEqual({ news: 0, families: 0, notices: 0 })
  })

  it('reach every family once when two runs are at them at one time', async () => {
    const { newsId } = await publish(MAILED)
    await written()
    const runs = await Promise.all([
      mailNews(table, LATER, { aPage: 2, aRun: 100 }),
      mailNews(table, LATER, { aPage: 2, aRun: 100 }),
    ])
    runs.push(await mailNews(table, LATER))
    const told = await Promise.all(cesson.families.map(({ familyId }) => isTold(familyId, newsId)))
    expect(told).not.toContain(false)
    const whom = await written()
    expect(new Set(whom).size).toBe(whom.length)
    expect(runs.reduce((sum, { notices }) => sum + notices, 0)).toBe(whom.length)
    expect((await findMailing(table, newsId))?.endedAt).toBe(LATER.toISOString())
  })

  it('leave nobody out and tell nobody twice wherever the run breaks [guide 34]', async () => {
    const day = '2025-11-10' as const
    const now = new Date(`${day}T09:00:00Z`)
    let before: string | undefined
    const crashes = await crashEverywhere({
      clients: [documents],
      scenario: async () => {
        // The news of the last round would be looked at by every run.
        if (before !== undefined) await withdraw(before, 1)
        const { newsId } = await publish({ ...MAILED, from: day, until: day })
        before = newsId
        await newRecords()
        return {
          run: () => mailNews(table, now, { aPage: 4, aRun: 100 }),
          check: async () => {
            for (const { familyId } of cesson.families) {
              expect(await noticesOf(familyId, newsId)).toHaveLength(1)
            }
            expect((await findMailing(table, newsId))?.endedAt).toBeDefined()
            const whom = await written()
            expect(new Set(whom).size).toBe(whom.length)
          },
        }
      },
    })
    expect(crashes.map(({ operation }) => operation)).toEqual(
      expect.arrayContaining(['Query', 'GetItem', 'PutItem']),
    )
  })

  it('are mailed with what stops them, unless the family wants no news', async () => {
    const [wanting, tired] = [await anotherFamily(table), await anotherFamily(table)]
    await setPreferences(table, {
      actor: guardian(tired),
      body: { news: false, reminders: true },
    })
    await publish({ ...MAILED, title: 'Fête de l’école' })
    await newRecords()
    await clear()
    await mailNews(table, LATER)
    const ofBoth = (await newRecords()).filter(({ dynamodb }) =>
      [wanting.familyId, tired.familyId].some(
        (familyId) => dynamodb?.NewImage?.['familyId']?.S === familyId,
      ),
    )
    await deliver(ofBoth)
    await deliver(ofBoth)
    const sent = await mails()
    // Both guardians of the one family.
    expect(sent).toHaveLength(2)
    expect(sent[0]?.subject).toBe('Actualité : Fête de l’école')
    expect(sent[0]?.body.text).toContain('La mairie vous informe, du 15/09/2025 au 21/09/2025 :')
    expect(sent[0]?.body.text).toContain(NEWS.text)
    expect(sent[0]?.body.text).toContain('https://portail.cesson.example/preferences')
  })

  it('cost a Query to each family, and a write where they are for it', async () => {
    const apart = await freshTable()
    await openCesson(apart.table)
    const audience = {
      kind: 'activities' as const,
      activityIds: [activityIdSchema.parse('ETUDES')],
    }
    await openNews(apart.table).publish({ ...MAILED, audience })
    const run = () => measure([apart.documents], () => mailNews(apart.table, LATER))
    const { result, cost } = await run()
    expect(result.families).toBe(cesson.families.length)
    expect(result.notices).toBeGreaterThan(0)
    expect(result.notices).toBeLessThan(result.families)
    // Beside them the news of today, the numbers of the families, and how far the mails have gone.
    expect(cost.calls).toEqual({
      GetItem: 2,
      PutItem: result.notices + 1,
      Query: result.families + 2,
    })
    expectCost('mail news of an activity to the demo town', cost)
    const again = await run()
    expect(again.cost.calls).toEqual({ GetItem: 1, Query: 1 })
    expectCost('look for news to mail', again.cost)
  })
})

describe('whom news are mailed to', () => {
  const file = fileOf(
    cesson.families.find(({ familyId }) => familyId === DUPONT.familyId) ?? expect.fail(),
  )
  const TODAY = '2025-09-15'
  const forSchool = {
    audience: { kind: 'schools' as const, schoolIds: [facilityIdSchema.parse('E_PREVERT')] },
  }

  it('is each address once, whatever its capitals', () => {
    const guardians = file.guardians.map((each, place) => ({
      ...each,
      email: place === 0 ? 'Parents@famille.example' : 'parents@famille.example',
    }))
    expect(readersOf(NEWS, { ...file, guardians }, TODAY)).toHaveLength(1)
    expect(readersOf(NEWS, file, TODAY)).toHaveLength(2)
  })

  it('is nobody whose authority over the children was withdrawn, nor whose file was set aside', () => {
    const guardianId = guardianIdSchema.parse('g2')
    const children = file.children.map((child) => ({
      ...child,
      authorityWithdrawn: [{ guardianId, since: '2025-09-01' as const }],
    }))
    const readers = readersOf(forSchool, { ...file, children }, TODAY)
    expect(readers.map((each) => each.guardianId)).toEqual(['g1'])
    const family = { ...file.family, inactiveSince: '2025-09-01T10:00:00.000Z' }
    expect(readersOf(NEWS, { ...file, family }, TODAY)).toEqual([])
  })

  it.each<[Partial<News>, boolean]>([
    [{}, true],
    [{ byMail: undefined }, false],
    [{ byMail: false }, false],
    [{ from: TODAY, until: TODAY }, true],
    [{ from: '2025-09-16' }, false],
    [{ until: '2025-09-14' }, false],
    [{ withdrawnAt: MONDAY.toISOString() }, false],
  ])('depends on what staff said of them: %j', (part, expected) => {
    const news: News = {
      ...{ ...NEWS, byMail: true, from: '2025-09-01', newsId: 'any', hash: '', version: 1 },
      ...{ publishedAt: MONDAY.toISOString(), changed: { at: MONDAY.toISOString(), by: 'agent' } },
      ...part,
    }
    expect(isToMail(news, LATER)).toBe(expected)
  })
})
