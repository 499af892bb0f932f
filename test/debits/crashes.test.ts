import { expect, it } from 'vitest'
import { confirmRun } from '../../shared/debits/confirm-run.ts'
import { exportRun } from '../../shared/debits/export-run.ts'
import { importRejects } from '../../shared/debits/import-rejects.ts'
import { openFile } from '../../shared/debits/make-files.ts'
import { prepareRun } from '../../shared/debits/prepare-run.ts'
import { findRun, listDebits } from '../../shared/debits/run-store.ts'
import { loadMandates } from '../../shared/debits/store.ts'
import { loadAccounts } from '../../shared/ledger/load-accounts.ts'
import { settle } from '../../shared/ledger/rules.ts'
import { noticeEntity } from '../../shared/messages/notices.ts'
import { regieIdSchema, type FamilyId } from '../../shared/platform/schemas.ts'
import { ACCOUNTANT } from '../ledger/fixture.ts'
import { openCesson } from '../support/cesson.ts'
import { crashEverywhere, type CrashKind } from '../support/crash.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { morning, openDebits, owe, sign, townWith } from './fixture.ts'

const { table, documents } = await freshTable()
const opened = await openDebits(table)
await openCesson(table)

/** To die before a call is to die after the one before it; what lives on catches nothing here. */
const KINDS: readonly CrashKind[] = ['dies-after', 'sent-twice']

const COLLECT_ON = '2025-10-06'
const NOW = morning('2025-09-01')

let regies = 0

/** A régie of its own with a family that owes it 10 €, and its run as far as it goes. */
const world = async (until: 'signed' | 'prepared' | 'exported' | 'collected') => {
  regies += 1
  const regieId = regieIdSchema.parse(`R${String(regies).padStart(3, '0')}`)
  const parts = { ...opened.parts, town: townWith({}, regieId) }
  const { familyId, guardianId } = await anotherFamily(table, undefined, [])
  await sign(parts, { familyId, guardianId }, { regieId })
  await owe(table, { familyId, regieId }, 1000)
  const at = { regieId, collectOn: COLLECT_ON, now: NOW, by: 'accountant' } as const
  if (until !== 'signed') await prepareRun(parts, at)
  if (until === 'exported' || until === 'collected') {
    const run = await exportRun(parts, at)
    if (until === 'collected') await confirmRun(table, run, morning(COLLECT_ON))
  }
  return { parts, at, familyId, regieId }
}

const noticesOf = async (familyId: FamilyId, kind: string) =>
  noticeEntity
    .pick(await table.query({ partition: ['FAMILY', familyId], from: ['NOTICE'] }))
    .filter(({ content }) => content.kind === kind)

const clients = [documents, opened.keys]

it('to prepare a run has one effect wherever it breaks [guide 10]', async () => {
  await crashEverywhere({
    ...{ clients, kinds: KINDS },
    scenario: async () => {
      const { parts, at, familyId } = await world('signed')
      return {
        run: () => prepareRun(parts, at),
        check: async (run) => {
          expect(run).toMatchObject({ state: 'prepared', debits: 1, announced: 1000 })
          expect(await listDebits(table, at)).toHaveLength(1)
          expect(await noticesOf(familyId, 'debit-announced')).toHaveLength(1)
        },
      }
    },
  })
}, 30_000)

it('to make the file has one effect wherever it breaks, and makes the same file [guide 31]', async () => {
  await crashEverywhere({
    ...{ clients, kinds: KINDS },
    scenario: async () => {
      const { parts, at, familyId } = await world('prepared')
      return {
        run: () => exportRun(parts, at),
        check: async (run) => {
          expect(run.sent).toEqual({ files: 1, debits: 1, total: 1000 })
          const { payments } = await loadAccounts(table, familyId)
          expect(payments).toMatchObject([{ state: 'awaiting', amount: 1000 }])
          const [mandate] = await loadMandates(table, familyId)
          expect(mandate?.debits).toBe(1)
          const xml = await openFile(parts, { ...at, file: 1 })
          expect(xml).toContain('<NbOfTxs>1</NbOfTxs><CtrlSum>10.00</CtrlSum>')
          expect(xml).toContain('<CreDtTm>2025-09-01T09:00:00</CreDtTm>')
        },
      }
    },
  })
}, 30_000)

it('to validate what is collected has one effect wherever it breaks [guide 31]', async () => {
  await crashEverywhere({
    ...{ clients, kinds: KINDS },
    scenario: async () => {
      const { at, familyId } = await world('exported')
      const run = await findRun(table, at)
      if (run === undefined) throw new Error('It is exported')
      return {
        run: () => confirmRun(table, run, morning(COLLECT_ON)),
        check: async () => {
          const { payments } = await loadAccounts(table, familyId)
          expect(payments).toMatchObject([{ state: 'validated' }])
          expect(payments[0]?.receipt).toMatch(/-2025-000001$/)
          expect(await noticesOf(familyId, 'payment-received')).toHaveLength(1)
          expect(await findRun(table, at)).toMatchObject({ state: 'collected' })
        },
      }
    },
  })
}, 30_000)

it('to take a debit back has one effect wherever it breaks [guide 30, 31]', async () => {
  await crashEverywhere({
    ...{ clients, kinds: KINDS },
    scenario: async () => {
      const { parts, familyId, regieId } = await world('collected')
      const endToEndId = `${regieId}-20251006-000001`
      const call = {
        body: { rejects: [{ endToEndId, reason: 'AC04' }] },
        actor: ACCOUNTANT,
        now: morning('2025-10-10'),
      }
      return {
        run: () => importRejects(parts, call),
        check: async ({ rejects }) => {
          expect(['rejected', 'known']).toContain(rejects[0]?.outcome)
          const ledger = await loadAccounts(table, familyId)
          expect(ledger.payments).toMatchObject([{ state: 'cancelled' }])
          expect(settle(ledger).invoices.get(ledger.invoices[0]?.number ?? '')?.due).toBe(1000)
          expect(await noticesOf(familyId, 'debit-rejected')).toHaveLength(1)
          const [mandate] = await loadMandates(table, familyId)
          expect(mandate).toMatchObject({ state: 'revoked', version: 3 })
        },
      }
    },
  })
}, 30_000)
