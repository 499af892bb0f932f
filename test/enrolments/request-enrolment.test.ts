import { describe, expect, it } from 'vitest'
import { schoolYearOf } from '../../shared/catalogue/calendar.ts'
import { listEnrolmentOffers } from '../../shared/enrolments/list-offers.ts'
import {
  listEnrolmentInbox,
  listOwnEnrolmentRequests,
} from '../../shared/enrolments/list-requests.ts'
import { withdrawEnrolmentRequest } from '../../shared/enrolments/decide-enrolment.ts'
import { listEnrolled } from '../../shared/families/list-enrolled.ts'
import { readFile } from '../../shared/families/read-file.ts'
import { childEntity, familyEntity, guardianEntity } from '../../shared/families/store.ts'
import { mailsOfNotice } from '../../shared/messages/notice-rules.ts'
import { noticeEntity } from '../../shared/messages/notices.ts'
import { familyPartition } from '../../shared/platform/keys.ts'
import { activityIdSchema } from '../../shared/platform/schemas.ts'
import { cesson, guardian, GUIDE_MORNING } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { SENDER } from '../support/mail-stream.ts'
import { expectCost, measure } from '../support/meter.ts'
import { addDocument, clubTown, enrolling, limited, type Family } from './fixture.ts'

const { table, documents } = await freshTable()

const editChild = async (family: Family, childId: string, change: object) => {
  const { file } = await readFile(table, family.familyId)
  const child = file.children.find((each) => each.childId === childId)
  if (child === undefined) throw new Error('No such child')
  await table.put(childEntity.toItem({ ...child, ...change }))
}

const mailsTo = async (family: Family, catalogue = cesson.catalogue) =>
  noticeEntity
    .pick(await table.query({ partition: familyPartition(family.familyId), from: ['NOTICE'] }))
    .flatMap((notice) => mailsOfNotice({ ...SENDER, catalogue }, notice))

const faultsOf = (promise: Promise<unknown>) =>
  promise.then(
    () => [],
    (error: unknown) =>
      error instanceof Object && 'faults' in error && Array.isArray(error.faults)
        ? error.faults.map((fault: { pointer: string; detail: string }) => [
            fault.pointer,
            fault.detail,
          ])
        : [['', String(error)]],
  )

describe('what families can ask for', () => {
  it('fits the age and class of each child, with days, documents and the places left', async () => {
    const club = clubTown({
      decision: 'automatic',
      groups: [
        { groupId: 'PETITS', ages: { from: 3, to: 5 }, capacity: 2 },
        { groupId: 'GRANDS', ages: { from: 6, to: 11 }, capacity: 3 },
      ],
      documents: [{ id: 'vaccins', name: 'Vaccinations à jour' }],
      opensAt: '2025-07-01T09:00',
    })
    const { ask } = enrolling(table, club)
    const [family, other] = [await anotherFamily(table), await anotherFamily(table)]
    await addDocument(table, other, 'a1')
    await ask(other, { documents: [{ documentId: 'vaccins', attachmentId: 'a1' }] })
    const read = (now = GUIDE_MORNING) =>
      listEnrolmentOffers({ table, town: club.town }, { actor: guardian(family), now })
    const { children } = await read()
    const [leo, lucas] = children
    expect(leo?.offers).toEqual([
      {
        activityId: club.club,
        activity: 'Club',
        decision: 'automatic',
        schoolYear: '2025-2026',
        from: '2025-09-01',
        until: '2026-07-03',
        documents: [{ documentId: 'vaccins', name: 'Vaccinations à jour' }],
        groups: [
          {
            groupId: 'GRANDS',
            group: 'Grands',
            facility: 'Centre de Loisirs Jacques Prévert',
            placesLeft: 2,
          },
        ],
      },
      expect.objectContaining({
        schoolYear: '2026-2027',
        groups: [expect.objectContaining({ groupId: 'GRANDS', placesLeft: 3 })],
      }),
    ])
    expect(lucas?.offers.map(({ groups }) => groups.map(({ groupId }) => groupId))).toEqual([
      ['PETITS'],
      ['PETITS'],
    ])
    const early = await read(new Date('2025-06-30T10:00:00Z'))
    expect(early.children[0]?.offers[0]?.closed).toBe(
      'Les inscriptions ouvrent le mardi 01/07/2025 à 09:00.',
    )
  })

  it('is nothing for activities in which only staff enrol, nor for children without authority over them', async () => {
    const club = clubTown({ decision: 'staff' })
    const family = await anotherFamily(table)
    await editChild(family, 'leo', {
      authorityWithdrawn: [{ guardianId: family.guardianId, since: '2025-01-01' }],
    })
    const { children } = await listEnrolmentOffers(
      { table, town: club.town },
      { actor: guardian(family), now: GUIDE_MORNING },
    )
    expect(
      children.map(({ childId, offers }) => [childId, offers.map((each) => each.activityId)]),
    ).toEqual([['lucas', [club.club, club.club]]])
  })
})

describe('a request for an enrolment', () => {
  it('enrols at once where the rule decides: with its card in the register, numbered and mailed', async () => {
    const club = clubTown({ decision: 'automatic', groups: [limited(1)] })
    const { ask, enrolled } = enrolling(table, club)
    const family = await anotherFamily(table)
    const request = await ask(family)
    expect(request).toMatchObject({
      state: 'accepted',
      stateLabel: 'Traitée positivement',
      child: 'Léo',
      group: 'Grands',
      enrolmentId: `request-${String(request.number)}`,
    })
    expect(await enrolled(family.familyId)).toEqual([
      {
        familyId: family.familyId,
        enrolmentId: request.enrolmentId,
        childId: 'leo',
        activityId: club.club,
        groupId: 'GRANDS',
        from: '2025-09-03',
        until: '2026-07-01',
      },
    ])
    const { enrolments } = await listEnrolled(
      table,
      activityIdSchema.parse(club.club),
      schoolYearOf('2025-09-03'),
    )
    expect(enrolments.map(({ card }) => card.firstName)).toEqual(['Léo'])
    const [mail] = await mailsTo(family, club.town.catalogue)
    expect(mail?.subject).toBe('Léo est inscrit(e) : Club')
    expect(mail?.text).toContain('du 03/09/2025 au 01/07/2026')
  })

  it('awaits staff where they decide, in the order of the requests, and is accepted in another group', async () => {
    const club = clubTown({ decision: 'staff' })
    const { ask, decide, enrolled } = enrolling(table, club)
    const family = await anotherFamily(table)
    const first = await ask(family)
    const second = await ask(
      family,
      { childId: 'lucas', groupId: 'PETITS' },
      { key: 'lucas-key-1' },
    )
    expect([first.state, second.state]).toEqual(['pending', 'pending'])
    const inbox = async (query: { limit: number; after?: string }) =>
      listEnrolmentInbox({ table, town: club.town }, { query })
    const page = await inbox({ limit: 1 })
    expect(page.requests).toMatchObject([
      { ...first, familyId: family.familyId, familyName: `DUPONT ${family.familyId}`, age: 9 },
    ])
    const rest = await inbox({ limit: 1, ...(page.next === undefined ? {} : { after: page.next }) })
    expect(rest.requests.map(({ number }) => number)).toEqual([second.number])
    expect(rest.next).toBeUndefined()

    const accepted = await decide(family, first.number, { outcome: 'accepted', groupId: 'PETITS' })
    expect(accepted).toMatchObject({ state: 'accepted', groupId: 'PETITS' })
    const refused = await decide(family, second.number, { outcome: 'refused', message: 'Complet.' })
    expect(refused).toMatchObject({ state: 'refused', message: 'Complet.' })
    expect(
      (await enrolled(family.familyId)).map(({ groupId, changed }) => [groupId, changed?.by]),
    ).toEqual([['PETITS', 'agent']])
    expect((await inbox({ limit: 10 })).requests).toEqual([])
    const own = await listOwnEnrolmentRequests(
      { table, town: club.town },
      { actor: guardian(family), now: GUIDE_MORNING },
    )
    expect(own.requests).toEqual([refused, accepted])
    await editChild(family, 'leo', {
      authorityWithdrawn: [{ guardianId: family.guardianId, since: '2025-01-01' }],
    })
    const theirs = await listOwnEnrolmentRequests(
      { table, town: club.town },
      { actor: guardian(family), now: GUIDE_MORNING },
    )
    expect(theirs.requests).toEqual([refused])
    const mails = await mailsTo(family, club.town.catalogue)
    expect(mails.map(({ subject }) => subject).toSorted()).toEqual([
      'Demande d’inscription enregistrée : Lucas, Club',
      'Demande d’inscription enregistrée : Léo, Club',
      'Inscription refusée : Lucas, Club',
      'Léo est inscrit(e) : Club',
    ])
    await expect(decide(family, second.number, { outcome: 'accepted' })).rejects.toMatchObject({
      code: 'already-decided',
    })
  })

  it('is one for a child, an activity and a day, be it enrolled or asked for', async () => {
    const automatic = enrolling(table, clubTown({ decision: 'automatic' }))
    const family = await anotherFamily(table)
    await automatic.ask(family, { until: '2025-12-17' })
    await expect(
      automatic.ask(family, { from: '2025-12-17', groupId: 'PETITS' }, { key: 'again-key-1' }),
    ).rejects.toMatchObject({
      code: 'already-enrolled',
      detail: 'L’enfant est déjà inscrit à cette activité du 03/09/2025 au 17/12/2025.',
    })
    await automatic.ask(family, { from: '2025-12-18' }, { key: 'again-key-2' })
    expect(await automatic.enrolled(family.familyId)).toHaveLength(2)

    const staffed = enrolling(table, clubTown({ decision: 'staff' }))
    const { number } = await staffed.ask(family, {}, { key: 'staffed-key' })
    await expect(staffed.ask(family, {}, { key: 'staffed-again' })).rejects.toMatchObject({
      code: 'already-enrolled',
      detail: `La demande n° ${String(number)} attend déjà une réponse pour cette période.`,
    })
  })

  it('is granted to no file that was set aside, and may still be refused', async () => {
    const { ask, decide, enrolled } = enrolling(table, clubTown({ decision: 'staff' }))
    const family = await anotherFamily(table)
    const { number } = await ask(family)
    const { file } = await readFile(table, family.familyId)
    const inactiveSince = GUIDE_MORNING.toISOString()
    await table.put(familyEntity.toItem({ ...file.family, inactiveSince }))
    await expect(decide(family, number, { outcome: 'accepted' })).rejects.toMatchObject({
      code: 'file-inactive',
    })
    expect(await enrolled(family.familyId)).toEqual([])
    expect(await decide(family, number, { outcome: 'refused', message: 'Complet.' })).toMatchObject(
      { state: 'refused' },
    )
  })

  it.each(['accepted', 'refused'] as const)(
    'once %s is told to who asked at their address of now, unless they have no authority any more',
    async (outcome) => {
      const told = async (edit: (family: Family) => Promise<unknown>) => {
        const club = clubTown({ decision: 'staff' })
        const { ask, decide } = enrolling(table, club)
        const family = await anotherFamily(table)
        const { number } = await ask(family)
        const asked = await mailsTo(family, club.town.catalogue)
        await edit(family)
        await decide(family, number, { outcome, message: 'À bientôt.' })
        const mails = await mailsTo(family, club.town.catalogue)
        const before = asked.map(({ subject }) => subject)
        return mails.filter(({ subject }) => !before.includes(subject)).map(({ to }) => to)
      }
      const moved = await told(async (family) => {
        const { file } = await readFile(table, family.familyId)
        const held = file.guardians.find(({ guardianId }) => guardianId === family.guardianId)
        if (held === undefined) throw new Error('No guardian')
        await table.put(guardianEntity.toItem({ ...held, email: 'nouvelle@famille.example' }))
      })
      expect(moved).toEqual(['nouvelle@famille.example'])
      const withoutAuthority = await told((family) =>
        editChild(family, 'leo', {
          authorityWithdrawn: [{ guardianId: family.guardianId, since: '2025-07-15' }],
        }),
      )
      expect(withoutAuthority).toEqual([])
      const gone = await told((family) => table.delete(guardianEntity.keyOf(family)))
      expect(gone).toEqual([])
    },
  )

  it('may be asked anew once it is withdrawn', async () => {
    const club = clubTown({ decision: 'staff' })
    const { ask, decide } = enrolling(table, club)
    const family = await anotherFamily(table)
    const { number } = await ask(family)
    const withdraw = () =>
      withdrawEnrolmentRequest(
        { table, town: club.town },
        { actor: guardian(family), parameters: { number }, now: GUIDE_MORNING },
      )
    expect(await withdraw()).toMatchObject({ number, state: 'withdrawn' })
    expect(await withdraw()).toMatchObject({ number, state: 'withdrawn' })
    await expect(decide(family, number, { outcome: 'accepted' })).rejects.toMatchObject({
      code: 'already-decided',
    })
    expect(await ask(family, {}, { key: 'asked-anew' })).toMatchObject({ state: 'pending' })
  })

  it('is refused in French by age, class, time, period and documents', async () => {
    const family = await anotherFamily(table)
    const young = enrolling(
      table,
      clubTown({
        decision: 'automatic',
        ages: { from: 3, to: 10, on: '2025-12-31' },
        classes: ['CE1', 'CE2'],
        groups: [{ groupId: 'GRANDS', ages: { from: 10, to: 12 } }],
      }),
    )
    expect(await faultsOf(young.ask(family))).toEqual([
      ['/body/groupId', 'Ce groupe accueille les classes suivantes : CE1 et CE2.'],
      ['/body/groupId', 'Ce groupe accueille les enfants de 10 à 12 ans au 03/09/2025.'],
    ])
    await editChild(family, 'leo', { className: 'CE2' })
    expect(await young.ask(family, { groupId: 'PETITS' })).toMatchObject({ state: 'accepted' })

    const timed = enrolling(
      table,
      clubTown({ decision: 'automatic', opensAt: '2025-07-15T12:00', until: '2025-08-31' }),
    )
    expect(await faultsOf(timed.ask(family))).toEqual([
      ['/body/activityId', 'Les inscriptions ouvrent le mardi 15/07/2025 à 12:00.'],
    ])
    const late = { key: 'late-key-1', now: new Date('2025-09-01T08:00:00Z') }
    expect(await faultsOf(timed.ask(family, {}, late))).toEqual([
      ['/body/activityId', 'Les inscriptions sont closes depuis le 31/08/2025.'],
    ])

    const open = enrolling(
      table,
      clubTown({
        decision: 'automatic',
        documents: [{ id: 'vaccins', name: 'Vaccinations à jour' }],
      }),
    )
    expect(
      await faultsOf(
        open.ask(family, { documents: [{ documentId: 'autre', attachmentId: 'a1' }] }),
      ),
    ).toEqual([
      ['/body/documents', 'Joignez le document suivant : Vaccinations à jour.'],
      ['/body/documents/0/documentId', 'Ce document n’est pas demandé, ou pas dans votre dossier.'],
    ])
    await addDocument(table, await anotherFamily(table), 'b1')
    const vaccines = (attachmentId: string) => ({
      documents: [{ documentId: 'vaccins', attachmentId }],
    })
    // Neither what is not there nor what is another family's proves anything.
    for (const attachmentId of ['nothing', 'b1']) {
      expect(await faultsOf(open.ask(family, vaccines(attachmentId)))).toEqual([
        ['/body/documents', 'Ce document n’est pas demandé, ou pas dans votre dossier.'],
      ])
    }
    const periods = [
      [
        { from: '2025-09-10', until: '2025-09-03' },
        '/body/until',
        'Cette valeur n’est pas valable.',
      ],
      [
        { from: '2026-06-03', until: '2026-09-09' },
        '/body/until',
        'Une inscription reste dans une année scolaire, du 1er septembre au 31 août.',
      ],
      [
        { from: '2025-07-14', until: '2025-07-20' },
        '/body/from',
        'L’inscription ne peut pas commencer avant aujourd’hui.',
      ],
      [
        { from: '2025-09-03', until: '2026-07-08' },
        '/body/from',
        'L’inscription va du 01/09/2025 au 03/07/2026 au plus.',
      ],
      [
        { from: '2029-09-03', until: '2029-09-08' },
        '/body/from',
        'Cette valeur n’est pas valable.',
      ],
    ] as const
    for (const [period, pointer, detail] of periods) {
      expect(await faultsOf(open.ask(family, period))).toEqual([[pointer, detail]])
    }
    expect(await faultsOf(open.ask(family, { activityId: 'RESTAURATION' }))).toEqual([
      ['/body/activityId', 'Les familles ne s’inscrivent pas elles-mêmes à cette activité.'],
    ])
    expect(await open.enrolled(family.familyId)).toEqual([])
  })

  it('is refused alike for a child that is not there and for one without authority over it, whose requests stay', async () => {
    const club = clubTown({ decision: 'staff' })
    const { ask } = enrolling(table, club)
    const family = await anotherFamily(table)
    const { number } = await ask(family)
    await editChild(family, 'leo', {
      authorityWithdrawn: [{ guardianId: family.guardianId, since: '2025-07-15' }],
    })
    for (const childId of ['leo', 'nobody']) {
      await expect(ask(family, { childId }, { key: `key-${childId}` })).rejects.toMatchObject({
        code: 'not-found',
        faults: [],
      })
    }
    await expect(
      withdrawEnrolmentRequest(
        { table, town: club.town },
        { actor: guardian(family), parameters: { number }, now: GUIDE_MORNING },
      ),
    ).rejects.toMatchObject({ code: 'not-found' })
  })

  it('has one answer for one key', async () => {
    const { ask, enrolled } = enrolling(table, clubTown({ decision: 'automatic' }))
    const family = await anotherFamily(table)
    const [first, second] = await Promise.all([ask(family), ask(family)])
    expect(second).toEqual(first)
    expect(await ask(family)).toEqual(first)
    expect(await enrolled(family.familyId)).toHaveLength(1)
    await expect(ask(family, { groupId: 'PETITS' })).rejects.toMatchObject({
      code: 'idempotency-key-reused',
    })
  })
})

it('costs little to ask, to decide and to list', async () => {
  const club = clubTown({ decision: 'staff', groups: [limited(10)] })
  const { ask, decide } = enrolling(table, club)
  const family = await anotherFamily(table)
  const asking = await measure([documents], () => ask(family))
  expectCost('ask for an enrolment that staff decide', asking.cost)
  const deciding = await measure([documents], () =>
    decide(family, asking.result.number, { outcome: 'accepted' }),
  )
  expectCost('accept an enrolment in a group with a capacity', deciding.cost)
  const listing = await measure([documents], () =>
    listEnrolmentOffers(
      { table, town: club.town },
      { actor: guardian(family), now: GUIDE_MORNING },
    ),
  )
  expectCost('list what a family of two children can enrol in', listing.cost)
})
