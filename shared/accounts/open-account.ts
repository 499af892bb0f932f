import { normalEmail } from '../kernel/email.ts'
import type { Accounts, NewAccount } from '../platform/accounts.ts'
import type { Table } from '../platform/table.ts'
import { familyIdSchema, guardianIdSchema, type FacilityId } from '../platform/schemas.ts'
import { registerAccount } from './register-account.ts'

/** Somebody of a town's file, with what the user pool does not keep. */
export interface TownAccount extends NewAccount {
  readonly name?: string | undefined
  readonly facilities?: readonly FacilityId[] | undefined
}

/** Gives somebody of a town's file an account and a user name; the same again changes nothing. */
export const openAccount = async (
  { table, accounts }: { table: Table; accounts: Accounts },
  { name, facilities, ...about }: TownAccount,
): Promise<void> => {
  const email = normalEmail(about.email)
  const { account } = await accounts.create({ ...about, email })
  await registerAccount(table, {
    account,
    email,
    roles: [...about.roles],
    familyId: familyIdSchema.optional().parse(about.familyId),
    guardianId: guardianIdSchema.optional().parse(about.guardianId),
    name,
    facilities: facilities === undefined ? undefined : [...facilities],
  })
}
