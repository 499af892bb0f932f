import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  acceptedValues,
  askedFields,
  isAsked,
  mergedAsked,
  outcomesOf,
} from '../../shared/changes/rules.ts'
import type { FieldDecision, FieldValue } from '../../shared/changes/model.ts'

const FIELDS = ['name', 'birthDate', 'diets', 'allergy', 'address'] as const

const values = fc.constantFrom<FieldValue | undefined>(
  'DUPONT',
  'MARTIN',
  '',
  true,
  false,
  ['PANIER'],
  ['PANIER', 'SANS_VIANDE'],
  [],
  { street: '3 rue Neuve', postcode: '77240', town: 'Cesson' },
  undefined,
)

/** An item with some of the fields. */
const items = fc
  .tuple(...FIELDS.map(() => values))
  .map((held) =>
    Object.fromEntries(
      FIELDS.flatMap((field, index) =>
        held[index] === undefined ? [] : [[field, held[index]] as const],
      ),
    ),
  )

const decisionsFor = (outcome: FieldDecision['outcome']): FieldDecision[] =>
  FIELDS.map((field) => ({ field, outcome }))

describe('changes that staff check', () => {
  it('are those of the checked fields, and none other', () => {
    fc.assert(
      fc.property(items, items, fc.subarray([...FIELDS]), (held, written, checked) => {
        const asked = askedFields(held, written, checked)
        const differs = (field: string) =>
          JSON.stringify(held[field]) !== JSON.stringify(written[field])
        expect(asked.map(({ field }) => field)).toEqual(checked.filter(differs))
        expect(isAsked(asked, asked)).toBe(true)
      }),
    )
  })

  it('make the item what the parent wrote when all is accepted at once, and leave it when none is', () => {
    fc.assert(
      fc.property(items, items, (held, written) => {
        const asked = askedFields(held, written, FIELDS)
        const outcome = (kind: FieldDecision['outcome']) => {
          const outcomes = outcomesOf(asked, decisionsFor(kind), held)
          const after: unknown = JSON.parse(
            JSON.stringify({ ...held, ...acceptedValues(asked, outcomes) }),
          )
          return after
        }
        expect(outcome('accepted')).toEqual(written)
        expect(outcome('refused')).toEqual(held)
      }),
    )
  })

  it('never overwrite what somebody else has written meanwhile', () => {
    fc.assert(
      fc.property(items, items, items, (held, written, meanwhile) => {
        const asked = askedFields(held, written, FIELDS)
        const outcomes = outcomesOf(asked, decisionsFor('accepted'), meanwhile)
        const accepted = acceptedValues(asked, outcomes)
        for (const { field, from, to } of asked) {
          const now = JSON.stringify(meanwhile[field])
          const isAccepted = field in accepted
          expect(isAccepted).toBe([from, to].some((value) => JSON.stringify(value) === now))
        }
      }),
    )
  })

  it('are overtaken when their item is gone', () => {
    const asked = askedFields({ name: 'DUPONT' }, { name: 'MARTIN' }, ['name'])
    expect(outcomesOf(asked, [{ field: 'name', outcome: 'accepted' }], undefined)).toEqual([
      { field: 'name', outcome: 'overtaken' },
    ])
  })

  it('are asked by their last word, each field once', () => {
    fc.assert(
      fc.property(items, items, items, (held, first, second) => {
        const earlier = askedFields(held, first, FIELDS)
        const later = askedFields(held, second, FIELDS)
        const asked = mergedAsked(earlier, later)
        expect(new Set(asked.map(({ field }) => field)).size).toBe(asked.length)
        expect(isAsked(asked, later)).toBe(true)
      }),
    )
  })
})
