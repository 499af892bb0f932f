import { beforeAll, describe, expect, it } from 'vitest'
import { readFile } from '../../shared/families/read-file.ts'
import { childEntity } from '../../shared/families/store.ts'
import {
  activityIdSchema,
  childIdSchema,
  familyIdSchema,
  guardianIdSchema,
} from '../../shared/platform/schemas.ts'
import { decideRequest } from '../../shared/reservations/decide-request.ts'
import { listPendingRequests } from '../../shared/reservations/list-pending-requests.ts'
import { listFamilyRequests, listRequests } from '../../shared/reservations/list-requests.ts'
import { readRequest } from '../../shared/reservations/read-request.ts'
import type { Submission, Wish } from '../../shared/reservations/model.ts'
import {
  cessonTown,
  GUIDE_MORNING,
  guardian,
  openCesson,
  TEST,
  ticked,
  weekly,
  type DUPONT,
} from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { repeatSubmission, submitAnew } from '../support/submissions.ts'

const { table } = await freshTable()
const deps = { table, town: cessonTown }

let submitted = 0

/** Each submission comes a minute after the one before. */
const submit = (by: typeof DUPONT, ...wishes: Wish[]): Promise<Submission> => {
  submitted += 1
  return submitAnew(deps, by, wishes, new Date(GUIDE_MORNING.getTime() + submitted * 60_000))
}

const meal = (day: string): Wish =>
  ticked('lucas-restauration-2025', { [`2025-09-${day}`]: ['REPAS'] })
const wednesday = (day: string): Wish =>
  ticked('lucas-mercredis-2025', { [`2025-09-${day}`]: ['MATIN'] })

const page = (by: typeof DUPONT, limit: number, before?: number) =>
  listRequests(deps, { actor: guardian(by), query: { limit, before }, now: GUIDE_MORNING })

/** The numbers of requests, read page after page, by what a page says of the next one. */
const pagesOf = async <Cursor>(
  read: (cursor: Cursor | undefined) => Promise<{
    readonly requests: readonly { readonly number: number }[]
    readonly next?: Cursor | undefined
  }>,
): Promise<number[][]> => {
  const pages: number[][] = []
  let cursor: Cursor | undefined
  do {
    const { requests, next } = await read(cursor)
    pages.push(requests.map(({ number }) => number))
    cursor = next
  } while (cursor !== undefined)
  return pages
}

beforeAll(async () => {
  await openCesson(table)
})

it('shows every request once, newest first, whatever the length of the page [guide 19, 20]', async () => {
  const by = await anotherFamily(table)
  // Submissions of one, three and two requests: pages end in the middle of some of them.
  const submissions = [
    await submit(by, meal('02')),
    await submit(by, meal('04'), wednesday('03'), weekly('leo-etudes-2025', { 1: ['ETUDES'] })),
    await submit(by, meal('05'), wednesday('10')),
    await submit(by, meal('08')),
  ]
  const numbers = submissions
    .flatMap(({ requests }) => requests.map(({ number }) => number))
    .toSorted((a, b) => b - a)
  expect(numbers).toHaveLength(7)
  for (const limit of [1, 2, 3, 4, 5, 6, 7, 8, 100]) {
    const pages = await pagesOf<number>((before) => page(by, limit, before))
    expect(pages.flat()).toEqual(numbers)
    expect(pages).toHaveLength(Math.ceil(numbers.length / limit))
  }
})

it('says when a request was made, for whom, for what and in which state [guide 19, 46]', async () => {
  const by = await anotherFamily(table)
  const { submittedAt, number } = await submit(by, wednesday('03'))
  expect((await page(by, 20)).requests).toEqual([
    {
      number,
      submittedAt,
      state: 'pending',
      stateLabel: 'En attente d’instruction',
      childId: 'lucas',
      child: 'Lucas',
      activityId: 'MERCREDIS',
      activity: 'Centre de Loisirs Mercredis',
      facility: 'Centre de Loisirs Jacques Prévert',
      service: 'Enfance',
      from: '2025-09-03',
      to: '2025-09-03',
      units: [{ unitId: 'MATIN', name: 'Matin', changes: '+' }],
    },
  ])
})

describe('one part of the requests of a family', () => {
  type Filter = Partial<Parameters<typeof listRequests>[1]['query']>
  const lucas = childIdSchema.parse('lucas')
  const meals = activityIdSchema.parse('RESTAURATION')

  /** The numbers of all that a filter lets through, page after page. */
  const filtered = async (by: typeof DUPONT, filter: Filter, limit: number): Promise<number[]> => {
    const pages = await pagesOf<number>((before) =>
      listRequests(deps, {
        actor: guardian(by),
        query: { ...filter, limit, before },
        now: GUIDE_MORNING,
      }),
    )
    for (const each of pages) expect(each.length).toBeLessThanOrEqual(limit)
    return pages.flat()
  }

  it('is read by child, activity and state, five to the page too [guide 19, 20]', async () => {
    const by = await anotherFamily(table)
    for (const day of ['02', '04', '05', '08', '09', '11']) {
      await submit(by, meal(day), weekly('leo-etudes-2025', { 1: day < '05' ? [] : ['ETUDES'] }))
    }
    await submit(by, wednesday('03'))
    const { requests: all } = await page(by, 100)
    for (const [filter, isMeant] of [
      [{ child: lucas }, (each) => each.childId === lucas],
      [{ activity: meals }, (each) => each.activityId === meals],
      [{ state: 'pending' }, (each) => each.state === 'pending'],
      [
        { child: lucas, state: 'accepted' },
        (each) => each.childId === lucas && each.state === 'accepted',
      ],
      [{ child: childIdSchema.parse('leo'), activity: meals }, () => false],
    ] satisfies [Filter, (each: (typeof all)[number]) => boolean][]) {
      const expected = all.filter(isMeant).map(({ number }) => number)
      for (const limit of [1, 5, 100]) {
        expect(await filtered(by, filter, limit)).toEqual(expected)
      }
    }
    expect(await filtered(by, { child: lucas }, 5)).toHaveLength(7)
    expect(await filtered(by, { state: 'pending' }, 5)).toHaveLength(1)
  })

  it('is found behind more submissions than are read at once', async () => {
    const by = await anotherFamily(table)
    const first = await submit(by, wednesday('03'))
    const later = await submit(by, meal('02'))
    await repeatSubmission(table, later, 500_000, 120)
    expect(await filtered(by, { state: 'pending' }, 5)).toEqual([first.number])
  })
})

it('shows staff the requests of a family as it reads them, and no family that there is not', async () => {
  const by = await anotherFamily(table)
  const query = { limit: 20 }
  const list = (familyId: typeof by.familyId) =>
    listFamilyRequests(deps, { parameters: { familyId }, query })
  expect(await list(by.familyId)).toEqual({ requests: [] })
  await submit(by, meal('02'), wednesday('03'))
  expect(await list(by.familyId)).toEqual(await page(by, 20))
  await expect(list(familyIdSchema.parse('9999'))).rejects.toMatchObject({ code: 'not-found' })
})

it('shows a guardian no request for a child over whom they have no authority', async () => {
  const by = await anotherFamily(table)
  const { requests } = await submit(by, meal('02'))
  const number = requests[0]?.number ?? 0
  const { file } = await readFile(table, by.familyId)
  const lucas = file.children.find(({ childId }) => childId === 'lucas')
  if (lucas === undefined) throw new Error('No such child')
  const authorityWithdrawn = [{ guardianId: by.guardianId, since: '2025-01-01' as const }]
  await table.put(childEntity.toItem({ ...lucas, authorityWithdrawn }))
  expect(await page(by, 20)).toEqual({ requests: [] })
  const read = (who: typeof DUPONT) =>
    readRequest(deps, { actor: guardian(who), parameters: { number }, now: GUIDE_MORNING })
  await expect(read(by)).rejects.toMatchObject({ code: 'not-found' })
  const other = { ...by, guardianId: guardianIdSchema.parse('g2') }
  expect((await page(other, 20)).requests).toMatchObject([{ number }])
  expect(await read(other)).toMatchObject({ number })
})

it('shows a family its own requests only', async () => {
  await submit(await anotherFamily(table), meal('02'))
  expect(await page(TEST, 20)).toEqual({ requests: [] })
})

it('is closed to somebody without a family', async () => {
  await expect(
    listRequests(deps, {
      actor: { account: 'agent', roles: ['agent'], family: undefined },
      query: { limit: 20, before: undefined },
      now: GUIDE_MORNING,
    }),
  ).rejects.toMatchObject({ code: 'forbidden' })
})

/** The numbers of what awaits staff, read page after page. */
const pendingByPages = (limit: number): Promise<number[][]> =>
  pagesOf<string>((after) =>
    listPendingRequests(deps, { query: { limit, after }, now: GUIDE_MORNING }),
  )

it('shows staff what awaits them, oldest first, and nothing else, page by page [guide 48]', async () => {
  const [first, second] = [await anotherFamily(table), await anotherFamily(table)]
  const earlier = (await pendingByPages(200)).flat()
  const one = await submit(first, meal('02'), wednesday('03'))
  const two = await submit(second, wednesday('03'))
  const three = await submit(first, wednesday('10'))
  const pendingOf = ({ requests }: Submission) =>
    requests.filter(({ state }) => state === 'pending').map(({ number }) => number)
  const expected = [...earlier, ...[one, two, three].flatMap(pendingOf)]
  expect(expected).toHaveLength(earlier.length + 3)
  for (const limit of [1, 2, expected.length - 1, expected.length, 200]) {
    const pages = await pendingByPages(limit)
    expect(pages.flat()).toEqual(expected)
    expect(pages).toHaveLength(Math.ceil(expected.length / limit))
  }

  await decideRequest(table, {
    familyId: second.familyId,
    number: two.number,
    outcome: 'accepted',
    by: 'agent',
    now: GUIDE_MORNING,
  })
  expect((await pendingByPages(200)).flat()).toEqual([
    ...earlier,
    ...pendingOf(one),
    ...pendingOf(three),
  ])
})
