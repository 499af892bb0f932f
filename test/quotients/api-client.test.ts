import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readAnswer, secondsToWait } from '../../shared/quotients/answers-rules.ts'
import { FETCH_ERRORS, foundQuotientSchema, type Identity } from '../../shared/quotients/model.ts'
import { openFunds, PIERRE, TOKEN } from './fixture.ts'

const { funds, client } = await openFunds()
const RECIPIENT = '21770067900018'

const askAbout = (identity: Identity, ask = client()) =>
  ask({ identity, month: '2025-10', recipient: RECIPIENT })

const named = (birthName: string): Identity => ({ ...PIERRE, birthName, firstNames: ['Lou'] })

const AT_CHARLEVILLE = { sex: 'M', birthDate: '2002-12-05', commune: '08480' } as const

/** What was asked while `run` ran. */
const questionsOf = async (run: () => Promise<unknown>) => {
  const before = funds.asked.length
  await run()
  return funds.asked.slice(before)
}

describe('a question to the funds', () => {
  it('names the person, the month and the town, and carries its token [wish W8]', async () => {
    const [question, ...others] = await questionsOf(() =>
      askAbout({ ...PIERRE, firstNames: ['Pierre', 'Alexis'] }),
    )
    expect(others).toEqual([])
    expect(question?.authorization).toBe(`Bearer ${TOKEN}`)
    expect(question?.url.pathname).toBe('/v3/dss/quotient_familial/identite')
    expect([...(question?.url.searchParams ?? [])]).toEqual([
      ['recipient', RECIPIENT],
      ['nomNaissance', 'Martin'],
      ['sexeEtatCivil', 'M'],
      ['anneeDateNaissance', '1987'],
      ['moisDateNaissance', '6'],
      ['jourDateNaissance', '27'],
      ['codeCogInseePaysNaissance', '99100'],
      ['codeCogInseeCommuneNaissance', '51108'],
      ['annee', '2025'],
      ['mois', '10'],
      ['prenoms[]', 'Pierre'],
      ['prenoms[]', 'Alexis'],
    ])
  })

  it('is answered as in the published sandbox', async () => {
    expect(await askAbout(PIERRE)).toEqual({
      kind: 'found',
      quotient: { value: '200', provider: 'MSA', month: '2024-09', calculatedIn: '2024-12' },
      childrenBorn: ['2020-00-00'],
    })
    expect(await askAbout(named('Personne'))).toMatchObject({
      kind: 'found',
      quotient: { provider: 'CNAF', value: '2550' },
    })
    const { birthName, firstNames, sex, birthDate } = named('Personne')
    const abroad = { birthName, firstNames, sex, birthDate, country: '99109' }
    expect(await askAbout(abroad)).toMatchObject({ kind: 'found' })
  })

  it.each([
    ['Lefebvre', { error: 'no-file', apiCode: '37003' }, { sex: 'F', commune: '00404' }],
    [
      'Desfouin',
      { error: 'too-many', apiCode: '00429', retryAfterSeconds: 42 },
      { ...AT_CHARLEVILLE, firstNames: ['René'] },
    ],
    [
      'Delanoue',
      { error: 'provider-down', apiCode: '37999' },
      { ...AT_CHARLEVILLE, firstNames: ['Jean-Marie'] },
    ],
    [
      'Situdi',
      { error: 'provider-down', apiCode: '37001' },
      { ...AT_CHARLEVILLE, firstNames: ['Clément'] },
    ],
    ['Jetonexpire', { error: 'token-refused', apiCode: '00103' }, {}],
    ['Sansdroits', { error: 'no-rights', apiCode: '00100' }, {}],
    ['Mairieinconnue', { error: 'recipient-refused', apiCode: '00203' }, {}],
    ['Sansdossier', { error: 'no-file', apiCode: '23003' }, {}],
    ['Encours', { error: 'running', apiCode: '00015' }, {}],
    ['Inconnue', { error: 'identity', apiCode: '00366' }, {}],
    ['Plustard', { error: 'too-many', apiCode: '00429', retryAfterSeconds: 90 }, {}],
    ['Indisponible', { error: 'provider-down', apiCode: '00501', retryAfterSeconds: 7 }, {}],
    ['Illisible', { error: 'unreadable' }, {}],
    ['Etrange', { error: 'unreadable' }, {}],
    ['Ailleurs', { error: 'provider-down' }, {}],
    ['Sansbloc', { error: 'no-rights' }, {}],
    ['Sansvaleur', { error: 'no-file' }, {}],
    ['Negative', { error: 'unreadable' }, {}],
  ] as const)('about %s fails in its own way: %o', async (name, failed, person) => {
    expect(await askAbout({ ...named(name), ...person })).toEqual({ kind: 'failed', ...failed })
  })

  it.each([
    ['Seule', { value: '812', month: '2025-10' }],
    ['Sansmois', { value: '612.5', month: '2025-10' }],
    ['Zero', { value: '0', month: '2025-10' }],
  ])('about %s is answered though parts of the answer are missing or odd', async (name, found) => {
    expect(await askAbout(named(name))).toMatchObject({
      kind: 'found',
      quotient: { provider: 'CNAF', ...found },
    })
  })

  it.each([
    ['Delanoue', 3, { ...AT_CHARLEVILLE, firstNames: ['Jean-Marie'] }],
    ['Encours', 3, {}],
    ['Indisponible', 1, {}],
    ['Plustard', 1, {}],
    ['Inconnue', 1, {}],
    ['Jetonexpire', 1, {}],
  ] as const)('about %s is asked %i times', async (name, times, person) => {
    const asked = await questionsOf(() => askAbout({ ...named(name), ...person }))
    expect(asked).toHaveLength(times)
  })

  it('is not waited for longer than it may take, and then not asked again', async () => {
    const asked = await questionsOf(async () => {
      expect(await askAbout(named('Lente'), client({ patience: 200 }))).toEqual({
        kind: 'failed',
        error: 'timeout',
      })
    })
    expect(asked).toHaveLength(1)
  })

  it('ends within its time, however often it might be asked', async () => {
    const ask = client({ total: 1500, pause: 60_000 })
    expect(await askAbout(named('Encours'), ask)).toMatchObject({ error: 'running' })
    expect(await askAbout(named('Lente'), client({ total: 200 }))).toMatchObject({
      error: 'timeout',
    })
  })

  it('is not asked without a token, and is answered where nobody listens', async () => {
    const none = client({ token: () => Promise.resolve(undefined) })
    expect(
      await questionsOf(async () => {
        expect(await askAbout(PIERRE, none)).toEqual({ kind: 'failed', error: 'token-refused' })
      }),
    ).toEqual([])
    const nobody = client({ url: 'http://127.0.0.1:9' })
    expect(await askAbout(PIERRE, nobody)).toEqual({ kind: 'failed', error: 'provider-down' })
  })
})

describe('an answer', () => {
  it('is read or refused, never thrown, whatever it says', () => {
    const block = fc.record(
      {
        fournisseur: fc.constantFrom('CNAF', 'MSA', 'AUTRE', null),
        valeur: fc.oneof(fc.integer(), fc.double(), fc.constant(null), fc.string()),
        annee: fc.oneof(fc.integer({ min: 1890, max: 2210 }), fc.constant(null)),
        mois: fc.oneof(fc.integer({ min: -1, max: 14 }), fc.constant(null)),
      },
      { requiredKeys: [] },
    )
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      block.map((each) => JSON.stringify({ data: { quotient_familial: each } })),
      fc
        .tuple(block, fc.array(fc.record({ date_naissance: fc.option(fc.string()) })))
        .map(([each, enfants]) => JSON.stringify({ data: { quotient_familial: each, enfants } })),
      fc.array(fc.jsonValue()).map((errors) => JSON.stringify({ errors })),
    )
    fc.assert(
      fc.property(
        fc.oneof(fc.constant(200), fc.integer({ min: 201, max: 599 })),
        text,
        fc.option(fc.string()),
        (status, body, retryAfter) => {
          const answer = readAnswer({ status, text: body, retryAfter, date: null }, '2025-10')
          if (answer.kind === 'found') {
            expect(status).toBe(200)
            expect(foundQuotientSchema.parse(answer.quotient)).toEqual(answer.quotient)
          } else {
            expect(FETCH_ERRORS).toContain(answer.error)
          }
        },
      ),
    )
  })

  it.each([
    ['42', null, 42],
    ['Wed, 15 Oct 2025 09:01:30 GMT', 'Wed, 15 Oct 2025 09:00:00 GMT', 90],
    ['Wed, 15 Oct 2025 09:01:30 GMT', null, undefined],
    ['Wed, 15 Oct 2025 08:00:00 GMT', 'Wed, 15 Oct 2025 09:00:00 GMT', 0],
    ['999999999', null, 86_400],
    ['soon', 'Wed, 15 Oct 2025 09:00:00 GMT', undefined],
    [null, null, undefined],
  ])('that says to come back after %s, at %s, is waited for %s s', (retryAfter, date, seconds) => {
    expect(secondsToWait({ retryAfter, date })).toBe(seconds)
  })
})
