import { beforeAll, describe, expect, it, vi } from 'vitest'
import { findHealth } from '../../shared/health/store.ts'
import { childEntity } from '../../shared/families/store.ts'
import { PortalError } from '../../shared/kernel/errors.ts'
import { HEALTH_CONSENT, HEALTH_SUMMARY } from '../../shared/kernel/health-texts.ts'
import { familyPartition } from '../../shared/platform/keys.ts'
import { guardianIdSchema } from '../../shared/platform/schemas.ts'
import { DUPONT, guardian, openCesson, TEST } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { streamedTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { expectCost, measure } from '../support/meter.ts'
import { separatedParents, SHARED_CHILD } from '../support/separated-parents.ts'
import { LEO, LUCAS, openHealth, SECRETS, TOLD, townWith } from './fixture.ts'

const { table, documents, newRecords } = await streamedTable()
const { keys, sealer, keep, read, withdraw } = await openHealth(table)

beforeAll(async () => {
  await openCesson(table)
})

/** All text in a value, also in its bytes and in what is written in base64. */
const textIn = (value: unknown): string => {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1')
  if (typeof value === 'string') return `${value} ${textIn(Buffer.from(value, 'base64'))}`
  if (typeof value !== 'object' || value === null) return String(value)
  return Object.values(value).map(textIn).join(' ')
}

const trailOf = async (familyId: string) =>
  table.query({ partition: familyPartition(familyId), from: ['TRAIL'] })

describe('a record', () => {
  it('is kept with all that the sheet of the guide asks, and read as it was told [guide 16, 17, 18]', async () => {
    const by = await anotherFamily(table)
    expect(await read(by)).toMatchObject({
      version: 0,
      detailed: true,
      consent: { textVersion: HEALTH_CONSENT.version },
    })
    await keep(by, 0)
    const { vaccinations, illnesses, allergies, ...rest } = await read(by)
    expect(vaccinations).toHaveLength(10)
    expect(vaccinations).toContainEqual({
      vaccine: 'diphtheria',
      name: 'Diphtérie',
      mandatory: true,
      done: true,
      on: '2017-06-15',
    })
    expect(vaccinations).toContainEqual({ vaccine: 'polio', name: 'Poliomyélite', mandatory: true })
    expect(illnesses).toContainEqual({
      illness: 'asthma',
      name: 'Asthme',
      had: true,
      on: '2021-02-03',
      details: 'Xylophonite nocturne',
    })
    expect(allergies).toContainEqual({
      kind: 'food',
      name: 'Allergies alimentaires',
      has: true,
      details: 'chocolatose',
    })
    expect(rest).toMatchObject({
      version: 1,
      doctor: TOLD.doctor,
      recommendations: TOLD.recommendations,
      carePlan: TOLD.carePlan,
      consent: { given: { textVersion: HEALTH_CONSENT.version, by: 'Madelaine DUPONT' } },
    })
  })

  it('stands nowhere in the open: not in the table, nor the stream, nor the logs', async () => {
    const lines = (['info', 'warn', 'error', 'log'] as const).map((level) =>
      vi.spyOn(console, level).mockReturnValue(),
    )
    const by = await anotherFamily(table)
    await newRecords()
    await keep(by, 0)
    await read(by)
    await keep(by, 0).catch(() => undefined)
    const written = textIn([
      await table.query({ partition: familyPartition(by.familyId) }),
      await newRecords(),
      lines.map((spy) => spy.mock.calls),
    ])
    const { sealed } = await findHealth(table, { ...by, childId: LEO })
    expect(written).toContain(textIn(sealed?.ciphertext))
    for (const secret of SECRETS) expect(written).not.toContain(secret)
    expect(Object.keys(sealed ?? {}).sort()).toEqual([
      ...['changed', 'childId', 'ciphertext', 'familyId', 'version', 'wrappedKey'],
    ])
    for (const spy of lines) spy.mockRestore()
  })

  it('does not open in the place of another child’s, another family’s or a later one', async () => {
    const by = await anotherFamily(table)
    await keep(by, 0)
    const { sealed } = await findHealth(table, { ...by, childId: LEO })
    await keep(by, 1, { body: { ...TOLD, recommendations: 'Aucune' } })
    if (sealed === undefined) throw new Error('Nothing was kept')
    const open = (family: string, child: string, version: number) =>
      sealer.open(sealed, {
        purpose: 'health-record',
        family,
        child,
        version: String(version),
      })
    expect(JSON.parse(await open(by.familyId, LEO, 1))).toMatchObject({ carePlan: TOLD.carePlan })
    await expect(open(TEST.familyId, LEO, 1)).rejects.toThrow()
    await expect(open(by.familyId, LUCAS, 1)).rejects.toThrow()
    await expect(open(by.familyId, LEO, 2)).rejects.toThrow()
  })

  it('is not undone by a guardian who has read an earlier version', async () => {
    const by = await anotherFamily(table)
    await keep(by, 0)
    const other = { ...guardian(by), account: 'account-of-the-father' }
    const theirs = { ...TOLD, recommendations: 'Du père' }
    await keep(by, 1, { body: theirs, actor: other })
    await expect(keep(by, 1)).rejects.toMatchObject({ code: 'changed-meanwhile' })
    await expect(keep(by, 0)).rejects.toMatchObject({ code: 'changed-meanwhile' })
    expect(await read(by)).toMatchObject({ version: 2, recommendations: 'Du père' })
  })

  it('goes to one of two guardians who write at the same moment', async () => {
    const by = await anotherFamily(table)
    const outcomes = await Promise.allSettled(
      ['de l’un', 'de l’autre'].map((recommendations, index) =>
        keep(by, 0, {
          body: { ...TOLD, recommendations },
          actor: { ...guardian(by), account: `account-${String(index)}` },
        }),
      ),
    )
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await read(by)).toMatchObject({ version: 1 })
  })

  it('tells where it is wrong, in French', async () => {
    const by = await anotherFamily(table)
    const body = {
      ...TOLD,
      vaccinations: [{ vaccine: 'polio' as const, done: true, on: '2016-04-17' as const }],
      consent: { textVersion: 'old' },
    }
    const refusal = await keep(by, 0, { body }).catch((error: unknown) => error)
    if (!(refusal instanceof PortalError)) throw new Error('It was kept')
    expect(refusal.code).toBe('invalid-request')
    expect(refusal.faults).toEqual([
      {
        pointer: '/body/vaccinations/0/on',
        detail: 'Cette date précède la naissance (18/04/2016).',
      },
      {
        pointer: '/body/consent/textVersion',
        detail: 'Donnez votre accord au texte en vigueur pour enregistrer ces renseignements.',
      },
    ])
  })

  it('is not kept where the town keeps none in detail; what is there can still be read and withdrawn', async () => {
    const by = await anotherFamily(table)
    await keep(by, 0)
    const town = townWith({ healthRecord: 'summary' })
    await expect(keep(by, 1, { town })).rejects.toMatchObject({
      code: 'health-record-off',
      detail: HEALTH_SUMMARY,
    })
    expect(await withdraw(by)).toMatchObject({ childId: LEO })
  })
})

describe('who may read and write', () => {
  it('is no guardian of another family, and nobody learns that there is a child', async () => {
    const by = await anotherFamily(table)
    await keep(by, 0)
    const unknown = { ...by, guardianId: guardianIdSchema.parse('nobody') }
    await expect(read(unknown)).rejects.toMatchObject({ code: 'not-found' })
    await expect(keep(unknown, 1)).rejects.toMatchObject({ code: 'not-found' })
    await expect(withdraw(unknown)).rejects.toMatchObject({ code: 'not-found' })
    await expect(read(TEST)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('is no guardian whose authority over the child was withdrawn', async () => {
    const by = await anotherFamily(table)
    await keep(by, 0)
    const item = await table.get(childEntity.keyOf({ ...by, childId: LEO }))
    if (item === undefined) throw new Error('There is no child')
    await table.put(
      childEntity.toItem({
        ...childEntity.fromItem(item),
        authorityWithdrawn: [{ guardianId: by.guardianId, since: '2025-09-01' }],
      }),
    )
    await expect(read(by)).rejects.toMatchObject({ code: 'not-found' })
    await expect(keep(by, 1)).rejects.toMatchObject({ code: 'not-found' })
    await expect(withdraw(by)).rejects.toMatchObject({ code: 'not-found' })
    expect(await read(by, { child: LUCAS })).toMatchObject({ version: 0 })
  })

  it('are both households of a child, of one record, without the name of the other’s guardian', async () => {
    const { mother, father } = await separatedParents(table)
    const [one, other] = [mother, father].map((familyId) => ({ ...DUPONT, familyId }))
    if (one === undefined || other === undefined) throw new Error('No parents')
    const shared = { child: SHARED_CHILD }
    await keep(other, 0, { ...shared })
    const seen = await read(one, shared)
    expect(seen).toMatchObject({ version: 1, carePlan: TOLD.carePlan })
    expect(seen.consent.given).toBeDefined()
    expect(seen.consent.given).not.toHaveProperty('by')
    await keep(one, 1, { ...shared, body: { ...TOLD, carePlan: 'De la mère' } })
    expect(await read(other, shared)).toMatchObject({ version: 2, carePlan: 'De la mère' })
  })
})

describe('each reading', () => {
  it('is noted before the answer, and none is answered without', async () => {
    const by = await anotherFamily(table)
    await keep(by, 0)
    await read(by)
    expect(await trailOf(by.familyId)).toMatchObject([
      {
        entity: 'TrailEntry',
        kind: 'read',
        id: 'leo',
        about: 'Léo DUPONT',
        by: `account-${by.familyId}`,
      },
    ])
  })
})

describe('a consent', () => {
  it('is withdrawn with the record, once, and leaves who gave and who withdrew it', async () => {
    const by = await anotherFamily(table)
    expect(await withdraw(by)).toEqual({ childId: LEO })
    await keep(by, 0)
    const first = await withdraw(by)
    const later = await withdraw(by, { now: new Date('2025-10-01T08:00:00Z') })
    expect(later).toEqual(first)
    expect(first.withdrawnAt).toBe('2025-09-15T09:00:00.000Z')
    const { sealed, consent } = await findHealth(table, { ...by, childId: LEO })
    expect(sealed).toBeUndefined()
    expect(consent).toMatchObject({
      by,
      textVersion: HEALTH_CONSENT.version,
      withdrawn: { by, at: first.withdrawnAt },
    })
    expect(await trailOf(by.familyId)).toMatchObject([{ kind: 'removed', id: 'leo' }])
    expect(await read(by)).toMatchObject({
      version: 0,
      consent: { withdrawnAt: first.withdrawnAt },
    })
  })

  it('is given anew after that, with a record that begins anew', async () => {
    const by = await anotherFamily(table)
    await keep(by, 0)
    await withdraw(by)
    const kept = await keep(by, 0)
    expect(kept.consent.withdrawnAt).toBeUndefined()
    expect(kept.consent.given).toMatchObject({ by: 'Madelaine DUPONT' })
  })
})

describe('wherever it breaks off', () => {
  it('a record is kept once, by the same call again', async () => {
    const crashes = await crashEverywhere({
      clients: [documents, keys],
      scenario: async () => {
        const by = await anotherFamily(table)
        return {
          run: () => keep(by, 0),
          check: async (kept) => {
            expect(kept).toMatchObject({ version: 1, carePlan: TOLD.carePlan })
            expect(await read(by)).toMatchObject({ version: 1, carePlan: TOLD.carePlan })
          },
        }
      },
    })
    expect(crashes.map(({ operation }) => operation)).toEqual(
      expect.arrayContaining(['GenerateDataKey', 'TransactWriteItems']),
    )
  })

  it('a consent is withdrawn once', async () => {
    await crashEverywhere({
      clients: [documents],
      scenario: async () => {
        const by = await anotherFamily(table)
        await keep(by, 0)
        return {
          run: () => withdraw(by),
          check: async () => {
            const { sealed, consent } = await findHealth(table, { ...by, childId: LEO })
            expect(sealed).toBeUndefined()
            expect(consent).toMatchObject({ version: 2 })
          },
        }
      },
    })
  })
})

describe('the cost', () => {
  it('of a record: two Queries and one transaction, or one write that notes the reading', async () => {
    const by = await anotherFamily(table)
    const clients = [documents, keys]
    expectCost('keep a health record', (await measure(clients, () => keep(by, 0))).cost)
    expectCost('read a health record', (await measure(clients, () => read(by))).cost)
  })
})
