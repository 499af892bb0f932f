import { paginateScan } from '@aws-sdk/lib-dynamodb'
import { beforeAll, describe, expect, it } from 'vitest'
import { carryOverPut } from '../../shared/billing/store.ts'
import { carryOverSchema } from '../../shared/billing/model.ts'
import { findChild } from '../../shared/families/image.ts'
import { loadFile } from '../../shared/families/store.ts'
import { ERASURE_REFUSALS } from '../../shared/kernel/erasure-texts.ts'
import { receivedKey } from '../../shared/attachments/rules.ts'
import { attachmentIdSchema, familyIdSchema } from '../../shared/platform/schemas.ts'
import { eraseFamily } from '../../shared/privacy/erase-family.ts'
import { holdFile } from '../../shared/privacy/legal-hold.ts'
import { listErasures, readErasure } from '../../shared/privacy/read-reports.ts'
import { storeInvoice } from '../ledger/fixture.ts'
import { GUIDE_MORNING, openCesson, type DUPONT } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { deliverFiles } from '../support/follow.ts'
import { anotherFamily } from '../support/families.ts'
import { expectCost, measure } from '../support/meter.ts'
import { planningWith, storePlannings } from '../support/plannings.ts'
import { separatedParents, SHARED_CHILD } from '../support/separated-parents.ts'
import { ADMINISTRATOR, LATER, openErasing } from './erasing-fixture.ts'

const world = await openErasing()
const { deps, table, documents } = world

const order = (familyId: typeof DUPONT.familyId) => ({
  familyId,
  reason: 'moved-away' as const,
  by: ADMINISTRATOR.account,
})

/** All that the table holds, as text. */
const wholeTable = async (): Promise<string> => {
  const pages = paginateScan({ client: documents }, { TableName: world.tableName })
  let text = ''
  for await (const { Items: items } of pages) text += JSON.stringify(items)
  return text
}

/** What is left of a family is its accounting data, under its number, without its names. */
const expectErased = async (familyId: typeof DUPONT.familyId, email: string): Promise<void> => {
  expect(await world.kindsOf(familyId)).toEqual(['Invoice', 'Payment'])
  expect(await readErasure(table, { parameters: { familyId } })).toMatchObject({ state: 'done' })
  expect(await world.identity.accountOf(email)).toBeUndefined()
  const attachmentId = attachmentIdSchema.parse('proof')
  expect(await world.files.inspect(receivedKey({ familyId, attachmentId }))).toBeUndefined()
}

beforeAll(async () => {
  await openCesson(table)
})

describe('the erasure of a family', () => {
  it('leaves nothing but anonymous accounts and a report without names', async () => {
    const { familyId, email } = await world.usedFamily()
    await deliverFiles(table)(await world.newRecords())
    expect(await world.kindsOf(familyId)).toContain('TrailEntry')
    const { result: report, cost } = await measure(world.clients, () =>
      eraseFamily(deps, order(familyId), LATER),
    )
    expect(report).toMatchObject({
      ...{ familyId, state: 'done', reason: 'moved-away', startedBy: ADMINISTRATOR.account },
    })
    expect(report.lines).toEqual(
      expect.arrayContaining([
        { kind: 'Account', outcome: 'deleted', count: 1 },
        { kind: 'Child', outcome: 'deleted', count: 2 },
        { kind: 'File', outcome: 'deleted', count: 1 },
        { kind: 'Invoice', outcome: 'anonymised', count: 1 },
        { kind: 'Payment', outcome: 'anonymised', count: 1 },
      ]),
    )
    await expectErased(familyId, email)
    const left = JSON.stringify(await world.itemsOf(familyId))
    for (const name of ['DUPONT', 'Madelaine', 'Julien']) expect(left).not.toContain(name)
    const text = await wholeTable()
    for (const name of [email, `DUPONT ${familyId}`]) expect(text).not.toContain(name)
    const { erasures } = await listErasures(table, { query: { limit: 1 } })
    expect(erasures).toMatchObject([{ familyId, reasonLabel: 'Départ de la famille' }])
    expectCost('erase a family with an account, a document and an invoice', cost)
  })

  it('has one effect wherever it is cut off', { timeout: 600_000 }, async () => {
    const crashes = await crashEverywhere({
      clients: world.clients,
      // Nothing in it mends what failed: a call that fails is as one at which it dies.
      kinds: ['dies-before', 'dies-after', 'sent-twice'],
      scenario: async () => {
        const { familyId, email } = await world.usedFamily()
        const { itemsOf } = world
        return {
          run: () => eraseFamily(deps, order(familyId), LATER),
          check: async (report) => {
            await expectErased(familyId, email)
            const before = await itemsOf(familyId)
            expect(await eraseFamily(deps, order(familyId), LATER)).toEqual(report)
            expect(await itemsOf(familyId)).toEqual(before)
          },
        }
      },
    })
    const reached = new Set(crashes.map(({ operation }) => operation))
    for (const operation of ['AdminDeleteUser', 'DeleteObject', 'TransactWriteItems', 'PutItem']) {
      expect(reached).toContain(operation)
    }
  })

  it('takes the links of the other household of a child, and leaves what that one holds', async () => {
    const { mother, father } = await separatedParents(table)
    await eraseFamily(deps, order(mother), LATER)
    expect(await loadFile(table, mother)).toBeUndefined()
    const child = await findChild(table, { familyId: father, childId: SHARED_CHILD })
    expect(child).toMatchObject({ childId: SHARED_CHILD, firstName: 'Léo' })
    expect(child?.otherHousehold).toBeUndefined()
    expect(JSON.stringify(await world.itemsOf(father))).not.toContain(mother)
  })

  it('is of a file that there is, and of a request that it has', async () => {
    const nobody = familyIdSchema.parse('4242')
    await expect(eraseFamily(deps, order(nobody), LATER)).rejects.toMatchObject({
      code: 'not-found',
    })
  })
})

describe('an erasure is refused, and nothing is deleted,', () => {
  const refused = async (
    familyId: typeof DUPONT.familyId,
    why: keyof typeof ERASURE_REFUSALS,
    now = LATER,
  ): Promise<void> => {
    const before = await world.itemsOf(familyId)
    await expect(eraseFamily(deps, order(familyId), now)).rejects.toMatchObject({
      code: 'erasure-refused',
      detail: ERASURE_REFUSALS[why],
    })
    expect(await world.itemsOf(familyId)).toEqual(before)
  }

  it('while a child is enrolled', async () => {
    const { familyId } = await anotherFamily(table)
    await refused(familyId, 'enrolled', GUIDE_MORNING)
  })

  it('while days to come are booked', async () => {
    const { familyId } = await anotherFamily(table, undefined, [])
    const owner = { child: 'leo', activity: 'RESTAURATION', unit: 'REPAS' }
    await storePlannings(table, [planningWith(familyId, owner, { '2027-02-02': 'r' })])
    await refused(familyId, 'booked')
  })

  it('while a month that children came in is not billed', async () => {
    const { familyId } = await anotherFamily(table, undefined, [])
    const owner = { child: 'leo', activity: 'RESTAURATION', unit: 'REPAS' }
    await storePlannings(table, [planningWith(familyId, owner, { '2026-06-02': 'a' })])
    await refused(familyId, 'unbilled')
    await storeInvoice(table, familyId, '2026-07-01', 0)
    expect(await eraseFamily(deps, order(familyId), LATER)).toMatchObject({ state: 'done' })
  })

  it('while an amount is unpaid, or waits for the next invoice', async () => {
    const unpaid = await anotherFamily(table, undefined, [])
    await storeInvoice(table, unpaid.familyId, '2026-07-01', 2000)
    await refused(unpaid.familyId, 'unpaid')
    const { familyId } = await anotherFamily(table, undefined, [])
    const carried = { familyId, regieId: 'ENF', month: '2026-06', amount: 300 }
    await table.transact([carryOverPut(carryOverSchema.parse(carried), undefined)])
    await refused(familyId, 'unpaid')
  })

  it('while the file is held', async () => {
    const { familyId } = await anotherFamily(table, undefined, [])
    const call = (held: boolean, version: number) =>
      holdFile(table, {
        parameters: { familyId },
        headers: { 'if-match': version },
        body: { held, reason: 'Contentieux en cours' },
        actor: ADMINISTRATOR,
        now: LATER,
      })
    expect(await call(true, 1)).toMatchObject({ held: true, version: 2 })
    await refused(familyId, 'held')
    expect(await call(false, 2)).toMatchObject({ held: false, version: 3 })
    expect(await eraseFamily(deps, order(familyId), LATER)).toMatchObject({ state: 'done' })
    await expect(call(true, 4)).rejects.toMatchObject({ code: 'not-found' })
  })
})
