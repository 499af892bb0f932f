import { expect, it } from 'vitest'
import { confirmRun } from '../../shared/debits/confirm-run.ts'
import { exportRun } from '../../shared/debits/export-run.ts'
import { importRejects } from '../../shared/debits/import-rejects.ts'
import { prepareRun } from '../../shared/debits/prepare-run.ts'
import { ACCOUNTANT } from '../ledger/fixture.ts'
import { openCesson } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { expectCost, measure } from '../support/meter.ts'
import { ENF, morning, openDebits, owe, sign } from './fixture.ts'

const { table, documents } = await freshTable()
const { parts, keys } = await openDebits(table)
await openCesson(table)

it('a debit costs few reads and writes, from its announcement to its return', async () => {
  const clients = [documents, keys]
  const { familyId, guardianId } = await anotherFamily(table, undefined, [])
  await sign(parts, { familyId, guardianId })
  await owe(table, { familyId, regieId: ENF }, 1000)
  const at = { regieId: ENF, collectOn: '2025-10-06', now: morning('2025-09-01') } as const

  const prepared = await measure(clients, () => prepareRun(parts, at))
  expectCost('prepare a debit run of a family', prepared.cost)
  const exported = await measure(clients, () => exportRun(parts, { ...at, by: 'accountant' }))
  expectCost('make the file of a debit run of a family', exported.cost)
  const collected = await measure(clients, () =>
    confirmRun(table, exported.result, morning(at.collectOn)),
  )
  expectCost('validate a debit run of a family', collected.cost)
  const back = await measure(clients, () =>
    importRejects(parts, {
      body: { rejects: [{ endToEndId: 'ENF-20251006-000001', reason: 'AC04' }] },
      actor: ACCOUNTANT,
      now: morning('2025-10-10'),
    }),
  )
  expect(back.result.rejects).toMatchObject([{ outcome: 'rejected' }])
  expectCost('take a debit back', back.cost)
})
