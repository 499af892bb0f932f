import { describe, expect, it } from 'vitest'
import {
  anonymousAnomalies,
  anonymousBill,
  anonymousDrafts,
} from '../../shared/billing/anonymous-rules.ts'
import type { Draft, InvoiceLine, PageDrafts } from '../../shared/billing/model.ts'
import { childIdSchema, familyIdSchema } from '../../shared/platform/schemas.ts'
import { ENF, FAMILY, MONTH } from './arbitraries.ts'

const OTHER = familyIdSchema.parse('2')

const line = (more: Partial<InvoiceLine> = {}): InvoiceLine => ({
  ...{ kind: 'unit', month: MONTH, label: 'Repas', days: '3', quantity: 1, unitPrice: 300 },
  ...{ amount: 300, account: '7067', priceList: 'Tarifs 2025', why: 'Prix : 3,00 €.' },
  ...more,
})

const of = (id: string, child: string, more: Partial<InvoiceLine> = {}) =>
  line({ childId: childIdSchema.parse(id), child, ...more })

const payer = {
  name: 'LE GALL',
  address: { street: '1 rue des Lilas', postcode: '77000', town: 'Ville' },
  emails: ['ana@famille.example'],
}

const linesOf = (...lines: readonly InvoiceLine[]) =>
  anonymousBill({ payer, lines: [...lines] }).lines

describe('an anonymous bill', () => {
  it('has nobody’s name, street or mail, and still its town', () => {
    expect(anonymousBill({ payer, lines: [line()] })).toEqual({
      payer: {
        name: 'Famille effacée',
        address: { street: 'Adresse effacée', postcode: '77000', town: 'Ville' },
        emails: [],
      },
      lines: [line()],
    })
  })

  it('tells children apart by their order, by number or by name', () => {
    expect(
      linesOf(of('z', 'Zoé'), of('a', 'Ana'), of('z', 'Zoé'), line(), line({ child: 'Ynès' })),
    ).toEqual([
      of('enfant-1', 'Enfant 1'),
      of('enfant-2', 'Enfant 2'),
      of('enfant-1', 'Enfant 1'),
      line(),
      line({ child: 'Enfant 3' }),
    ])
    const unnamed = line({ childId: childIdSchema.parse('z') })
    const [kept] = linesOf(unnamed)
    expect(kept).toEqual({ ...unnamed, childId: 'enfant-1' })
    expect(kept).not.toHaveProperty('child')
    expect(linesOf(line({ child: 'Ana' }))[0]).not.toHaveProperty('childId')
  })

  it('has no word of their names in its texts, whole words alone, and all of its figures', () => {
    const texts = {
      label: 'Carnet d’ANNE-LISE',
      why: 'Zoé, Anne et Lise LE GALL : 2,08 €, Annexe 3.',
    }
    expect(linesOf(of('a', 'Anne-Lise'), of('z', 'Zoé', texts))[1]).toMatchObject({
      label: 'Carnet d’…-…',
      why: '…, … et … … … : 2,08 €, Annexe 3.',
    })
    // One letter is no name: it stands for anything.
    expect(linesOf(of('a', 'A', { why: 'Il y a un prix.' }))[0]?.why).toBe('Il y a un prix.')
    expect(linesOf(of('n', 'N’Guyen', { why: 'Prix de N’Guyen.' }))[0]?.why).toBe('Prix de N’….')
  })

  it('has no label of the program before, which may name anybody', () => {
    const former = { kind: 'taken-over', label: 'Cantine de Paul' } as const
    expect(linesOf(line(former))[0]).toMatchObject({ label: 'Libellé effacé' })
  })

  it('is what it was where it is anonymous already', () => {
    const bill = anonymousBill({ payer, lines: [of('a', 'Ana')] })
    expect(anonymousBill(bill)).toBe(bill)
  })
})

const draft = (familyId: typeof FAMILY): Draft => ({
  kind: 'invoice',
  document: {
    ...{ familyId, regieId: ENF, regie: 'Régie Enfance', month: MONTH },
    ...{ issuedOn: '2025-12-01', dueOn: '2025-12-31', payer, lines: [of('a', 'Ana')], total: 300 },
  },
  reviews: [],
  units: [],
  oneEuroMeals: 0,
})

const anomaly = (familyId: typeof FAMILY) => ({ familyId, familyName: 'LE GALL', detail: 'Ana' })
const ERASED = { familyId: FAMILY, familyName: 'Famille effacée', detail: 'Détail effacé' }

describe('what kept families from being billed', () => {
  it('says no more of one family than that something did', () => {
    expect(anonymousAnomalies([anomaly(FAMILY), anomaly(OTHER), anomaly(FAMILY)], FAMILY)).toEqual([
      ERASED,
      anomaly(OTHER),
      ERASED,
    ])
  })

  it('is what it was where nothing names the family', () => {
    for (const some of [[], [anomaly(OTHER)], [ERASED, anomaly(OTHER)]]) {
      expect(anonymousAnomalies(some, FAMILY)).toBe(some)
    }
  })
})

describe('the drafts of a page', () => {
  const page = (more: Partial<PageDrafts> = {}): PageDrafts => ({
    drafts: [draft(OTHER), draft(FAMILY)],
    anomalies: [],
    settled: [],
    ...more,
  })

  it('have one family anonymous, and the others as they were', () => {
    const before = page({ anomalies: [anomaly(OTHER), anomaly(FAMILY)] })
    const after = anonymousDrafts(before, FAMILY)
    expect(after).toEqual({
      drafts: [draft(OTHER), { ...draft(FAMILY), document: anonymousBill(draft(FAMILY).document) }],
      anomalies: [anomaly(OTHER), ERASED],
      settled: [],
    })
    expect(after.drafts[0]).toBe(before.drafts[0])
    expect(anonymousDrafts(after, FAMILY)).toBe(after)
  })

  it('are changed by a draft or by an anomaly alone', () => {
    const drafted = anonymousDrafts(page(), FAMILY)
    expect(drafted.drafts[1]?.document.payer.name).toBe('Famille effacée')
    expect(drafted.drafts[1]?.document.lines).toEqual([of('enfant-1', 'Enfant 1')])
    const reported = page({ drafts: [draft(OTHER)], anomalies: [anomaly(FAMILY)] })
    expect(anonymousDrafts(reported, FAMILY).anomalies).toEqual([ERASED])
  })

  it('are the same where none is the family’s', () => {
    const none = page({ drafts: [draft(OTHER)], anomalies: [anomaly(OTHER)] })
    expect(anonymousDrafts(none, FAMILY)).toBe(none)
  })
})
