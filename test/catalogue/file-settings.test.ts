import { describe, expect, it } from 'vitest'
import { FILE_FIELDS, fileSettingsSchema } from '../../shared/catalogue/file-settings.ts'
import { fieldName } from '../../shared/kernel/file-texts.ts'

describe('what a town asks of family files', () => {
  it('is what guide 000 stars, unless it says otherwise [guide 11, 12]', () => {
    expect(fileSettingsSchema.parse({})).toEqual({
      mandatory: ['family.homePhone'],
      notAsked: ['guardian.employer'],
      checked: [],
    })
  })

  it.each([
    ['insists on what it does not ask', { mandatory: ['child.sex'], notAsked: ['child.sex'] }],
    ['does without what every file has', { notAsked: ['family.name'] }],
    ['insists on what not every child has', { mandatory: ['child.diets'] }],
    ['asks what no file has', { mandatory: ['child.religion'] }],
  ])('is refused when it %s', (_, settings) => {
    expect(fileSettingsSchema.safeParse(settings).success).toBe(false)
  })

  it('has a French name in every field', () => {
    for (const field of FILE_FIELDS) {
      const [, name = ''] = field.split('.')
      expect(fieldName(name)).toMatch(/^\p{Lu}/u)
    }
  })
})
