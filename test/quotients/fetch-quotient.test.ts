import { beforeAll, describe, expect, it } from 'vitest'
import { noteMeans } from '../../shared/families/keep-means.ts'
import { childEntity, familyEntity, guardianEntity } from '../../shared/families/store.ts'
import { readFile } from '../../shared/families/read-file.ts'
import { QUOTIENT_CONSENT } from '../../shared/kernel/quotient-texts.ts'
import { familyPartition } from '../../shared/platform/keys.ts'
import { guardianIdSchema, type FamilyId } from '../../shared/platform/schemas.ts'
import type { Birth } from '../../shared/quotients/model.ts'
import { MOST_A_DAY } from '../../shared/quotients/rules.ts'
import { DUPONT, openCesson } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { freshTable } from '../support/engine.ts'
import { expectCost, measure } from '../support/meter.ts'
import { separatedParents } from '../support/separated-parents.ts'
import { CHALONS, NOW, openFunds, openQuotients, staff, townWith } from './fixture.ts'
import { anyText, matching } from '../support/matching.ts'

const { table, documents } = await freshTable()
const { funds, client } = await openFunds()
const { familyOf, agree, fetched, fetchedByStaff, read, withdraw } = openQuotients(table, client())

beforeAll(async () => {
  await openCesson(table)
})

/** A father of the sandbox, who agrees. */
const pierre = async () => {
  const by = await familyOf({})
  await agree(by)
  return by
}

const meansOf = async (familyId: FamilyId) => (await readFile(table, familyId)).file.means

const note = (familyId: FamilyId, from: `${string}-${string}-${string}`, quotient: string) =>
  noteMeans(
    { table, town: townWith('from-the-next-month') },
    {
      parameters: { familyId, from },
      body: { source: 'declared', quotient, income: '31000', parts: '2.5', reason: 'Attestation' },
      actor: staff('accountant'),
      now: NOW,
    },
  )

const at = (day: string) => new Date(`${day}T09:00:00Z`)

describe('a consent', () => {
  it('is of the guardian who gives it: when, and to which wording [wish W8]', async () => {
    const by = await familyOf({})
    expect((await read(by)).consent).toEqual({
      text: QUOTIENT_CONSENT.text,
      textVersion: QUOTIENT_CONSENT.version,
    })
    const given = await agree(by)
    expect(given.given).toEqual({ at: NOW.toISOString(), textVersion: QUOTIENT_CONSENT.version })
    expect(await agree(by, { now: at('2025-10-20') })).toEqual(given)
    expect((await read(by)).consent).toEqual(given)
    const mother = { ...by, guardianId: guardianIdSchema.parse('g2') }
    expect((await read(mother)).consent.given).toBeUndefined()
    await expect(fetched(mother)).rejects.toMatchObject({ code: 'consent-missing' })
  })

  it('is to the present wording, and by somebody who is in the file', async () => {
    const by = await familyOf({})
    await expect(agree(by, { textVersion: '1999' })).rejects.toMatchObject({
      code: 'invalid-request',
      faults: [{ pointer: '/body/textVersion' }],
    })
    const gone = { ...by, guardianId: guardianIdSchema.parse('gone') }
    await expect(agree(gone)).rejects.toMatchObject({ code: 'not-found' })
    await expect(read(gone)).rejects.toMatchObject({ code: 'not-found' })
    await expect(withdraw(gone)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('is withdrawn once; from then on nobody asks, and what was fetched stays', async () => {
    const by = await pierre()
    await fetched(by)
    expect(await withdraw(by, at('2025-10-16'))).toMatchObject({
      withdrawnAt: '2025-10-16T09:00:00.000Z',
    })
    expect(await withdraw(by, at('2025-10-17'))).toMatchObject({
      withdrawnAt: '2025-10-16T09:00:00.000Z',
    })
    const before = funds.asked.length
    await expect(fetched(by)).rejects.toMatchObject({ code: 'consent-missing' })
    await expect(fetchedByStaff(by)).rejects.toMatchObject({
      code: 'consent-missing',
      detail: matching('attestation papier'),
    })
    expect(funds.asked).toHaveLength(before)
    expect(await read(by)).toMatchObject({ means: [{}, { quotient: '200' }], fetches: [{}] })
    expect((await agree(by, { now: at('2025-10-18') })).withdrawnAt).toBeUndefined()
    expect(await fetched(by)).toMatchObject({ means: { quotient: '200' } })
  })

  it('is one, wherever the call that gives or withdraws it breaks', async () => {
    await crashEverywhere({
      clients: [documents],
      scenario: async () => {
        const by = await familyOf({})
        return {
          run: async () => {
            await agree(by)
            return withdraw(by, at('2025-10-16'))
          },
          check: async (result) => {
            expect(result.withdrawnAt).toBe('2025-10-16T09:00:00.000Z')
            expect((await read(by)).consent).toEqual(result)
          },
        }
      },
    })
  })
})

describe('a fetched quotient', () => {
  it('counts from the day that the town’s rule gives, and the reply says which [guide 53] [wish W8]', async () => {
    const by = await pierre()
    const { fetch, means } = await fetched(by)
    expect(means).toMatchObject({ from: '2025-11-01', quotient: '200', source: 'caf' })
    expect(fetch).toMatchObject({
      by: 'Pierre MARTIN',
      about: 'Pierre MARTIN',
      at: NOW.toISOString(),
      consentedAt: NOW.toISOString(),
      purpose: 'Calcul des tarifs des services de la mairie',
      month: '2025-10',
      told: 'Quotient familial de 200 € (MSA, septembre 2024) : il compte à partir du 01/11/2025.',
      outcome: {
        kind: 'found',
        value: '200',
        provider: 'MSA',
        month: '2024-09',
        calculatedIn: '2024-12',
        countsFrom: '2025-11-01',
      },
    })
    expect(await meansOf(by.familyId)).toContainEqual({
      ...means,
      familyId: by.familyId,
      notedAt: NOW.toISOString(),
      notedBy: anyText,
    })
    const sameDay = await pierre()
    expect(await fetched(sameDay, { town: townWith('from-the-day') })).toMatchObject({
      means: { from: '2025-10-15' },
    })
  })

  it('never counts backwards for a parent, nor for staff without a reason [wish W8]', async () => {
    const by = await pierre()
    expect(await fetched(by, { month: '2025-09' })).toMatchObject({
      means: { from: '2025-11-01' },
    })
    for (const month of ['2025-08', '2025-11'] as const) {
      await expect(fetched(by, { month })).rejects.toMatchObject({
        code: 'period-out-of-range',
        faults: [{ pointer: '/body/month', detail: matching('septembre 2025') }],
      })
    }
    const other = await pierre()
    expect(await fetchedByStaff(other, { month: '2025-01' })).toMatchObject({
      means: { from: '2025-11-01' },
    })
    const reason = 'Dossier traité en retard'
    expect(await fetchedByStaff(other, { month: '2025-01', reason })).toMatchObject({
      means: { from: '2025-01-01' },
      fetch: { by: 'La mairie', reason },
    })
    expect(await meansOf(other.familyId)).toContainEqual(
      expect.objectContaining({ from: '2025-01-01', reason }),
    )
    await expect(fetchedByStaff(other, { month: '2023-09' })).rejects.toMatchObject({
      code: 'period-out-of-range',
    })
  })

  it('leaves what else the family has shown, and is written once while it stays the same', async () => {
    const by = await pierre()
    await note(by.familyId, '2025-10-01', '999')
    expect((await fetched(by)).means).toEqual({
      from: '2025-11-01',
      quotient: '200',
      income: '31000',
      parts: '2.5',
      source: 'caf',
    })
    const held = await meansOf(by.familyId)
    expect(await fetched(by, { now: at('2025-12-15') })).toMatchObject({
      means: { from: '2025-11-01' },
    })
    expect(await meansOf(by.familyId)).toEqual(held)
    expect((await read(by)).fetches).toHaveLength(2)
  })

  it('takes nothing back that staff note while the fund is asked', async () => {
    const by = await familyOf({ birthName: 'Durand' })
    const slow = client()
    const meanwhile = openQuotients(table, async (question) => {
      await note(by.familyId, '2025-10-01', '999')
      return slow(question)
    })
    await meanwhile.agree(by)
    expect((await meanwhile.fetched(by)).means).toMatchObject({ quotient: '812', parts: '2.5' })
  })

  it('is of one household, and nothing of it is shown to the other of a child', async () => {
    const { mother, father } = await separatedParents(table)
    const [his, hers] = [father, mother].map((familyId) => ({ ...DUPONT, familyId }))
    if (his === undefined || hers === undefined) throw new Error('No parents')
    const [child] = (await readFile(table, father)).file.children
    if (child === undefined) throw new Error('No child')
    // As old as the child of whom the sandbox tells.
    await table.put(childEntity.toItem({ ...child, birthDate: '2020-04-18' }))
    await agree(his)
    expect(await fetched(his)).toMatchObject({ means: { quotient: '2550' } })
    await expect(fetched(hers)).rejects.toMatchObject({ code: 'consent-missing' })
    const shown = await read(hers)
    expect(shown).toMatchObject({ means: [], fetches: [] })
    expect(shown.consent.given).toBeUndefined()
  })

  it('of 0 is one, and not none', async () => {
    const by = await familyOf({ birthName: 'Zero' })
    await agree(by)
    expect((await fetched(by)).means).toMatchObject({ quotient: '0' })
  })

  it('is kept once and whole, wherever the call breaks', async () => {
    await crashEverywhere({
      clients: [documents],
      scenario: async () => {
        const by = await pierre()
        return {
          run: () => fetched(by),
          check: async ({ means, fetch }) => {
            expect(means).toMatchObject({ from: '2025-11-01', quotient: '200' })
            const shown = await read(by)
            expect(shown.means.filter(({ from }) => from === '2025-11-01')).toHaveLength(1)
            expect(shown.fetches).toEqual([fetch])
          },
        }
      },
    })
  }, 60_000)

  it('costs three Queries and one write, and a look at them two', async () => {
    const by = await pierre()
    const fetching = await measure([documents], () => fetched(by))
    expect(fetching.cost.calls).toEqual({ Query: 3, TransactWriteItems: 1 })
    expectCost('fetch a quotient', fetching.cost)
    const reading = await measure([documents], () => read(by))
    expect(reading.cost.calls).toEqual({ Query: 2 })
    expectCost('read the quotients of a family', reading.cost)
  })
})

describe('whom the fund is asked about', () => {
  it('is the guardian of the file, with what it lacks from the call, which is not stored', async () => {
    const by = await familyOf({ birthName: undefined, birthDate: undefined, title: 'Mme' })
    await agree(by)
    await expect(fetched(by)).rejects.toMatchObject({
      code: 'invalid-request',
      faults: [{ pointer: '/body/birth/name' }, { pointer: '/body/birth/date' }],
    })
    const birth = {
      ...CHALONS,
      name: 'Xylophone',
      date: '1991-02-03',
      otherFirstNames: ['Zwickel'],
    } satisfies Birth
    await fetched(by, { birth })
    const query = funds.asked.at(-1)?.url.searchParams
    expect(query?.getAll('prenoms[]')).toEqual(['Pierre', 'Zwickel'])
    expect(query?.get('nomNaissance')).toBe('Xylophone')
    expect(query?.get('sexeEtatCivil')).toBe('F')
    expect(query?.get('recipient')).toBe(townWith('from-the-day').catalogue.town.siret)
    const stored = JSON.stringify(await table.query({ partition: familyPartition(by.familyId) }))
    for (const secret of ['Xylophone', 'Zwickel', '1991-02-03', '51108', 'FLEUR', 'AVENUE']) {
      expect(stored).not.toContain(secret)
    }
  })

  it('is nobody else: what the file holds is not to be told otherwise', async () => {
    const by = await pierre()
    const before = funds.asked.length
    await expect(
      fetched(by, { birth: { ...CHALONS, name: 'Lefebvre', date: '1990-01-01' } }),
    ).rejects.toMatchObject({
      code: 'invalid-request',
      faults: [{ pointer: '/body/birth/name' }, { pointer: '/body/birth/date' }],
    })
    for (const birth of [{ country: '99100' }, { country: '99109', commune: '51108' }]) {
      await expect(fetched(by, { birth })).rejects.toMatchObject({
        faults: [{ pointer: '/body/birth/commune' }],
      })
    }
    const unknown = { ...by, guardianId: guardianIdSchema.parse('gone') }
    await expect(fetchedByStaff(unknown)).rejects.toMatchObject({ code: 'not-found' })
    expect(funds.asked).toHaveLength(before)
  })

  it('is asked about so often a day, by whomever, and again the next day', async () => {
    const by = await pierre()
    for (let time = 0; time < MOST_A_DAY; time += 1) {
      const now = new Date(NOW.getTime() + time * 1000)
      await (time % 2 === 0 ? fetched(by, { now }) : fetchedByStaff(by, { now }))
    }
    const now = new Date('2025-10-15T21:59:00Z')
    await expect(fetched(by, { now })).rejects.toMatchObject({
      code: 'too-many-attempts',
      retryAfterSeconds: 60,
    })
    const tomorrow = new Date('2025-10-15T22:00:00Z')
    expect(await fetched(by, { now: tomorrow })).toMatchObject({ means: { quotient: '200' } })
  })
})

describe('a question that came to nothing', () => {
  it.each([
    ['Jetonexpire', 'token-refused', { code: 'unavailable' }],
    ['Sansdroits', 'no-rights', { code: 'unavailable' }],
    ['Mairieinconnue', 'recipient-refused', { code: 'unavailable' }],
    ['Sansdossier', 'no-file', { code: 'quotient-unknown' }],
    ['Inconnue', 'identity', { code: 'quotient-unknown' }],
    ['Autrefamille', 'other-family', { code: 'quotient-unknown' }],
    ['Encours', 'running', { code: 'unavailable', retryAfterSeconds: 60 }],
    ['Plustard', 'too-many', { code: 'unavailable', retryAfterSeconds: 90 }],
    ['Indisponible', 'provider-down', { code: 'unavailable', retryAfterSeconds: 7 }],
    ['Delanoue', 'provider-down', { code: 'unavailable', retryAfterSeconds: 600 }],
    ['Illisible', 'unreadable', { code: 'unavailable' }],
  ] as const)(
    'about %s is noted as %s, shown, and says what to do',
    async (birthName, error, refusal) => {
      const person =
        birthName === 'Delanoue'
          ? ({ firstName: 'Jean-Marie', birthDate: '2002-12-05' } as const)
          : {}
      const by = await familyOf({ birthName, ...person })
      await agree(by)
      const held = await meansOf(by.familyId)
      const birth = { country: '99100', commune: birthName === 'Delanoue' ? '08480' : '51108' }
      const refused = fetched(by, { birth })
      await expect(refused).rejects.toMatchObject({
        ...refusal,
        detail: matching(/attestation|Réessayez/),
      })
      const shown = await read(by)
      expect(shown.fetches).toMatchObject([{ outcome: { kind: 'failed', error }, told: anyText }])
      expect(await meansOf(by.familyId)).toEqual(held)
    },
  )

  it('is noted once, wherever the call breaks', async () => {
    await crashEverywhere({
      clients: [documents],
      scenario: async () => {
        const by = await familyOf({ birthName: 'Sansdossier' })
        await agree(by)
        return {
          run: async () => {
            const error: unknown = await fetched(by).catch((thrown: unknown) => thrown)
            if (error instanceof Error && error.name !== 'PortalError') throw error
          },
          check: async () => {
            expect((await read(by)).fetches).toMatchObject([{ outcome: { error: 'no-file' } }])
          },
        }
      },
    })
  }, 60_000)
})

it('is not for a file that was set aside, nor for a guardian who left it', async () => {
  const by = await pierre()
  const { family } = (await readFile(table, by.familyId)).file
  await table.put(familyEntity.toItem({ ...family, inactiveSince: NOW.toISOString() }))
  await expect(fetched(by)).rejects.toMatchObject({ code: 'file-inactive' })
  await table.delete(guardianEntity.keyOf(by))
  await expect(fetched(by)).rejects.toMatchObject({ code: 'not-found' })
})
