import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { invoiceSchema } from '../../shared/billing/model.ts'
import { documentItem } from '../../shared/billing/document-store.ts'
import { retentionSettingsSchema } from '../../shared/catalogue/retention-settings.ts'
import { childSchema, enrolmentSchema, meansSchema } from '../../shared/families/model.ts'
import {
  childEntity,
  enrolmentEntity,
  familyEntity,
  meansEntity,
} from '../../shared/families/store.ts'
import { fileIn } from '../../shared/families/image.ts'
import { addDays, monthsLater, type IsoDate } from '../../shared/kernel/dates.ts'
import { standsAsBefore } from '../../shared/ledger/closed-rules.ts'
import { ledgerIn } from '../../shared/ledger/image.ts'
import { paymentSchema } from '../../shared/ledger/model.ts'
import { settle } from '../../shared/ledger/rules.ts'
import { paymentEntity } from '../../shared/ledger/store.ts'
import type { Item } from '../../shared/platform/entity.ts'
import { ENTITY_ATTRIBUTE } from '../../shared/platform/keys.ts'
import { familyIdSchema } from '../../shared/platform/schemas.ts'
import { kindOf } from '../../shared/privacy/kinds.ts'
import {
  dueForPurge,
  type DueForPurge,
  type Keeping,
} from '../../shared/privacy/retention-rules.ts'
import { trailItem } from '../../shared/trail/store.ts'
import { cesson } from '../support/cesson.ts'

const familyId = familyIdSchema.parse('1001')
const settings = retentionSettingsSchema.parse({})
const FIRST: IsoDate = '2008-01-01'

const day = fc.nat({ max: 8000 }).map((days) => addDays(FIRST, days))

const enrolment = fc.record({ id: fc.nat({ max: 30 }), until: day }).map(({ id, until }) =>
  enrolmentEntity.toItem(
    enrolmentSchema.parse({
      ...{ familyId, enrolmentId: `e${String(id)}`, childId: 'leo', activityId: 'ETUDES' },
      ...{ groupId: 'ETUDES_E_PREVERT', from: until, until },
    }),
  ),
)
const means = day.map((from) =>
  meansEntity.toItem(
    meansSchema.parse({
      ...{ familyId, from, quotient: '500', source: 'caf' },
      notedAt: `${from}T08:00:00.000Z`,
    }),
  ),
)
const entry = day.map((date) =>
  trailItem({
    ...{ familyId, at: `${date}T08:00:00.000Z`, kind: 'changed', subject: 'Child', id: 'leo' },
    ...{ version: '2', about: 'Léo DUPONT', fields: [] },
  }),
)
const invoice = fc
  .record({ number: fc.integer({ min: 1, max: 40 }), issuedOn: day, amount: fc.nat({ max: 5 }) })
  .map(({ number, issuedOn, amount }) => {
    const total = amount * 100
    const line = {
      ...{ kind: 'unit', month: '2020-01', label: 'Repas', days: '1', quantity: 1 },
      ...{ unitPrice: total, amount: total, priceList: 'Tarifs', why: 'Prix unique' },
    }
    const address = { street: '1 rue Neuve', postcode: '77240', town: 'Cesson' }
    const document = invoiceSchema.parse({
      ...{ number: `ENF2020${String(number).padStart(8, '0')}`, dueOn: addDays(issuedOn, 30) },
      ...{ familyId, regieId: 'ENF', regie: 'Enfance', month: '2020-01', issuedOn },
      ...{ payer: { name: 'Famille', address, emails: [] }, lines: [line], total },
    })
    return documentItem({ kind: 'invoice', document })
  })
const payment = fc
  .record({
    number: fc.integer({ min: 1, max: 40 }),
    paidOn: day,
    amount: fc.integer({ min: 1, max: 5 }),
    state: fc.constantFrom('validated', 'awaiting', 'cancelled'),
  })
  .map(({ number, paidOn, amount, state }) =>
    paymentEntity.toItem(
      paymentSchema.parse({
        ...{ familyId, regieId: 'ENF', number, version: 1, state, amount: amount * 100, paidOn },
        ...{ means: 'cheque', invoices: [], recordedBy: 'a', recordedAt: `${paidOn}T08:00:00Z` },
        idempotencyKey: 'key-of-a-payment',
      }),
    ),
  )

const [model] = cesson.families
if (model === undefined) throw new Error('The demo town has no family')
const { name, address } = model
const family = familyEntity.toItem({ familyId, name, address })

/** Items of a family, no two with one key. */
const belongings = fc
  .array(fc.oneof(enrolment, means, entry, invoice, payment), { maxLength: 25 })
  .map((items) => [
    family,
    ...new Map(
      items.map((item) => [`${String(item['number'])}${String(item['sk'])}`, item]),
    ).values(),
  ])

const keeping = (items: readonly Item[], today: IsoDate): Keeping => ({
  ...{ kindOf, settings, today },
  standsWith: (left) => standsAsBefore(ledgerIn(items), ledgerIn(left)),
})

const purge = (items: readonly Item[], today: IsoDate): DueForPurge => {
  const file = fileIn(items)
  if (file === undefined) throw new Error('There is no file')
  return dueForPurge(items, file, keeping(items, today))
}

/** The period of an item in months, and the day from which it counts. */
const periodOf = (item: Item, items: readonly Item[]) => {
  const kind = kindOf(item[ENTITY_ATTRIBUTE])
  const since = kind?.since?.(item, items)
  const retention = kind?.retention
  if (since === undefined || retention === undefined) return undefined
  return retention === 'file' || retention === 'technical'
    ? undefined
    : { since, months: settings[retention], retention }
}

describe('the purge', () => {
  it('deletes nothing that is younger than its period', () => {
    fc.assert(
      fc.property(belongings, day, (items, today) => {
        for (const item of purge(items, today).items) {
          const period = periodOf(item, items)
          expect(period && monthsLater(period.since, period.months) < today).toBe(true)
        }
      }),
    )
  })

  it('leaves nothing that is due, but the last enrolment and what is not settled', () => {
    fc.assert(
      fc.property(belongings, day, (items, today) => {
        const gone = new Set(purge(items, today).items)
        const left = items.filter((item) => !gone.has(item))
        expect(purge(left, today).items).toEqual([])
        const last = fileIn(items)
          ?.enrolments.map(({ until }) => until)
          .toSorted()
          .at(-1)
        for (const item of left) {
          const period = periodOf(item, items)
          if (period === undefined || period.retention === 'accounting') continue
          if (monthsLater(period.since, period.months) >= today) continue
          expect(item).toMatchObject({ [ENTITY_ATTRIBUTE]: 'Enrolment', until: last })
        }
      }),
    )
  })

  it('deletes old accounts that settle each other, and changes no amount by it', () => {
    fc.assert(
      fc.property(belongings, day, (items, today) => {
        const gone = new Set(purge(items, today).items)
        const before = settle(ledgerIn(items)).totals
        const after = settle(ledgerIn(items.filter((item) => !gone.has(item)))).totals
        for (const total of ['due', 'credit', 'awaiting'] as const) {
          expect(after[total]).toBe(before[total])
        }
      }),
    )
    const paid = settled(2080, 2080)
    expect(purge([family, ...paid], '2036-02-01').items).toHaveLength(2)
    expect(purge([family, ...settled(2080, 2000)], '2036-02-01').items).toEqual([])
    expect(purge([family, ...paid], '2035-12-01').items).toEqual([])
  })

  it('touches nothing of a file that is held', () => {
    fc.assert(
      fc.property(belongings, day, (items, today) => {
        const legalHold = { since: '2020-01-01T08:00:00Z', by: 'a', reason: 'Plainte en cours' }
        const held = familyEntity.toItem({ familyId, name, address, legalHold })
        const kept = [held, ...items.slice(1)]
        expect(purge(kept, today)).toEqual({ items: [], health: [], file: { kind: 'kept' } })
      }),
    )
  })
})

/** An invoice of October 2025 and what was paid for it in January, in cents. */
const settled = (total: number, amount: number): Item[] => {
  const line = {
    ...{ kind: 'unit', month: '2025-09', label: 'Repas', days: '1', quantity: 1 },
    ...{ unitPrice: total, amount: total, priceList: 'Tarifs', why: 'Prix unique' },
  }
  const document = invoiceSchema.parse({
    ...{ number: 'ENF202500000001', dueOn: '2025-11-01', familyId, regieId: 'ENF' },
    ...{ regie: 'Enfance', month: '2025-09', issuedOn: '2025-10-01', lines: [line], total },
    payer: { name: 'Famille', address, emails: [] },
  })
  const paid = paymentSchema.parse({
    ...{ familyId, regieId: 'ENF', number: 1, version: 1, state: 'validated', amount },
    ...{ paidOn: '2026-01-10', means: 'cheque', invoices: [], recordedBy: 'a' },
    ...{ recordedAt: '2026-01-10T08:00:00Z', idempotencyKey: 'key-of-a-payment' },
  })
  return [documentItem({ kind: 'invoice', document }), paymentEntity.toItem(paid)]
}

describe('a file of which nobody has heard', () => {
  const items = [family, ...enrolledUntil('2024-07-05')]
  const end = (today: IsoDate, about: Parameters<typeof dueForPurge>[3] = {}) => {
    const file = fileIn(items)
    if (file === undefined) throw new Error('There is no file')
    return dueForPurge(items, file, keeping(items, today), about).file
  }

  it('ends after its period, and after its family was told', () => {
    expect(end('2026-06-05')).toEqual({ kind: 'kept' })
    const since = '2024-07-05'
    expect(end('2026-06-06')).toEqual({ kind: 'warn', since, until: '2026-07-06' })
    const warning = { familyId, warnedOn: '2026-06-06', since } as const
    expect(end('2026-07-06', { warning })).toEqual({ kind: 'warned' })
    expect(end('2026-07-07', { warning })).toEqual({ kind: 'erase' })
  })

  it('is told a month before, however late that is found', () => {
    expect(end('2030-01-31')).toMatchObject({ kind: 'warn', until: '2030-02-28' })
    const warning = { familyId, warnedOn: '2030-01-31', since: '2024-07-05' } as const
    expect(end('2030-02-28', { warning })).toEqual({ kind: 'warned' })
    expect(end('2030-03-01', { warning })).toEqual({ kind: 'erase' })
  })

  it('stays when somebody signs in, and is told anew when they stay away again', () => {
    const warning = { familyId, warnedOn: '2026-06-06', since: '2024-07-05' } as const
    const lastSeen = '2026-06-20'
    expect(end('2026-07-07', { warning, lastSeen })).toEqual({ kind: 'kept' })
    expect(end('2028-06-01', { warning, lastSeen })).toMatchObject({ kind: 'warn' })
  })
})

it('what a file says of the health of a child goes with the school year of its last enrolment', () => {
  const child = childEntity.toItem(
    childSchema.parse({
      ...{ familyId, childId: 'leo', firstName: 'Léo', lastName: 'DUPONT', allergy: true },
      ...{ birthDate: '2016-04-18', schoolId: 'E_PREVERT', category: 'ENFANT', diets: [] },
    }),
  )
  const items = [family, child, ...enrolledUntil('2024-07-05')]
  expect(purge(items, '2024-08-31').health).toEqual([])
  expect(purge(items, '2024-09-01').health).toMatchObject([{ childId: 'leo' }])
  const enrolledAgain = [...items, ...enrolledUntil('2025-07-04')]
  expect(purge(enrolledAgain, '2024-09-01').health).toEqual([])
})

function enrolledUntil(until: IsoDate): Item[] {
  return [
    enrolmentEntity.toItem(
      enrolmentSchema.parse({
        ...{ familyId, enrolmentId: 'etudes', childId: 'leo', activityId: 'ETUDES' },
        ...{ groupId: 'ETUDES_E_PREVERT', from: '2023-09-04', until },
      }),
    ),
  ]
}
