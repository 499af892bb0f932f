import { describe, expect, it } from 'vitest'
import type * as z from 'zod'
import {
  authorisationSheetSchema,
  childSchema,
  contactSchema,
  enrolmentSchema,
  familySchema,
  guardianSchema,
  meansSchema,
} from '../../shared/families/model.ts'
import { FIELD_WORDS, MASKED } from '../../shared/kernel/trail-texts.ts'
import type { Item } from '../../shared/platform/entity.ts'
import { fileOf } from '../../shared/setup/load-town.ts'
import { entryOf } from '../../shared/trail/rules.ts'
import { namesOf } from '../../shared/trail/words-rules.ts'
import { cesson } from '../support/cesson.ts'

const [family] = cesson.families
if (family === undefined) throw new Error('The demo town has no family')
const nameOf = namesOf(cesson.catalogue, fileOf(family))
const AT = new Date('2025-09-10T08:00:00Z')

const entry = (before: Item | undefined, after: Item | undefined) =>
  entryOf(nameOf, { before, after, at: AT }, () => 'mark')

/** The fields that a change of an item touches, each as `name: before > after`. */
const told = (before: Item | undefined, after: Item | undefined): string[] | undefined =>
  entry(before, after)?.fields.map(
    ({ field, before: was = '', after: is = '' }) => `${field}: ${was} > ${is}`,
  )

const child = {
  ...{ entity: 'Child', familyId: '1001', childId: 'leo', pk: 'FAMILY#1001', sk: 'FILE#CHILD#leo' },
  ...{ firstName: 'Léo', lastName: 'DUPONT', birthDate: '2016-04-18' },
  ...{ schoolId: 'E_PREVERT', category: 'ENFANT' },
}

describe('an entry of the trail', () => {
  it('tells each field by its French name, before and after, in words', () => {
    const school = cesson.catalogue.facilities[1]
    expect(
      told(child, {
        ...child,
        firstName: 'Léon',
        birthDate: '2016-05-01',
        schoolId: school?.id,
        className: 'CE1',
        version: 2,
      }),
    ).toEqual([
      'Prénom: Léo > Léon',
      'Date de naissance: 18/04/2016 > 01/05/2016',
      `École: ${cesson.catalogue.facilities.find(({ id }) => id === 'E_PREVERT')?.name ?? ''} > ${school?.name ?? ''}`,
      'Classe:  > CE1',
    ])
  })

  it.for<[string, Item, string]>([
    [
      'an address on one line',
      { address: { town: 'Cesson', complement: 'Bât. B', postcode: '77240', street: '1 rue A' } },
      'Adresse:  > 1 rue A Bât. B 77240 Cesson',
    ],
    [
      'phones as they are read',
      { homePhone: '+33164106177' },
      'Téléphone du domicile:  > 01 64 10 61 77',
    ],
    ['words of the code in French', { situation: 'separated' }, 'Situation familiale:  > Séparés'],
    ['numbers', { childrenCount: 3 }, 'Nombre d’enfants:  > 3'],
    [
      'whose number at the fund it is',
      { allowance: { fund: 'caf', number: '1234567', guardianId: 'g1' } },
      'Numéro d’allocataire:  > CAF 1234567 Madelaine DUPONT',
    ],
    [
      'an instant by the clocks of Paris',
      { inactiveSince: '2025-07-15T08:41:00.000Z' },
      'Dossier désactivé depuis:  > mardi 15/07/2025 à 10:41',
    ],
  ])('says %s', ([, fields, line]) => {
    const held = { entity: 'Family', familyId: '1001', name: 'DUPONT' }
    expect(told(held, { ...held, ...fields })).toEqual([line])
  })

  it('tells of health that it changed, and never what it says', () => {
    const after = {
      ...child,
      allergy: true,
      carePlanUntil: '2026-08-31',
      diets: ['PANIER'],
      ...{ otherHousehold: { familyId: '1002', childId: 'leo' } },
    }
    expect(told(child, after)).toEqual([
      `Régimes alimentaires:  > ${MASKED}`,
      `Projet d’accueil individualisé (PAI):  > ${MASKED}`,
      `Fin de validité du PAI:  > ${MASKED}`,
      'Dossier de l’autre foyer:  > 1002 Léo DUPONT',
    ])
    expect(told(after, { ...after, allergy: false })).toEqual([
      `Projet d’accueil individualisé (PAI): ${MASKED} > ${MASKED}`,
    ])
    const sealed = {
      ...{ entity: 'HealthRecord', familyId: '1001', childId: 'leo', version: 1 },
      ciphertext: new Uint8Array([1, 2, 3]),
    }
    const next = entry(sealed, { ...sealed, version: 2, ciphertext: new Uint8Array([7]) })
    expect(next).toMatchObject({ subject: 'HealthRecord', id: 'leo', about: 'Léo DUPONT' })
    expect(next?.fields).toEqual([{ field: 'Fiche sanitaire', before: MASKED, after: MASKED }])
  })

  it('hides a category that stands for a care plan', () => {
    const categories = [
      { id: 'PAI', name: 'Enfant allergique', allergy: true },
      { id: 'ENFANT', name: 'Enfant' },
    ].map((each) => ({ ...each, id: childSchema.shape.category.parse(each.id) }))
    const names = namesOf({ ...cesson.catalogue, categories }, fileOf(family))
    const change = { before: child, after: { ...child, category: 'PAI' }, at: AT }
    expect(entryOf(names, change, () => 'mark')?.fields).toEqual([
      { field: 'Catégorie tarifaire', before: 'Enfant', after: MASKED },
    ])
  })

  it('tells each authorisation that was given, turned or taken back, for its enrolment [guide 56, 57, 58]', () => {
    const [etudes] = family.enrolments
    const sheet = (authorisations: readonly object[], version: number): Item => ({
      ...{ entity: 'AuthorisationSheet', familyId: '1001', childId: 'leo', version },
      authorisations: authorisations.map((each) => ({
        ...{ enrolmentId: etudes?.enrolmentId, since: '2025-09-01', allowed: true },
        ...each,
      })),
    })
    const alone = { about: { kind: 'leave-alone' } }
    const photo = { about: { kind: 'photograph' } }
    expect(
      told(
        sheet([alone, photo], 1),
        sheet(
          [
            { ...alone, allowed: false, since: '2025-10-01' },
            { about: { kind: 'collect', contactId: 'nobody' } },
          ],
          2,
        ),
      ),
    ).toEqual([
      'Partir seul, Etudes Surveillées (01/09/2025 – 26/06/2026): Autorisé depuis le 01/09/2025 > Interdit depuis le 01/10/2025',
      'Être photographié, Etudes Surveillées (01/09/2025 – 26/06/2026): Autorisé depuis le 01/09/2025 > ',
      'Venir chercher l’enfant (nobody), Etudes Surveillées (01/09/2025 – 26/06/2026):  > Autorisé depuis le 01/09/2025',
    ])
  })

  it('names who did it and why, by the item that they wrote', () => {
    const changed = { at: '2025-09-10T07:59:58.000Z', by: 'agent-1', reason: 'Livret de famille' }
    expect(entry(child, { ...child, firstName: 'Léon', version: 2, changed })).toMatchObject({
      ...{ kind: 'changed', subject: 'Child', id: 'leo', version: '2', about: 'Léon DUPONT' },
      ...changed,
    })
    // A later write of the portal itself leaves the author of the last edit where it was.
    const since = { ...child, version: 2, changed }
    const later = entry(since, { ...since, category: 'ADULTE' })
    expect(later).toMatchObject({ at: AT.toISOString() })
    expect(later).not.toHaveProperty('by')
    const means = {
      ...{ entity: 'Means', familyId: '1001', from: '2025-09-01', quotient: '0.17', source: 'caf' },
      ...{
        notedAt: '2025-09-09T10:00:00.000Z',
        notedBy: 'accountant-1',
        reason: 'Erreur de la CAF',
      },
    }
    expect(entry(undefined, means)).toMatchObject({
      ...{ kind: 'created', id: '2025-09-01', about: 'À partir du 01/09/2025', version: 'mark' },
      ...{ at: means.notedAt, by: 'accountant-1', reason: 'Erreur de la CAF' },
      fields: [
        { field: 'Quotient familial', after: '0.17' },
        { field: 'Source', after: 'CAF' },
      ],
    })
  })

  it('tells of an end what there was, and who made it so where a mark says it', () => {
    const contact = {
      ...{ entity: 'Contact', familyId: '1001', contactId: 'mamie', relation: 'grand-mère' },
      ...{ name: 'Odette MARTIN', phone: '+33611111111', version: 3 },
    }
    const changed = { at: '2025-09-10T07:59:58.000Z', by: 'parent-1' }
    expect(
      entry(contact, {
        ...{ entity: 'RemovedContact', familyId: '1001', contactId: 'mamie', version: 4, changed },
      }),
    ).toMatchObject({ kind: 'removed', id: 'mamie', about: 'Odette MARTIN', ...changed })
    const gone = entry(contact, undefined)
    expect(gone).not.toHaveProperty('by')
    expect(gone).toMatchObject({
      ...{ kind: 'removed', at: AT.toISOString() },
      fields: [
        { field: 'Nom', before: 'Odette MARTIN', after: undefined },
        { field: 'Lien avec l’enfant', before: 'grand-mère', after: undefined },
        { field: 'Téléphone', before: '06 11 11 11 11', after: undefined },
      ],
    })
  })

  it('is not written where people would see no change, nor of other items', () => {
    expect(entry(child, { ...child, version: 2, gsi1pk: 'X' })).toBeUndefined()
    expect(entry(undefined, { entity: 'Planning', familyId: '1001' })).toBeUndefined()
    expect(entry(undefined, undefined)).toBeUndefined()
    // The table keeps the parts of a value in no order.
    const home = { ...child, address: { street: '1 rue A', town: 'Cesson' } }
    expect(entry(home, { ...home, address: { town: 'Cesson', street: '1 rue A' } })).toBeUndefined()
  })
})

const SECTIONS: Readonly<Record<string, z.ZodObject>> = {
  Family: familySchema,
  Guardian: guardianSchema,
  Child: childSchema,
  Contact: contactSchema,
  AuthorisationSheet: authorisationSheetSchema,
  Enrolment: enrolmentSchema,
  Means: meansSchema,
}

/** What the trail tells otherwise than as a field: of what, by whom, and what is told one by one. */
const TOLD_OTHERWISE = new Set([
  ...['familyId', 'guardianId', 'contactId', 'enrolmentId', 'authorisations'],
  ...['version', 'changed', 'pending', 'notedAt', 'notedBy', 'reason'],
])

it.for(Object.entries(SECTIONS))('has a French name for every field of %s', ([, { shape }]) => {
  const fields = Object.keys(shape).filter((field) => !TOLD_OTHERWISE.has(field))
  expect(fields.filter((field) => FIELD_WORDS[field] === undefined)).toEqual([])
})
