import { beforeAll, describe, expect, it } from 'vitest'
import { keepDebts } from '../../shared/arrears/keep-debts.ts'
import { handOver } from '../../shared/arrears/transfer.ts'
import { listTransfers } from '../../shared/arrears/store.ts'
import type { Table } from '../../shared/platform/table.ts'
import { ENF, morning } from '../arrears/fixture.ts'
import { ACCOUNTANT } from '../ledger/fixture.ts'
import { openPayfip } from '../payfip/fixture.ts'
import { cessonTown, openCesson } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { meddling } from '../support/meddling.ts'
import { codeOf, openPayments, watchLogs } from './fixture.ts'

const { table } = await freshTable()
const { payfip, clock } = await openPayfip(morning('2026-02-10'))
const online = openPayments(table, { url: payfip.url, now: () => clock.now })
watchLogs()

beforeAll(async () => {
  await openCesson(table)
})

/** A family that owes since October, as the list of the accountant shows it. */
const overdue = async () => {
  const owing = await online.owing(3000)
  await keepDebts(table, owing.by.familyId)
  return owing
}

/** The next list of the régie for the Treasury. */
const over = async (by: Table = table) => {
  const [last] = await listTransfers(table, ENF, 1)
  return handOver(
    { table: by, town: cessonTown },
    {
      parameters: { regieId: ENF, number: (last?.number ?? 0) + 1 },
      body: { except: [] },
      actor: ACCOUNTANT,
      now: clock.now,
    },
  )
}

describe('an invoice is paid online or handed over to the Treasury, never both', () => {
  it('when somebody begins to pay while the list is drawn up [guide 30] [wish W9]', async () => {
    const { by, invoices } = await overdue()
    const list = await over(meddling(table, () => online.start(by, invoices)))
    expect(list).toMatchObject({ state: 'done', debtors: 0, amount: 0 })
    const { invoices: states, paying } = await online.standing(by)
    expect({ states, paying }).toMatchObject({ states: ['awaiting'], paying: [{ amount: 3000 }] })
  })

  it('when it is handed over while somebody begins to pay [guide 30] [wish W9]', async () => {
    const { by, invoices } = await overdue()
    const before = payfip.operations().length
    const begun = online.start(by, invoices, { table: meddling(table, () => over()) })
    expect(await codeOf(begun)).toBe('means-not-allowed')
    expect(payfip.operations()).toHaveLength(before)
    expect(await online.standing(by)).toMatchObject({
      ...{ states: [], paying: [], payments: [] },
      totals: { treasury: 3000, awaiting: 0 },
    })
  })

  it('when both happen at once [guide 30] [wish W9]', async () => {
    for (let round = 0; round < 8; round += 1) {
      const { by, invoices } = await overdue()
      const [begun, list] = await Promise.all([codeOf(online.start(by, invoices)), over()])
      const { states, totals } = await online.standing(by)
      const handedOver = totals.treasury > 0
      expect({ begun, states, of: list.debtors }).toEqual(
        handedOver
          ? { begun: 'means-not-allowed', states: [], of: 1 }
          : { begun: 'done', states: ['open'], of: 0 },
      )
      await keepDebts(table, by.familyId)
    }
  })
})
