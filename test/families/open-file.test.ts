import { beforeAll, describe, expect, it } from 'vitest'
import { createFamily } from '../../shared/families/create-family.ts'
import { openFileRoute } from '../../shared/families/file-routes.ts'
import { listFamilyIds } from '../../shared/families/list-families.ts'
import { openFile } from '../../shared/families/open-file.ts'
import { readFile } from '../../shared/families/read-file.ts'
import { openCesson } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { freshTable } from '../support/engine.ts'
import { CHILD, FAMILY, GUARDIAN, NOW, townAsking } from './file-fixture.ts'

const { table, documents } = await freshTable()
const deps = { table, town: townAsking({ mandatory: ['family.homePhone', 'guardian.phone'] }) }

beforeAll(async () => {
  await openCesson(table)
})

const BODY = {
  ...FAMILY,
  homePhone: undefined,
  guardians: [
    { ...GUARDIAN, phone: '06 12 34 56 78', email: 'zoe.petit@famille.example' },
    { ...GUARDIAN, firstName: 'Paul', email: 'paul.petit@famille.example' },
  ],
  children: [{ ...CHILD, allergy: true, carePlanUntil: '2026-07-03' }],
  contacts: [{ name: 'Rose PETIT', relation: 'nounou', phone: '01 64 10 61 42' }],
  reason: 'Dossier reçu au guichet',
}

let calls = 0

const open = (body: object = BODY, key?: string) => {
  calls += 1
  return openFile(deps, {
    headers: { 'idempotency-key': key ?? `opened-${String(calls)}` },
    body: openFileRoute.body.parse(body),
    actor: { account: 'agent-1', roles: ['agent'], family: undefined },
    now: NOW,
  })
}

describe('a file that staff open', () => {
  it('has the next number, guardians, children and contacts [guide 3, 12, 14, 15]', async () => {
    const file = await open()
    expect(file.family.familyId).toMatch(/^F\d{6}$/)
    expect(file).toMatchObject({
      family: { name: 'DUPONT', version: 1, changed: { by: 'agent-1', reason: BODY.reason } },
      guardians: [
        { guardianId: 'g1', phone: '+33612345678', version: 1 },
        { guardianId: 'g2', firstName: 'Paul' },
      ],
      children: [{ childId: 'c1', category: 'ENFANT', allergy: true }],
      contacts: [{ contactId: 'p1', phone: '+33164106142' }],
    })
    expect((await readFile(table, file.family.familyId, ['FILE', 'MEANS'])).file).toEqual(file)
    expect(await listFamilyIds(table)).toContain(file.family.familyId)
  })

  it('is opened once under one key, and never under one that opened another', async () => {
    const first = await open(BODY, 'the-same-key')
    expect(await open(BODY, 'the-same-key')).toEqual(first)
    await expect(open({ ...BODY, name: 'AUTRE' }, 'the-same-key')).rejects.toMatchObject({
      code: 'idempotency-key-reused',
    })
  })

  it('is refused with the place of each fault', async () => {
    const [guardian] = BODY.guardians
    await expect(
      open({
        ...BODY,
        guardians: [guardian, { ...guardian, employer: 'Mairie', birthDate: '2030-01-01' }],
        children: [{ ...CHILD, schoolId: 'NOWHERE' }],
        contacts: [{ ...BODY.contacts[0], relation: 'catéchiste catholique' }],
      }),
    ).rejects.toMatchObject({
      code: 'invalid-request',
      faults: [
        { pointer: '/body/guardians/1/employer' },
        { pointer: '/body/guardians/1/birthDate' },
        { pointer: '/body/guardians/1/email' },
        { pointer: '/body/children/0/schoolId' },
        { pointer: '/body/contacts/0/relation' },
      ],
    })
  })

  it('takes the number after one that is taken', async () => {
    const { family } = await open()
    const number = Number(family.familyId.slice(1))
    const taken = await open()
    expect(Number(taken.family.familyId.slice(1))).toBe(number + 1)
    const next = `F${String(number + 2).padStart(6, '0')}`
    const familyId = openFileRoute.reply.shape.familyId.parse(next)
    await createFamily(table, {
      ...taken,
      authorisations: [],
      family: { ...taken.family, familyId },
      guardians: [],
      children: [],
      contacts: [],
    })
    expect((await open()).family.familyId).toBe(`F${String(number + 3).padStart(6, '0')}`)
  })

  it('is one whole file wherever the call breaks off', async () => {
    const crashes = await crashEverywhere({
      clients: [documents],
      scenario: async () => {
        calls += 1
        const key = `crashing-${String(calls)}`
        const before = (await listFamilyIds(table)).length
        return {
          run: () => open(BODY, key),
          check: async (file) => {
            expect((await listFamilyIds(table)).length).toBe(before + 1)
            expect((await readFile(table, file.family.familyId)).file.children).toHaveLength(1)
          },
        }
      },
    })
    expect(crashes.map(({ operation }) => operation)).toContain('TransactWriteItems')
  })
})
