import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { addDays, type IsoDate } from '../../shared/kernel/dates.ts'
import { kmsSealer } from '../../shared/platform/sealer.ts'
import { endingToken, keepToken, openToken, readToken } from '../../shared/quotients/keep-token.ts'
import { TOKEN_ENDS } from '../../shared/quotients/names.ts'
import { keepTokenRoute, readTokenRoute } from '../../shared/quotients/routes.ts'
import { findToken, putToken } from '../../shared/quotients/store.ts'
import { endOf, isEnding } from '../../shared/quotients/token-rules.ts'
import { openCesson } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { openVault, TOKEN_KEY } from '../support/vault.ts'
import { staff, TOKEN } from './fixture.ts'

const { table, tableName, endpoint } = await freshTable()
const { keys } = await openVault()
const parts = { table, sealer: kmsSealer(keys, TOKEN_KEY) }

const today: IsoDate = '2025-09-15'
const NOW = new Date('2025-09-15T09:00:00Z')
const actor = staff('administrator')

/** A token with claims; nobody checks its signature. */
const tokenWith = (claims: unknown): string =>
  `eyJhbGciOiJIUzI1NiJ9.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2lnbmF0dXJl`

const keep = async (token: string, endsOn?: IsoDate) =>
  keepTokenRoute.reply.parse(
    await keepToken(parts, {
      actor,
      body: { token, ...(endsOn === undefined ? {} : { endsOn }) },
      now: NOW,
    }),
  )

describe('the end of a token', () => {
  it.each([
    // 2026-12-31T23:30Z: in Paris the year has begun.
    [
      'by its claim, whatever was told',
      { exp: 1_798_759_800 },
      '2026-06-30',
      '2027-01-01',
      'token',
    ],
    ['by what was told', { sub: 'mairie' }, '2026-06-30', '2026-06-30', 'told'],
    ['by 18 months where nobody says', { sub: 'mairie' }, undefined, '2027-03-15', 'assumed'],
    [
      'by 18 months for a claim that is no time',
      { exp: 'soon' },
      undefined,
      '2027-03-15',
      'assumed',
    ],
    [
      'by 18 months for milliseconds',
      { exp: 1_798_759_800_000 },
      undefined,
      '2027-03-15',
      'assumed',
    ],
  ] as const)('is known %s', (_, claims, told, endsOn, endKnownBy) => {
    expect(endOf(tokenWith(claims), { told, today })).toEqual({ endsOn, endKnownBy })
  })

  it('is found for whatever passes for a token', () => {
    fc.assert(
      fc.property(fc.string(), (payload) => {
        expect(endOf(`head.${payload}.sign`, { told: undefined, today })).toEqual({
          endsOn: '2027-03-15',
          endKnownBy: 'assumed',
        })
      }),
    )
  })

  it('is told from 30 days before on, and for as long as the token stays', () => {
    const end = { endsOn: '2026-06-30', endKnownBy: 'told' } as const
    expect(isEnding(end, addDays(end.endsOn, -31))).toBe(false)
    expect(isEnding(end, addDays(end.endsOn, -30))).toBe(true)
    expect(isEnding(end, addDays(end.endsOn, 30))).toBe(true)
    // Who has not renewed it by then asks for nothing any more.
    expect(isEnding(end, addDays(end.endsOn, 31))).toBe(false)
  })
})

describe('the token that is kept', () => {
  it('is not there before an administrator has kept it', async () => {
    await expect(readToken(table)).rejects.toMatchObject({ code: 'not-found' })
    expect(await endingToken(table, NOW)).toBeUndefined()
  })

  it('is told about, and never told', async () => {
    const kept = await keep(TOKEN, '2026-06-30')
    expect(kept).toEqual({ setAt: NOW.toISOString(), endsOn: '2026-06-30', endKnownBy: 'told' })
    expect(readTokenRoute.reply.parse(await readToken(table))).toEqual(kept)
    expect(await openToken(parts)).toBe(TOKEN)
    const may = new Date('2026-05-30T06:00:00Z')
    expect(await endingToken(table, may)).toBeUndefined()
    const june = new Date('2026-05-31T06:00:00Z')
    expect(await endingToken(table, june)).toEqual({ endsOn: '2026-06-30', endKnownBy: 'told' })
    await keep(tokenWith({ exp: 1_798_759_800 }))
    expect(await endingToken(table, june)).toBeUndefined()
  })

  it('of before its end was kept ends 18 months after it was kept', async () => {
    await keep(TOKEN)
    const held = await findToken(table)
    if (held === undefined) throw new Error('A token is kept')
    await putToken(table, { ...held, endsOn: undefined, endKnownBy: undefined })
    const end = { endsOn: '2027-03-15', endKnownBy: 'assumed' }
    expect(await readToken(table)).toEqual({ setAt: NOW.toISOString(), ...end })
    expect(await endingToken(table, new Date('2027-02-13T06:00:00Z'))).toEqual(end)
  })

  it('is looked at each day, and what ends soon is logged', async () => {
    await openCesson(table)
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', endpoint)
    vi.stubEnv('TABLE_NAME', tableName)
    vi.stubEnv('BILLING_QUEUE_URL', 'http://127.0.0.1:9/queue')
    const logged = vi.spyOn(console, 'warn').mockReturnValue()
    const { handler } = await import('../../functions/check-billing/index.ts')
    await keep(TOKEN, '2025-10-15')
    await handler({ scheduledTime: '2025-09-14T05:00:00Z' })
    expect(logged.mock.calls).toEqual([])
    await handler({ scheduledTime: '2025-09-15T05:00:00Z' })
    expect(logged.mock.calls).toMatchObject([
      [{ message: TOKEN_ENDS, endsOn: '2025-10-15', endKnownBy: 'told' }],
    ])
    logged.mockRestore()
  })
})
