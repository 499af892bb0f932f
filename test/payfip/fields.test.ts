import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { instantOf, referenceOf, subjectOf } from '../../shared/payfip/fields-rules.ts'
import { orderSchema } from '../../shared/payfip/model.ts'
import { readClient, readOpened, readResult } from '../../shared/payfip/replies-rules.ts'

describe('the fields of a payment', () => {
  it('have no accents and no signs, as those who use PayFiP recorded it [guide 9]', () => {
    expect(subjectOf('18/09/2020  Établissement attestation hors-sol n#1234')).toBe(
      '18092020 Etablissement attestation hors sol n1234',
    )
    expect(subjectOf("L'école d’Aÿ-sur-Mœuvre")).toBe('L ecole d Ay sur Muvre')
    expect(referenceOf('AV-ENF2025', '/0001 é')).toBe('AVENF20250001')
  })

  it('are taken by PayFiP whatever they are made from', () => {
    const { subject, reference } = orderSchema.shape
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        expect(subject.safeParse(`x${subjectOf(text)}`.slice(0, 100)).success).toBe(true)
        expect(subjectOf(subjectOf(text))).toBe(subjectOf(text))
        expect(reference.safeParse(referenceOf('ENF202500000001', text)).success).toBe(true)
      }),
    )
  })

  it.each([
    ['12122019', '1311', '2019-12-12T12:11:00.000Z'],
    ['12072019', '1311', '2019-07-12T11:11:00.000Z'],
    ['12072019', '13:11', '2019-07-12T11:11:00.000Z'],
    ['31022019', '1311', undefined],
    ['12072019', '2460', undefined],
    ['2019-07-12', '1311', undefined],
    ['', '', undefined],
  ])('date the transaction of %s %s by the clocks of Paris', (day, hour, instant) => {
    expect(instantOf(day, hour)).toBe(instant)
  })
})

describe('an answer', () => {
  const envelope = (name: string, inner: string): string =>
    `<s:Envelope xmlns:s="x"><s:Body><n:${name} xmlns:n="y"><return>${inner}</return></n:${name}></s:Body></s:Envelope>`

  it('is read by local names in any case, with its references to characters', () => {
    const inner =
      '<RESULTRANS>P</RESULTRANS><idop>a-1</idop><NumAuto>1&amp;2 &#233;&#xE9; &amp;#233;</NumAuto><montant> 1000 </montant><mel/>'
    expect(
      readResult(
        envelope('RECUPERERDETAILPAIEMENTSECURISERESPONSE', inner).replace('Body', 'Body'),
      ),
    ).toMatchObject({
      kind: 'done',
      value: { code: 'P', idOp: 'a-1', authorisation: '1&2 éé &#233;', amount: '1000' },
    })
  })

  it('is read or unreadable, never thrown and never made up, whatever it says', () => {
    const inner = fc
      .array(
        fc.tuple(
          fc.constantFrom('resultrans', 'idOp', 'montant', 'x', '__proto__', 'constructor'),
          fc.string(),
        ),
      )
      .map((fields) => fields.map(([name, value]) => `<${name}>${value}</${name}>`).join(''))
    const reply = fc.oneof(
      fc.string(),
      inner.map((each) => envelope('recupererDetailPaiementSecuriseResponse', each)),
      inner.map((each) => envelope('creerPaiementSecuriseResponse', each)),
      inner.map((each) => envelope('recupererDetailClientResponse', each)),
    )
    fc.assert(
      fc.property(reply, (text) => {
        for (const read of [readOpened, readResult, readClient]) {
          const answer = read(text)
          if (answer.kind === 'silent') expect(answer.why).toBe('unreadable')
          else expect(text).toContain('Envelope')
        }
        expect(Object.prototype).not.toHaveProperty('resultrans')
      }),
    )
  })
})
