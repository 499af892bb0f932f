import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { PortalError, type Fault } from '../../shared/kernel/errors.ts'
import { isoDateSchema, isoMonthSchema } from '../../shared/platform/schemas.ts'
import { parsePart } from '../../shared/platform/validation.ts'
import { wishesSchema } from '../../shared/reservations/model.ts'

const faultsOf = (schema: z.ZodType, value: unknown): readonly Fault[] => {
  try {
    parsePart('body', schema, value)
  } catch (error) {
    if (error instanceof PortalError && error.code === 'invalid-request') return error.faults
    throw error
  }
  return []
}

/** What is said of a field `it` with a value; nothing in the object is a field left out. */
const said = (schema: z.ZodType, value: unknown): string | undefined =>
  faultsOf(z.object({ it: schema }), value === undefined ? {} : { it: value })[0]?.detail

describe('a faulty field is told in a French sentence', () => {
  it.each([
    ['left out', z.string(), undefined, 'Ce champ est obligatoire.'],
    ['null', z.string(), null, 'Valeur attendue : un texte.'],
    ['no text', z.string(), 1, 'Valeur attendue : un texte.'],
    ['no number', z.number(), '1', 'Valeur attendue : un nombre.'],
    ['no number to read', z.coerce.number(), 'abc', 'Valeur attendue : un nombre.'],
    ['no whole number', z.int(), 1.5, 'Valeur attendue : un nombre entier.'],
    ['no boolean', z.boolean(), 'oui', 'Valeur attendue : vrai ou faux.'],
    ['no list', z.array(z.string()), 'a', 'Valeur attendue : une liste.'],
    ['no object', z.object({}), 'a', 'Valeur attendue : un objet.'],
    ['no record', z.record(z.string(), z.string()), 'a', 'Valeur attendue : un objet.'],
    ['no e-mail', z.email(), 'dupont', 'Format attendu : une adresse e-mail.'],
    ['no address', z.url(), 'dupont', 'Format attendu : une adresse web.'],
    ['no instant', z.iso.datetime(), 'hier', 'Format attendu : une date et une heure.'],
    [
      'no day',
      isoDateSchema,
      '1/9/2025',
      'Format attendu : une date AAAA-MM-JJ ou un mois AAAA-MM.',
    ],
    [
      'no month',
      isoMonthSchema,
      '9/2025',
      'Format attendu : une date AAAA-MM-JJ ou un mois AAAA-MM.',
    ],
    ['a day that does not exist', isoDateSchema, '2025-02-30', 'Cette valeur n’est pas valable.'],
    ['a day of another age', isoDateSchema, '9999-12-31', 'Cette valeur n’est pas valable.'],
    ['a month that does not exist', isoMonthSchema, '2025-13', 'Cette valeur n’est pas valable.'],
    [
      'of wrong characters',
      z.string().regex(/^a+$/),
      'b',
      'Format attendu : des caractères autorisés seulement.',
    ],
    ['none of several words', z.enum(['oui', 'non']), 'si', 'Valeurs possibles : oui, non.'],
    ['none of several numbers', z.literal([1, 2]), 3, 'Valeurs possibles : 1, 2.'],
    ['too short a text', z.string().min(8), 'abc', 'Au moins 8 caractère(s).'],
    ['too long a text', z.string().max(2), 'abc', 'Au plus 2 caractère(s).'],
    ['too short a list', z.array(z.string()).min(1), [], 'Au moins 1 élément(s).'],
    ['too long a list', z.array(z.string()).max(1), ['a', 'b'], 'Au plus 1 élément(s).'],
    ['too small a number', z.number().min(1), 0, 'Au moins 1.'],
    ['too large a number', z.number().max(9), 10, 'Au plus 9.'],
    [
      'a combination that is not allowed',
      z.string().refine(() => false),
      'a',
      'Cette valeur n’est pas valable.',
    ],
    [
      'none of several shapes',
      z.union([z.string(), z.number()]),
      true,
      'Cette valeur n’est pas valable.',
    ],
  ])('when it is %s', (_, schema, value, sentence) => {
    expect(said(schema, value)).toBe(sentence)
  })

  it('when it is not known, and each of several', () => {
    expect(faultsOf(z.strictObject({}), { enfant: 1, famille: 2 })).toEqual([
      {
        pointer: '/body',
        detail:
          'Le champ « enfant » n’est pas prévu ici. Le champ « famille » n’est pas prévu ici.',
      },
    ])
  })

  it('when it is a wish of a kind that does not exist, with the kinds that do', () => {
    expect(faultsOf(wishesSchema, { wishes: [{ kind: 'always' }] })).toEqual([
      {
        pointer: '/body/wishes/0/kind',
        detail: 'Valeurs possibles : recurrence, days, lines, copy.',
      },
    ])
  })
})

describe('a JSON pointer', () => {
  const deep = z.object({
    wishes: z.array(z.object({ days: z.array(z.object({ date: z.string() })) })),
  })

  it('leads through objects and lists to the faulty field', () => {
    const value = { wishes: [{ days: [] }, { days: [{ date: 'a' }, { date: 1 }] }] }
    expect(faultsOf(deep, value)).toMatchObject([{ pointer: '/body/wishes/1/days/1/date' }])
  })

  it('escapes what RFC 6901 reserves', () => {
    const schema = z.object({ 'a/b~c': z.string() })
    expect(faultsOf(schema, {})).toMatchObject([{ pointer: '/body/a~1b~0c' }])
  })

  it.each(['body', 'query', 'path', 'headers'] as const)('begins in the %s', (part) => {
    expect(() => parsePart(part, z.object({ it: z.string() }), {})).toThrow(
      expect.objectContaining({ faults: [expect.objectContaining({ pointer: `/${part}/it` })] }),
    )
  })
})

it('tells twenty faults at most', () => {
  const value = Array.from({ length: 30 }, () => 1)
  expect(faultsOf(z.array(z.string()), value)).toHaveLength(20)
})

it('gives back what the schema makes of a value', () => {
  const schema = z.object({ limit: z.coerce.number().default(20) })
  expect(parsePart('query', schema, {})).toEqual({ limit: 20 })
})
