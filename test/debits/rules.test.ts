import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  isTargetDay,
  mandateDays,
  nextCollection,
  runOn,
  runsBetween,
  runsToPrepare,
} from '../../shared/debits/day-rules.ts'
import { dueBy } from '../../shared/debits/due-rules.ts'
import { compactIban, isIban, maskedIban } from '../../shared/debits/iban-rules.ts'
import { latinText } from '../../shared/debits/latin-rules.ts'
import { goodUntil, sequenceOf, stateOn } from '../../shared/debits/mandate-rules.ts'
import type { Mandate } from '../../shared/debits/model.ts'
import { addDays, weekdayOf, type IsoDate } from '../../shared/kernel/dates.ts'
import { regieIdSchema } from '../../shared/platform/schemas.ts'
import { IBAN, OTHER_IBAN } from './fixture.ts'

/** Examples that banks and registries publish. */
const IBANS = [
  IBAN,
  OTHER_IBAN,
  'FR1420041010050500013M02606',
  'GB29NWBK60161331926819',
  'BE68539007547034',
  'NL91ABNA0417164300',
  'IT60X0542811101000000123456',
  'MT84MALT011000012345MTLCAST001S',
  'MC5811222000010123456789030',
]

describe('an IBAN', () => {
  it.each(IBANS)('%s is one, however it is typed', (iban) => {
    expect(isIban(iban)).toBe(true)
    const typed = iban.toLowerCase().replaceAll(/(.{4})/g, '$1 ')
    expect(compactIban(typed)).toBe(iban)
  })

  it('with one wrong digit is refused, whichever and wherever it is', () => {
    for (const iban of IBANS) {
      const places = [...iban.matchAll(/\d/g)].map(({ index }) => index)
      const wrong = places.flatMap((place) =>
        Array.from('0123456789')
          .filter((digit) => digit !== iban[place])
          .map((digit) => iban.slice(0, place) + digit + iban.slice(place + 1)),
      )
      expect(wrong.filter(isIban)).toEqual([])
    }
  })

  it('with two neighbours in each other’s place is refused', () => {
    for (const iban of IBANS) {
      const swapped = Array.from({ length: iban.length - 5 }, (_, index) => {
        const [a = '', b = ''] = [iban[index + 4], iban[index + 5]]
        return a === b ? '' : iban.slice(0, index + 4) + b + a + iban.slice(index + 6)
      })
      expect(swapped.filter(isIban)).toEqual([])
    }
  })

  it.each([
    'US64SVBKUS6S3300958879',
    'FR763000600001123456789018',
    'FR76 3000 6000 0112 3456 7890 189',
    'FR00',
    '',
    'constructor',
  ])('%s is none of the SEPA area', (text) => {
    expect(isIban(text)).toBe(false)
  })

  it('is shown by its country and its last four signs only', () => {
    expect(maskedIban(IBAN)).toBe('FR** **** 0189')
  })
})

describe('the texts of a file for banks', () => {
  it.each([
    ['Mme Élodie Œuvrard-Dupont', 'Mme Elodie OEuvrard-Dupont'],
    ['Ægir Þór & Søn — «Gruß»', 'AEgir THor + Son - Gruss'],
    ['//1//a/', '1/a'],
    ['O’Neill & Fils', "O'Neill + Fils"],
    ['<Nm>', 'Nm'],
    ['李明', ''],
  ])('%s becomes %s', (text, latin) => {
    expect(latinText(text, 70)).toBe(latin)
  })

  it('hold nothing else than what every bank takes, and no more than may be', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.nat(80), (text, longest) => {
        const latin = latinText(text, longest)
        expect(latin).toMatch(/^[A-Za-z0-9/?:().,'+ -]*$/)
        expect(latin).not.toMatch(/^\/|\/$|\/\//)
        expect(latin.length).toBeLessThanOrEqual(longest)
      }),
      { numRuns: 300 },
    )
  })
})

describe('the days of collection', () => {
  const settings = { days: [5, 15], noticeDays: 14 }

  it('are those on which banks settle: no week-end and none of the six holidays of TARGET', () => {
    const closed = ['2026-01-01', '2026-04-03', '2026-04-06', '2026-05-01', '2026-12-25'] as const
    expect(closed.filter(isTargetDay)).toEqual([])
    // Banks settle on holidays that are French only.
    expect(isTargetDay('2026-07-14')).toBe(true)
    expect(isTargetDay('2026-05-08')).toBe(true)
  })

  it('are the chosen ones, or the next on which banks settle', () => {
    expect(runsBetween(settings, '2025-09-01', '2025-10-31')).toEqual([
      { collectOn: '2025-09-05', days: [5] },
      { collectOn: '2025-09-15', days: [15] },
      { collectOn: '2025-10-06', days: [5] },
      { collectOn: '2025-10-15', days: [15] },
    ])
    // Both meet on the Tuesday behind Easter.
    expect(runOn({ days: [3, 4] }, '2026-04-07')).toEqual({
      collectOn: '2026-04-07',
      days: [3, 4],
    })
    // 28 February 2026 is a Saturday.
    expect(runOn({ days: [28] }, '2026-03-02')).toEqual({ collectOn: '2026-03-02', days: [28] })
  })

  it('collect each day of a régie once a month, whatever the month', () => {
    const days = fc.uniqueArray(fc.integer({ min: 1, max: 28 }), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(days, fc.integer({ min: 2020, max: 2060 }), (own, year) => {
        const from: IsoDate = `${String(year)}-01-08`
        const to: IsoDate = `${String(year + 1)}-01-07`
        const runs = runsBetween({ days: own }, from, to)
        const collected = runs.flatMap((run) => run.days)
        // A day may slip over the edge of the year at either end.
        for (const day of own) {
          const times = collected.filter((each) => each === day).length
          expect(Math.abs(times - 12)).toBeLessThanOrEqual(1)
        }
        for (const { collectOn } of runs) expect(weekdayOf(collectOn)).toBeLessThanOrEqual(5)
      }),
      { numRuns: 100 },
    )
  })

  it('give every mandate a run, also one of a day that the régie has given up', () => {
    const days = fc.uniqueArray(fc.integer({ min: 1, max: 28 }), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(days, fc.integer({ min: 1, max: 28 }), (own, day) => {
        const serving = own.filter((each) =>
          mandateDays({ days: own }, each).some(({ from, to }) => from <= day && day <= to),
        )
        expect(serving).toHaveLength(1)
        if (own.includes(day)) expect(serving).toEqual([day])
        expect(nextCollection({ days: own }, day, '2025-09-01')).toBeDefined()
      }),
      { numRuns: 200 },
    )
  })

  it('are prepared on each of the four days that end with the last one to tell in time', () => {
    const prepared = Array.from({ length: 12 }, (_, index) => addDays('2025-08-15', index)).filter(
      (day) => runsToPrepare(settings, day).some(({ collectOn }) => collectOn === '2025-09-05'),
    )
    expect(prepared).toEqual(['2025-08-19', '2025-08-20', '2025-08-21', '2025-08-22'])
  })
})

describe('a mandate', () => {
  const signed: Mandate['signed'] = {
    ...{ on: '2022-09-05', place: 'Cesson', how: 'online', by: 'x' },
    at: '2022-09-05T08:00:00.000Z',
  }
  const held = { state: 'active', signed, day: 5, debits: 0 } as const

  it('lapses 36 months after its signature, or after the last debit by it', () => {
    expect(goodUntil(held)).toBe('2025-09-05')
    expect(stateOn(held, '2025-09-05')).toBe('active')
    expect(stateOn(held, '2025-09-06')).toBe('lapsed')
    const debited = { ...held, lastDebitOn: '2024-02-29' as const }
    expect(stateOn(debited, '2027-02-28')).toBe('active')
    expect(stateOn(debited, '2027-03-01')).toBe('lapsed')
  })

  it('that was revoked from a day on is good before it', () => {
    const ending = { ...held, endsOn: '2025-09-01' as const }
    expect(stateOn(ending, '2025-08-31')).toBe('active')
    expect(stateOn(ending, '2025-09-01')).toBe('revoked')
  })

  it('is collected first, again, and a last time', () => {
    const [first, recurrent] = [
      { days: [5, 15], first: 'FRST' as const },
      { days: [5, 15], first: 'RCUR' as const },
    ]
    const on = '2025-09-05'
    expect(sequenceOf(held, on, first)).toBe('FRST')
    expect(sequenceOf(held, on, recurrent)).toBe('RCUR')
    expect(sequenceOf({ ...held, debits: 1 }, on, first)).toBe('RCUR')
    // It ends on the day of the next collection, on which nothing is collected any more.
    expect(sequenceOf({ ...held, debits: 1, endsOn: '2025-10-06' }, on, first)).toBe('FNAL')
    expect(sequenceOf({ ...held, debits: 1, endsOn: '2025-10-07' }, on, first)).toBe('RCUR')
  })
})

describe('what may be collected', () => {
  const regieId = regieIdSchema.parse('ENF')
  const other = regieIdSchema.parse('CUL')
  const invoice = (number: string, total: number, dueOn: IsoDate, of = regieId) => ({
    ...{ number, total, dueOn, regieId: of },
  })
  const payment = (number: number, amount: number, state: 'awaiting' | 'validated') => ({
    ...{ number, amount, state, regieId, paidOn: '2025-08-01' as const, invoices: [] },
  })
  const accounts = {
    invoices: [
      invoice('ENF1', 1000, '2025-08-31'),
      invoice('ENF2', 2000, '2025-09-05'),
      invoice('ENF3', 4000, '2025-09-06'),
      invoice('CUL1', 8000, '2025-08-01', other),
    ],
    creditNotes: [],
    payments: [],
  }
  const asked = { regieId, day: '2025-09-05' as const }

  it('is what is due by the day, of the régie’s own invoices', () => {
    expect(dueBy(accounts, asked)).toEqual({ amount: 3000, invoices: ['ENF1', 'ENF2'] })
  })

  it('is less by what is paid, and by what another payment awaits', () => {
    const paid = { ...accounts, payments: [payment(1, 400, 'validated')] }
    expect(dueBy(paid, asked)).toEqual({ amount: 2600, invoices: ['ENF1', 'ENF2'] })
    const awaiting = { ...accounts, payments: [payment(1, 1500, 'awaiting')] }
    expect(dueBy(awaiting, asked)).toEqual({ amount: 1500, invoices: ['ENF2'] })
  })

  it('is nothing that the Trésor Public collects, and no more than the act of the régie allows', () => {
    const handOvers = [{ invoice: 'ENF1', handedOverOn: '2025-09-01' as const }]
    expect(dueBy({ ...accounts, handOvers }, asked)).toEqual({ amount: 2000, invoices: ['ENF2'] })
    expect(dueBy(accounts, { ...asked, most: 2500 }).amount).toBe(2500)
  })

  it('is of the services alone that the act of the régie lets debits pay [guide 10]', () => {
    const [, ...others] = accounts.invoices
    const limits = {
      means: ['direct-debit' as const],
      parts: [{ by: ['direct-debit' as const], amount: 700 }],
    }
    const limited = { ...accounts, invoices: [{ ...invoice('ENF1', 1000, '2025-08-31'), limits }] }
    expect(dueBy(limited, asked)).toEqual({ amount: 700, invoices: ['ENF1'] })
    const debited = { ...payment(1, 700, 'validated'), means: 'direct-debit' as const }
    expect(dueBy({ ...limited, payments: [debited] }, asked).amount).toBe(0)
    expect(dueBy({ ...limited, invoices: [...limited.invoices, ...others] }, asked).amount).toBe(
      2700,
    )
  })
})
