import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { inflateSync } from 'node:zlib'
import type { Fonts } from '../../shared/documents/model.ts'

const require = createRequire(import.meta.url)

/** The fonts that are deployed. */
export const fonts: Fonts = {
  regular: readFileSync(require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf')),
  bold: readFileSync(require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf')),
}

/** A page as it is heard and seen: a line for each piece of text. */
export interface Page {
  /** What is read out, by the tag of the structure. */
  readonly content: readonly { readonly tag: string; readonly text: string }[]
  /** What is seen only: the artifacts. */
  readonly artifacts: readonly string[]
}

/** A PDF as far as its tests ask. */
export interface ReadPdf {
  readonly pages: readonly Page[]
  /** How many elements of each type the structure has. */
  readonly elements: Readonly<Record<string, number>>
  /** How many characters no font could show. */
  readonly missing: number
  /** The file with its metadata, which are not compressed. */
  readonly source: string
}

const streamOf = (body: string): string => {
  const [, data = ''] = /stream\n([\s\S]*)\nendstream/.exec(body) ?? []
  return body.includes('/FlateDecode')
    ? inflateSync(Buffer.from(data, 'latin1')).toString('latin1')
    : data
}

/** What the codes of a font mean, from its ToUnicode map. */
const meaningsOf = (map: string): string[] => {
  const entries = Array.from(map.matchAll(/\[(<[^\]]*>)\]/g), ([, range = '']) => range).join(' ')
  return Array.from(entries.matchAll(/<([^>]*)>/g), ([, codes = '']) =>
    String.fromCharCode(...codes.split(' ').map((code) => Number.parseInt(code, 16))),
  )
}

const TOKEN =
  /\/(?<font>F\d+) [\d.]+ Tf|\/(?<tag>\w+)\s+(?:<<[\s\S]*?>>\s+)?B(?:DC|MC)|(?<end>\bEMC\b)|(?<line>\bET\b)|<(?<codes>[0-9a-f]+)>/g

/** Reads a PDF of `printTables` without any tool but zlib. */
export const readPdf = (bytes: Uint8Array): ReadPdf => {
  const source = Buffer.from(bytes).toString('latin1')
  const objects = new Map(
    Array.from(source.matchAll(/(?:^|\n)(\d+) 0 obj\n([\s\S]*?)\nendobj/g), ([, id, body]) => [
      id ?? '',
      body ?? '',
    ]),
  )
  const bodyOf = (body: string, name: string): string =>
    objects.get(new RegExp(`/${name} (\\d+) 0 R`).exec(body)?.[1] ?? '') ?? ''
  const meanings = new Map(
    Array.from(source.matchAll(/\/(F\d+) (\d+) 0 R/g), ([, font = '', id = '']) => [
      font,
      meaningsOf(streamOf(bodyOf(objects.get(id) ?? '', 'ToUnicode'))),
    ]),
  )
  let missing = 0
  const readPage = (text: string): Page => {
    const content: { tag: string; text: string }[] = []
    const artifacts: string[] = []
    const tags: string[] = []
    let font: string[] = []
    let written = ''
    for (const { groups = {} } of text.matchAll(TOKEN)) {
      if (groups['font'] !== undefined) font = meanings.get(groups['font']) ?? []
      if (groups['tag'] !== undefined) tags.push(groups['tag'])
      if (groups['end'] !== undefined) tags.pop()
      const codes = (groups['codes'] ?? '').match(/.{4}/g) ?? []
      const numbers = codes.map((code) => Number.parseInt(code, 16))
      missing += numbers.filter((code) => code === 0).length
      written += numbers.map((code) => font[code] ?? '').join('')
      if (groups['line'] === undefined) continue
      // Where a line is broken, the space before is written but not meant.
      const line = written.replace(/ +$/, '')
      written = ''
      const tag = tags.at(-1)
      if (tag === undefined) throw new Error(`Neither content nor artifact: ${line}`)
      if (tag === 'Artifact') artifacts.push(line)
      else content.push({ tag, text: line })
    }
    return { content, artifacts }
  }
  const pages = [...objects.values()]
    .filter((body) => body.includes('/Type /Page\n'))
    .map((body) => readPage(streamOf(bodyOf(body, 'Contents'))))
  const elements: Record<string, number> = {}
  for (const body of objects.values()) {
    const [, type] = /\/S \/(\w+)/.exec(body) ?? []
    if (type !== undefined) elements[type] = (elements[type] ?? 0) + 1
  }
  return { pages, elements, missing, source }
}

/** The texts of a page that are read out. */
export const textsOf = ({ content }: Page): string[] => content.map(({ text }) => text)
