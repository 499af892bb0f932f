import * as z from 'zod'
import type { TownCatalogue } from '../catalogue/calendar.ts'
import { isSameEmail } from '../kernel/email.ts'
import { PortalError, StaleReadError, type Fault } from '../kernel/errors.ts'
import { FILE_FAULTS } from '../kernel/file-texts.ts'
import { parisDate } from '../kernel/paris.ts'
import { defineEntity } from '../platform/entity.ts'
import { hashOf } from '../platform/hash.ts'
import type { Call } from '../platform/http.ts'
import { SEQUENCES, type Key } from '../platform/keys.ts'
import { again } from '../platform/retry.ts'
import {
  childIdSchema,
  contactIdSchema,
  familyIdSchema,
  guardianIdSchema,
} from '../platform/schemas.ts'
import type { Table } from '../platform/table.ts'
import { categoryOf } from '../tariffs/commune.ts'
import { createFamily } from './create-family.ts'
import { refuseFaults } from './edit-item.ts'
import { changedBy } from './editor.ts'
import { faultsOfChild, faultsOfFields, faultsOfGuardian, faultsOfWords } from './file-rules.ts'
import type { openFileRoute } from './file-routes.ts'
import { childSchema, type FamilyFile } from './model.ts'
import { readFile } from './read-file.ts'

type OpenCall = Pick<Call<typeof openFileRoute>, 'headers' | 'body' | 'actor' | 'now'>

/** Under which number the same call has opened a file before. */
const openedFileEntity = defineEntity({
  type: 'OpenedFile',
  schema: z.object({
    /** The hash of the account and its key. */
    key: z.string(),
    /** The hash of what was written. */
    hash: z.string(),
    familyId: familyIdSchema,
    /** In seconds since 1970, when the table forgets it. */
    expiresAt: z.int(),
  }),
  key: ({ key }: { key: string }): Key => ({ partition: ['OPENED_FILE', key], sort: ['NUMBER'] }),
})

/** For how long at least the same key finds the same file, in seconds: a day. */
const LIFETIME = 86_400

const under = (at: string, faults: readonly Fault[]): Fault[] =>
  faults.map(({ pointer, detail }) => ({ pointer: pointer.replace('/body', at), detail }))

const faultsOf = ({ catalogue }: TownCatalogue, { body, now }: OpenCall): Fault[] => {
  const { guardians, children, contacts, ...family } = body
  const { files } = catalogue.town
  const today = parisDate(now)
  return [
    ...faultsOfFields('family', files, family, 'staff'),
    ...guardians.flatMap((guardian, index) => {
      const isTwice = guardians
        .slice(0, index)
        .some(({ email }) => isSameEmail(email, guardian.email))
      return under(`/body/guardians/${String(index)}`, [
        ...faultsOfFields('guardian', files, guardian, 'staff'),
        ...faultsOfGuardian(guardian, today),
        ...(isTwice ? [{ pointer: '/body/email', detail: FILE_FAULTS.emailTwice }] : []),
      ])
    }),
    ...children.flatMap((child, index) =>
      under(`/body/children/${String(index)}`, [
        ...faultsOfFields('child', files, child, 'staff'),
        ...faultsOfChild(child, catalogue, today),
      ]),
    ),
    ...contacts.flatMap(({ relation }, index) =>
      under(`/body/contacts/${String(index)}`, faultsOfWords('relation', relation)),
    ),
  ]
}

/** The file that a body describes, under a number. */
const fileOf = ({ catalogue }: TownCatalogue, call: OpenCall, number: number): FamilyFile => {
  const { guardians, children, contacts, reason, ...family } = call.body
  const familyId = familyIdSchema.parse(`F${String(number).padStart(6, '0')}`)
  const account = call.actor.account
  const first = { version: 1, changed: changedBy({ familyId, account, reason }, call.now) }
  const local = categoryOf(catalogue, family.address.town) ?? catalogue.categories[0]
  const place = (index: number): string => String(index + 1)
  return {
    family: { ...family, familyId, ...first },
    guardians: guardians.map((guardian, index) => ({
      ...guardian,
      familyId,
      guardianId: guardianIdSchema.parse(`g${place(index)}`),
      ...first,
    })),
    children: children.map((child, index) =>
      childSchema.parse({
        category: local?.id,
        ...child,
        familyId,
        childId: childIdSchema.parse(`c${place(index)}`),
        ...first,
      }),
    ),
    contacts: contacts.map((contact, index) => ({
      ...contact,
      familyId,
      contactId: contactIdSchema.parse(`p${place(index)}`),
      ...first,
    })),
    enrolments: [],
    means: [],
  }
}

/**
 * Opens the file of a family under the next number, `F000001`: the family, its guardians, its children
 * and its contacts [guide 3]. A crash may leave a number unused. The same call again finds the file.
 *
 * @throws PortalError `invalid-request`, `idempotency-key-reused`, `concurrent-change`.
 */
export const openFile = (
  { table, town }: { readonly table: Table; readonly town: TownCatalogue },
  call: OpenCall,
): Promise<FamilyFile> =>
  again(async () => {
    const key = hashOf([call.actor.account, call.headers['idempotency-key']])
    const hash = hashOf(call.body)
    const item = await table.get(openedFileEntity.keyOf({ key }))
    if (item !== undefined) {
      const opened = openedFileEntity.fromItem(item)
      if (opened.hash !== hash) throw new PortalError('idempotency-key-reused')
      return (await readFile(table, opened.familyId, ['FILE', 'MEANS'])).file
    }
    refuseFaults(faultsOf(town, call))
    const number = await table.count({ partition: SEQUENCES, sort: ['FAMILY'] }, 1)
    const file = fileOf(town, call, number)
    const { familyId } = file.family
    const expiresAt = Math.floor(call.now.getTime() / 1000) + LIFETIME
    const receipt = openedFileEntity.toItem({ key, hash, familyId, expiresAt })
    const isNew = await createFamily(table, { ...file, authorisations: [] }, [
      { kind: 'put', item: receipt, when: { kind: 'absent' } },
    ])
    if (!isNew) throw new StaleReadError('family')
    return file
  })
