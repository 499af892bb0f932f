import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decideForm } from '../../shared/authorisations/rules.ts'
import {
  listOwnAuthorisationRequests,
  readAuthorisations,
} from '../../shared/authorisations/read-authorisations.ts'
import {
  previewAuthorisations,
  submitAuthorisations,
} from '../../shared/authorisations/submit-authorisations.ts'
import { AUTHORISATION_KINDS, type Child } from '../../shared/families/model.ts'
import { readWholeFile } from '../../shared/families/read-file.ts'
import { childEntity } from '../../shared/families/store.ts'
import { parisDate } from '../../shared/kernel/paris.ts'
import { noticeEntity } from '../../shared/messages/notices.ts'
import { mailsOfNotice } from '../../shared/messages/notice-rules.ts'
import { familyPartition } from '../../shared/platform/keys.ts'
import { childIdSchema, guardianIdSchema, type FamilyId } from '../../shared/platform/schemas.ts'
import { cesson, cessonTown, guardian, GUIDE_DAY, GUIDE_MORNING } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { SENDER } from '../support/mail-stream.ts'
import { expectCost, measure } from '../support/meter.ts'
import { fileOf } from '../../shared/setup/load-town.ts'
import { allBut, form } from './fixture.ts'

const { table, documents } = await freshTable()
const deps = { table, town: cessonTown }

type Family = Awaited<ReturnType<typeof anotherFamily>>

const submit = (
  family: Family,
  body: ReturnType<typeof form>,
  { key = 'authorisations-1', now = GUIDE_MORNING } = {},
) =>
  submitAuthorisations(deps, {
    actor: guardian(family),
    headers: { 'idempotency-key': key },
    body,
    now,
  })

const read = (family: Family, now = GUIDE_MORNING) =>
  readAuthorisations(deps, { actor: guardian(family), now })

const history = (family: Family, query: { limit: number; before?: number } = { limit: 20 }) =>
  listOwnAuthorisationRequests(deps, { actor: guardian(family), query, now: GUIDE_MORNING })

const sheetsOf = async (familyId: FamilyId) =>
  (await readWholeFile(table, familyId)).file.authorisations

const withdraw = async (family: Family, childId: string, since: Child['birthDate']) => {
  const { file } = await readWholeFile(table, family.familyId)
  const child = file.children.find((each) => each.childId === childId)
  if (child === undefined) throw new Error('No such child')
  await table.put(
    childEntity.toItem({
      ...child,
      authorityWithdrawn: [{ guardianId: family.guardianId, since }],
    }),
  )
}

describe('the list of authorisations', () => {
  it('shows by child and enrolment what is allowed and forbidden, and contacts with relation and phone [guide 55, 57]', async () => {
    const family = await anotherFamily(table)
    const { children } = await read(family)
    expect(children.map(({ firstName, version }) => [firstName, version])).toEqual([
      ['Léo', 1],
      ['Lucas', 1],
    ])
    const evening = children[1]?.enrolments.find(
      ({ enrolmentId }) => enrolmentId === 'lucas-accueil-2025',
    )
    expect(evening?.decisions.map(({ label, sign }) => `${sign} ${label}`)).toEqual([
      '✗ Partir seul',
      '✓ Être photographié ou filmé',
      '✓ Être transporté dans un véhicule de la mairie',
      '✓ Être hospitalisé en urgence',
      '✓ Recevoir des soins médicaux',
    ])
    expect(evening?.contacts).toEqual([
      {
        contactId: 'jeanne',
        name: 'Jeanne MARTIN',
        relation: 'grand-mère',
        phone: '+33164106142',
        label: 'Jeanne MARTIN (grand-mère) vient chercher l’enfant',
        allowed: true,
        sign: '✓',
        choice: 'Autorisation',
        since: '2025-07-01',
      },
      {
        contactId: 'paul',
        name: 'Paul LEROY',
        relation: 'voisin',
        phone: '+33612000042',
        label: 'Paul LEROY (voisin) vient chercher l’enfant',
        allowed: false,
        sign: '✗',
        choice: 'Interdiction',
        since: '2025-07-01',
      },
    ])
  })

  it('leaves out what is over, children of whom the guardian has lost authority', async () => {
    const family = await anotherFamily(table)
    await withdraw(family, 'lucas', '2025-07-15')
    const { children } = await read(family, new Date('2026-08-01T10:00:00Z'))
    expect(children.map(({ childId }) => childId)).toEqual(['leo'])
    expect(children[0]?.enrolments.map(({ enrolmentId }) => enrolmentId)).toEqual([
      'leo-etudes-2026',
      'leo-restauration-2026',
    ])
  })
})

describe('a form of authorisations', () => {
  it('is a mandatory choice of each kind, once [guide 56]', async () => {
    const family = await anotherFamily(table)
    const whole = form({ version: 1 })
    for (const kind of AUTHORISATION_KINDS) {
      const body = {
        children: whole.children.map((child) => ({
          ...child,
          decisions: child.decisions.filter((decision) => decision.kind !== kind),
        })),
      }
      await expect(submit(family, body)).rejects.toMatchObject({
        code: 'invalid-request',
        faults: [{ pointer: '/body/children/0/decisions' }],
      })
    }
    const twice = {
      children: whole.children.map((child) => ({
        ...child,
        decisions: [...child.decisions, { kind: 'transport' as const, allowed: true }],
      })),
    }
    await expect(submit(family, twice)).rejects.toMatchObject({
      faults: [
        { pointer: '/body/children/0/decisions/5/kind', detail: 'Ce choix figure deux fois.' },
      ],
    })
  })

  it('concerns only the enrolments that it names [guide 58]', async () => {
    const family = await anotherFamily(table)
    await submit(
      family,
      form({ version: 1, allow: allBut('transport'), enrolments: ['leo-etudes-2025'] }),
    )
    const sheet = (await sheetsOf(family.familyId)).find(({ childId }) => childId === 'leo')
    const transport = sheet?.authorisations.filter(({ about }) => about.kind === 'transport')
    expect(
      transport?.map(({ enrolmentId, allowed, since }) => [enrolmentId, allowed, since]),
    ).toEqual(
      expect.arrayContaining([
        ['leo-etudes-2025', false, '2025-07-15'],
        ['leo-restauration-2025', true, '2025-07-01'],
        ['leo-etudes-2026', true, '2025-07-01'],
      ]),
    )
  })

  it('shows in its recap only what changes, and stores nothing [guide 59]', async () => {
    const family = await anotherFamily(table)
    const before = await sheetsOf(family.familyId)
    const { changes } = await previewAuthorisations(deps, {
      actor: guardian(family),
      body: form({
        version: 1,
        allow: allBut('leave-alone'),
        enrolments: ['leo-etudes-2025', 'leo-restauration-2025'],
        collect: { jeanne: true, paul: true },
      }),
      now: GUIDE_MORNING,
    })
    expect(
      changes.map(({ label, before: held, choice, enrolments }) => [
        label,
        held,
        choice,
        enrolments.map(({ activity }) => activity),
      ]),
    ).toEqual([
      ['Partir seul', true, 'Interdiction', ['Etudes Surveillées', 'Restauration Scolaire']],
      [
        'Paul LEROY (voisin) vient chercher l’enfant',
        undefined,
        'Autorisation',
        ['Etudes Surveillées', 'Restauration Scolaire'],
      ],
    ])
    expect(await sheetsOf(family.familyId)).toEqual(before)
  })

  it('is one numbered request that is accepted by itself, kept with what it changed, and mailed [guide 59]', async () => {
    const family = await anotherFamily(table)
    const body = form({ version: 1, allow: allBut('photograph'), collect: { paul: true } })
    const result = await submit(family, body)
    expect(result).toMatchObject({ state: 'accepted', stateLabel: 'Traitée positivement' })
    expect(result.changes.map(({ kind, allowed }) => [kind, allowed])).toEqual([
      ['photograph', false],
      ['collect', true],
    ])
    const second = await submit(family, form({ version: 2, allow: AUTHORISATION_KINDS }), {
      key: 'authorisations-2',
      now: new Date('2025-09-01T08:00:00Z'),
    })
    expect(second.number).toBeGreaterThan(result.number)
    const { requests } = await history(family)
    expect(requests).toEqual([second, result])
    expect(requests.map(({ by, submittedAt }) => [by, submittedAt])).toEqual([
      ['Mme Madelaine DUPONT', '2025-09-01T08:00:00.000Z'],
      ['Mme Madelaine DUPONT', GUIDE_MORNING.toISOString()],
    ])
    expect(await history(family, { limit: 1 })).toEqual({ requests: [second], next: second.number })
    expect(await history(family, { limit: 1, before: second.number })).toEqual({
      requests: [result],
    })

    const [notice] = noticeEntity.pick(
      await table.query({ partition: familyPartition(family.familyId), from: ['NOTICE'] }),
    )
    const [mail] = notice === undefined ? [] : mailsOfNotice(SENDER, notice)
    expect(mail?.to).toBe('madelainedupont@famille.example')
    expect(mail?.subject).toBe(`Autorisations : demande n° ${String(result.number)}`)
    expect(mail?.text).toContain('Être photographié ou filmé : interdiction — Etudes Surveillées')
    expect(mail?.text).toContain(
      'Paul LEROY (voisin) vient chercher l’enfant : autorisation — Etudes Surveillées',
    )
  })

  it('notes on the sheet its version, and who has changed it', async () => {
    const family = await anotherFamily(table)
    await submit(family, form({ version: 1, allow: allBut('photograph') }))
    const sheets = await sheetsOf(family.familyId)
    expect(sheets.find(({ childId }) => childId === 'leo')).toMatchObject({
      version: 2,
      changed: { at: GUIDE_MORNING.toISOString(), by: guardian(family).account },
    })
    expect(sheets.find(({ childId }) => childId === 'lucas')).not.toHaveProperty('version')
  })

  it('is refused when it changes nothing', async () => {
    const family = await anotherFamily(table)
    const same = form({ version: 1, allow: AUTHORISATION_KINDS, collect: { jeanne: true } })
    await expect(submit(family, same)).rejects.toMatchObject({ code: 'nothing-to-change' })
    expect((await history(family)).requests).toEqual([])
  })

  it('is not in the history of a guardian who has lost authority over the child', async () => {
    const family = await anotherFamily(table)
    await submit(family, form({ version: 1, allow: allBut('photograph') }))
    expect((await history(family)).requests).toHaveLength(1)
    const { file } = await readWholeFile(table, family.familyId)
    for (const { childId } of file.children) await withdraw(family, childId, '2025-01-01')
    expect(await history(family)).toEqual({ requests: [] })
    const other = { ...family, guardianId: guardianIdSchema.parse('g2') }
    expect((await history(other)).requests).toHaveLength(1)
  })

  it('never overwrites what the other guardian has decided since', async () => {
    const family = await anotherFamily(table)
    const other = { ...family, guardianId: guardianIdSchema.parse('g2') }
    await submit(other, form({ version: 1, allow: allBut('photograph') }))
    await expect(
      submit(family, form({ version: 1, allow: allBut('transport') }), { key: 'late-key-1' }),
    ).rejects.toMatchObject({ code: 'changed-meanwhile' })
    const rivals = await Promise.allSettled([
      submit(family, form({ version: 2, allow: AUTHORISATION_KINDS }), { key: 'rival-key-1' }),
      submit(other, form({ version: 2, allow: allBut('transport') }), { key: 'rival-key-2' }),
    ])
    expect(rivals.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect((await history(family)).requests).toHaveLength(2)
  })

  it('has one answer for one key, and refuses the key for another form', async () => {
    const family = await anotherFamily(table)
    const body = form({ version: 1, allow: allBut('photograph') })
    const [first, second] = await Promise.all([submit(family, body), submit(family, body)])
    expect(second).toEqual(first)
    expect(await submit(family, body)).toEqual(first)
    await expect(submit(family, form({ version: 2 }))).rejects.toMatchObject({
      code: 'idempotency-key-reused',
    })
  })

  it('is refused alike for a child that is not there and for one without authority over it', async () => {
    const family = await anotherFamily(table)
    await withdraw(family, 'leo', GUIDE_DAY)
    for (const child of ['leo', 'nobody']) {
      await expect(submit(family, form({ child, version: 1 }))).rejects.toMatchObject({
        code: 'not-found',
        faults: [],
      })
    }
    const other = { ...family, guardianId: guardianIdSchema.parse('g2') }
    await expect(submit(other, form({ version: 1 }))).resolves.toMatchObject({ state: 'accepted' })
  })

  it('names neither enrolments of another child, nor contacts that are not there, nor a child twice', async () => {
    const family = await anotherFamily(table)
    await expect(
      submit(family, form({ version: 1, enrolments: ['leo-etudes-2025', 'lucas-accueil-2025'] })),
    ).rejects.toMatchObject({
      code: 'unknown-enrolment',
      faults: [{ pointer: '/body/children/0/enrolmentIds/1' }],
    })
    await expect(
      submit(family, form({ version: 1, collect: { nobody: true } })),
    ).rejects.toMatchObject({
      code: 'invalid-request',
      faults: [{ pointer: '/body/children/0/decisions/5/contactId' }],
    })
    await expect(submit(family, form({ version: 1 }, { version: 1 }))).rejects.toMatchObject({
      faults: [{ pointer: '/body/children/1/childId' }],
    })
  })

  it('has one effect wherever it breaks', async () => {
    await crashEverywhere({
      clients: [documents],
      scenario: async () => {
        const family = await anotherFamily(table)
        return {
          run: () => submit(family, form({ version: 1, allow: allBut('photograph') })),
          check: async ({ number }) => {
            const { requests } = await history(family)
            expect(requests.map((each) => each.number)).toEqual([number])
            const sheets = await sheetsOf(family.familyId)
            expect(sheets.find(({ childId }) => childId === 'leo')?.version).toBe(2)
          },
        }
      },
    })
  })
})

it('costs one Query to read, and one transaction to change', async () => {
  const family = await anotherFamily(table)
  const reading = await measure([documents], () => read(family))
  expectCost('read the authorisations of a family', reading.cost)
  const changing = await measure([documents], () => submit(family, form({ version: 1 })))
  expectCost('submit authorisations of a child', changing.cost)
})

describe('laws of forms', () => {
  const model = cesson.families[0]
  if (model === undefined) throw new Error('The demo town has no family')
  const file = fileOf(model)
  const deciding = { guardianId: guardianIdSchema.parse('g1'), today: parisDate(GUIDE_MORNING) }
  const enrolments = file.enrolments.filter(({ childId }) => childId === 'leo')

  const forms = fc
    .record({
      allow: fc.subarray([...AUTHORISATION_KINDS]),
      enrolments: fc.subarray(
        enrolments.map(({ enrolmentId }) => enrolmentId),
        { minLength: 1 },
      ),
      jeanne: fc.option(fc.boolean(), { nil: undefined }),
    })
    .map(({ jeanne, ...choice }) => ({
      version: 1,
      ...choice,
      collect: jeanne === undefined ? {} : { jeanne },
    }))

  it('after a form the sheet says what the form says, the rest is as it was, and the form again changes nothing', () => {
    fc.assert(
      fc.property(forms, (choice) => {
        const [decided] = decideForm(file, form(choice), deciding)
        const held = file.authorisations.find(
          ({ childId }) => childId === childIdSchema.parse('leo'),
        )
        const sheet = decided?.sheet ?? held
        if (sheet === undefined || held === undefined) throw new Error('No sheet')
        for (const { enrolmentId } of enrolments) {
          for (const kind of AUTHORISATION_KINDS) {
            const says = ({ authorisations }: typeof sheet) =>
              authorisations.filter(
                (each) => each.enrolmentId === enrolmentId && each.about.kind === kind,
              )
            expect(says(sheet)).toHaveLength(1)
            if (choice.enrolments.includes(enrolmentId)) {
              expect(says(sheet)[0]?.allowed).toBe(choice.allow.includes(kind))
            } else expect(says(sheet)).toEqual(says(held))
          }
        }
        const after = {
          ...file,
          authorisations: file.authorisations.map((each) =>
            each.childId === sheet.childId ? sheet : each,
          ),
        }
        const version = sheet.version ?? 1
        expect(decideForm(after, form({ ...choice, version }), deciding)).toEqual([])
      }),
    )
  })
})
