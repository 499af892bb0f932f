import { beforeAll, describe, expect, it } from 'vitest'
import { agreePlan, endPlan } from '../../shared/arrears/agree-plan.ts'
import { listUnpaid } from '../../shared/arrears/list-unpaid.ts'
import { readArrears, readFamilyArrears } from '../../shared/arrears/read-arrears.ts'
import { loadOwing } from '../../shared/arrears/store.ts'
import type { IsoDate } from '../../shared/kernel/dates.ts'
import { mailsOfNotice } from '../../shared/messages/notice-rules.ts'
import { guardianIdSchema } from '../../shared/platform/schemas.ts'
import type { DUPONT } from '../support/cesson.ts'
import { cessonTown, guardian, openCesson } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { ACCOUNTANT } from '../ledger/fixture.ts'
import { ENF, morning, noticesOf, owes, paymentOf, storePayment } from './fixture.ts'

const { table, documents } = await freshTable()
const deps = { table, town: cessonTown }

beforeAll(async () => {
  await openCesson(table)
})

const DAY: IsoDate = '2025-12-01'

const debtor = async () => {
  const family = await anotherFamily(table, undefined, [])
  const [first, second] = await owes(
    table,
    family.familyId,
    ['2025-10-31', 6000],
    ['2025-11-30', 3000],
  )
  if (first === undefined || second === undefined) throw new Error('No invoices')
  return { family, first, second }
}

const INSTALMENTS: { on: IsoDate; amount: number }[] = [
  { on: '2025-12-10', amount: 3000 },
  { on: '2026-01-10', amount: 6000 },
]

let keys = 0

const agree = (
  { familyId }: typeof DUPONT,
  invoices: readonly string[],
  {
    instalments = INSTALMENTS,
    key = `plan-key-${String((keys += 1))}`,
    day = DAY,
  }: { instalments?: typeof INSTALMENTS; key?: string; day?: IsoDate } = {},
) =>
  agreePlan(deps, {
    parameters: { familyId },
    headers: { 'idempotency-key': key },
    body: { regieId: ENF, invoices: [...invoices], instalments },
    actor: ACCOUNTANT,
    now: morning(day),
  })

const end = ({ familyId }: typeof DUPONT, number: number, day: IsoDate = DAY) =>
  endPlan(table, {
    parameters: { familyId, number },
    body: { reason: 'Demande de la famille' },
    actor: ACCOUNTANT,
    now: morning(day),
  })

const arrearsOn = (family: typeof DUPONT, day: IsoDate) =>
  readArrears(deps, { actor: guardian(family), now: morning(day) })

describe('a payment plan', () => {
  it('is agreed for invoices, mailed to the guardians and read by them [guide 28, 30]', async () => {
    const { family, first, second } = await debtor()
    const plan = await agree(family, [first.number, second.number])
    expect(plan).toMatchObject({ number: 1, state: 'kept', total: 9000, paid: 0, asked: 0 })
    const [notice] = await noticesOf(table, family.familyId)
    if (notice === undefined) throw new Error('No notice')
    const [mail] = mailsOfNotice(
      { catalogue: cessonTown.catalogue, portalUrl: 'https://p' },
      notice,
    )
    expect(mail?.text).toContain('30,00')
    expect(mail?.text).toContain('10/12/2025')
    const arrears = await arrearsOn(family, DAY)
    expect(arrears.plans).toMatchObject([{ number: 1, stateLabel: 'Échéancier respecté' }])
    expect(arrears.regies).toMatchObject([{ due: 9000, overdue: 0 }])
    expect(arrears.regies[0]?.invoices.map(({ planned }) => planned)).toEqual([true, true])
  })

  it('is broken a day after a missed instalment, and kept again once it is paid', async () => {
    const { family, first, second } = await debtor()
    await agree(family, [first.number, second.number])
    const stateOn = async (day: IsoDate) => (await arrearsOn(family, day)).plans[0]?.state
    expect(await stateOn('2025-12-10')).toBe('kept')
    expect(await stateOn('2025-12-11')).toBe('broken')
    expect((await arrearsOn(family, '2025-12-11')).regies).toMatchObject([{ overdue: 9000 }])
    await storePayment(table, paymentOf(family.familyId, { amount: 3000, paidOn: '2025-12-12' }))
    expect(await stateOn('2025-12-12')).toBe('kept')
    await storePayment(table, paymentOf(family.familyId, { amount: 6000, paidOn: '2026-01-03' }))
    expect(await stateOn('2026-01-03')).toBe('done')
    expect((await arrearsOn(family, '2026-01-03')).regies).toEqual([])
    await expect(end(family, 1, '2026-01-03')).rejects.toMatchObject({ code: 'plan-over' })
  })

  it('is shown to accountants with the unpaid list: the family is not overdue', async () => {
    const { family, first, second } = await debtor()
    await agree(family, [first.number, second.number])
    const { debtors } = await listUnpaid(deps, {
      parameters: { regieId: ENF },
      query: { limit: 100 },
      now: morning(DAY),
    })
    expect(debtors.find(({ familyId }) => familyId === family.familyId)).toMatchObject({
      due: 9000,
      overdue: 0,
    })
    const read = await readFamilyArrears(deps, {
      parameters: { familyId: family.familyId },
      now: morning(DAY),
    })
    expect(read).toEqual(await arrearsOn(family, DAY))
  })

  it('that was ended is due as if there had been none, and another may be agreed', async () => {
    const { family, first, second } = await debtor()
    const both = [first.number, second.number]
    await agree(family, both)
    await expect(agree(family, both)).rejects.toMatchObject({ code: 'plan-open' })
    expect(await end(family, 1)).toMatchObject({ state: 'ended' })
    expect(await end(family, 1)).toMatchObject({ state: 'ended' })
    expect((await arrearsOn(family, DAY)).regies).toMatchObject([{ overdue: 9000 }])
    expect(await agree(family, both)).toMatchObject({ number: 2, state: 'kept' })
    await expect(end(family, 3)).rejects.toMatchObject({ code: 'not-found' })
  })

  it.each([
    ['does not come to what is due', [{ on: '2025-12-10', amount: 5999 }], 'invalid-request'],
    ['begins in the past', [{ on: '2025-11-30', amount: 6000 }], 'invalid-request'],
    [
      'goes back',
      [
        { on: '2025-12-10', amount: 3000 },
        { on: '2025-12-10', amount: 3000 },
      ],
      'invalid-request',
    ],
  ] as const)('is refused where it %s', async (_, instalments, code) => {
    const { family, first } = await debtor()
    await expect(
      agree(family, [first.number], { instalments: [...instalments] }),
    ).rejects.toMatchObject({ code })
    expect((await loadOwing(table, family.familyId)).plans).toEqual([])
  })

  it('is refused for what is settled, or not the family’s', async () => {
    const [one, other] = [await debtor(), await debtor()]
    const instalments = [{ on: '2025-12-10', amount: 6000 } as const]
    await expect(agree(one.family, [other.first.number], { instalments })).rejects.toMatchObject({
      code: 'unknown-invoice',
    })
    await storePayment(table, paymentOf(one.family.familyId, { amount: 6000 }))
    await expect(agree(one.family, [one.first.number], { instalments })).rejects.toMatchObject({
      code: 'unknown-invoice',
    })
  })

  it('is agreed once, wherever it breaks off, and for one content of a key', async () => {
    let last: Awaited<ReturnType<typeof debtor>> | undefined
    await crashEverywhere({
      clients: [documents],
      scenario: async () => {
        const { family, first, second } = (last = await debtor())
        const both = [first.number, second.number]
        return {
          run: () => agree(family, both, { key: 'the-same-key' }),
          check: async (plan) => {
            expect(plan).toMatchObject({ number: 1, state: 'kept' })
            expect((await loadOwing(table, family.familyId)).plans).toHaveLength(1)
            expect(await noticesOf(table, family.familyId)).toHaveLength(1)
          },
        }
      },
    })
    if (last === undefined) throw new Error('Nothing was broken')
    const { family, first, second } = last
    await agree(family, [first.number, second.number], { key: 'the-same-key' })
    await expect(agree(family, [first.number], { key: 'the-same-key' })).rejects.toMatchObject({
      code: 'idempotency-key-reused',
    })
  })

  it('is read by nobody who has left the family', async () => {
    const { family } = await debtor()
    const stranger = { ...family, guardianId: guardianIdSchema.parse('nobody') }
    await expect(arrearsOn(stranger, DAY)).rejects.toMatchObject({ code: 'not-found' })
  })
})
