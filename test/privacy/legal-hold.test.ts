import { beforeAll, expect, it, vi } from 'vitest'
import { readFamily, readFamilyFile } from '../../shared/families/read-family.ts'
import { readFamilyRoute } from '../../shared/families/routes.ts'
import type { FamilyId } from '../../shared/platform/schemas.ts'
import { holdFile } from '../../shared/privacy/legal-hold.ts'
import { readTrail } from '../../shared/trail/read-trail.ts'
import { cessonTown, GUIDE_MORNING, guardian, openCesson } from '../support/cesson.ts'
import { streamedTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { deliverFiles } from '../support/follow.ts'
import { ADMINISTRATOR } from './erasing-fixture.ts'

const { table, newRecords } = await streamedTable()
const now = GUIDE_MORNING

beforeAll(async () => {
  await openCesson(table)
  vi.spyOn(console, 'info').mockReturnValue()
})

const hold = (familyId: FamilyId, version: number, held = true, reason = 'Plainte en cours') =>
  holdFile(table, {
    parameters: { familyId },
    headers: { 'if-match': version },
    body: { held, reason },
    actor: ADMINISTRATOR,
    now,
  })

it('a hold is shown to staff and to nobody else, and is in the trail', async () => {
  const family = await anotherFamily(table)
  const { familyId } = family
  await newRecords()
  expect(await hold(familyId, 1)).toEqual({
    ...{ familyId, version: 2, held: true },
    ...{ since: now.toISOString(), reason: 'Plainte en cours' },
  })
  const call = { parameters: { familyId }, actor: ADMINISTRATOR, now }
  const file = await readFamilyFile({ table, town: cessonTown }, call)
  expect(file.legalHold).toEqual({
    ...{ since: now.toISOString(), by: ADMINISTRATOR.account, reason: 'Plainte en cours' },
  })
  const own = await readFamily({ table, town: cessonTown }, { actor: guardian(family), now })
  expect(JSON.stringify(readFamilyRoute.reply.parse(own))).not.toMatch(/Plainte|legalHold/)

  await deliverFiles(table, now)(await newRecords())
  const { entries } = await readTrail(table, { ...call, query: { limit: 10 } })
  expect(entries).toMatchObject([
    { subject: 'Family', reason: 'Plainte en cours', fields: [{ field: 'Gel juridique' }] },
  ])
})

it('a hold is set on the version that was seen, and ends', async () => {
  const { familyId } = await anotherFamily(table)
  await hold(familyId, 1)
  // What is so already is done; why and since when stay.
  expect(await hold(familyId, 1, true, 'Autre motif')).toMatchObject({
    ...{ version: 2, reason: 'Plainte en cours' },
  })
  await expect(hold(familyId, 1, false)).rejects.toMatchObject({ code: 'changed-meanwhile' })
  expect(await hold(familyId, 2, false)).toEqual({ familyId, version: 3, held: false })
})
