import { beforeAll, describe, expect, it } from 'vitest'
import { countHeads } from '../../shared/attendance/count-heads.ts'
import { printDaySheet, printHeadcounts } from '../../shared/attendance/print-sheet.ts'
import { readDaySheet } from '../../shared/attendance/read-sheet.ts'
import { daySheetReply, type DaySheet } from '../../shared/attendance/routes.ts'
import type { IsoDate } from '../../shared/kernel/dates.ts'
import { cessonTown, DUPONT, openCesson, TEST } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { fonts, readPdf, textsOf, type ReadPdf } from '../support/pdf.ts'
import { AGENT, ids, mark, NOON, send, write } from './fixture.ts'

const { table } = await freshTable()
const deps = { table, town: cessonTown }
const printing = { town: 'Cesson', fonts, at: NOON }

const sheetOf = async (
  date: IsoDate,
  activity = 'RESTAURATION',
  show: 'booked' | 'enrolled' = 'booked',
): Promise<DaySheet> =>
  daySheetReply.parse(
    await readDaySheet(deps, {
      actor: AGENT,
      parameters: { activityId: ids.activity(activity), date },
      query: { show },
    }),
  )

const print = async (sheet: DaySheet): Promise<ReadPdf> =>
  readPdf(await printDaySheet(sheet, printing))

const textIn = ({ pages }: ReadPdf): string => pages.flatMap(textsOf).join(' ')

beforeAll(async () => {
  await openCesson(table)
  await write(table, DUPONT.familyId, {
    'leo RESTAURATION REPAS 2025-09-02': 'a',
    'lucas RESTAURATION REPAS 2025-09-02': 'l',
    'lucas ACCUEIL ACC_MATIN 2025-09-02': 'a',
    'lucas ACCUEIL ACC_SOIR 2025-09-02': 'c',
  })
  await write(table, TEST.familyId, {
    'manon RESTAURATION REPAS 2025-09-02': 'a',
    'manon ACCUEIL ACC_SOIR 2025-09-02': 'a',
  })
})

describe('a day sheet on paper', () => {
  it('has a row for each child with what those who care must know, to tick and to sign [guide 18, 24, 56, 57]', async () => {
    const pdf = await print(await sheetOf('2025-09-02'))
    expect(pdf.missing).toBe(0)
    expect(pdf.elements).toMatchObject({ H1: 1, H2: 1, Table: 1, TR: 4, TH: 11, TD: 21 })
    const text = textIn(pdf)
    expect(text).toContain('Feuille de pointage Cesson – Restauration Scolaire – mardi 02/09/2025')
    expect(text).toContain('Restauration Scolaire – RESTO R_PREVERT – ')
    expect(text.replaceAll('\u00A0', ' ')).toContain(
      'DUPONT Lucas Né(e) le 03/11/2020 ☐ Repas : Présence acceptée hors délais Sans viande non non ' +
        'Jeanne MARTIN (grand-mère) 01 64 10 61 42 Mme Madelaine DUPONT 06 12 34 56 78 ' +
        'M. Julien DUPONT 06 98 76 54 32 Paul LEROY (voisin) 06 12 00 00 42',
    )
    expect(text).toContain('DUPONT Léo Né(e) le 18/04/2016 ☐ Repas non oui')
    expect(text).toMatch(/Manon .*☐ Repas Panier repas oui/)
  })

  it('says nothing that the sheet does not say', async () => {
    const sheet = await sheetOf('2025-09-02')
    const anonymous = {
      ...sheet,
      groups: sheet.groups.map((group) => ({
        ...group,
        children: group.children.map((child) => ({
          familyId: child.familyId,
          childId: child.childId,
          firstName: 'A',
          lastName: 'B',
          diets: [],
          allergy: false,
          leavesAlone: false,
          guardians: [],
          contacts: [],
          units: [],
        })),
      })),
    }
    const text = textIn(await print(anonymous))
    const [, rows = ''] = text.split('Signature ')
    expect(rows).toBe(
      'B A Sans réservation non non B A Sans réservation non non B A Sans réservation non non',
    )
  })

  it('gives each group a page of its own, and says which has nobody', async () => {
    const { pages } = await print(await sheetOf('2025-09-02', 'ACCUEIL'))
    expect(pages).toHaveLength(2)
    const [first = '', second = ''] = pages.map((page) => textsOf(page).join(' '))
    expect(first).toMatch(/DUPONT Lucas.*☐ Acc Matin ☐ Acc Soir : Demande d’annulation/)
    expect(second).toContain('Manon')
    expect(second).not.toContain('DUPONT')
    const closed = await print(await sheetOf('2025-11-11'))
    expect(textIn(closed)).toMatch(/mardi 11\/11\/2025 L’activité n’a pas lieu\.$/)
    expect(textIn(await print(await sheetOf('2025-09-01')))).toMatch(
      /Aucun enfant n’est attendu\.$/,
    )
  })

  it('shows what was marked', async () => {
    await write(table, DUPONT.familyId, { 'leo RESTAURATION REPAS 2025-09-08': 'a' })
    const at = { markedAt: '2025-09-08T10:00:00.000Z' }
    await send(
      table,
      [mark(DUPONT.familyId, 'leo', 'absent', at), mark(DUPONT.familyId, 'lucas', 'present', at)],
      {
        parameters: {
          activityId: ids.activity('RESTAURATION'),
          groupId: ids.group('RESTO_R_PREVERT'),
          date: '2025-09-08',
        },
        now: new Date('2025-09-08T10:30:00Z'),
      },
    )
    const text = textIn(await print(await sheetOf('2025-09-08')))
    expect(text).toContain('☒ Repas : Absent')
    expect(text).toContain('☑ Repas : Présent')
    const enrolled = textIn(await print(await sheetOf('2025-09-08', 'RESTAURATION', 'enrolled')))
    expect(enrolled).toMatch(/Manon.*Sans réservation/)
  })

  it('lists 200 children on as many pages as they take, each child once', async () => {
    const sheet = await sheetOf('2025-09-02')
    const [group] = sheet.groups
    const [child] = group?.children ?? []
    if (group === undefined || child === undefined) throw new Error('Nobody comes')
    const children = Array.from({ length: 200 }, (_, index) => ({
      ...child,
      firstName: `Zoé\u202F${index} Sœur`,
    }))
    const pdf = await print({ ...sheet, groups: [{ ...group, children }] })
    expect(pdf.missing).toBe(0)
    expect(pdf.elements).toMatchObject({ Table: 1, TR: 201 })
    expect(pdf.pages).toHaveLength(15)
    expect(pdf.pages.at(-1)?.artifacts.at(-1)).toBe('Page 15 sur 15')
    const numbers = Array.from(textIn(pdf).matchAll(/Zoé\u202F(\d+) Sœur/g), ([, number]) => number)
    expect(numbers).toEqual(children.map((_, index) => String(index)))
  })
})

describe('headcounts on paper', () => {
  const countsOf = (week: IsoDate) =>
    countHeads(deps, {
      actor: AGENT,
      parameters: { activityId: ids.activity('RESTAURATION') },
      query: { week },
      now: NOON,
    })

  it('have a table for each day, by group and diet, and one of the week [guide 24]', async () => {
    const pdf = readPdf(await printHeadcounts(await countsOf('2025-09-02'), printing))
    expect(pdf.missing).toBe(0)
    expect(pdf.elements).toMatchObject({ H1: 1, H2: 5, Table: 5 })
    expect(pdf.source).toContain('/MediaBox [0 0 595.28 841.89]')
    const text = textIn(pdf)
    expect(text).toContain(
      'Effectifs Cesson – Restauration Scolaire – Semaine du 01/09/2025 au 07/09/2025',
    )
    expect(text).toMatch(
      /mardi 02\/09\/2025 Groupe .* RESTO R_PREVERT Repas 3 0 1 0 1 1 Total Repas 3 0 1 0 1 1 jeudi/,
    )
    expect(text).toMatch(/Total de la semaine Groupe .* Total Repas 3 0 1 0 1 1$/)
  })

  it('say so of a week without the activity', async () => {
    const pdf = readPdf(await printHeadcounts(await countsOf('2025-12-24'), printing))
    expect(textIn(pdf)).toMatch(/Total de la semaine L’activité n’a pas lieu\.$/)
  })

  it('lie across where the town has many diets', async () => {
    const counts = await countsOf('2025-09-02')
    const diets = Array.from({ length: 6 }, (_, index) => ({
      dietId: `D${index}`,
      name: `Régime ${index}`,
      icon: '?',
    }))
    const pdf = readPdf(await printHeadcounts({ ...counts, diets }, printing))
    expect(pdf.source).toContain('/MediaBox [0 0 841.89 595.28]')
  })
})
