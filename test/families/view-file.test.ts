import * as fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { editChild } from '../../shared/families/edit-child.ts'
import { editFamily } from '../../shared/families/edit-family.ts'
import { editGuardian } from '../../shared/families/edit-guardian.ts'
import { readFamilyFileRoute } from '../../shared/families/file-routes.ts'
import { readFamily, readFamilyFile } from '../../shared/families/read-family.ts'
import { readFamilyRoute } from '../../shared/families/routes.ts'
import { addDays, ageInMonths, ageOn } from '../../shared/kernel/dates.ts'
import { ageLabel } from '../../shared/kernel/file-texts.ts'
import type { Role } from '../../shared/platform/route.ts'
import { childIdSchema, familyIdSchema } from '../../shared/platform/schemas.ts'
import { dates } from '../support/arbitraries.ts'
import { guardian, openCesson } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { expectCost, measure } from '../support/meter.ts'
import {
  agent,
  type By,
  CHILD,
  editingWith,
  FAMILY,
  G1,
  G2,
  GUARDIAN,
  LEO,
  NOW,
  parent,
} from './file-fixture.ts'

const { table, documents } = await freshTable()
const editing = editingWith(table, {
  mandatory: ['family.homePhone', 'child.birthPlace', 'guardian.phone'],
  notAsked: [],
})
const LUCAS = childIdSchema.parse('lucas')

beforeAll(async () => {
  await openCesson(table)
})

const read = async (by: By, now = NOW) =>
  readFamilyRoute.reply.parse(await readFamily(editing, { actor: guardian(by), now }))

const readAs = async (roles: readonly Role[], { familyId }: By) =>
  readFamilyFileRoute.reply.parse(
    await readFamilyFile(editing, {
      parameters: { familyId },
      actor: { account: 'staff-1', roles, family: undefined },
      now: NOW,
    }),
  )

describe('the file', () => {
  it('shows each item with its version, and telephone numbers as the French read them [guide 12]', async () => {
    const by = await anotherFamily(table)
    await editFamily(editing, { editor: agent(by), seen: 1, written: FAMILY, now: NOW })
    const file = await read(by)
    expect(file).toMatchObject({
      version: 2,
      homePhone: '+33164106142',
      homePhoneLabel: '01 64 10 61 42',
      guardians: [
        { guardianId: 'g1', version: 1, phone: '+33612345678', phoneLabel: '06 12 34 56 78' },
        { guardianId: 'g2', version: 1 },
      ],
      children: [{ childId: 'leo', version: 1 }, { childId: 'lucas' }],
      contacts: [
        { contactId: 'jeanne', version: 1, phoneLabel: '01 64 10 61 42' },
        { contactId: 'paul' },
      ],
    })
  })

  it('shows ages in years and months of the day in Paris [guide 15]', async () => {
    const by = await anotherFamily(table)
    const ages = async (now: Date) => (await read(by, now)).children.map(({ age }) => age.label)
    expect(await ages(NOW)).toEqual(['9 ans et 5 mois', '4 ans et 11 mois'])
    // In Paris it is the 18th already: Léo's month is full.
    expect(await ages(new Date('2025-10-17T22:30:00Z'))).toEqual([
      '9 ans et 6 mois',
      '4 ans et 11 mois',
    ])
  })

  it('shows where a guardian lives: with the family, or elsewhere [guide 14]', async () => {
    const by = await anotherFamily(table)
    const [same] = (await read(by)).guardians
    expect(same).toMatchObject({ sameAddress: true, address: { street: '12 rue de la Plaine' } })
    const address = { street: '8 rue Haute', postcode: '77000', town: 'Melun' }
    const written = { ...GUARDIAN, address }
    await editGuardian(editing, G1, { editor: parent(by), seen: 1, written, now: NOW })
    const [own] = (await read(by)).guardians
    expect(own).toMatchObject({ sameAddress: false, address })
  })

  it('tells one guardian no more than the name of another who lives elsewhere', async () => {
    const by = await anotherFamily(table)
    const address = { street: '8 rue Haute', postcode: '77000', town: 'Melun' }
    const written = { ...GUARDIAN, firstName: 'Julien', phone: '+33611111111', address }
    await editGuardian(editing, G2, { editor: agent(by), seen: 1, written, now: NOW })
    const other = (await read(by)).guardians.find(({ guardianId }) => guardianId === G2)
    expect(other).toEqual({
      guardianId: 'g2',
      version: 2,
      title: 'Mme',
      firstName: 'Julien',
      lastName: 'DUPONT',
      sameAddress: false,
    })
    const themself = { ...by, guardianId: G2 }
    // Nor does the one who lives elsewhere read more of the other.
    const ofTheFirst = (await read(themself)).guardians.find(({ guardianId }) => guardianId === G1)
    expect(Object.keys(ofTheFirst ?? {}).toSorted()).toEqual([
      ...['firstName', 'guardianId', 'lastName', 'sameAddress', 'title', 'version'],
    ])
    for (const guardians of [
      (await read(themself)).guardians,
      (await readAs(['agent'], by)).guardians,
    ]) {
      expect(guardians.find(({ guardianId }) => guardianId === G2)).toMatchObject({ address })
    }
  })

  it('says what is to be completed, and loses nothing of it [guide 11]', async () => {
    const by = await anotherFamily(table, familyIdSchema.parse('1004'))
    const { attention, homePhone } = await read(by)
    expect(homePhone).toBeUndefined()
    expect(attention.filter(({ kind }) => kind === 'to-complete')).toMatchObject([
      { about: 'family', field: 'homePhone' },
      { about: 'child', id: 'jules', text: 'Jules BERNARD : Lieu de naissance à compléter' },
    ])
  })

  it('says that a care plan is over, or has no end', async () => {
    const by = await anotherFamily(table)
    const plan = (seen: number, until: { carePlanUntil?: `${string}-${string}-${string}` }) =>
      editChild(editing, LUCAS, {
        editor: agent(by),
        seen,
        written: { ...CHILD, birthPlace: 'Melun', allergy: true, ...until },
        now: NOW,
      })
    const said = async () =>
      (await read(by)).attention.flatMap(({ id, kind, text }) =>
        id === 'lucas' ? [kind, text] : [],
      )
    await plan(1, {})
    expect(await said()).toContain('care-plan-undated')
    await plan(2, { carePlanUntil: '2025-10-14' })
    expect(await said()).toEqual([
      'care-plan-over',
      'Zoé DUPONT : le projet d’accueil individualisé n’est plus valable depuis le 14/10/2025',
    ])
    await plan(3, { carePlanUntil: '2025-10-15' })
    expect(await said()).toEqual([])
  })

  it('is read whole by staff; the means by those who price and bill', async () => {
    const by = await anotherFamily(table)
    expect(await readAs(['agent'], by)).not.toHaveProperty('means')
    for (const role of ['accountant', 'administrator'] as const) {
      const file = await readAs([role], by)
      expect(file.means).toHaveLength(1)
      expect(file.children.map(({ childId }) => childId)).toEqual([LEO, LUCAS])
    }
  })

  it('is read by one Query', async () => {
    const by = await anotherFamily(table)
    const { cost } = await measure([documents], () => readAs(['agent'], by))
    expect(cost.calls).toEqual({ Query: 1 })
    expectCost('read the file of a family as staff', cost)
  })
})

describe('an age', () => {
  it.each([
    ['2013-01-01', '2025-11-20', '12 ans et 10 mois'],
    ['2020-03-15', '2025-11-20', '5 ans et 8 mois'],
    ['2024-11-20', '2025-11-20', '1 an'],
    ['2025-03-20', '2025-11-20', '8 mois'],
    ['2025-11-20', '2025-11-20', '0 mois'],
    ['2025-01-31', '2025-02-28', '1 mois'],
    ['2024-02-29', '2025-02-28', '1 an'],
  ] as const)('of somebody born on %s is on %s said as %s [guide 15]', (birth, day, label) => {
    expect(ageLabel(ageInMonths(birth, day))).toBe(label)
  })

  it('never falls from one day to the next, and has the years of `ageOn` but on a leap day', () => {
    fc.assert(
      fc.property(dates(), fc.nat(9000), (birth, days) => {
        const day = addDays(birth, days)
        const monthsOn = (date: typeof day) => {
          const { years, months } = ageInMonths(birth, date)
          return years * 12 + months
        }
        expect(monthsOn(addDays(day, 1)) - monthsOn(day)).toBeOneOf([0, 1])
        if (birth.endsWith('-02-29')) return
        expect(ageInMonths(birth, day).years).toBe(ageOn(birth, day))
      }),
    )
  })
})
