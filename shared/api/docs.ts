import { escapeHtml } from '../kernel/html.ts'
import type {
  Content,
  OpenApiDocument,
  Operation,
  Parameter,
  Reply,
  Schema,
} from './openapi-model.ts'

/** Text that is markup already; all other text is escaped. */
interface Markup {
  readonly markup: string
}

type Piece = string | number | Markup | readonly Markup[]

const markupOf = (piece: Piece): string => {
  if (typeof piece === 'string' || typeof piece === 'number') return escapeHtml(String(piece))
  return 'markup' in piece ? piece.markup : piece.map(({ markup }) => markup).join('')
}

const html = (strings: TemplateStringsArray, ...pieces: readonly Piece[]): Markup => ({
  markup: strings.reduce(
    (text, string, index) => text + markupOf(pieces[index - 1] ?? '') + string,
  ),
})

const NOTHING: Markup = { markup: '' }

/** A sentence in which back-quoted words are code. */
const prose = (sentence: string): Markup[] =>
  sentence
    .split('`')
    .map((part, index) => (index % 2 === 0 ? html`${part}` : html`<code>${part}</code>`))

/** `1 to 60`, `at most 7`; nothing where there is no bound. */
const bounds = (schema: Schema): string => {
  const least = schema.minLength ?? schema.minItems ?? schema.minimum
  const most = schema.maxLength ?? schema.maxItems ?? schema.maximum
  if (least !== undefined && least === most) return String(least)
  if (least !== undefined && most !== undefined) return `${least} to ${most}`
  if (most !== undefined) return `at most ${most}`
  if (least !== undefined) return `at least ${least}`
  return schema.exclusiveMinimum === undefined ? '' : `above ${schema.exclusiveMinimum}`
}

/** `words`, and the bounds after a comma if there are any. */
const bounded = (words: string, schema: Schema, unit = ''): string => {
  const range = bounds(schema)
  return range === '' ? words : `${words}, ${range}${unit}`
}

const FORMATS: Readonly<Record<string, string>> = {
  date: 'date (2025-09-01)',
  'date-time': 'instant (2025-07-15T08:41:00.000Z)',
  email: 'e-mail address',
  uri: 'address',
}

const textType = ({ format = '', pattern, ...schema }: Schema): string => {
  const known = FORMATS[format]
  if (known !== undefined) return known
  return pattern === undefined ? bounded('text', schema, ' characters') : `text like ${pattern}`
}

type Resolve = (schema: Schema) => Schema

/** What a list holds, in the plural: `lists of at most 7 objects`. */
const plural = (items: Schema | undefined, resolve: Resolve): string => {
  if (items === undefined) return 'anything'
  const type = typeOf(items, resolve)
  return type === 'one of'
    ? 'items, each one of'
    : type.replace(/^(object|list|text|date|instant|whole number|number)\b/, '$1s')
}

const listType = (schema: Schema, resolve: Resolve): string =>
  ['list of', bounds(schema), plural(schema.items, resolve)].filter((part) => part !== '').join(' ')

const typeOf = (reference: Schema, resolve: Resolve): string => {
  const schema = resolve(reference)
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum !== undefined) {
    return schema.enum.map((value) => JSON.stringify(value)).join(' or ')
  }
  if ((schema.oneOf ?? schema.anyOf) !== undefined) return 'one of'
  switch (schema.type) {
    case 'array':
      return listType(schema, resolve)
    case 'object':
      return typeof schema.additionalProperties === 'object'
        ? `map of ${typeOf(schema.additionalProperties, resolve)}`
        : 'object'
    case 'integer':
      return bounded('whole number', schema)
    case 'number':
      return bounded('number', schema)
    case 'boolean':
      return 'true or false'
    case 'string':
      return textType(schema)
    default:
      return 'anything'
  }
}

/** The fields below a schema, as nested lists; nothing for a single value. */
const fields = (reference: Schema, resolve: Resolve): Markup => {
  const schema = resolve(reference)
  const alternatives = schema.oneOf ?? schema.anyOf
  if (alternatives !== undefined) {
    return html`<ul class="either">
      ${alternatives.map((each) => html`<li>${typeOf(each, resolve)}${fields(each, resolve)}</li>`)}
    </ul>`
  }
  if (schema.type === 'array' && schema.items !== undefined) return fields(schema.items, resolve)
  if (typeof schema.additionalProperties === 'object') {
    return fields(schema.additionalProperties, resolve)
  }
  const { properties = {}, required = [] } = schema
  if (Object.keys(properties).length === 0) return NOTHING
  return html`<ul>
    ${Object.entries(properties).map(
      ([name, property]) =>
        html`<li>
          <code>${name}</code> <span class="type">${typeOf(property, resolve)}</span>${
            required.includes(name) ? NOTHING : html` <span class="optional">optional</span>`
          }${
            property.description === undefined
              ? NOTHING
              : html` <span class="note">${prose(property.description)}</span>`
          }${fields(property, resolve)}
        </li>`,
    )}
  </ul>`
}

const shape = (schema: Schema, resolve: Resolve): Markup =>
  html`<div class="shape">
    <span class="type">${typeOf(schema, resolve)}</span>${fields(schema, resolve)}
  </div>`

const parameterTable = (parameters: readonly Parameter[], resolve: Resolve): Markup =>
  parameters.length === 0
    ? NOTHING
    : html`<h4>Parameters</h4>
        <div class="wide">
          <table>
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">In</th>
                <th scope="col">Value</th>
              </tr>
            </thead>
            <tbody>
              ${parameters.map(
                (parameter) =>
                  html`<tr>
                    <th scope="row"><code>${parameter.name}</code></th>
                    <td>${parameter.in}</td>
                    <td>
                      ${typeOf(parameter.schema, resolve)}${
                        parameter.required ? NOTHING : html` <span class="optional">optional</span>`
                      }${
                        parameter.schema.default === undefined
                          ? NOTHING
                          : html`, else ${JSON.stringify(parameter.schema.default)}`
                      }
                    </td>
                  </tr>`,
              )}
            </tbody>
          </table>
        </div>`

const request = ({ requestBody }: Operation, resolve: Resolve): Markup =>
  requestBody === undefined
    ? NOTHING
    : html`<h4>Body</h4>
        ${Object.entries(requestBody.content).map(
          ([mediaType, { schema }]) =>
            html`<p class="media">${mediaType}</p>
              ${shape(schema, resolve)}`,
        )}`

const isRefusal = ([status]: readonly [string, unknown]): boolean => Number(status) >= 400

const answer = ([status, reply]: readonly [string, Reply], resolve: Resolve): Markup =>
  html`<h4>Reply ${status}</h4>
    ${Object.entries(reply.content).map(
      ([mediaType, { schema }]) =>
        html`<p class="media">${mediaType}</p>
          ${fields(schema, resolve) === NOTHING ? NOTHING : shape(schema, resolve)}`,
    )}`

const codesOf = ({ examples }: Content): Markup[] =>
  examples === undefined
    ? [html`<li>API Gateway: no token, or a wrong or expired one</li>`]
    : Object.entries(examples).map(
        ([code, { summary }]) =>
          html`<li><code>${code}</code> <span lang="fr">${summary}</span></li>`,
      )

const refusals = ({ responses }: Operation): Markup =>
  html`<details>
    <summary>Refusals</summary>
    <div class="wide">
      <table>
        <thead>
          <tr>
            <th scope="col">Status</th>
            <th scope="col">Codes</th>
          </tr>
        </thead>
        <tbody>
          ${Object.entries(responses)
            .filter(isRefusal)
            .map(
              ([status, { content }]) =>
                html`<tr>
                  <th scope="row">${status}</th>
                  <td>
                    <ul class="codes">
                      ${Object.values(content).flatMap(codesOf)}
                    </ul>
                  </td>
                </tr>`,
            )}
        </tbody>
      </table>
    </div>
  </details>`

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** A call that can be pasted, once `PORTAL` and `TOKEN` are set. */
const curl = (method: string, path: string, operation: Operation): string => {
  const { parameters, requestBody, security } = operation
  const filled = parameters
    .filter((parameter) => parameter.in === 'path')
    .reduce((text, { name, example }) => text.replace(`{${name}}`, String(example)), path)
  const [body] = Object.entries(requestBody?.content ?? {})
  return [
    `curl${method === 'get' ? '' : ` -X ${method.toUpperCase()}`} "$PORTAL${filled}"`,
    ...(security.length === 0 ? [] : ['-H "Authorization: Bearer $TOKEN"']),
    ...parameters
      .filter((parameter) => parameter.in === 'header' && parameter.required)
      .map(({ name, example }) => `-H ${quoted(`${name}: ${String(example)}`)}`),
    ...(body === undefined
      ? []
      : [`-H 'content-type: ${body[0]}'`, `-d ${quoted(JSON.stringify(body[1].example))}`]),
  ].join(' \\\n  ')
}

const callers = ({ security }: Operation): string =>
  security.length === 0 ? 'anybody' : security.flatMap((each) => Object.values(each)[0]).join(', ')

const article = (method: string, path: string, operation: Operation, resolve: Resolve): Markup =>
  html`<article id="${operation.operationId}">
    <h3><span class="method ${method}">${method.toUpperCase()}</span> <code>${path}</code></h3>
    <p>${prose(operation.summary)}</p>
    <p class="who">
      <code>${operation.operationId}</code>, called by <strong>${callers(operation)}</strong>
    </p>
    ${parameterTable(operation.parameters, resolve)} ${request(operation, resolve)}
    ${Object.entries(operation.responses)
      .filter((reply) => !isRefusal(reply))
      .map((reply) => answer(reply, resolve))}
    ${refusals(operation)}
    <h4>Call</h4>
    <pre tabindex="0" aria-label="curl call of ${operation.operationId}"><code>${curl(
      method,
      path,
      operation,
    )}</code></pre>
  </article>`

const STYLE: Markup = {
  markup: `
:root { color-scheme: light dark; --ink: #1c2430; --soft: #56616f; --line: #d5dae1; --back: #fff; --panel: #f4f6f8; --link: #0b57a8; --get: #176b3a; --post: #8a4b00; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaef; --soft: #a3aeba; --line: #38414c; --back: #14181d; --panel: #1d232a; --link: #8ec1ff; --get: #7ad19b; --post: #f0b36a; } }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--back); }
a { color: var(--link); }
a:focus-visible, summary:focus-visible, pre:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: 1rem; background: var(--back); padding: .5rem 1rem; z-index: 1; }
.page { display: grid; grid-template-columns: 17rem minmax(0, 1fr); max-width: 76rem; margin: 0 auto; }
nav { position: sticky; top: 0; align-self: start; max-height: 100vh; overflow-y: auto; padding: 2rem 1rem 2rem 1.5rem; font-size: .92rem; }
nav h2 { font-size: .8rem; text-transform: uppercase; letter-spacing: .06em; color: var(--soft); margin: 1.2rem 0 .2rem; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav li a { display: block; padding: .2rem 0; }
main { padding: 2rem 1.5rem 6rem; border-left: 1px solid var(--line); }
h1 { margin: 0; font-size: 1.9rem; line-height: 1.2; }
main > section > h2 { font-size: 1.3rem; margin: 3rem 0 1rem; padding-bottom: .3rem; border-bottom: 2px solid var(--line); }
article { margin: 0 0 3.5rem; scroll-margin-top: 1rem; }
h3 { font-size: 1.1rem; margin: 0 0 .4rem; overflow-wrap: anywhere; }
h4 { font-size: .95rem; margin: 1.4rem 0 .3rem; }
p { margin: .3rem 0; max-width: 60rem; }
.who, .media, .type, .optional, .note { color: var(--soft); }
.media { font-size: .88rem; }
.optional { font-style: italic; }
.note::before { content: "— "; }
code, pre { font-family: ui-monospace, monospace; font-size: .92em; }
.method { display: inline-block; min-width: 3.6rem; font-family: ui-monospace, monospace; color: var(--post); }
.method.get { color: var(--get); }
.shape, pre { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: .8rem 1rem; margin: .3rem 0; }
.shape { font-size: .94rem; overflow-wrap: anywhere; }
.shape ul { margin: .1rem 0 .1rem .3rem; padding-left: 1.1rem; border-left: 1px solid var(--line); list-style: none; }
.shape .either > li { margin-bottom: .6rem; }
.shape .either > li::before { content: "either "; color: var(--soft); }
pre { overflow-x: auto; white-space: pre; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .94rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .8rem .35rem 0; border-bottom: 1px solid var(--line); font-weight: 400; }
thead th { color: var(--soft); font-size: .85rem; }
.codes { list-style: none; margin: 0; padding: 0; }
details { margin-top: 1.2rem; }
summary { cursor: pointer; font-weight: 600; font-size: .95rem; }
@media (max-width: 52rem) { .page { display: block; } nav { position: static; max-height: none; padding: 1rem 1.5rem 0; } main { border-left: 0; } }
@media print { nav { display: none; } .page { display: block; } }
`,
}

interface Listed {
  readonly method: string
  readonly path: string
  readonly operation: Operation
}

const operationsOf = ({ paths }: OpenApiDocument): Listed[] =>
  Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method, path, operation })),
  )

/**
 * The API reference as one page for people: no script, nothing from elsewhere, readable without
 * colours, by keyboard and on paper.
 */
export const docsPage = (document: OpenApiDocument): string => {
  const { info, tags, components } = document
  const resolve: Resolve = (schema) =>
    components.schemas[schema.$ref?.split('/').at(-1) ?? ''] ?? schema
  const operations = operationsOf(document)
  const sections = tags.map(({ name }) => ({
    name,
    listed: operations.filter(({ operation }) => operation.tags.includes(name)),
  }))
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${info.title}: API reference</title>
        <style>
          ${STYLE}
        </style>
      </head>
      <body>
        <a class="skip" href="#content">Skip to the operations</a>
        <div class="page">
          <nav aria-label="Operations">
            ${sections.map(
              ({ name, listed }) =>
                html`<h2>${name}</h2>
                  <ul>
                    ${listed.map(
                      ({ operation }) =>
                        html`<li>
                          <a href="#${operation.operationId}">${operation.operationId}</a>
                        </li>`,
                    )}
                  </ul>`,
            )}
          </nav>
          <main id="content">
            <h1><span lang="fr">${info.title}</span>: API reference</h1>
            <p>${prose(info.description)}</p>
            <p>
              The document for machines: <a href="/openapi.json">openapi.json</a>, version
              ${info.version}. In the calls below <code>PORTAL</code> is the address of the portal
              and <code>TOKEN</code> the <code>idToken</code> of a session.
            </p>
            ${sections.map(
              ({ name, listed }) =>
                html`<section aria-labelledby="tag-${name}">
                  <h2 id="tag-${name}">${name}</h2>
                  ${listed.map(({ method, path, operation }) => article(method, path, operation, resolve))}
                </section>`,
            )}
          </main>
        </div>
      </body>
    </html> `.markup
}
