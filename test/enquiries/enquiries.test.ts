import { beforeAll, describe, expect, it } from 'vitest'
import { messageSchema, MOST_MESSAGES, MOST_OPEN } from '../../shared/enquiries/model.ts'
import { MOST_LISTED } from '../../shared/enquiries/routes.ts'
import { setGuardianEmail } from '../../shared/families/guardian-account.ts'
import { guardianEntity } from '../../shared/families/store.ts'
import { hashOf } from '../../shared/platform/hash.ts'
import { familyPartition } from '../../shared/platform/keys.ts'
import { guardianIdSchema } from '../../shared/platform/schemas.ts'
import { openCesson, TEST } from '../support/cesson.ts'
import { crashEverywhere } from '../support/crash.ts'
import { freshTable } from '../support/engine.ts'
import { anotherFamily } from '../support/families.ts'
import { expectCost, measure } from '../support/meter.ts'
import {
  AGENT,
  ANSWER,
  MONDAY,
  openEnquiries,
  QUESTION,
  serviceId,
  staff,
  VISITOR,
} from './fixture.ts'

const { table, documents } = await freshTable()
const { write, writeOn, asVisitor, own, inbox, ofFamily, answer, answerVisitor } =
  openEnquiries(table)

beforeAll(async () => {
  await openCesson(table)
})

let visitors = 0
/** Another visitor, who has not written yet. */
const visitor = () => {
  visitors += 1
  return { ...VISITOR, email: `visiteur-${String(visitors)}@exemple.example` }
}
const visitorIdOf = (email: string): string => hashOf(email).slice(0, 32)

describe('what a parent writes to a service', () => {
  it('has a follow-up number, waits in the inbox of the service, and is answered [guide 4]', async () => {
    const by = await anotherFamily(table)
    const { number, ...written } = await write(by)
    expect(written).toMatchObject({
      service: 'Service Éducation',
      state: 'open',
      stateLabel: 'En attente de réponse',
      messages: [{ from: 'writer', text: QUESTION.message }],
    })
    const waiting = (await inbox()).find((each) => each.number === number)
    expect(waiting).toMatchObject({
      version: 1,
      writer: { kind: 'guardian', familyId: by.familyId },
    })
    expect(await answer(by, number, 1)).toMatchObject({ state: 'answered', version: 2 })
    expect((await inbox()).map((each) => each.number)).not.toContain(number)
    const [thread] = await own(by)
    expect(thread).toMatchObject({
      number,
      stateLabel: 'Répondu',
      messages: [{ from: 'writer' }, { from: 'service', text: 'À 18 heures.' }],
    })
    // Who answered for the service is the town's matter.
    expect(JSON.stringify(thread)).not.toContain(AGENT.account)
  })

  it('comes in pages, the newest first, each once, to the parent and to staff', async () => {
    const by = await anotherFamily(table)
    const written: number[] = []
    for (const subject of ['Un', 'Deux', 'Trois', 'Quatre', 'Cinq']) {
      const { number } = await write(by, { ...QUESTION, subject })
      written.push(number)
    }
    const newest = written.toReversed()
    for (const limit of [1, 2, 5, MOST_LISTED]) {
      expect((await own(by, limit)).map(({ number }) => number)).toEqual(newest)
      const shown = await ofFamily(by.familyId, AGENT, limit)
      expect(shown.map(({ number }) => number)).toEqual(newest)
    }
  })

  it('fits into a reply of Lambda, whatever is written', () => {
    const longest = { at: MONDAY.toISOString(), from: 'writer', text: '"'.repeat(3000) }
    expect(messageSchema.safeParse(longest.text).success).toBe(true)
    expect(messageSchema.safeParse(`${longest.text}"`).success).toBe(false)
    const enquiry = { subject: '"'.repeat(120), messages: Array(MOST_MESSAGES).fill(longest) }
    const body = JSON.stringify({ enquiries: Array(MOST_LISTED).fill(enquiry) })
    expect(Buffer.byteLength(JSON.stringify({ body }))).toBeLessThan(6 * 1024 * 1024 * 0.95)
  })

  it('awaits an answer again when the parent writes on, at the end of the inbox', async () => {
    const [by, other] = [await anotherFamily(table), await anotherFamily(table)]
    const first = await write(by)
    await answer(by, first.number, 1)
    const second = await write(other, QUESTION, undefined, new Date('2025-09-16T09:00:00Z'))
    const later = new Date('2025-09-17T09:00:00Z')
    const after = await writeOn(by, first.number, 'Et le vendredi ?', 'the-friday', later)
    expect(after).toMatchObject({ state: 'open', messages: [{}, {}, { text: 'Et le vendredi ?' }] })
    expect(await writeOn(by, first.number, 'Et le vendredi ?', 'the-friday', later)).toEqual(after)
    const numbers = (await inbox()).map(({ number }) => number)
    expect(numbers.indexOf(second.number)).toBeLessThan(numbers.indexOf(first.number))
    await expect(
      writeOn(by, first.number, 'Autre chose', 'the-friday', later),
    ).rejects.toMatchObject({ code: 'idempotency-key-reused' })
  })

  it('is told by mail to the parent and to the service, whose mail has no word of it', async () => {
    const by = await anotherFamily(table)
    const { number } = await write(by)
    await answer(by, number, 1)
    const notices = await table.query({
      partition: familyPartition(by.familyId),
      from: ['NOTICE'],
    })
    expect(notices).toMatchObject([
      { content: { kind: 'enquiry-answered', number, message: 'À 18 heures.' } },
      { content: { kind: 'enquiry-received', number, subject: QUESTION.subject } },
      { content: { kind: 'enquiry-waiting', number }, to: [{ email: 'education@cesson.example' }] },
    ])
    expect(notices[0]?.['to']).toEqual(notices[1]?.['to'])
    expect(JSON.stringify(notices[2])).not.toContain('étude')
  })

  it('is answered at the address of today, and to nobody who has left the family', async () => {
    const by = await anotherFamily(table)
    const [first, second] = [await write(by), await write(by, { ...QUESTION, subject: 'Encore' })]
    const email = 'autre-adresse@famille.example'
    await setGuardianEmail(table, by, { email, by: AGENT.account, now: MONDAY })
    await answer(by, first.number, 1)
    await table.delete(guardianEntity.keyOf(by))
    await answer(by, second.number, 1)
    const notices = await table.query({
      partition: familyPartition(by.familyId),
      from: ['NOTICE'],
    })
    const answers = notices.filter(({ content }) =>
      JSON.stringify(content).includes('enquiry-answered'),
    )
    expect(answers).toMatchObject([{ content: { number: first.number }, to: [{ email }] }])
  })

  it('is not read by the other guardian, nor by another family', async () => {
    const by = await anotherFamily(table)
    const { number } = await write(by)
    const other = { ...by, guardianId: guardianIdSchema.parse('g2') }
    expect(await own(other)).toEqual([])
    const refusal = { code: 'not-found' }
    await expect(writeOn(other, number, 'Moi aussi')).rejects.toMatchObject(refusal)
    await expect(writeOn(TEST, number, 'Moi aussi')).rejects.toMatchObject(refusal)
    const gone = { ...by, guardianId: guardianIdSchema.parse('nobody') }
    await expect(write(gone)).rejects.toMatchObject(refusal)
    await expect(own(gone)).rejects.toMatchObject(refusal)
  })

  it('is one enquiry when the call comes twice, at once or later, and never another’s', async () => {
    const by = await anotherFamily(table)
    const [one, two] = await Promise.all([
      write(by, QUESTION, 'sent-twice-at-once'),
      write(by, QUESTION, 'sent-twice-at-once'),
    ])
    expect(two).toEqual(one)
    expect(await write(by, QUESTION, 'sent-twice-at-once')).toEqual(one)
    expect(await own(by)).toHaveLength(1)
    const reused = { code: 'idempotency-key-reused' }
    const body = { ...QUESTION, subject: 'Autre' }
    await expect(write(by, body, 'sent-twice-at-once')).rejects.toMatchObject(reused)
    const other = { ...by, guardianId: guardianIdSchema.parse('g2') }
    await expect(write(other, QUESTION, 'sent-twice-at-once')).rejects.toMatchObject(reused)
  })

  it('has its limits: so many open, so many messages, services of the town only', async () => {
    const by = await anotherFamily(table)
    const written = []
    for (let count = 0; count < MOST_OPEN.guardian; count += 1) written.push(await write(by))
    await expect(write(by)).rejects.toMatchObject({ code: 'too-many-attempts' })
    const [first] = written
    if (first === undefined) throw new Error('Nothing was written')
    await answer(by, first.number, 1)
    expect(await write(by)).toMatchObject({ state: 'open' })

    for (let count = 2; count < MOST_MESSAGES; count += 1) {
      await writeOn(by, first.number, `Message ${String(count)}`)
    }
    await expect(writeOn(by, first.number, 'Un de trop')).rejects.toMatchObject({
      code: 'file-full',
      detail: 'Cet échange est trop long : écrivez un nouveau message au service.',
    })
    await expect(write(by, { ...QUESTION, serviceId: serviceId('X') })).rejects.toMatchObject({
      faults: [{ pointer: '/body/serviceId' }],
    })
  })

  it('has one effect wherever it breaks: written, written on, answered', async () => {
    let round = 0
    await crashEverywhere({
      clients: [documents],
      scenario: async () => {
        round += 1
        const by = await anotherFamily(table)
        return {
          run: () => write(by, QUESTION, `crash-written-${String(round)}`),
          check: async () => {
            expect(await own(by)).toHaveLength(1)
          },
        }
      },
    })
    await crashEverywhere({
      clients: [documents],
      scenario: async () => {
        round += 1
        const by = await anotherFamily(table)
        const { number } = await write(by)
        return {
          run: () => writeOn(by, number, 'Encore', `crash-on-${String(round)}`),
          check: async () => {
            expect((await own(by))[0]?.messages).toHaveLength(2)
          },
        }
      },
    })
    await crashEverywhere({
      clients: [documents],
      scenario: async () => {
        const by = await anotherFamily(table)
        const { number } = await write(by)
        return {
          run: () => answer(by, number, 1),
          check: async () => {
            expect((await own(by))[0]?.messages).toHaveLength(2)
          },
        }
      },
    })
  })

  it('costs what it costs', async () => {
    const by = await anotherFamily(table)
    const written = await measure([documents], () => write(by))
    expectCost('write to a service', written.cost)
    const { number } = written.result
    const answered = await measure([documents], () => answer(by, number, 1))
    expectCost('answer what a family wrote', answered.cost)
  })
})

describe('who answers', () => {
  it('read everything that waits, each once, whatever the pages, the oldest first', async () => {
    const all = await inbox()
    expect(all.length).toBeGreaterThan(10)
    expect(new Set(all.map(({ number }) => number)).size).toBe(all.length)
    const times = all.map(({ messages }) => messages.at(-1)?.at ?? '')
    expect(times).toEqual(times.toSorted())
    expect(await inbox(AGENT, undefined, 7)).toEqual(all)
    expect(await inbox(AGENT, 'Enfance', 7)).toEqual(all)
  })

  it('are those whose role the service names; administrators for all', async () => {
    const by = await anotherFamily(table)
    const { number } = await write(by, { ...QUESTION, serviceId: serviceId('Regie') })
    const [accountant, administrator] = [staff('accountant'), staff('administrator')]
    const sees = async (actor = AGENT) =>
      (await inbox(actor)).some((each) => each.number === number)
    expect(await sees()).toBe(false)
    expect(await sees(accountant)).toBe(true)
    expect(await sees(administrator)).toBe(true)
    expect(await ofFamily(by.familyId)).toEqual([])
    expect(await ofFamily(by.familyId, accountant)).toMatchObject([{ number }])
    const refusal = { code: 'not-found' }
    await expect(inbox(AGENT, 'Regie')).rejects.toMatchObject(refusal)
    await expect(answer(by, number, 1)).rejects.toMatchObject(refusal)
    expect(await inbox(accountant, 'Regie')).toMatchObject([{ number }])
    expect(await answer(by, number, 1, { actor: accountant })).toMatchObject({ state: 'answered' })
  })

  it('answer what they have read: a later message is not answered past', async () => {
    const by = await anotherFamily(table)
    const { number } = await write(by)
    await writeOn(by, number, 'C’est urgent.')
    await expect(answer(by, number, 1)).rejects.toMatchObject({ code: 'changed-meanwhile' })
    const answered = await answer(by, number, 2)
    expect(await answer(by, number, 2)).toEqual(answered)
    const body = { ...ANSWER, message: 'À 19 heures.' }
    await expect(answer(by, number, 2, { body })).rejects.toMatchObject({
      code: 'changed-meanwhile',
    })
    await expect(answer(by, 999_999, 1)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('may close what needs no answer, which mails nobody', async () => {
    const by = await anotherFamily(table)
    const { number } = await write(by)
    const body = { kind: 'close' as const }
    expect(await answer(by, number, 1, { body })).toMatchObject({ stateLabel: 'Clos' })
    expect(await answer(by, number, 1, { body })).toMatchObject({ state: 'closed' })
    const notices = await table.query({ partition: familyPartition(by.familyId), from: ['NOTICE'] })
    expect(notices).toHaveLength(2)
    expect((await inbox()).map((each) => each.number)).not.toContain(number)
  })
})

describe('what a visitor writes', () => {
  it('has a number, waits beside that of families, and is answered by mail [guide 4]', async () => {
    const body = visitor()
    const { number } = await asVisitor(body)
    const waiting = (await inbox()).find((each) => each.number === number)
    const visitorId = visitorIdOf(body.email)
    expect(waiting?.writer).toEqual({
      kind: 'visitor',
      name: 'Paule Lenoir',
      email: body.email,
      visitorId,
    })
    const mail = (id: string) => table.get({ partition: ['VISITOR_MAIL', id], sort: ['MAIL'] })
    // Anybody may have typed the address.
    expect(await mail(`enquiry-received-${String(number)}-1`)).toBeUndefined()
    expect(await mail(`enquiry-waiting-${String(number)}-1`)).toMatchObject({
      to: 'education@cesson.example',
    })
    const answered = await answerVisitor(visitorId, number, 1)
    expect(answered).toMatchObject({ state: 'answered' })
    expect(await answerVisitor(visitorId, number, 1)).toEqual(answered)
    expect(await mail(`enquiry-answered-${String(number)}-2`)).toMatchObject({
      to: body.email,
      content: { message: 'À 18 heures.' },
    })
    await expect(answerVisitor(visitorId, 999_999, 1)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('is one when the call comes twice, and forgotten a year after the last word', async () => {
    const body = visitor()
    const [one, two] = await Promise.all([
      asVisitor(body, 'visitor-twice'),
      asVisitor(body, 'visitor-twice'),
    ])
    expect(two).toEqual(one)
    const other = { ...body, message: 'Autre chose' }
    await expect(asVisitor(other, 'visitor-twice')).rejects.toMatchObject({
      code: 'idempotency-key-reused',
    })
    const held = await table.query({ partition: ['VISITOR', visitorIdOf(body.email)] })
    expect(held).toMatchObject([{ expiresAt: MONDAY.getTime() / 1000 + 365 * 86_400 }])
  })

  it('is no way to have a stranger mailed without end', async () => {
    const body = visitor()
    for (let count = 0; count < MOST_OPEN.visitor; count += 1) await asVisitor(body)
    await expect(asVisitor(body)).rejects.toMatchObject({ code: 'too-many-attempts' })
    expect(await asVisitor(visitor())).toHaveProperty('number')
  })

  it('has one effect wherever it breaks', async () => {
    let round = 0
    await crashEverywhere({
      clients: [documents],
      scenario: () => {
        round += 1
        const body = visitor()
        return Promise.resolve({
          run: () => asVisitor(body, `crash-visitor-${String(round)}`),
          check: async () => {
            const partition = ['VISITOR', visitorIdOf(body.email)]
            expect(await table.query({ partition })).toHaveLength(1)
          },
        })
      },
    })
  })
})
