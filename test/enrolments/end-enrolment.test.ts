import { describe, expect, it } from 'vitest'
import { schoolYearOf } from '../../shared/catalogue/calendar.ts'
import { listEnrolled } from '../../shared/families/list-enrolled.ts'
import { mailsOfNotice } from '../../shared/messages/notice-rules.ts'
import { noticeEntity } from '../../shared/messages/notices.ts'
import { familyPartition } from '../../shared/platform/keys.ts'
import { activityIdSchema } from '../../shared/platform/schemas.ts'
import { loadHousehold } from '../../shared/reservations/load-household.ts'
import { submitWishes } from '../../shared/reservations/submit-wishes.ts'
import { GUIDE_MORNING, ticked } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { SENDER } from '../support/mail-stream.ts'
import { clubTown, enrolling, limited, type Family } from './fixture.ts'

const { table } = await freshTable()

/** A child of a new family in a club of its own. */
const enrolledChild = async () => {
  const club = clubTown({ decision: 'automatic', groups: [limited(1)] })
  const cases = enrolling(table, club)
  const family = await anotherFamily(table)
  const { enrolmentId = '' } = await cases.ask(family)
  const book = (days: Parameters<typeof ticked>[1], key = 'booking-1') =>
    submitWishes(
      { table, town: club.town },
      {
        by: family,
        wishes: [ticked(enrolmentId, days)],
        idempotencyKey: key,
        now: GUIDE_MORNING,
      },
    )
  return { ...cases, ...club, family, enrolmentId, book }
}

const register = async (club: string) => {
  const { enrolments } = await listEnrolled(
    table,
    activityIdSchema.parse(club),
    schoolYearOf('2025-09-03'),
  )
  return enrolments.map(({ enrolmentId, until }) => [enrolmentId, until])
}

const subjects = async (family: Family, catalogue: typeof SENDER.catalogue) =>
  noticeEntity
    .pick(await table.query({ partition: familyPartition(family.familyId), from: ['NOTICE'] }))
    .flatMap((notice) => mailsOfNotice({ ...SENDER, catalogue }, notice))
    .filter(({ subject }) => subject.startsWith('Fin'))

describe('an enrolment that staff end', () => {
  it('ends in the file and in the register, says who ended it and why, and is told to the guardians', async () => {
    const { family, enrolmentId, end, enrolled, club, town } = await enrolledChild()
    const reply = await end(family, enrolmentId, '2025-12-17')
    expect(reply).toMatchObject({ enrolmentId, enrolment: { until: '2025-12-17' } })
    expect(await enrolled(family.familyId)).toMatchObject([
      { until: '2025-12-17', changed: { by: 'agent', reason: 'Déménagement' } },
    ])
    expect(await register(club)).toEqual([[enrolmentId, '2025-12-17']])
    const mails = await subjects(family, town.catalogue)
    expect(mails.map(({ to }) => to)).toEqual([
      'madelainedupont@famille.example',
      'juliendupont@famille.example',
    ])
    expect(mails[0]?.subject).toBe('Fin d’inscription : Léo, Club')
    expect(mails[0]?.text).toContain('du 03/09/2025 au 17/12/2025')
    expect(mails[0]?.text).toContain('Déménagement')
  })

  it('before it begins leaves the file and the register, and its place is free', async () => {
    const { family, enrolmentId, end, enrolled, club, ask } = await enrolledChild()
    const other = await anotherFamily(table)
    await expect(ask(other)).rejects.toMatchObject({ code: 'group-full' })
    expect(await end(family, enrolmentId, '2025-09-02')).toEqual({ enrolmentId })
    expect(await end(family, enrolmentId, '2025-09-02')).toEqual({ enrolmentId })
    expect(await enrolled(family.familyId)).toEqual([])
    expect(await register(club)).toEqual([])
    expect(await ask(other)).toMatchObject({ state: 'accepted' })
    await expect(ask(family, {}, { key: 'one-too-many' })).rejects.toMatchObject({
      code: 'group-full',
    })
  })

  it('is refused while days after its end are booked, naming them', async () => {
    const { family, enrolmentId, end, book } = await enrolledChild()
    await book({ '2025-10-01': ['JOURNEE'], '2025-12-17': ['MATIN'], '2026-01-07': ['JOURNEE'] })
    await expect(end(family, enrolmentId, '2025-10-01')).rejects.toMatchObject({
      code: 'days-booked',
      detail: 'Annulez d’abord les jours réservés : mercredi 17/12/2025 et mercredi 07/01/2026.',
    })
    await book({ '2025-12-17': [], '2026-01-07': [] }, 'booking-2')
    const asked = end(family, enrolmentId, '2025-10-01')
    // What awaits staff still stands: the removal of requested days takes effect at once.
    await expect(asked).resolves.toMatchObject({ enrolment: { until: '2025-10-01' } })
  })

  it('ends before its last day, is there, and the same end again has one effect', async () => {
    const { family, enrolmentId, end, ask } = await enrolledChild()
    await expect(end(family, enrolmentId, '2026-07-01')).rejects.toMatchObject({
      code: 'period-out-of-range',
      faults: [{ pointer: '/body/lastDay' }],
    })
    await expect(end(family, 'nothing', '2026-01-01')).rejects.toMatchObject({
      code: 'unknown-enrolment',
    })
    const first = await end(family, enrolmentId, '2025-12-17')
    expect(await end(family, enrolmentId, '2025-12-17')).toEqual(first)
    // One place only has been given back.
    const [second, third] = [await anotherFamily(table), await anotherFamily(table)]
    expect(await ask(second)).toMatchObject({ state: 'accepted' })
    await expect(ask(third)).rejects.toMatchObject({ code: 'group-full' })
  })

  it('gives its place back once, however often its last day is corrected', async () => {
    const { family, enrolmentId, end, ask } = await enrolledChild()
    await end(family, enrolmentId, '2025-12-17')
    const [second, third] = [await anotherFamily(table), await anotherFamily(table)]
    expect(await ask(second)).toMatchObject({ state: 'accepted' })
    expect(await end(family, enrolmentId, '2025-11-26')).toMatchObject({
      enrolment: { until: '2025-11-26' },
    })
    await expect(ask(third)).rejects.toMatchObject({ code: 'group-full' })
  })

  it('gives no place back once it is over', async () => {
    const { family, enrolmentId, end, ask } = await enrolledChild()
    await end(family, enrolmentId, '2025-12-17', new Date('2026-08-01T08:00:00Z'))
    await expect(ask(await anotherFamily(table))).rejects.toMatchObject({ code: 'group-full' })
  })

  it('and a booking at the same moment: never a day booked after the end', async () => {
    for (let round = 0; round < 6; round += 1) {
      const { family, enrolmentId, end, book, enrolled, club } = await enrolledChild()
      const outcomes = await Promise.allSettled([
        book({ '2025-11-05': ['JOURNEE'] }),
        end(family, enrolmentId, '2025-10-01'),
      ])
      expect(outcomes.map(({ status }) => status)).toContain('rejected')
      const [enrolment] = await enrolled(family.familyId)
      const { plannings } = await loadHousehold(table, family.familyId, schoolYearOf('2025-11-05'))
      const booked = plannings
        .filter(({ activityId }) => activityId === club)
        .some(({ units }) => Object.values(units).some((line) => /[^.n]/.test(line ?? '')))
      expect(booked).toBe(enrolment?.until === '2026-07-01')
    }
  })
})
