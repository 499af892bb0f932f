import fc from 'fast-check'
import { expect, it, vi } from 'vitest'
import * as z from 'zod'
import {
  carriedEntity,
  creditNoteEntity,
  invoiceEntity,
} from '../../shared/billing/document-store.ts'
import { carriedSchema, creditNoteSchema, invoiceSchema } from '../../shared/billing/model.ts'
import type { Child, FamilyFile } from '../../shared/families/model.ts'
import { EXPORT_FIELDS, EXPORT_VALUES } from '../../shared/kernel/export-texts.ts'
import type { Item } from '../../shared/platform/entity.ts'
import { childIdSchema } from '../../shared/platform/schemas.ts'
import { composeExport } from '../../shared/privacy/compose-export.ts'
import { exportLetter } from '../../shared/privacy/export-letter.ts'
import { readerOf, type Held } from '../../shared/privacy/export-reader.ts'
import { KINDS, OUTSIDE } from '../../shared/privacy/kinds.ts'
import { cesson, cessonTown, DUPONT, GUIDE_DAY, GUIDE_MORNING } from '../support/cesson.ts'
import { declaredEntities } from '../support/entities.ts'
import { samplesOf, type Words } from './samples.ts'

/** Every kind of item that the code declares, by its name: how samples of it are made. */
const makers = vi.hoisted(() => new Map<string, (words: Words) => Item[]>())

vi.mock(import('../../shared/platform/entity.ts'), async (original) => {
  const real = await original()
  const { samplesOf: make } = await import('./samples.ts')
  return {
    ...real,
    defineEntity: (definition) => {
      const entity = real.defineEntity(definition)
      makers.set(entity.type, (words) =>
        make(entity.schema, words).map((value) => ({
          ...{ ...value, pk: 'FAMILY#1001', sk: 'A-KEY' },
          entity: entity.type,
        })),
      )
      return entity
    },
  }
})

// Issued documents are packed and sealed, each in a way of its own.
makers.set('Invoice', (words) => samplesOf(invoiceSchema, words).map(invoiceEntity.toItem))
makers.set('CreditNote', (words) => samplesOf(creditNoteSchema, words).map(creditNoteEntity.toItem))
makers.set('Carried', (words) => samplesOf(carriedSchema, words).map(carriedEntity.toItem))

/** Items of a kind that hold everything that it can. */
const itemsOf = (entity: string, words: Words): Item[] => {
  const make = makers.get(entity)
  if (make === undefined) throw new Error(`Nobody has declared ${entity}`)
  return make(words)
}

const family = cesson.families.find(({ familyId }) => familyId === DUPONT.familyId)
if (family === undefined) throw new Error('The demo town has no such family')
const { familyId } = DUPONT
const [mother, father] = family.guardians.map((guardian) => ({ ...guardian, familyId }))
if (mother === undefined || father === undefined) throw new Error('The family has two guardians')
const file: FamilyFile = {
  family: { familyId, name: family.name, address: family.address },
  guardians: [mother, father],
  children: [],
  contacts: [],
  enrolments: [],
  means: [],
}
const heldWith = (more: Partial<FamilyFile>, items: readonly Item[]): Held => ({
  catalogue: cesson.catalogue,
  file: { ...file, ...more },
  items,
  accounts: [],
})

const wholeCopy = { guardian: undefined, health: true, today: GUIDE_DAY }
const SHOWN = KINDS.filter(({ show }) => typeof show === 'function')

/** Every field of a value with what it holds, however deep. */
const fieldsIn = (value: unknown): [string, unknown][] => {
  if (Array.isArray(value)) return value.flatMap(fieldsIn)
  const parts = z.record(z.string(), z.unknown()).safeParse(value)
  if (!parts.success) return []
  return Object.entries(parts.data).flatMap(([field, part]) => {
    const each: unknown[] = Array.isArray(part) ? part : [part]
    return [...each.map((held): [string, unknown] => [field, held]), ...fieldsIn(part)]
  })
}

/** What a kind shows of items that hold everything that it can, to staff who export all. */
const allShown = ({ show, entity }: (typeof KINDS)[number]): [string, unknown][] => {
  if (typeof show !== 'function') throw new Error('Such items are not shown')
  const reader = readerOf(heldWith({}, []), wholeCopy)
  return fieldsIn(itemsOf(entity, { mark: 'ZZ', fields: {} }).map((item) => show(item, reader)))
}

it('knows of every item what becomes of it: a kind of data, or handled elsewhere', () => {
  const named = [...KINDS.map(({ entity }) => entity), ...Object.keys(OUTSIDE)]
  expect(named.toSorted()).toEqual(declaredEntities().toSorted())
})

it.each(SHOWN)('has a French name for every field of $entity, and for every word of it', (kind) => {
  const fields = allShown(kind)
  expect(fields.length).toBeGreaterThan(0)
  expect(fields.filter(([field]) => EXPORT_FIELDS[field] === undefined)).toEqual([])
  const codes = fields.filter(
    ([field, value]) =>
      EXPORT_VALUES[field] !== undefined &&
      typeof value === 'string' &&
      /^[a-z]+(-[a-z]+)*$/.test(value),
  )
  expect(
    codes.filter(([field, value]) => EXPORT_VALUES[field]?.[String(value)] === undefined),
  ).toEqual([])
})

/** What tells where an item lies, or would open something. */
const INSIDE = [
  ...['pk', 'sk', 'gsi1pk', 'gsi1sk', 'entity', 'expiresAt', 'version', 'hash', 'key', 'bodyHash'],
  ...['ciphertext', 'wrappedKey', 'body', 'idempotencyKey', 'serviceEmails', 'legalHold', 'rank'],
]

it.each(SHOWN)('shows of $entity neither keys nor secrets', (kind) => {
  const names = new Set(allShown(kind).map(([field]) => field))
  expect(INSIDE.filter((name) => names.has(name))).toEqual([])
})

/** Kinds that tell of no child by its number: of the file, its adults, its money, its technique. */
const OF_NO_CHILD = new Set([
  ...['Family', 'Guardian', 'Contact', 'RemovedContact', 'Means', 'Attachment', 'CarryOver'],
  ...[
    'Payment',
    'Mandate',
    'Reversal',
    'Refund',
    'HandOver',
    'Review',
    'QuotientConsent',
    'QuotientFetch',
    'MailReceipt',
    'Preferences',
  ],
  ...['Debt', 'PaymentPlan', 'Reminder', 'Debtor', 'OnlineAttempt', 'Enquiry'],
  ...[
    'MovedIn',
    'FamilyLink',
    'SearchEntry',
    'Once',
    'Receipt',
    'ErasureRequest',
    'RetentionWarning',
  ],
])

/** What a kind holds that is not about the child, though it may be a text. */
const PAYER = { name: 'DUPONT', address: family.address, emails: [mother.email, father.email] }
const NOT_OF_THE_CHILD: Readonly<Record<string, Words['fields']>> = {
  Invoice: { payer: PAYER, regie: 'Enfance', former: 'F2025/118' },
  CreditNote: { payer: PAYER, regie: 'Enfance', former: 'solde' },
  Carried: { payer: PAYER, regie: 'Enfance', former: 'solde' },
  TrailEntry: { subject: 'Child' },
}

const markOf = (childId: string): string => `ZZ${childId}`

/** Everything that a file can hold about a child, its mark in every text. */
const allAbout = (childId: string): Item[] => {
  const fields = { familyId, childId, id: childId, enrolmentId: `${childId}-e` }
  return KINDS.filter(({ entity }) => !OF_NO_CHILD.has(entity)).flatMap(({ entity }) =>
    itemsOf(entity, {
      mark: markOf(childId),
      fields: { ...fields, target: { kind: 'child', id: childId }, ...NOT_OF_THE_CHILD[entity] },
    }),
  )
}

const childIds = ['leo', 'lucas'] as const
const itemsAbout = new Map(childIds.map((childId) => [childId, allAbout(childId)]))

const childNamed = (childId: string, authorityWithdrawn: Child['authorityWithdrawn']): Child => {
  const [child] = family.children
  if (child === undefined) throw new Error('The family has children')
  const id = childIdSchema.parse(childId)
  return { ...child, familyId, childId: id, firstName: markOf(childId), authorityWithdrawn }
}

/** Whether and since when a guardian has no authority: before the day of the export, on it, behind it. */
const withdrawals = fc.record({
  leo: fc.constantFrom(undefined, '2020-01-01' as const, GUIDE_DAY, '2030-01-01' as const),
  lucas: fc.constantFrom(undefined, '2020-01-01' as const, GUIDE_DAY, '2030-01-01' as const),
})

it('tells nothing of a child to a guardian whose authority over it was withdrawn, in any kind', () => {
  fc.assert(
    fc.property(withdrawals, fc.boolean(), (since, health) => {
      const children = childIds.map((childId) => {
        const day = since[childId]
        return childNamed(
          childId,
          day === undefined ? undefined : [{ guardianId: mother.guardianId, since: day }],
        )
      })
      const held = heldWith({ children }, [...itemsAbout.values()].flat())
      const about = { guardian: mother, health, now: GUIDE_MORNING }
      const exported = composeExport(cessonTown, held, about)
      const text = JSON.stringify([exported, exportLetter(cesson.catalogue.town, exported)])
      for (const childId of childIds) {
        const day = since[childId]
        expect(text.includes(markOf(childId))).toBe(day === undefined || day > GUIDE_DAY)
      }
    }),
  )
})

it('tells of a guardian who lives elsewhere no more than the name', () => {
  fc.assert(
    fc.property(fc.boolean(), fc.boolean(), (isApart, readsOther) => {
      const elsewhere = { street: '3 allée ZZhome', postcode: '77240', town: 'Cesson' } as const
      const [reader, other] = readsOther ? [father, mother] : [mother, father]
      const fields = {
        familyId,
        guardianId: other.guardianId,
        ...(isApart ? { address: elsewhere } : { address: undefined }),
      }
      const secret = { mark: 'ZZsecret', fields: { ...fields, addedBy: other.guardianId } }
      const [moved] = itemsOf('Guardian', {
        ...secret,
        fields: { ...secret.fields, title: 'Mme', firstName: 'Ada', lastName: 'DUPONT' },
      })
      const items = [
        ...(moved === undefined ? [] : [moved]),
        ...itemsOf('Attachment', secret),
        ...itemsOf('QuotientFetch', secret),
        ...itemsOf('QuotientConsent', secret),
        ...itemsOf('ChangeRequest', {
          ...secret,
          fields: { ...fields, target: { kind: 'guardian', id: other.guardianId } },
        }),
        ...itemsOf('TrailEntry', {
          ...secret,
          fields: { familyId, subject: 'Guardian', id: other.guardianId },
        }),
      ]
      const guardians = [reader, isApart ? { ...other, address: elsewhere } : other]
      const held = heldWith({ guardians }, items)
      const read = (guardian: typeof reader | undefined): string => {
        const about = { guardian, health: true, now: GUIDE_MORNING }
        return JSON.stringify(composeExport(cessonTown, held, about))
      }
      expect(read(reader)).toContain('Ada')
      expect(/ZZhome|ZZsecret|\+336/.test(read(reader))).toBe(!isApart)
      expect(read(guardians[1])).toContain('ZZsecret')
      expect(read(undefined)).toContain('ZZsecret')
    }),
    { numRuns: 8 },
  )
})

it('leaves diets, care plans and categories of health out unless they are asked for', () => {
  const [diet] = cesson.catalogue.diets
  const [category] = cesson.catalogue.categories
  if (diet === undefined || category === undefined) throw new Error('The town has diets')
  const day = '2031-02-03'
  const child = { familyId, childId: 'leo' }
  const told = { diets: [diet.id], carePlanUntil: day, category: category.id }
  const asked = { target: { kind: 'child', id: 'leo' }, field: 'carePlanUntil', from: day, to: day }
  const held = {
    ...heldWith({ children: [childNamed('leo', undefined)] }, [
      ...itemsOf('Child', { mark: 'ZZ', fields: { ...child, ...told } }),
      ...itemsOf('ChangeRequest', { mark: 'ZZ', fields: { familyId, ...asked } }),
    ]),
    catalogue: {
      ...cesson.catalogue,
      categories: [{ ...category, name: 'Panier-repas', allergy: true }],
    },
  }
  const read = (health: boolean): string =>
    JSON.stringify(
      composeExport(cessonTown, held, { guardian: mother, health, now: GUIDE_MORNING }),
    )
  for (const secret of [diet.name, day, 'Panier-repas', 'carePlanUntil', 'allergy']) {
    expect(read(true)).toContain(secret)
    expect(read(false)).not.toContain(secret)
  }
})
