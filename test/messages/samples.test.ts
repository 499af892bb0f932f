import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { sampleMails, type SampleMail } from '../../shared/mail-samples/samples.ts'
import { writeMails } from '../../shared/mail-samples/write-mails.ts'
import { accountMailSchema } from '../../shared/accounts/model.ts'
import { noticeSchema } from '../../shared/messages/notice-model.ts'
import { NOTICE_TOPICS } from '../../shared/messages/topics.ts'
import { SENDER } from '../support/mail-stream.ts'

const mails = sampleMails(SENDER)

/** What a reader of the HTML reads, with ordinary spaces. */
const wordsOf = (html: string): string =>
  html
    .replaceAll(/<(title|style)[^>]*>.*?<\/\1>/gs, '')
    .replaceAll(/<a href="([^"]*)">([^<]*)<\/a>/g, '$2 $1')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')

/** The words of a text, whatever stands between them. */
const bag = (text: string): string[] =>
  [...new Set(text.split(/[\s\u00A0\u202F:;·|-]+/).filter((word) => word !== ''))].toSorted()

it('are of every kind of notice and of every mail about an account', () => {
  const names = mails.map(({ name }) => name)
  const kinds = noticeSchema.shape.content.options.map(({ shape }) => shape.kind.value)
  const accounts = accountMailSchema.shape.content.options.map(({ shape }) => shape.kind.value)
  expect(kinds.toSorted()).toEqual(Object.keys(NOTICE_TOPICS).toSorted())
  expect(names).toEqual(expect.arrayContaining([...kinds, ...accounts]))
  expect(new Set(names).size).toBe(names.length)
})

describe.each(mails)('$name', ({ name, subject, html, text, topic }) => {
  it('is in French and loads nothing', () => {
    expect(html).toContain('lang="fr"')
    expect(html).not.toMatch(/<img|<script|<link|@import|url\(/)
    expect(subject).not.toBe('')
    expect(`${subject}${html}${text ?? ''}`).not.toMatch(/undefined|\[object|NaN/)
  })

  it.runIf(text !== undefined)('says the same in text and in HTML', () => {
    expect(bag(wordsOf(html))).toEqual(bag(text ?? ''))
  })

  it.runIf(text !== undefined)('leaves no space before a sign at which a line may break', () => {
    expect(wordsOf(html).replaceAll(/https?:\S+/g, '')).not.toMatch(/\p{L} [;:!?»€%]|« |n° /u)
  })

  it('can be stopped where it is not what a family must know, and nowhere else', () => {
    const topics: Readonly<Record<string, string>> = { reminder: 'reminders', news: 'news' }
    expect(topic).toBe(topics[name.replace(/-\d$/, '')])
  })
})

it('are written as files, with a page that leads to each', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mails-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true })
  })
  writeMails(folder, mails)
  const index = readFileSync(join(folder, 'index.html'), 'utf8')
  const linked = [...index.matchAll(/href="([^"]+)"/g)].map(([, file = '']) => file)
  const expected = mails.flatMap(({ name, text }: SampleMail) =>
    text === undefined ? [`${name}.html`] : [`${name}.html`, `${name}.txt`],
  )
  expect(linked).toEqual(expected)
  for (const file of linked) expect(existsSync(join(folder, file)), file).toBe(true)
})
