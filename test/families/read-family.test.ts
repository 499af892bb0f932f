import { beforeAll, expect, it } from 'vitest'
import { readFamily } from '../../shared/families/read-family.ts'
import { readFamilyRoute } from '../../shared/families/routes.ts'
import { familyIdSchema, guardianIdSchema } from '../../shared/platform/schemas.ts'
import { submitWishes } from '../../shared/reservations/submit-wishes.ts'
import {
  cessonTown,
  DUPONT,
  GUIDE_MORNING,
  guardian,
  guideWishes,
  openCesson,
  TEST,
} from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'

const { table } = await freshTable()
const deps = { table, town: cessonTown }

const read = async (by: typeof DUPONT) =>
  readFamilyRoute.reply.parse(await readFamily(deps, { actor: guardian(by), now: GUIDE_MORNING }))

beforeAll(async () => {
  await openCesson(table)
})

it('shows the file with its address, its guardians and its children [guide 12, 14, 15]', async () => {
  expect(await read(DUPONT)).toMatchObject({
    familyId: '1001',
    name: 'DUPONT',
    address: { street: '12 rue de la Plaine', postcode: '77240', town: 'Cesson' },
    guardians: [
      { title: 'Mme', firstName: 'Madelaine', email: 'madelainedupont@famille.example' },
      { title: 'M.', firstName: 'Julien', email: 'juliendupont@famille.example' },
    ],
    children: [
      { firstName: 'Léo', birthDate: '2016-04-18', school: 'Elémentaire Jacques Prévert' },
      { firstName: 'Lucas', birthDate: '2020-11-03', school: 'Maternelle Jacques Prévert' },
    ],
  })
})

it('shows each child’s enrolments with site, group, dates and bookable units [guide 37]', async () => {
  const { children } = await read(DUPONT)
  const [leo, lucas] = children
  expect(leo?.enrolments[0]).toEqual({
    enrolmentId: 'leo-etudes-2025',
    activityId: 'ETUDES',
    activity: 'Etudes Surveillées',
    facility: 'Elémentaire Jacques Prévert',
    group: 'ETUDES E_PREVERT',
    from: '2025-09-01',
    until: '2026-06-26',
    decision: 'automatic',
    units: [{ unitId: 'ETUDES', name: 'ETUDES' }],
  })
  expect(
    lucas?.enrolments.map(({ enrolmentId, group, until }) => [enrolmentId, group, until]),
  ).toEqual([
    ['lucas-accueil-2025', 'ACC_PP_SCO M_PREVERT', '2026-07-03'],
    ['lucas-accueil-2026', 'ACC_PP_SCO M_PREVERT', '2027-07-02'],
    ['lucas-mercredis-2025', 'Petits', '2026-07-03'],
    ['lucas-mercredis-2026', 'Petits', '2027-07-02'],
    ['lucas-restauration-2025', 'RESTO R_PREVERT', '2026-07-03'],
    ['lucas-restauration-2026', 'RESTO R_PREVERT', '2027-07-02'],
  ])
  expect(lucas?.enrolments[0]?.units.map(({ name }) => name)).toEqual(['Acc Matin', 'Acc Soir'])
})

it('is the same whatever the family has booked', async () => {
  const by = await anotherFamily(table)
  const before = await read(by)
  await submitWishes(deps, {
    by,
    wishes: guideWishes,
    idempotencyKey: 'whatever',
    now: GUIDE_MORNING,
  })
  expect(await read(by)).toEqual(before)
})

it('shows each family its own file, and nothing of another', async () => {
  const [ours, theirs] = [JSON.stringify(await read(DUPONT)), JSON.stringify(await read(TEST))]
  expect(theirs).toContain('Manon')
  expect(theirs).not.toMatch(/Léo|Lucas|DUPONT|Plaine/)
  expect(ours).not.toMatch(/Manon|TEST|Marché/)
})

it.each([
  ['a guardian who is not in the file', { ...DUPONT, guardianId: guardianIdSchema.parse('g9') }],
  [
    'a guardian whom only another family has',
    { ...TEST, guardianId: guardianIdSchema.parse('g2') },
  ],
  ['a family that does not exist', { ...DUPONT, familyId: familyIdSchema.parse('9999') }],
  ['a family whose number begins the same', { ...DUPONT, familyId: familyIdSchema.parse('100') }],
] as const)('finds nothing for %s', async (_, by) => {
  await expect(read(by)).rejects.toMatchObject({ code: 'not-found' })
})

it('is closed to staff, who have no family', async () => {
  const actor = { account: 'agent', roles: ['agent'], family: undefined } as const
  await expect(readFamily(deps, { actor, now: GUIDE_MORNING })).rejects.toMatchObject({
    code: 'forbidden',
  })
})
