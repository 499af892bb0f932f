import { expect, it } from 'vitest'
import { coverage, FEATURES, featuresIn, testSources } from './guides.ts'

it('knows the 59 features of the guides and the 11 wishes', () => {
  expect(FEATURES).toHaveLength(70)
  expect([FEATURES[0], FEATURES[58], FEATURES[59], FEATURES[69]]).toEqual([
    'guide 1',
    'guide 59',
    'wish W1',
    'wish W11',
  ])
})

it.each([
  ['one feature', 'gives totals [guide 28]', ['guide 28']],
  ['several', '[guide 43, 44] skips', ['guide 43', 'guide 44']],
  ['a range', '[guide 36–39]', ['guide 36', 'guide 37', 'guide 38', 'guide 39']],
  ['a range with a hyphen', '[guide 1-2]', ['guide 1', 'guide 2']],
  ['a wish', '[wish W2]', ['wish W2']],
  ['a range of wishes', '[wish W2–W3]', ['wish W2', 'wish W3']],
  ['two tags', '[guide 1] and [wish W11]', ['guide 1', 'wish W11']],
  ['none', 'reads a list [1, 2]', []],
])('reads %s in a title', (_, title, features) => {
  expect(featuresIn(title)).toEqual(features)
})

it.each(['[guide 60]', '[guide 0]', '[wish 3]', '[guide W3]', '[guide 9-8]', '[guide four]'])(
  'refuses %s, which the guides do not have',
  (title) => {
    expect(() => featuresIn(title)).toThrow(RangeError)
  },
)

it('lists the files of each feature once, and the features without any', () => {
  const proofs = coverage(
    new Map([
      ['a.test.ts', "it('x [guide 1]'); it('y [guide 1]')"],
      ['b.test.ts', "it('z [guide 1–2]')"],
    ]),
  )
  expect(proofs.get('guide 1')).toEqual(new Set(['a.test.ts', 'b.test.ts']))
  expect(proofs.get('guide 2')).toEqual(new Set(['b.test.ts']))
  expect(proofs.get('guide 3')).toEqual(new Set())
})

it('reads every title of the tests', () => {
  const proofs = coverage(testSources())
  expect(proofs.get('guide 1')?.size).toBeGreaterThan(0)
})
