import { beforeAll, describe, expect, it } from 'vitest'
import { countHeads } from '../../shared/attendance/count-heads.ts'
import { daySheetCsv, headcountsCsv } from '../../shared/attendance/export.ts'
import { readDaySheet } from '../../shared/attendance/read-sheet.ts'
import { daySheetReply, headcountsReply } from '../../shared/attendance/routes.ts'
import { enrolmentCardEntity } from '../../shared/families/store.ts'
import type { IsoDate } from '../../shared/kernel/dates.ts'
import { enrolmentIdSchema } from '../../shared/platform/schemas.ts'
import { cessonTown, DUPONT, openCesson, TEST } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { AGENT, ids, mark, MEALS, NOON, openFamilies, send, write } from './fixture.ts'

const { table } = await freshTable()
const deps = { table, town: cessonTown }

const sheetOf = async (
  date: IsoDate,
  about: { activity?: string; group?: string; show?: 'booked' | 'enrolled' } = {},
) =>
  daySheetReply.parse(
    await readDaySheet(deps, {
      actor: AGENT,
      parameters: { activityId: ids.activity(about.activity ?? 'RESTAURATION'), date },
      query: {
        show: about.show ?? 'booked',
        ...(about.group === undefined ? {} : { group: ids.group(about.group) }),
      },
    }),
  )

const headsOf = async (week: IsoDate | undefined, activity = 'RESTAURATION', now = NOON) =>
  headcountsReply.parse(
    await countHeads(deps, {
      actor: AGENT,
      parameters: { activityId: ids.activity(activity) },
      query: week === undefined ? {} : { week },
      now,
    }),
  )

const namesIn = ({ groups }: Awaited<ReturnType<typeof sheetOf>>) =>
  groups.map(({ group, children }) => [group, ...children.map(({ firstName }) => firstName)])

beforeAll(async () => {
  await openCesson(table)
  await write(table, DUPONT.familyId, {
    'leo RESTAURATION REPAS 2025-09-02': 'a',
    'lucas RESTAURATION REPAS 2025-09-02': 'l',
    'leo RESTAURATION REPAS 2025-09-04': 'a',
    'lucas RESTAURATION REPAS 2025-09-04': 'r',
    'lucas ACCUEIL ACC_MATIN 2025-09-02': 'a',
    'lucas ACCUEIL ACC_SOIR 2025-09-02': 'c',
    'leo RESTAURATION REPAS 2025-11-11': 'a',
    'leo RESTAURATION REPAS 2026-09-01': 'a',
  })
  await write(table, TEST.familyId, {
    'manon RESTAURATION REPAS 2025-09-02': 'a',
    'manon RESTAURATION REPAS 2025-09-01': 'w',
    'manon ACCUEIL ACC_SOIR 2025-09-02': 'a',
  })
})

describe('the day sheet', () => {
  it('lists by name who comes, with diets, allergy, phones and who may collect [guide 18, 24, 56, 57]', async () => {
    const sheet = await sheetOf('2025-09-02')
    expect(sheet).toMatchObject({
      activity: 'Restauration Scolaire',
      day: 'mardi 02/09/2025',
      open: true,
      units: [{ unitId: 'REPAS', name: 'Repas', byTime: false }],
    })
    expect(namesIn(sheet)).toEqual([['RESTO R_PREVERT', 'Léo', 'Lucas', 'Manon']])
    const [leo, lucas, manon] = sheet.groups[0]?.children ?? []
    expect(leo).toMatchObject({ leavesAlone: true, allergy: false, diets: [] })
    expect(lucas).toEqual({
      familyId: '1001',
      childId: 'lucas',
      firstName: 'Lucas',
      lastName: 'DUPONT',
      birthDate: '2020-11-03',
      diets: [{ dietId: 'SANS_VIANDE', name: 'Sans viande', icon: '🌱' }],
      allergy: false,
      leavesAlone: false,
      guardians: [
        { name: 'Mme Madelaine DUPONT', phone: '06 12 34 56 78' },
        { name: 'M. Julien DUPONT', phone: '06 98 76 54 32' },
      ],
      contacts: [
        {
          name: 'Jeanne MARTIN',
          relation: 'grand-mère',
          phone: '01 64 10 61 42',
          mayCollect: true,
        },
        { name: 'Paul LEROY', relation: 'voisin', phone: '06 12 00 00 42', mayCollect: false },
      ],
      units: [
        { unitId: 'REPAS', name: 'Repas', letter: 'l', meaning: 'Présence acceptée hors délais' },
      ],
    })
    expect(manon).toMatchObject({ allergy: true, diets: [{ name: 'Panier repas' }] })
  })

  it('shows each group its own children, and each child all its units', async () => {
    const both = await sheetOf('2025-09-02', { activity: 'ACCUEIL' })
    expect(namesIn(both)).toEqual([
      ['ACC_PP_SCO M_PREVERT', 'Lucas'],
      ['ACC_PP_SCO E_PREVERT', 'Manon'],
    ])
    expect(both.groups[0]?.children[0]?.units.map(({ name, letter }) => [name, letter])).toEqual([
      ['Acc Matin', 'a'],
      ['Acc Soir', 'c'],
    ])
    const one = await sheetOf('2025-09-02', { activity: 'ACCUEIL', group: 'ACC_PP_SCO_E_PREVERT' })
    expect(namesIn(one)).toEqual([['ACC_PP_SCO E_PREVERT', 'Manon']])
  })

  it('does not expect whom nobody has accepted yet, nor anybody on a closed day', async () => {
    expect(namesIn(await sheetOf('2025-09-04'))).toEqual([['RESTO R_PREVERT', 'Léo']])
    expect(namesIn(await sheetOf('2025-09-01'))).toEqual([['RESTO R_PREVERT']])
    expect(await sheetOf('2025-11-11')).toMatchObject({ open: false, groups: [{ children: [] }] })
  })

  it('lists everybody enrolled that day to mark a child who comes without a booking', async () => {
    const of = async (date: IsoDate) => namesIn(await sheetOf(date, { show: 'enrolled' }))
    expect(await of('2025-09-04')).toEqual([['RESTO R_PREVERT', 'Léo', 'Lucas', 'Manon']])
    expect(await of('2025-08-28')).toEqual([['RESTO R_PREVERT']])
  })

  it('expects nobody whose card stands without a file, as a crash leaves it', async () => {
    const { activityId, groupId } = MEALS
    const card = enrolmentCardEntity.toItem({
      familyId: ids.family('7300'),
      enrolmentId: enrolmentIdSchema.parse('max-2025'),
      childId: ids.child('max'),
      activityId,
      groupId,
      from: '2025-09-29',
      until: '2025-10-03',
      card: {
        firstName: 'Max',
        lastName: 'ABSENT',
        birthDate: '2017-01-01',
        diets: [],
        allergy: true,
        leavesAlone: false,
        guardians: [],
        contacts: [],
      },
    })
    const [sheet, heads] = [await sheetOf('2025-09-30'), await headsOf('2025-09-30')]
    await table.put(card)
    expect(await sheetOf('2025-09-30')).toEqual(sheet)
    expect(await headsOf('2025-09-30')).toEqual(heads)
    const enrolled = await sheetOf('2025-09-30', { show: 'enrolled' })
    expect(namesIn(enrolled)[0]).toContain('Max')
  })

  it('is of the school year of its day', async () => {
    expect(namesIn(await sheetOf('2026-09-01'))).toEqual([['RESTO R_PREVERT', 'Léo']])
  })

  it('shows the marks beside what was booked, and guests with their cards', async () => {
    const [guest = ids.family('')] = await openFamilies(
      table,
      [7301],
      [{ activityId: 'ETUDES', groupId: 'ETUDES_E_PREVERT' }],
    )
    const at = { markedAt: '2025-09-08T10:00:00.000Z' }
    const parameters = { ...MEALS, date: '2025-09-08' } as const
    await write(table, DUPONT.familyId, { 'leo RESTAURATION REPAS 2025-09-08': 'a' })
    await send(
      table,
      [mark(DUPONT.familyId, 'leo', 'absent', at), mark(guest, 'lucas', 'present', at)],
      { parameters, now: new Date('2025-09-08T10:30:00Z') },
    )
    const [group] = (await sheetOf('2025-09-08')).groups
    expect(group?.children).toMatchObject([
      {
        firstName: 'Léo',
        units: [{ letter: 'u', meaning: 'Absence non justifiée', mark: { state: 'absent' } }],
      },
      {
        firstName: 'Lucas',
        familyId: '7301',
        diets: [{ dietId: 'SANS_VIANDE' }],
        units: [{ letter: 'e', meaning: 'Présence sans réservation', mark: { state: 'present' } }],
      },
    ])
  })

  it.each([
    ['activity', { activity: 'NONE' }],
    ['group', { group: 'PETITS' }],
  ])('is not found for an unknown %s', async (_, about) => {
    await expect(sheetOf('2025-09-02', about)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('prints as a table for a spreadsheet', async () => {
    const [header, , lucas] = daySheetCsv(await sheetOf('2025-09-02')).split('\r\n')
    expect(header).toBe(
      '\uFEFFGroupe;Nom;Prénom;Né(e) le;Repas;Régimes;PAI;Part seul(e);Peuvent venir chercher l’enfant;À appeler;Pointage;Arrivée – départ',
    )
    expect(lucas).toBe(
      'RESTO R_PREVERT;DUPONT;Lucas;03/11/2020;Présence acceptée hors délais;Sans viande;non;non;Jeanne MARTIN (grand-mère) 01 64 10 61 42;Mme Madelaine DUPONT 06 12 34 56 78, M. Julien DUPONT 06 98 76 54 32, Paul LEROY (voisin) 06 12 00 00 42;;',
    )
  })

  it('prints marks with their times', () => {
    const sheet = {
      activityId: 'A',
      activity: 'Accueil',
      date: '2025-09-02' as const,
      day: 'mardi',
      open: true,
      units: [{ unitId: 'SOIR', name: 'Soir', byTime: true }],
      groups: [
        {
          groupId: 'G',
          group: 'Groupe',
          facility: '',
          children: [
            {
              familyId: '1',
              childId: 'a',
              firstName: 'A',
              lastName: 'B',
              diets: [],
              allergy: true,
              leavesAlone: true,
              guardians: [{ name: 'Mme B' }],
              contacts: [],
              units: [
                {
                  unitId: 'SOIR',
                  name: 'Soir',
                  letter: 'a',
                  meaning: 'Présence acceptée',
                  mark: {
                    state: 'present' as const,
                    arrivedAt: '16:30',
                    markedAt: '2025-09-02T14:30:00Z',
                    markId: 'device-1',
                  },
                },
              ],
            },
          ],
        },
      ],
    }
    expect(daySheetCsv(sheet).split('\r\n')[1]).toBe(
      'Groupe;B;A;;Présence acceptée;;oui;oui;;Mme B;Soir : Présent;16:30 – ?',
    )
  })
})

describe('headcounts', () => {
  it('count who comes by day, group, unit and diet, and in all', async () => {
    const heads = await headsOf('2025-09-03')
    expect(heads).toMatchObject({ from: '2025-09-01', to: '2025-09-07' })
    expect(heads.days.map(({ date }) => date)).toEqual([
      '2025-09-01',
      '2025-09-02',
      '2025-09-04',
      '2025-09-05',
    ])
    const tuesday = {
      unitId: 'REPAS',
      name: 'Repas',
      expected: 3,
      absent: 0,
      allergies: 1,
      diets: [
        { dietId: 'SANS_PORC', expected: 0 },
        { dietId: 'SANS_VIANDE', expected: 1 },
        { dietId: 'PANIER', expected: 1 },
      ],
    }
    expect(heads.days[1]).toMatchObject({
      day: 'mardi 02/09/2025',
      groups: [{ group: 'RESTO R_PREVERT', units: [tuesday] }],
      total: [tuesday],
    })
    expect(heads.days.map(({ total }) => total[0]?.expected)).toEqual([0, 3, 1, 0])
    expect(heads.total[0]).toMatchObject({ expected: 4, allergies: 1 })
  })

  it('tell absent children from those who come, and count those without a group', async () => {
    const [guest = ids.family('')] = await openFamilies(
      table,
      [7302],
      [{ activityId: 'ETUDES', groupId: 'ETUDES_E_PREVERT' }],
    )
    await write(table, guest, { 'lucas RESTAURATION REPAS 2025-09-16': 'e' })
    await write(table, DUPONT.familyId, {
      'leo RESTAURATION REPAS 2025-09-16': 'u',
      'lucas RESTAURATION REPAS 2025-09-16': 'j',
    })
    const { days } = await headsOf('2025-09-16')
    const tuesday = days.find(({ date }) => date === '2025-09-16')
    expect(
      tuesday?.groups.map(({ group, units }) => [group, units[0]?.expected, units[0]?.absent]),
    ).toEqual([
      ['RESTO R_PREVERT', 0, 2],
      ['Sans groupe', 1, 0],
    ])
    expect(tuesday?.total[0]).toMatchObject({ expected: 1, absent: 2 })
  })

  it('are those of the week in course unless one is asked for', async () => {
    expect(await headsOf(undefined)).toEqual(await headsOf('2025-09-07'))
  })

  it('span the week in which the school year changes', async () => {
    const { days } = await headsOf('2026-09-01')
    expect(days[0]).toMatchObject({ date: '2026-09-01', total: [{ expected: 1 }] })
  })

  it('print as a table for a spreadsheet', async () => {
    const lines = headcountsCsv(await headsOf('2025-09-02')).split('\r\n')
    expect(lines[0]).toBe(
      '\uFEFFJour;Groupe;Prestation;Attendus;Absents;PAI;Sans porc;Sans viande;Panier repas',
    )
    expect(lines).toContain('mardi 02/09/2025;RESTO R_PREVERT;Repas;3;0;1;0;1;1')
    expect(lines.at(-2)).toBe('Total;Total;Repas;4;0;1;0;1;1')
  })

  it('are not found for an unknown activity', async () => {
    await expect(headsOf('2025-09-02', 'NONE')).rejects.toMatchObject({ code: 'not-found' })
  })
})
