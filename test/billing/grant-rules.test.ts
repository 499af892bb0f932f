import { describe, expect, it } from 'vitest'
import { faultsOfAid, faultsOfDayCredit, isUsed } from '../../shared/billing/grant-rules.ts'
import {
  invoiceNumberSchema,
  type Aid,
  type InvoiceLine,
  type IssuedDocument,
} from '../../shared/billing/model.ts'
import type { IsoMonth } from '../../shared/kernel/dates.ts'
import { activityIdSchema, childIdSchema } from '../../shared/platform/schemas.ts'
import { aid, child, dayCredit, ENF, FAMILY, MONTH, townWith } from './arbitraries.ts'
import { unitIds } from './items.ts'

const { catalogue } = townWith()
const CHILDREN = [child('a'), child('b')]
const [B, GONE] = [childIdSchema.parse('b'), childIdSchema.parse('z')]
const activityIds = (...ids: readonly string[]) => ids.map((id) => activityIdSchema.parse(id))

const percent = (of: string) => aid({ perDay: { kind: 'percent', percent: of } })

const ofAid = (of: Aid) => faultsOfAid(catalogue, CHILDREN, of)
const ofCredit = (of: Parameters<typeof dayCredit>[0]) =>
  faultsOfDayCredit(catalogue, CHILDREN, dayCredit(of))

const LAST_BEFORE_FIRST = {
  pointer: '/body/until',
  detail: 'Le premier jour doit précéder le dernier.',
}
const NO_SUCH_CHILD = {
  pointer: '/body/childId',
  detail: 'Cet enfant n’existe pas dans ce dossier.',
}

describe('what is granted', () => {
  it('is right with its days in order, for a child of the family or for all', () => {
    expect(ofAid(aid())).toEqual([])
    expect(ofAid(aid({ until: '2025-11-01', childId: B }))).toEqual([])
    expect(ofCredit({})).toEqual([])
    expect(ofCredit({ until: '2025-11-01', childId: B })).toEqual([])
  })

  it('may not end before it begins, nor be for a child of others', () => {
    const wrong = { until: '2025-10-31', childId: GONE } as const
    expect(ofAid(aid(wrong))).toEqual([LAST_BEFORE_FIRST, NO_SUCH_CHILD])
    expect(ofCredit(wrong)).toEqual([LAST_BEFORE_FIRST, NO_SUCH_CHILD])
  })
})

describe('an aid', () => {
  it('names activities of the catalogue', () => {
    expect(ofAid(aid({ activityIds: activityIds('MEALS', 'GONE', 'SPORT', 'LOST') }))).toEqual([
      { pointer: '/body/activityIds/1', detail: '« GONE » n’est pas une activité du catalogue.' },
      { pointer: '/body/activityIds/3', detail: '« LOST » n’est pas une activité du catalogue.' },
    ])
  })

  it('pays all of a price at most; an amount has no such limit', () => {
    expect(ofAid(percent('100'))).toEqual([])
    expect(ofAid(percent('99.99'))).toEqual([])
    expect(ofAid(percent('100.01'))).toEqual([
      { pointer: '/body/perDay/percent', detail: 'Une aide ne dépasse pas 100 % du prix.' },
    ])
    expect(ofAid(aid({ perDay: { kind: 'amount', amount: 10_001 } }))).toEqual([])
  })
})

describe('a day credit', () => {
  it('names an activity of the catalogue, and units of it', () => {
    const gone = activityIdSchema.parse('GONE')
    const care = activityIdSchema.parse('CARE')
    expect(ofCredit({ activityId: gone, unitIds: unitIds('X') })).toEqual([
      { pointer: '/body/activityId', detail: '« GONE » n’est pas une activité du catalogue.' },
    ])
    expect(ofCredit({ activityId: care, unitIds: unitIds('MORNING', 'EVENING') })).toEqual([])
    expect(
      ofCredit({ activityId: care, unitIds: unitIds('MORNING', 'MEAL', 'NIGHT', 'X') }),
    ).toEqual(
      [1, 3].map((index) => ({
        pointer: `/body/unitIds/${String(index)}`,
        detail: 'Prestation inconnue dans l’activité « Accueil ».',
      })),
    )
  })
})

describe('what was granted is used', () => {
  const line = (more: Partial<InvoiceLine>): InvoiceLine => ({
    ...{ kind: 'aid', month: MONTH, label: 'CCAS', days: '3', quantity: 1, unitPrice: -100 },
    ...{ amount: -100, priceList: '', why: 'Prise en charge.' },
    ...more,
  })

  const issued = (...lines: readonly InvoiceLine[]): IssuedDocument => ({
    kind: 'invoice',
    document: {
      number: invoiceNumberSchema.parse('ENF202500000001'),
      ...{ familyId: FAMILY, regieId: ENF, regie: 'Régie Enfance', month: MONTH },
      ...{ issuedOn: '2025-12-01', dueOn: '2025-12-31', total: 0, lines: [...lines] },
      payer: {
        name: 'TEST',
        address: { street: '1 rue', postcode: '77000', town: 'Ville' },
        emails: [],
      },
    },
  })

  const used = (documents: readonly IssuedDocument[]) =>
    isUsed(documents, { kind: 'aid', label: 'CCAS', from: '2025-11-15', until: '2026-01-15' })

  it('where any document has a line of its kind and name', () => {
    expect(used([])).toBe(false)
    expect(used([issued(line({}))])).toBe(true)
    expect(used([issued(line({ kind: 'unit' })), issued(line({ kind: 'unit' }), line({}))])).toBe(
      true,
    )
    expect(used([issued(line({ kind: 'unit' }))])).toBe(false)
    expect(used([issued(line({ label: 'CAF' }))])).toBe(false)
    // Lines of days paid in advance begin with the name of the credit, then say of what it is.
    expect(used([issued(line({ label: 'CCAS – Repas' }))])).toBe(true)
    expect(used([issued(line({ label: 'Avec CCAS' }))])).toBe(false)
  })

  it('in its months: from that of its first day to that of its last one', () => {
    const months: readonly IsoMonth[] = ['2025-10', '2025-11', '2025-12', '2026-01', '2026-02']
    expect(months.filter((month) => used([issued(line({ month }))]))).toEqual([
      '2025-11',
      '2025-12',
      '2026-01',
    ])
  })
})
