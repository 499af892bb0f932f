import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkPassword, passwordFaults } from '../../shared/accounts/password-rules.ts'
import { isNameOf, userNamesFor } from '../../shared/accounts/user-name-rules.ts'
import { normalEmail } from '../../shared/kernel/email.ts'
import { join } from '../../shared/platform/keys.ts'

describe('a password', () => {
  it.each([
    ['Prevert-Demo-77', []],
    ['Prevert Demo 77', []],
    ['Court-7', ['Au moins 12 caractères.']],
    ['prevert-demo-77', ['Au moins une lettre majuscule.']],
    ['PREVERT-DEMO-77', ['Au moins une lettre minuscule.']],
    ['Prevert-Demo-XX', ['Au moins un chiffre.']],
    ['PrevertDemo77', ['Au moins un caractère spécial, comme ! ? - ou une espace.']],
    ['éÉ12345678901', 3],
    [' Prevert-Demo-77', ['Pas d’espace au début ni à la fin.']],
    ['', 5],
  ] as const)('%j lacks what is said [guide 5]', (password, faults) => {
    const found = passwordFaults(password)
    if (typeof faults === 'number') expect(found).toHaveLength(faults)
    else expect(found).toEqual(faults)
  })

  it('names the field and everything that is missing', () => {
    expect(() => checkPassword('court', '/body/newPassword')).toThrow(
      expect.objectContaining({
        code: 'invalid-request',
        faults: [
          { pointer: '/body/newPassword', detail: 'Au moins 12 caractères.' },
          { pointer: '/body/newPassword', detail: 'Au moins une lettre majuscule.' },
          { pointer: '/body/newPassword', detail: 'Au moins un chiffre.' },
          {
            pointer: '/body/newPassword',
            detail: 'Au moins un caractère spécial, comme ! ? - ou une espace.',
          },
        ],
      }),
    )
  })
})

describe('user names', () => {
  const firstNames = (email: string, count: number): string[] => {
    const names = userNamesFor(email)
    return Array.from({ length: count }, () => names.next().value ?? '')
  }

  it.each([
    ['madelainedupont@famille.example', 'madelainedupont'],
    ['Jean.Dupont@Mairie.example', 'jean.dupont'],
    ['zoé+école@famille.example', 'zoeecole'],
    ['!#@famille.example', 'compte'],
  ])('%s gives %s [guide 33]', (email, name) => {
    expect(firstNames(email, 3)).toEqual([name, `${name}2`, `${name}3`])
  })

  it('are parts of keys, all different, in small letters, and known as those of the e-mail', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (email) => {
        const names = firstNames(email, 12)
        expect(new Set(names).size).toBe(12)
        for (const name of names) {
          expect(join([name])).toBe(name)
          expect(name).toBe(name.toLowerCase())
          expect(isNameOf(name, email)).toBe(true)
        }
        expect(firstNames(normalEmail(email), 12)).toEqual(names)
      }),
    )
  })

  it('tells the name of another e-mail apart', () => {
    expect(isNameOf('dupont', 'martin@famille.example')).toBe(false)
    expect(isNameOf('dupont-jean', 'dupont@famille.example')).toBe(false)
  })
})
