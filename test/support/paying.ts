import { handOver } from '../../shared/arrears/transfer.ts'
import { remindDebtors } from '../../shared/arrears/remind-debtors.ts'
import { exportRun } from '../../shared/debits/export-run.ts'
import { prepareRun } from '../../shared/debits/prepare-run.ts'
import type { Table } from '../../shared/platform/table.ts'
import { ENF, morning, owes, planFor, storePlan } from '../arrears/fixture.ts'
import { openDebits, owe, sign } from '../debits/fixture.ts'
import { ACCOUNTANT } from '../ledger/fixture.ts'
import { openPayfip } from '../payfip/fixture.ts'
import { openPayments } from '../payments/fixture.ts'
import { cessonTown } from './cesson.ts'
import { anotherFamily } from './families.ts'

/** What families are debited and pay online with. Call it once at the top of a test file. */
export const openPayingParts = async (table: Table) => {
  const { parts } = await openDebits(table)
  const { payfip, clock } = await openPayfip(morning('2025-10-15'))
  return { debits: parts, online: openPayments(table, { url: payfip.url, now: () => clock.now }) }
}

/** Leaves one of each thing that debits, online payments and unpaid invoices hold. */
export const usePaying = async (
  table: Table,
  { debits, online }: Awaited<ReturnType<typeof openPayingParts>>,
): Promise<void> => {
  const debited = await anotherFamily(table, undefined, [])
  await sign(debits, debited)
  await owe(table, { familyId: debited.familyId, regieId: ENF }, 4200)
  const run = { regieId: ENF, collectOn: '2025-10-06' } as const
  await prepareRun(debits, { ...run, now: morning('2025-09-15') })
  await exportRun(debits, { ...run, by: ACCOUNTANT.account, now: morning('2025-09-28') })

  const { by, invoices } = await online.owing(1000)
  await online.start(by, invoices, { key: 'an-online-payment' })

  const { familyId } = await anotherFamily(table, undefined, [])
  const [, planned] = await owes(table, familyId, ['2025-08-31', 4200], ['2025-09-30', 3000])
  if (planned === undefined) throw new Error('Nothing is owed')
  const arrears = { table, town: cessonTown }
  await remindDebtors(arrears, morning('2025-10-08'))
  const due = [{ number: planned.number, due: 3000 }]
  await storePlan(table, planFor(familyId, due, [['2025-12-01', 3000]]))
  await handOver(arrears, {
    parameters: { regieId: ENF, number: 1 },
    body: { except: [] },
    actor: ACCOUNTANT,
    now: morning('2025-11-03'),
  })
}
