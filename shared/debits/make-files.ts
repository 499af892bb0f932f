import { gunzipSync, gzipSync } from 'node:zlib'
import { DEBITS } from '../kernel/debit-texts.ts'
import { parisDate, parisTime } from '../kernel/paris.ts'
import type { SealContext, Sealer } from '../platform/sealer.ts'
import { openAccount } from './account-seal.ts'
import type { DebitParts } from './give-mandate.ts'
import type { Debit, DebitFile, DebitRun } from './model.ts'
import { bankFile, type BankDebit } from './pain008-rules.ts'
import { findFile, putFile, type RunAddress } from './run-store.ts'
import { findMandate } from './store.ts'
import type { Table } from '../platform/table.ts'

/** How many debits a file holds at most: packed and sealed it fits into one item of the table. */
const MOST_OF_A_FILE = 2000

/** So many accounts are opened at a time. */
const AT_ONCE = 25

/** For how long a file can be fetched again, in seconds: debits can be contested for 13 months. */
const LIFETIME = 400 * 86_400

/** A debit that goes to the bank. */
interface SentDebit {
  readonly debit: Debit
  readonly sent: NonNullable<Debit['sent']>
}

const contextOf = ({ regieId, collectOn, file }: RunAddress & { file: number }): SealContext => ({
  purpose: 'debit-file',
  ...{ regieId, collectOn, file: String(file) },
})

const bankDebit = async (
  { table, sealer }: Pick<DebitParts, 'table' | 'sealer'>,
  { debit, sent }: SentDebit,
): Promise<BankDebit> => {
  const mandate = await findMandate(table, debit)
  if (mandate === undefined) throw new Error('A debit without its mandate')
  const { endToEndId, rum } = debit
  const { amount, sequence, signedOn, invoices } = sent
  return {
    ...{ endToEndId, rum, amount, sequence, signedOn },
    holder: mandate.holder,
    iban: await openAccount(sealer, mandate),
    bic: mandate.account.bic,
    purpose: DEBITS.invoices(invoices),
  }
}

const bankDebits = async (
  parts: Pick<DebitParts, 'table' | 'sealer'>,
  sent: readonly SentDebit[],
): Promise<BankDebit[]> => {
  const debits: BankDebit[] = []
  for (let start = 0; start < sent.length; start += AT_ONCE) {
    const some = sent.slice(start, start + AT_ONCE)
    debits.push(...(await Promise.all(some.map((each) => bankDebit(parts, each)))))
  }
  return debits
}

/**
 * Makes the files of a run that are not there yet, and keeps them sealed: names and accounts of all
 * families lie nowhere in the open. The same debits make the same files.
 *
 * @returns how many there are.
 */
export const makeFiles = async (
  parts: Pick<DebitParts, 'table' | 'sealer'>,
  run: DebitRun,
  sent: readonly SentDebit[],
): Promise<number> => {
  const { export: frozen, regieId, collectOn } = run
  if (frozen === undefined) throw new Error('A run that is not frozen')
  const files = Math.ceil(sent.length / MOST_OF_A_FILE)
  const at = new Date(frozen.at)
  for (let file = 1; file <= files; file += 1) {
    const address = { regieId, collectOn, file }
    if ((await findFile(parts.table, address)) !== undefined) continue
    const some = sent.slice((file - 1) * MOST_OF_A_FILE, file * MOST_OF_A_FILE)
    const xml = bankFile({
      messageId: `${regieId}-${collectOn.replaceAll('-', '')}-${String(file).padStart(3, '0')}`,
      madeAt: `${parisDate(at)}T${parisTime(at)}:00`,
      ...{ collectOn, creditor: frozen.creditor, format: frozen.format },
      debits: await bankDebits(parts, some),
    })
    const packed = gzipSync(xml).toString('base64')
    await putFile(parts.table, {
      ...address,
      sealed: await parts.sealer.seal(packed, contextOf(address)),
      expiresAt: Math.floor(at.getTime() / 1000) + LIFETIME,
    })
  }
  return files
}

/** The text of a file; nothing if there is no such file. One read and one call to the key. */
export const openFile = async (
  { table, sealer }: { readonly table: Table; readonly sealer: Sealer },
  address: Pick<DebitFile, 'regieId' | 'collectOn' | 'file'>,
): Promise<string | undefined> => {
  const held = await findFile(table, address)
  if (held === undefined) return undefined
  const packed = await sealer.open(held.sealed, contextOf(address))
  return gunzipSync(Buffer.from(packed, 'base64')).toString('utf8')
}
