import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MailAddress, News, Use } from '../../shared/mail-health/model.ts'
import { NO_USE } from '../../shared/mail-health/note-news.ts'
import {
  afterNews,
  mayBeTried,
  standingOf,
  TRANSIENT_ROW,
  unknownAddress,
} from '../../shared/mail-health/rules.ts'
import { familyIdSchema } from '../../shared/platform/schemas.ts'

const EMAIL = 'Madelaine@Famille.example'

const day = (number: number): string => new Date(Date.UTC(2025, 8, number, 8)).toISOString()

const said = (kind: 'bounce' | 'transient' | 'complaint', at: string, id: string = kind): News => ({
  kind,
  report: { at, feedbackId: id },
})

const after = (...news: readonly News[]): MailAddress =>
  news.reduce((held, each) => afterNews(held, each, NO_USE), unknownAddress(EMAIL))

/** Full on so many days, one report a day. */
const full = (days: number, every = 1): News[] =>
  Array.from({ length: days }, (_, index) =>
    said('transient', day(1 + index * every), `full-${String(index)}`),
  )

describe('what stands against an address', () => {
  it.each([
    ['nothing at first', [], undefined],
    ['a permanent bounce', [said('bounce', day(3))], { problem: 'undeliverable', since: day(3) }],
    ['a complaint', [said('complaint', day(4))], { problem: 'complained', since: day(4) }],
    [
      'the bounce, where there is a complaint as well',
      [said('complaint', day(4)), said('bounce', day(5))],
      { problem: 'undeliverable', since: day(5) },
    ],
    ['not four transient bounces', full(TRANSIENT_ROW - 1), undefined],
    ['five transient bounces', full(5), { problem: 'undeliverable', since: day(1) }],
    ['not five transient bounces over months', full(5, 20), undefined],
    [
      'not one report of a full mailbox that comes five times',
      Array.from({ length: 5 }, () => said('transient', day(1))),
      undefined,
    ],
    [
      'nothing that went out before the address was confirmed',
      [{ kind: 'confirmation', at: day(6) }, said('bounce', day(5)), said('complaint', day(2))],
      undefined,
    ],
    [
      'what went out after it',
      [{ kind: 'confirmation', at: day(6) }, said('bounce', day(7))],
      { problem: 'undeliverable', since: day(7) },
    ],
    [
      'the row after a confirmation only',
      [...full(5), { kind: 'confirmation', at: day(2) }],
      undefined,
    ],
  ] satisfies [string, News[], ReturnType<typeof standingOf>][])('%s', (_, news, standing) => {
    expect(standingOf(after(...news))).toEqual(standing)
  })
})

describe('what may be tried', () => {
  const may = (address: MailAddress | undefined): [boolean, boolean] => [
    mayBeTried(address, { isInformational: false }),
    mayBeTried(address, { isInformational: true }),
  ]

  it('is everything to an address of which nothing is known', () => {
    expect(may(undefined)).toEqual([true, true])
    expect(may(after())).toEqual([true, true])
  })

  it('is nothing to an address at which mails do not arrive', () => {
    expect(may(after(said('bounce', day(3))))).toEqual([false, false])
  })

  it('is what people must know where somebody has complained', () => {
    expect(may(after(said('complaint', day(3))))).toEqual([true, false])
  })
})

/** News of a few days and ids, so that they meet. */
const anyNews: fc.Arbitrary<readonly [News, Use]> = fc.tuple(
  fc.oneof(
    fc
      .record({
        kind: fc.constantFrom('bounce' as const, 'transient' as const, 'complaint' as const),
        at: fc.integer({ min: 1, max: 9 }).map(day),
        feedbackId: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'),
      })
      .map(({ kind, ...report }): News => ({ kind, report })),
    fc
      .integer({ min: 1, max: 9 })
      .map((number): News => ({ kind: 'confirmation', at: day(number) })),
    fc.constant<News>({ kind: 'withheld' }),
  ),
  fc.record({
    families: fc.array(
      fc.integer({ min: 1, max: 40 }).map((number) => familyIdSchema.parse(String(1000 + number))),
      { maxLength: 3 },
    ),
    isTowns: fc.boolean(),
  }),
)

const heard = (news: readonly (readonly [News, Use])[]): MailAddress =>
  news.reduce((held, [each, use]) => afterNews(held, each, use), unknownAddress(EMAIL))

it('is the same in whatever order and however often news come', () => {
  fc.assert(
    fc.property(
      fc
        .array(anyNews, { maxLength: 16 })
        .chain((news) =>
          fc.tuple(
            fc.constant(news),
            fc.array(fc.nat({ max: Math.max(0, news.length - 1) }), { maxLength: 8 }),
            fc.shuffledSubarray(news, { minLength: news.length }),
          ),
        ),
      ([news, repeated, shuffled]) => {
        const again = repeated.flatMap((place) => (news[place] === undefined ? [] : [news[place]]))
        expect(heard([...again, ...shuffled, ...again])).toEqual(heard(news))
      },
    ),
    { numRuns: 500 },
  )
})

it('is forgotten 400 days after the last mail that was heard of', () => {
  const { expiresAt } = after(said('bounce', day(1)), said('complaint', day(5)))
  expect(expiresAt).toBe(new Date(day(405)).getTime() / 1000)
})
