import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb'
import { expect, it, onTestFinished } from 'vitest'
import { readFile } from '../../shared/families/read-file.ts'
import { familyEntity } from '../../shared/families/store.ts'
import { loadAccounts } from '../../shared/ledger/load-accounts.ts'
import { MIGRATION_FAULTS as FAULTS } from '../../shared/kernel/migration-texts.ts'
import { movedInEntity } from '../../shared/migration/store.ts'
import { familyIdSchema } from '../../shared/platform/schemas.ts'
import { erasureReportEntity } from '../../shared/privacy/store.ts'
import { crashEverywhere } from '../support/crash.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { failNext, transactionCancelled } from '../support/faults.ts'
import { measure } from '../support/meter.ts'
import { invoiceFile, move, numberOf, plainFamily } from './fixture.ts'

const { table, documents } = await freshTable()

const fileOf = async (former: string) => (await readFile(table, await numberOf(table, former))).file

it('opens the file of a family that moves in, without a booking or an account', async () => {
  const { former, texts } = plainFamily()
  const report = await move(table, texts)
  expect(report.refused).toEqual([])
  expect(report.families).toEqual({ created: 1, changed: 0, same: 0, refused: 0 })
  const { family, guardians, children, enrolments } = await fileOf(former)
  expect(family).toMatchObject({ name: 'LE GOFF', address: { postcode: '77240' } })
  expect(family.familyId).toMatch(/^F\d{6}$/)
  expect(guardians.map(({ guardianId, firstName }) => [guardianId, firstName])).toEqual([
    ['R1', 'Anne-Lise'],
  ])
  expect(children.map(({ childId, birthDate }) => [childId, birthDate])).toEqual([
    ['E1', '2017-05-12'],
  ])
  expect(enrolments).toMatchObject([{ enrolmentId: 'I1', until: '2026-07-03' }])
})

it('writes nothing without being told to, and says the same', async () => {
  const { former, texts } = plainFamily()
  const { result, cost } = await measure([documents], () => move(table, texts, { write: false }))
  expect(cost).toMatchObject({ tableWrites: 0, indexWrites: 0 })
  await expect(numberOf(table, former)).rejects.toThrow()
  expect(await move(table, texts)).toEqual(result)
})

it('changes only the line that has changed', async () => {
  const { former, texts } = plainFamily()
  await move(table, texts)
  const before = await fileOf(former)
  const children = texts.children?.replace('Maël', 'Gaël') ?? ''
  const { result, cost } = await measure([documents], () => move(table, { ...texts, children }))
  expect(result.families).toEqual({ created: 0, changed: 1, same: 0, refused: 0 })
  expect(result.rows).toMatchObject({
    families: { same: 1 },
    guardians: { same: 1 },
    children: { created: 0, changed: 1, same: 0 },
    enrolments: { same: 1 },
  })
  expect(cost.calls['TransactWriteItems']).toBe(1)
  const after = await fileOf(former)
  const [child] = after.children
  expect(child).toMatchObject({ firstName: 'Gaël', version: 2, changed: { by: 'import' } })
  expect({ ...after, children: before.children }).toEqual(before)
})

it('takes lines of a family that come later, in a file of their own', async () => {
  const { former, texts } = plainFamily()
  await move(table, texts)
  const means = `famille;a_partir_du;quotient;source\n${former};01/09/2025;1 234,50;caf\n`
  expect((await move(table, { means })).rows.means).toEqual({ created: 1, changed: 0, same: 0 })
  expect((await fileOf(former)).means).toMatchObject([{ from: '2025-09-01', quotient: '1234.50' }])
})

it('overwrites nothing that was changed in the portal meanwhile', async () => {
  const { former, texts } = plainFamily()
  await move(table, texts)
  const { family } = await fileOf(former)
  await table.put(familyEntity.toItem({ ...family, homePhone: '+33164102233', version: 2 }))
  expect((await move(table, texts)).families.same).toBe(1)

  const families = texts.families?.replace('12 rue', '13 rue') ?? ''
  const report = await move(table, { ...texts, families })
  expect(report.refused).toEqual([`familles.csv, ligne 2, colonne famille : ${FAULTS.changedHere}`])
  expect((await fileOf(former)).family.homePhone).toBe('+33164102233')
})

it('brings no family back that was erased, and takes nobody else’s file for it', async () => {
  const { former, texts } = plainFamily()
  await move(table, texts)
  const familyId = await numberOf(table, former)
  await table.delete(movedInEntity.keyOf({ familyId }))
  await table.delete(familyEntity.keyOf({ familyId }))
  const erased = await move(table, texts)
  expect(erased.families.refused).toBe(1)
  expect(new Set(erased.refusals.map(({ reason }) => reason))).toEqual(new Set([FAULTS.erased]))

  // Nor one that the portal itself had opened, by an export of before.
  const own = plainFamily()
  const at = '2025-09-10T08:00:00.000Z'
  await table.put(
    erasureReportEntity.toItem({
      ...{ familyId: familyIdSchema.parse(own.former), state: 'done', reason: 'requested' },
      ...{ startedAt: at, doneAt: at, lines: [] },
    }),
  )
  const again = await move(table, own.texts)
  expect(new Set(again.refusals.map(({ reason }) => reason))).toEqual(new Set([FAULTS.erased]))

  const { familyId: stranger } = await anotherFamily(table)
  const files = Object.entries(texts).map(
    ([kind, text]) => [kind, text.replaceAll(former, stranger)] as const,
  )
  const report = await move(table, Object.fromEntries(files))
  expect(new Set(report.refusals.map(({ reason }) => reason))).toEqual(new Set([FAULTS.notOurs]))
})

it('refuses a family whole, and lets the others pass', async () => {
  const [good, bad] = [plainFamily(), plainFamily()]
  const both = Object.fromEntries(
    Object.entries(good.texts).map(([kind, text]) => [
      kind,
      text + (new Map(Object.entries(bad.texts)).get(kind)?.split('\n')[1] ?? '') + '\n',
    ]),
  )
  const children = both.children?.replace(`${bad.former};E1;Maël`, `${bad.former};E1;M4ël`) ?? ''
  const report = await move(table, { ...both, children })
  expect(report.refused).toEqual([
    'enfants.csv, ligne 3, colonne prenom : Format attendu : des caractères autorisés seulement.',
  ])
  expect(report.families).toEqual({ created: 1, changed: 0, same: 0, refused: 1 })
  await expect(numberOf(table, bad.former)).rejects.toThrow()
  expect((await fileOf(good.former)).children).toHaveLength(1)
})

it.each([
  ['enrolments', 'E1;RESTAURATION', 'E7;RESTAURATION', 'enfant', FAULTS.unknownInFile('E7')],
  ['enrolments', 'RESTO_R_PREVERT', 'DOJO', 'groupe', FAULTS.unknown('DOJO')],
  ['enrolments', ';RESTAURATION', ';JUDO', 'activite', FAULTS.unknown('JUDO')],
  ['enrolments', '01/09/2025', '01/10/2026', 'au', FAULTS.order],
  ['children', 'E_PREVERT', 'E_HUGO', 'ecole', FAULTS.unknown('E_HUGO')],
  ['children', 'ENFANT', 'ADULTE', 'categorie', FAULTS.unknown('ADULTE')],
  ['children', '12/05/2017', '12/05/2027', 'date_de_naissance', 'Cette date est à venir.'],
] as const)('tells in %s why “%s” cannot be “%s”', async (kind, from, to, column, reason) => {
  const { former, texts } = plainFamily()
  const text = texts[kind]?.replace(from, to) ?? ''
  const report = await move(table, { ...texts, [kind]: text })
  const file = kind === 'children' ? 'enfants.csv' : 'inscriptions.csv'
  expect(report.refused).toEqual([`${file}, ligne 2, colonne ${column} : ${reason}`])
  expect(report.families).toMatchObject({ created: 0, refused: 1 })
  await expect(numberOf(table, former)).rejects.toThrow()
})

it('refuses who is there twice: a family, an e-mail address, an enrolment over the same days', async () => {
  const { former, texts } = plainFamily()
  const guardians = `${texts.guardians ?? ''}${former};R2;M.;Yann;LE GOFF;${former.toLowerCase()}@ANCIEN.example\n`
  const families = `${texts.families ?? ''}${former};LE GOFF;ailleurs;77240;Cesson\n`
  const enrolments = `${texts.enrolments ?? ''}${former};I2;E1;RESTAURATION;RESTO_R_PREVERT;01/03/2026;03/07/2026\n`
  expect((await move(table, { ...texts, families, guardians })).refused).toEqual([
    `familles.csv, ligne 3, colonne famille : ${FAULTS.twice(former, 2)}`,
    `responsables.csv, ligne 3, colonne courriel : ${FAULTS.emailTwice(2)}`,
  ])
  expect((await move(table, { ...texts, enrolments })).refused).toEqual([
    `inscriptions.csv, ligne 2, colonne du : ${FAULTS.overlaps('I2')}`,
    `inscriptions.csv, ligne 3, colonne du : ${FAULTS.overlaps('I1')}`,
  ])
})

it('refuses lines of families that nobody knows, and a family without a guardian', async () => {
  const { former, texts } = plainFamily()
  const { enrolments = '', families = '' } = texts
  expect((await move(table, { enrolments })).refused).toEqual([
    `inscriptions.csv, ligne 2, colonne famille : ${FAULTS.unknownFamily(former)}`,
  ])
  expect((await move(table, { families })).refused).toEqual([
    `familles.csv, ligne 2 : ${FAULTS.noGuardian}`,
  ])
})

it('goes on while the table is throttled', async () => {
  const { former, texts } = plainFamily()
  const busy = transactionCancelled([{ Code: 'ThrottlingError' }, { Code: 'None' }])
  const restore = failNext(documents, TransactWriteCommand, [busy, busy, busy])
  onTestFinished(restore)
  expect((await move(table, texts)).families.created).toBe(1)
  expect((await fileOf(former)).children).toHaveLength(1)
})

/** A family with more enrolments than one transaction has room for, with two invoices and a credit. */
const largeFamily = () =>
  plainFamily({
    enrolments: [
      'famille;inscription;enfant;activite;groupe;du;au',
      ...Array.from({ length: 50 }, (_, index) => {
        const day = `${String(1 + (index % 28)).padStart(2, '0')}/0${String(1 + Math.floor(index / 28))}/2025`
        return `%;I${String(index)};E1;RESTAURATION;RESTO_R_PREVERT;${day};${day}`
      }),
      '',
    ].join('\n'),
    invoices: invoiceFile(
      '%;ENF;%-1;05/2025;05/06/2025;05/07/2025;Cantine;12,00;0,00;12,00',
      '%;ENF;%-2;06/2025;05/07/2025;05/08/2025;Cantine;20,00;5,00;15,00',
    ),
  })

it('comes to the same wherever it is cut off, also where one transaction is too small', async () => {
  const crashes = await crashEverywhere({
    clients: [documents],
    scenario: () => {
      const { former, texts } = largeFamily()
      return Promise.resolve({
        run: () => move(table, texts),
        check: async () => {
          const { enrolments, family } = await fileOf(former)
          expect(enrolments).toHaveLength(50)
          const { invoices } = await loadAccounts(table, family.familyId)
          expect(invoices.map(({ total }) => total)).toEqual([1200, 1500])
          const { result, cost } = await measure([documents], () => move(table, texts))
          expect(result.families.same).toBe(1)
          expect(cost.tableWrites).toBe(0)
        },
      })
    },
  })
  const operations = new Set(crashes.map(({ operation }) => operation))
  expect(operations).toEqual(new Set(['GetItem', 'Query', 'TransactWriteItems', 'UpdateItem']))
}, 120_000)
