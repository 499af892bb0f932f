import { beforeAll, describe, expect, it } from 'vitest'
import { countHeads } from '../../shared/attendance/count-heads.ts'
import { markSheet } from '../../shared/attendance/mark-sheet.ts'
import { readDaySheet } from '../../shared/attendance/read-sheet.ts'
import { daySheetReply, headcountsReply } from '../../shared/attendance/routes.ts'
import { LETTERS } from '../../shared/reservations/model.ts'
import type { Actor } from '../../shared/platform/http.ts'
import { cessonTown, DUPONT, openCesson, TEST } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { measure } from '../support/meter.ts'
import { siteStaff } from '../health/fixture.ts'
import { AGENT, ids, letterIn, mark, MEALS, NOON, write } from './fixture.ts'

const { table, documents } = await freshTable()
const deps = { table, town: cessonTown }

/** Evening care, of which the demo town has a group at the nursery school and one at the other. */
const CARE = ids.activity('ACCUEIL')
const EVENING = ids.unit('ACC_SOIR')
const NURSERY = ids.group('ACC_PP_SCO_M_PREVERT')
const PRIMARY = ids.group('ACC_PP_SCO_E_PREVERT')
const { date } = MEALS

let nursery: Actor
let primary: Actor
let both: Actor

beforeAll(async () => {
  await openCesson(table)
  await write(table, DUPONT.familyId, {
    [`lucas ACCUEIL ACC_SOIR ${date}`]: 'a',
    // Léo comes without being enrolled: he is with no group.
    [`leo ACCUEIL ACC_SOIR ${date}`]: 'a',
  })
  await write(table, TEST.familyId, { [`manon ACCUEIL ACC_SOIR ${date}`]: 'a' })
  nursery = await siteStaff(table, 'staff-of-the-nursery', ['M_PREVERT'])
  primary = await siteStaff(table, 'staff-of-the-school', ['E_PREVERT'])
  both = await siteStaff(table, 'staff-of-both', ['M_PREVERT', 'E_PREVERT'])
})

const sheet = async (
  actor: Actor,
  { activityId = CARE, group }: { activityId?: typeof CARE; group?: typeof NURSERY } = {},
) =>
  daySheetReply
    .parse(
      await readDaySheet(deps, {
        actor,
        parameters: { activityId, date },
        query: { show: 'booked', group },
      }),
    )
    .groups.map((each) => [each.groupId, ...each.children.map(({ firstName }) => firstName)])

const heads = async (actor: Actor, activityId = CARE) =>
  headcountsReply.parse(
    await countHeads(deps, { actor, parameters: { activityId }, query: { week: date }, now: NOON }),
  )

const note = (
  actor: Actor,
  groupId: typeof NURSERY,
  [familyId, child]: readonly [typeof DUPONT.familyId, string],
) =>
  markSheet(deps, {
    actor,
    parameters: { activityId: CARE, groupId, date },
    body: { marks: [mark(familyId, child, 'absent', { unitIds: [EVENING] })] },
    now: NOON,
  })

const notFound = (run: Promise<unknown>) =>
  expect(run).rejects.toMatchObject({ code: 'not-found', message: 'not-found', faults: [] })

describe('staff of a site', () => {
  it('read the sheets of the groups at their facilities, and of no other', async () => {
    expect(await sheet(nursery)).toEqual([[NURSERY, 'Lucas']])
    expect(await sheet(primary)).toEqual([[PRIMARY, 'Manon']])
    expect(await sheet(both)).toEqual([
      [NURSERY, 'Lucas'],
      [PRIMARY, 'Manon'],
    ])
    expect(await sheet(AGENT)).toHaveLength(3)
    expect(await sheet(nursery, { group: NURSERY })).toEqual([[NURSERY, 'Lucas']])
  })

  it('are answered of a group or an activity elsewhere as of none', async () => {
    await notFound(sheet(nursery, { group: PRIMARY }))
    await notFound(sheet(nursery, { group: ids.group('NONE') }))
    await notFound(sheet(nursery, { activityId: MEALS.activityId }))
    await notFound(sheet(nursery, { activityId: ids.activity('NONE') }))
    await notFound(heads(nursery, MEALS.activityId))
    await notFound(heads(nursery, ids.activity('NONE')))
    const gone: Actor = { account: 'nobody-known', roles: ['site-staff'], family: undefined }
    await notFound(sheet(gone))
  })

  it('count the heads of their groups alone, the total included', async () => {
    const expectedIn = ({ days, total }: Awaited<ReturnType<typeof heads>>) => [
      days.find((day) => day.date === date)?.groups.map(({ groupId }) => groupId),
      total.find(({ unitId }) => unitId === EVENING)?.expected,
    ]
    expect(expectedIn(await heads(nursery))).toEqual([[NURSERY], 1])
    expect(expectedIn(await heads(both))).toEqual([[NURSERY, PRIMARY], 2])
    expect(expectedIn(await heads(AGENT))).toEqual([[NURSERY, PRIMARY, undefined], 3])
  })

  it('note who is there with their groups, and nowhere else', async () => {
    await notFound(note(nursery, PRIMARY, [TEST.familyId, 'manon']))
    await notFound(note(nursery, ids.group('NONE'), [TEST.familyId, 'manon']))
    const { marks } = await note(nursery, NURSERY, [DUPONT.familyId, 'lucas'])
    expect(marks).toMatchObject([{ childId: 'lucas', state: 'absent' }])
    const letters = [
      await letterIn(table, DUPONT.familyId, ['lucas', 'ACCUEIL', 'ACC_SOIR']),
      await letterIn(table, TEST.familyId, ['manon', 'ACCUEIL', 'ACC_SOIR']),
    ]
    expect(letters).toEqual([LETTERS.absent, LETTERS.accepted])
  })

  it('bring no child of elsewhere onto their sheet, whom they would read there', async () => {
    const detailOf = async (child: readonly [typeof DUPONT.familyId, string]) => {
      const error: unknown = await note(nursery, NURSERY, child).catch((reason: unknown) => reason)
      expect(error).toMatchObject({ code: 'invalid-request' })
      return error instanceof Object && 'faults' in error ? error.faults : undefined
    }
    const unknown = await detailOf([DUPONT.familyId, 'nobody'])
    expect(await detailOf([TEST.familyId, 'manon'])).toEqual(unknown)
    expect(await detailOf([ids.family('1004'), 'jules'])).toEqual(unknown)
    expect(await sheet(nursery)).toEqual([[NURSERY, 'Lucas']])
    // Whom an agent has brought in, they note too.
    await note(AGENT, NURSERY, [DUPONT.familyId, 'leo'])
    await note(nursery, NURSERY, [DUPONT.familyId, 'leo'])
    expect(await sheet(nursery)).toEqual([[NURSERY, 'Léo', 'Lucas']])
  })

  it('cost one read more than the office', async () => {
    const cost = async (actor: Actor) =>
      (await measure([documents], () => sheet(actor, { group: NURSERY }))).cost.calls
    expect(await cost(AGENT)).toEqual({ GetItem: 1, Query: 1 })
    expect(await cost(nursery)).toEqual({ GetItem: 2, Query: 1 })
  })
})
