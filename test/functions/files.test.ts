import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import {
  decideChangeRoute,
  listChangesRoute,
  listMyChangesRoute,
  withdrawChangeRoute,
} from '../../shared/changes/routes.ts'
import {
  addMyChildRoute,
  addMyContactRoute,
  editMyChildRoute,
  editMyContactRoute,
  editMyFamilyRoute,
  editMyselfRoute,
  removeMyContactRoute,
} from '../../shared/families/edit-routes.ts'
import {
  addChildRoute,
  addContactRoute,
  addGuardianRoute,
  editChildRoute,
  editContactRoute,
  editFamilyRoute,
  editGuardianRoute,
  mergeFileRoute,
  openFileRoute,
  readFamilyFileRoute,
  removeContactRoute,
  setFileStateRoute,
} from '../../shared/families/file-routes.ts'
import type { httpHandler } from '../../shared/platform/http.ts'
import type { Route } from '../../shared/platform/route.ts'
import { openCesson, TEST } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { call, claimsOf, httpEvent, problemIn, type HttpCall } from '../support/events.ts'
import { anotherFamily } from '../support/families.ts'
import { rightsGranted, rightsUsed } from '../support/used-rights.ts'
import { CHILD, FAMILY, GUARDIAN, NOW } from '../families/file-fixture.ts'

const { table, tableName, endpoint } = await freshTable()

let files: ReturnType<typeof httpHandler>

beforeAll(async () => {
  await openCesson(table)
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', endpoint)
  vi.stubEnv('TABLE_NAME', tableName)
  ;({ handler: files } = await import('../../functions/files/index.ts'))
})

beforeEach(() => {
  const spies = [vi.spyOn(console, 'info'), vi.spyOn(console, 'error')]
  for (const spy of spies) spy.mockReset().mockReturnValue()
})

const answerTo = (route: Route, about: HttpCall) =>
  call(files, httpEvent(route, { now: NOW, ...about }))

const ask = async <Reply extends z.ZodType>(
  route: Route & { readonly reply: Reply },
  about: HttpCall,
): Promise<z.output<Reply>> => {
  const answer = await answerTo(route, about)
  expect(answer, answer.body).toMatchObject({ statusCode: route.status })
  const body: unknown = JSON.parse(answer.body ?? '')
  if (route.versioned === true) {
    const { version } = z.object({ version: z.int() }).parse(body)
    expect(answer.headers?.['etag']).toBe(`"${version}"`)
  }
  return z.parse<Reply>(route.reply, body)
}

const refusalOf = async (route: Route, about: HttpCall) => problemIn(await answerTo(route, about))

const parent = (by: typeof TEST) => claimsOf(['guardian'], by)
const agent = claimsOf(['agent'])
const at = (version: number) => ({ 'if-match': `"${version}"` })
const key = (name: string) => ({ 'idempotency-key': name })
const HOME = { ...FAMILY, homePhone: '01 64 10 61 42' }
const reason = 'Appel de la famille'

describe('parents', () => {
  it('edit all of their file, in the French form of telephone numbers [guide 12, 14, 15]', async () => {
    const by = await anotherFamily(table)
    const claims = parent(by)
    const family = await ask(editMyFamilyRoute, {
      claims,
      headers: at(1),
      body: { ...HOME, name: '  Le Goff-d’Ornano ', homePhone: '0033 1 64 10 61 42' },
    })
    expect(family).toMatchObject({
      version: 2,
      change: { fields: ['name'] },
      homePhone: '+33164106142',
      homePhoneLabel: '01 64 10 61 42',
    })
    const myself = await ask(editMyselfRoute, {
      claims,
      parameters: { guardianId: 'g1' },
      headers: at(1),
      body: { ...GUARDIAN, birthName: 'Ñuñez d’Été-Œuvré', phone: '+33 (0)6 12 34 56 78' },
    })
    expect(myself).toMatchObject({ birthName: 'Ñuñez d’Été-Œuvré', phone: '+33612345678' })
    const child = await ask(addMyChildRoute, { claims, headers: key('a-new-child'), body: CHILD })
    expect(child).toMatchObject({
      version: 1,
      school: 'Maternelle Jacques Prévert',
      allergy: false,
    })
    const edited = await ask(editMyChildRoute, {
      claims,
      parameters: { childId: child.childId },
      headers: at(1),
      body: { ...CHILD, secondName: 'Rose', diets: ['SANS_VIANDE'] },
    })
    expect(edited).toMatchObject({ version: 2, diets: [{ dietId: 'SANS_VIANDE' }] })
    const contact = await ask(addMyContactRoute, {
      claims,
      headers: key('a-new-contact'),
      body: { name: 'Rose PETIT', relation: 'nounou', phone: '06.12.00.00.99' },
    })
    const parameters = { contactId: contact.contactId }
    await ask(editMyContactRoute, {
      claims,
      parameters,
      headers: at(1),
      body: { name: 'Rose PETIT', relation: 'tante', phone: '06 12 00 00 99' },
    })
    await ask(removeMyContactRoute, { claims, parameters, headers: at(2) })
    const file = await ask(readFamilyFileRoute, {
      claims: agent,
      parameters: { familyId: by.familyId },
    })
    expect(file.contacts.map(({ name }) => name)).toEqual(['Jeanne MARTIN', 'Paul LEROY'])
    expect(file.children).toHaveLength(3)
  })

  it.each<[string, object, string, string]>([
    [
      'an unknown postcode',
      { address: { ...FAMILY.address, postcode: '96000' } },
      '/body/address/postcode',
      'Format attendu : un code postal français à cinq chiffres, comme 77240.',
    ],
    [
      'half a postcode',
      { address: { ...FAMILY.address, postcode: '7724' } },
      '/body/address/postcode',
      'Format attendu : un code postal français à cinq chiffres, comme 77240.',
    ],
    [
      'no telephone',
      { homePhone: 'le soir' },
      '/body/homePhone',
      'Format attendu : un numéro de téléphone, comme +33612345678.',
    ],
    ['no home phone', { homePhone: undefined }, '/body/homePhone', 'Ce champ est obligatoire.'],
    ['no name', { name: '   ' }, '/body/name', 'Au moins 1 caractère(s).'],
    [
      'a name of two lines',
      { name: 'DU\u0000PONT' },
      '/body/name',
      'Format attendu : des caractères autorisés seulement.',
    ],
    ['a category', { category: 'ENFANT' }, '/body', 'Le champ « category » n’est pas prévu ici.'],
  ])('are refused %s, in French', async (_, written, pointer, detail) => {
    const claims = parent(await anotherFamily(table))
    const about = { claims, headers: at(1), body: { ...HOME, ...written } }
    expect(await refusalOf(editMyFamilyRoute, about)).toMatchObject({
      status: 400,
      errors: [{ pointer, detail }],
    })
  })

  it.each(['D4rk', '<b>Léo</b>', 'Léo\nDUPONT', '🙂', '--', 'Le\u0301o\u202E'])(
    'are refused the first name “%s”',
    async (firstName) => {
      const claims = parent(await anotherFamily(table))
      const about = { claims, headers: key('a-new-child'), body: { ...CHILD, firstName } }
      expect(await refusalOf(addMyChildRoute, about)).toMatchObject({
        status: 400,
        errors: [{ pointer: '/body/firstName' }],
      })
    },
  )

  it('overwrite nothing that they have not seen', async () => {
    const claims = parent(await anotherFamily(table))
    const about = (childrenCount: number) => ({
      claims,
      headers: at(1),
      body: { ...HOME, childrenCount },
    })
    await ask(editMyFamilyRoute, about(2))
    expect(await refusalOf(editMyFamilyRoute, about(3))).toMatchObject({
      status: 412,
      code: 'changed-meanwhile',
      errors: [{ pointer: '/headers/if-match', detail: 'La version actuelle est "2".' }],
    })
    expect(await refusalOf(editMyFamilyRoute, { ...about(3), headers: {} })).toMatchObject({
      status: 400,
      errors: [{ pointer: '/headers/if-match' }],
    })
  })
})

describe('staff', () => {
  it('open a file, complete it, set it aside and merge it, each time with a reason [guide 3]', async () => {
    const claims = agent
    const opened = await ask(openFileRoute, {
      claims,
      headers: key('open-a-file'),
      body: { ...HOME, guardians: [{ ...GUARDIAN, email: 'a.petit@famille.example' }], reason },
    })
    const { familyId } = opened
    const ofFamily = { familyId }
    await ask(editFamilyRoute, {
      claims,
      parameters: ofFamily,
      headers: at(1),
      body: { ...HOME, childrenCount: 1, reason },
    })
    const guardian = await ask(addGuardianRoute, {
      claims,
      parameters: ofFamily,
      headers: key('add-a-guardian'),
      body: { ...GUARDIAN, firstName: 'Paul', email: 'p.petit@famille.example', reason },
    })
    await ask(editGuardianRoute, {
      claims,
      parameters: { familyId, guardianId: guardian.guardianId },
      headers: at(1),
      body: { ...GUARDIAN, firstName: 'Paul', title: 'M.', reason },
    })
    const child = await ask(addChildRoute, {
      claims,
      parameters: ofFamily,
      headers: key('add-a-child'),
      body: { ...CHILD, category: 'EXTERIEUR', reason },
    })
    expect(child.category).toBe('EXTERIEUR')
    await ask(editChildRoute, {
      claims,
      parameters: { familyId, childId: child.childId },
      headers: at(1),
      body: { ...CHILD, category: 'ENFANT', reason },
    })
    const contact = await ask(addContactRoute, {
      claims,
      parameters: ofFamily,
      headers: key('add-a-contact'),
      body: { name: 'Rose PETIT', relation: 'nounou', phone: '06 12 00 00 99', reason },
    })
    const ofContact = { familyId, contactId: contact.contactId }
    await ask(editContactRoute, {
      claims,
      parameters: ofContact,
      headers: at(1),
      body: { name: 'Rose PETIT', relation: 'tante', phone: '06 12 00 00 99', reason },
    })
    await ask(removeContactRoute, {
      claims,
      parameters: ofContact,
      headers: at(2),
      query: { reason },
    })
    const aside = await ask(setFileStateRoute, {
      claims,
      parameters: ofFamily,
      headers: at(2),
      body: { active: false, reason },
    })
    const kept = await anotherFamily(table)
    const merged = await ask(mergeFileRoute, {
      claims,
      parameters: ofFamily,
      headers: at(aside.version),
      body: { into: kept.familyId, reason },
    })
    expect(merged).toMatchObject({
      mergedInto: kept.familyId,
      copied: { children: ['Zoé DUPONT'], guardians: ['Paul DUPONT'], contacts: [] },
    })
  })

  it('check what parents change where the town wants it checked [guide 12]', async () => {
    const by = await anotherFamily(table)
    const edited = await ask(editMyFamilyRoute, {
      claims: parent(by),
      headers: at(1),
      body: { ...HOME, name: 'DUPONT-PETIT' },
    })
    const number = edited.change?.number
    const { changes } = await ask(listChangesRoute, { claims: agent })
    expect(changes.find((each) => each.number === number)).toMatchObject({ about: edited.name })
    const decided = await ask(decideChangeRoute, {
      claims: agent,
      parameters: { familyId: by.familyId, number: String(number) },
      headers: at(1),
      body: { decisions: [{ field: 'name', outcome: 'accepted' }] },
    })
    expect(decided.state).toBe('decided')
    const mine = await ask(listMyChangesRoute, { claims: parent(by) })
    expect(mine.changes).toEqual([decided])
    const file = await ask(readFamilyFileRoute, {
      claims: agent,
      parameters: { familyId: by.familyId },
    })
    expect(file.name).toBe('DUPONT-PETIT')
  })

  it('decide nothing that was not asked, and say why they edit', async () => {
    const { familyId } = await anotherFamily(table)
    const decision = {
      claims: agent,
      parameters: { familyId, number: '7' },
      headers: at(1),
      body: { decisions: [{ field: 'address', outcome: 'accepted' }] },
    }
    expect(await refusalOf(decideChangeRoute, decision)).toMatchObject({ code: 'not-found' })
    const about = { claims: agent, parameters: { familyId }, headers: at(1), body: HOME }
    expect(await refusalOf(editFamilyRoute, about)).toMatchObject({
      errors: [{ pointer: '/body/reason' }],
    })
    expect(
      await refusalOf(readFamilyFileRoute, { claims: parent(TEST), parameters: { familyId } }),
    ).toMatchObject({ code: 'forbidden' })
  })
})

it('does to the table what its rights say and nothing else', async () => {
  const by = await anotherFamily(table)
  const used = await rightsUsed(async () => {
    const asked = await ask(editMyFamilyRoute, {
      claims: parent(by),
      headers: at(1),
      body: { ...HOME, name: 'DUPONT-PETIT' },
    })
    const withdrawal = {
      claims: parent(by),
      parameters: { number: String(asked.change?.number) },
    }
    const withdrawn = await ask(withdrawChangeRoute, withdrawal)
    expect(withdrawn.state).toBe('withdrawn')
    expect(await ask(withdrawChangeRoute, withdrawal)).toEqual(withdrawn)
    const { change } = await ask(editMyFamilyRoute, {
      claims: parent(by),
      headers: at(3),
      body: { ...HOME, name: 'DUPONT-PETIT' },
    })
    await ask(listChangesRoute, { claims: agent })
    await ask(decideChangeRoute, {
      claims: agent,
      parameters: { familyId: by.familyId, number: String(change?.number) },
      headers: at(1),
      body: { decisions: [{ field: 'name', outcome: 'accepted' }] },
    })
    await ask(removeMyContactRoute, {
      claims: parent(by),
      parameters: { contactId: 'jeanne' },
      headers: at(1),
    })
  })
  expect(used).toEqual(rightsGranted('files'))
})
