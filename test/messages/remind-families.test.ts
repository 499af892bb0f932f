import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { readPreferences, setPreferences } from '../../shared/messages/preferences.ts'
import { noticeEntity } from '../../shared/messages/notices.ts'
import { remindFamilies } from '../../shared/messages/remind-families.ts'
import { familyPartition } from '../../shared/platform/keys.ts'
import { familyIdSchema, guardianIdSchema, type FamilyId } from '../../shared/platform/schemas.ts'
import { cessonTown, guardian, openCesson, type DUPONT } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { planningWith, storePlannings } from '../support/plannings.ts'

const { table } = await freshTable()
const deps = { table, town: cessonTown }

/** 17:30 in Paris; meals of 6 October can be added until Thursday 2 October, 10:00. */
const TUESDAY = new Date('2025-09-30T15:30:00Z')
const WEDNESDAY = new Date('2025-10-01T15:30:00Z')

const USUAL = { '2025-09-15': 'a', '2025-09-22': 'a' } as const

const noticesOf = async (familyId: FamilyId) =>
  noticeEntity.pick(await table.query({ partition: familyPartition(familyId), from: ['NOTICE'] }))

/** A new family whose children have such lunches. */
const familyWith = async (
  lunches: Readonly<Record<string, Readonly<Record<string, string>>>>,
): Promise<typeof DUPONT> => {
  const family = await anotherFamily(table)
  await storePlannings(
    table,
    Object.entries(lunches).map(([child, letters]) =>
      planningWith(family.familyId, { child, activity: 'RESTAURATION', unit: 'REPAS' }, letters),
    ),
  )
  return family
}

describe('the reminders before a deadline', () => {
  beforeAll(async () => {
    await openCesson(table)
  })

  beforeEach(() => {
    vi.spyOn(console, 'error').mockReturnValue()
  })

  it('tell a family once of a week in which its children, who usually eat, have nothing [wish W5]', async () => {
    const { familyId } = await familyWith({ leo: USUAL, lucas: USUAL })
    await remindFamilies(deps, TUESDAY)
    await remindFamilies(deps, TUESDAY)
    await remindFamilies(deps, WEDNESDAY)
    const notices = await noticesOf(familyId)
    expect(notices).toHaveLength(1)
    expect(notices[0]).toMatchObject({
      noticeId: 'REMINDER-2025-10-06',
      to: [
        { name: 'Mme Madelaine DUPONT', email: 'madelainedupont@famille.example' },
        { name: 'M. Julien DUPONT', email: 'juliendupont@famille.example' },
      ],
      content: { kind: 'reminder', monday: '2025-10-06' },
    })
    const { content } = notices[0] ?? {}
    const children =
      content?.kind === 'reminder' ? content.activities.map(({ child }) => child) : []
    expect(children).toEqual(['Léo', 'Lucas'])
  })

  it('leave in peace who has booked, who seldom eats, and who wants none [wish W5]', async () => {
    const booked = await familyWith({ leo: { ...USUAL, '2025-10-07': 'a' } })
    const seldom = await familyWith({ leo: { '2025-09-15': 'a' } })
    const optedOut = await familyWith({ leo: USUAL })
    const actor = guardian(optedOut)
    expect(await readPreferences(table, { actor })).toEqual({ reminders: true, news: true })
    await setPreferences(table, { actor, body: { reminders: false, news: true } })
    expect(await readPreferences(table, { actor })).toEqual({ reminders: false, news: true })
    await remindFamilies(deps, TUESDAY)
    for (const { familyId } of [booked, seldom, optedOut]) {
      expect(await noticesOf(familyId)).toEqual([])
    }
    await setPreferences(table, { actor, body: { reminders: true, news: true } })
    await remindFamilies(deps, WEDNESDAY)
    expect(await noticesOf(optedOut.familyId)).toHaveLength(1)
  })

  it('keep their preferences for guardians of the family', async () => {
    const family = await anotherFamily(table)
    const stranger = guardian({ ...family, guardianId: guardianIdSchema.parse('nobody') })
    await expect(readPreferences(table, { actor: stranger })).rejects.toMatchObject({
      code: 'not-found',
    })
    await expect(
      setPreferences(table, { actor: stranger, body: { reminders: false, news: true } }),
    ).rejects.toMatchObject({ code: 'not-found' })
  })

  it('reach the others when a file cannot be read', async () => {
    const lost = planningWith(
      (await anotherFamily(table)).familyId,
      { child: 'leo', activity: 'RESTAURATION', unit: 'REPAS' },
      USUAL,
    )
    // A planning that has outlived its family: no number of a file comes before it.
    await storePlannings(table, [{ ...lost, familyId: familyIdSchema.parse('0000') }])
    const { familyId } = await familyWith({ leo: USUAL })
    await remindFamilies(deps, TUESDAY)
    expect(await noticesOf(familyId)).toHaveLength(1)
  })
})
