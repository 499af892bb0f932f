import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isSameEmail, normalEmail } from '../../shared/kernel/email.ts'
import { emailSchema } from '../../shared/platform/schemas.ts'

describe('an e-mail address', () => {
  it('is the same in capitals and with spaces around it', () => {
    expect(normalEmail('  Madelaine.DUPONT@Famille.example ')).toBe(
      'madelaine.dupont@famille.example',
    )
    expect(isSameEmail('Parents@famille.example', 'parents@FAMILLE.example ')).toBe(true)
    expect(isSameEmail('parents@famille.example', 'parent@famille.example')).toBe(false)
  })

  it('has one normal form, whatever is typed', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (email) => {
        const normal = normalEmail(` ${email.toUpperCase()}\t`)
        expect(normalEmail(normal)).toBe(normal)
        expect(isSameEmail(normal, email)).toBe(true)
      }),
    )
  })

  it('is taken as it is typed, and kept in its normal form', () => {
    expect(emailSchema.parse(' Paule@Visiteur.example')).toBe('paule@visiteur.example')
    for (const typed of ['', ' ', 'paule', 'paule@', 'a b@visiteur.example']) {
      expect(emailSchema.safeParse(typed).success).toBe(false)
    }
    const long = `${'a'.repeat(120)}@famille.example`
    expect(emailSchema.safeParse(long).success).toBe(false)
    expect(emailSchema.safeParse(`${' '.repeat(100)}a@famille.example`).success).toBe(true)
  })
})
