import { beforeAll, expect, it } from 'vitest'
import { addAccount } from '../../shared/accounts/store.ts'
import { createCalendarLink } from '../../shared/calendars/link.ts'
import { letterHtml } from '../../shared/documents/letter-html.ts'
import { EXPORT } from '../../shared/kernel/privacy-texts.ts'
import { PortalError } from '../../shared/kernel/errors.ts'
import { guardianIdSchema } from '../../shared/platform/schemas.ts'
import { exportFamily, exportFamilyFile } from '../../shared/privacy/export-family.ts'
import { exportLetter } from '../../shared/privacy/export-letter.ts'
import { exportReply } from '../../shared/privacy/export-routes.ts'
import { submitWishes } from '../../shared/reservations/submit-wishes.ts'
import { listTrail } from '../../shared/trail/store.ts'
import { NOW } from '../families/file-fixture.ts'
import { LEO, SECRETS } from '../health/fixture.ts'
import {
  cesson,
  cessonTown,
  DUPONT,
  GUIDE_MORNING,
  guardian,
  guideWishes,
  openCesson,
  ticked,
} from '../support/cesson.ts'
import { streamedTable } from '../support/engine.ts'
import { deliverFiles } from '../support/follow.ts'
import { expectCost, measure } from '../support/meter.ts'
import { openPeopleParts, usePeople } from '../support/people.ts'
import { separatedParents, SHARED_CHILD } from '../support/separated-parents.ts'

const { table, documents, newRecords } = await streamedTable()
const people = await openPeopleParts()
const { familyId, guardianId } = DUPONT
const parts = { table, town: cessonTown, sealer: people.sealer }
const MOTHER = { account: 'account-of-g1', roles: ['guardian' as const], family: DUPONT }

beforeAll(async () => {
  await openCesson(table)
  await submitWishes(
    { table, town: cessonTown },
    { by: DUPONT, wishes: guideWishes, idempotencyKey: 'a-year', now: GUIDE_MORNING },
  )
  await usePeople(table, people)
  const { account, roles } = MOTHER
  const email = 'madelainedupont@famille.example'
  await addAccount(table, { ...DUPONT, account, userName: 'madelaine.g1', email, roles })
  await createCalendarLink({ table, newSecret: () => 'a-secret' }, { actor: MOTHER, now: NOW })
  await deliverFiles(table)(await newRecords())
})

const exported = async (health = 'false') =>
  exportReply.parse(await exportFamily(parts, { actor: MOTHER, query: { health }, now: NOW }))

const kindsIn = ({ sections }: Awaited<ReturnType<typeof exported>>): string[] =>
  sections.map(({ kind }) => kind)

it('gives a parent everything that is held about the family, each kind with how long it is kept', async () => {
  const all = await exported()
  expect(all).toMatchObject({ familyId, name: 'DUPONT', reader: 'Madelaine DUPONT', health: false })
  expect(kindsIn(all)).toEqual([
    ...['Family', 'Guardian', 'Child', 'Contact', 'AuthorisationSheet', 'Enrolment', 'Means'],
    ...['AuthorisationRequest', 'ChangeRequest', 'EnrolmentRequest', 'EnrolmentEnd', 'Planning'],
    ...['Submission', 'QuotientConsent', 'QuotientFetch', 'HealthRecord', 'HealthConsent'],
    ...['Attachment', 'Notice', 'FamilyLink', 'TrailEntry', 'ErasureRequest'],
    ...['RetentionWarning', 'Account'],
  ])
  const sectionOf = (kind: string) => all.sections.find((each) => each.kind === kind)
  expect(sectionOf('Planning')).toMatchObject({
    title: 'Plannings',
    retention: { kind: 'activity', months: 24 },
  })
  const plannings = sectionOf('Planning')?.items ?? []
  const studies = plannings.find(({ activity }) => activity === 'Etudes Surveillées')
  expect(studies).toMatchObject({
    child: 'Léo DUPONT',
    days: [{ states: [{ state: 'Présence acceptée' }] }],
  })
  expect(JSON.stringify(studies)).toContain('"2025-09-08","2025-09-11"')
  expect(sectionOf('TrailEntry')?.items).toContainEqual(
    expect.objectContaining({ subject: 'HealthRecord', by: 'Madelaine DUPONT' }),
  )
  expect(sectionOf('Account')?.items).toContainEqual(
    expect.objectContaining({ guardian: 'Madelaine DUPONT', userName: 'madelainedupont' }),
  )
  expect(sectionOf('FamilyLink')?.items).toEqual([{ calendarLink: true }])
  expect(sectionOf('Attachment')?.items).toMatchObject([{ mediaType: 'application/pdf' }])
  expect(all.alsoHeld).toContain('Index de recherche')
})

it('leaves health out unless it is asked for, and notes each reading', async () => {
  const readings = async () =>
    (await listTrail(table, familyId, { limit: 200 })).filter(({ kind }) => kind === 'read')
  const before = await readings()
  const plain = JSON.stringify(await exported())
  for (const secret of SECRETS) expect(plain).not.toContain(secret)
  expect(plain).toContain(EXPORT.notes.askHealth)
  expect(await readings()).toEqual(before)

  const whole = await exported('true')
  const told = JSON.stringify(whole)
  for (const secret of SECRETS) expect(told).toContain(secret)
  expect(kindsIn(whole)).toContain('Health')
  const after = await readings()
  expect(after).toHaveLength(before.length + 1)
  expect(after).toContainEqual(
    expect.objectContaining({ subject: 'HealthRecord', id: LEO, by: MOTHER.account }),
  )
})

it('answers a request on paper with what the guardian who asks may read, and never with health', async () => {
  const parameters = { familyId }
  const own = await exported()
  const sameAsOwn = await exportFamilyFile(parts, { parameters, query: { guardianId }, now: NOW })
  expect(exportReply.parse(sameAsOwn)).toEqual({ ...own, notes: sameAsOwn.notes })
  const whole = await exportFamilyFile(parts, { parameters, query: {}, now: NOW })
  expect(JSON.stringify(whole)).toContain(EXPORT.notes.noHealth)
  for (const secret of SECRETS) expect(JSON.stringify(whole)).not.toContain(secret)

  const nobody = { guardianId: guardianIdSchema.parse('g9') }
  await expect(exportFamilyFile(parts, { parameters, query: nobody, now: NOW })).rejects.toThrow(
    new PortalError('not-found'),
  )
  const actor = { ...MOTHER, family: { familyId, ...nobody } }
  await expect(exportFamily(parts, { actor, query: { health: 'true' }, now: NOW })).rejects.toThrow(
    new PortalError('not-found'),
  )
})

it('tells nothing of the other household of a child [guide 14]', async () => {
  const { mother, father } = await separatedParents(table)
  await submitWishes(
    { table, town: cessonTown },
    {
      by: { familyId: father, guardianId },
      wishes: [ticked('mercredis', { '2025-10-01': ['MATIN'] })],
      idempotencyKey: 'of-the-father',
      now: GUIDE_MORNING,
    },
  )
  const read = async (family: typeof mother): Promise<string> => {
    const actor = guardian({ familyId: family, guardianId })
    const query = { health: 'true' }
    return JSON.stringify(await exportFamily(parts, { actor, query, now: NOW }))
  }
  expect(await read(mother)).not.toContain(father)
  expect(await read(mother)).not.toContain('2025-10-01')
  expect(await read(mother)).not.toContain(SHARED_CHILD)
  expect(await read(father)).toContain('2025-10-01')
  expect(await read(father)).toContain('{"calendarLink":false}')
})

it('is a letter of French words', async () => {
  const html = letterHtml(exportLetter(cesson.catalogue.town, await exported('true')))
  for (const words of [
    'Données détenues sur votre famille',
    'Numéro de dossier',
    'Madelaine DUPONT',
    'Date de naissance',
    '18/04/2016',
    'Présence acceptée',
    'Recommandations',
    'Conservé tant que le dossier sert',
  ]) {
    expect(html).toContain(words)
  }
})

it('reads the whole partition by one Query, and its accounts by another', async () => {
  const { cost } = await measure([documents], () => exported())
  expectCost('export what is held about a family', cost)
})
