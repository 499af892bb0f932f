import { expect, it } from 'vitest'
import { revokeMandate } from '../../shared/debits/change-mandate.ts'
import { exportRun } from '../../shared/debits/export-run.ts'
import { importRejects } from '../../shared/debits/import-rejects.ts'
import { openFile } from '../../shared/debits/make-files.ts'
import { prepareRun } from '../../shared/debits/prepare-run.ts'
import { signMandateRoute } from '../../shared/debits/routes.ts'
import { listDebits } from '../../shared/debits/run-store.ts'
import { loadMandates } from '../../shared/debits/store.ts'
import { loadAccounts } from '../../shared/ledger/load-accounts.ts'
import { regieIdSchema } from '../../shared/platform/schemas.ts'
import { ACCOUNTANT } from '../ledger/fixture.ts'
import { guardian, openCesson } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { measure } from '../support/meter.ts'
import { meddling } from '../support/meddling.ts'
import { IBAN, morning, openDebits, owe, sign, signature, townWith } from './fixture.ts'

const { table, documents } = await freshTable()
const opened = await openDebits(table)
await openCesson(table)

let regies = 0

/** A régie of its own with a family that is told of its debit. */
const announced = async () => {
  regies += 1
  const regieId = regieIdSchema.parse(`R${String(regies).padStart(3, '0')}`)
  const parts = { ...opened.parts, town: townWith({}, regieId) }
  const by = await anotherFamily(table, undefined, [])
  await sign(parts, by, { regieId })
  await owe(table, { familyId: by.familyId, regieId }, 1000)
  const at = { regieId, collectOn: '2025-10-06', now: morning('2025-09-01'), by: 'x' } as const
  await prepareRun(parts, at)
  const [mandate] = await loadMandates(table, by.familyId)
  const revoke = () =>
    revokeMandate(parts, {
      parameters: { rum: mandate?.rum ?? '' },
      body: {},
      actor: guardian(by),
      now: morning('2025-09-02'),
    })
  return { parts, at, by, revoke }
}

it('a mandate that is revoked while its file is being made is not collected [guide 10]', async () => {
  const { parts, at, by, revoke } = await announced()
  await exportRun({ ...parts, table: meddling(table, revoke) }, at)
  expect(await listDebits(table, at)).toMatchObject([{ state: 'dropped', dropped: 'no-mandate' }])
  expect((await loadAccounts(table, by.familyId)).payments).toEqual([])
  expect((await openFile(parts, { ...at, file: 1 })) ?? '').not.toContain(IBAN)
})

it('an account that is refused is not in the refusal, which may be logged and shown', () => {
  const wrong = IBAN.replace(/9$/, '8')
  const { error } = signMandateRoute.body.safeParse(signature({ iban: wrong }))
  expect(error?.issues).toMatchObject([{ path: ['iban'] }])
  expect(JSON.stringify([error, String(error)])).not.toContain(wrong.slice(4, -4))
})

it('a report that names a debit a thousand times is read as if it named it once', async () => {
  const { parts, at, by } = await announced()
  await exportRun(parts, at)
  const [debit] = await listDebits(table, at)
  const reject = { endToEndId: debit?.endToEndId ?? '', reason: 'AM04' }
  const take = (times: number) =>
    importRejects(parts, {
      body: { rejects: Array.from({ length: times }, () => reject) },
      ...{ actor: ACCOUNTANT, now: morning('2025-10-10') },
    })
  const { result, cost } = await measure([documents], () => take(500))
  const { rejects, left } = result
  expect(cost.calls['GetItem']).toBeLessThan(10)
  expect(rejects.filter(({ outcome }) => outcome === 'rejected')).toHaveLength(1)
  expect({ left, known: rejects.filter(({ outcome }) => outcome === 'known').length }).toEqual({
    left: 0,
    known: 499,
  })
  const { payments } = await loadAccounts(table, by.familyId)
  expect(payments).toMatchObject([{ state: 'cancelled', cancellation: { kind: 'rejected' } }])
})
