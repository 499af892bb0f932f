import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect } from 'vitest'
import * as z from 'zod'
import { openApiDocument } from '../../shared/api/openapi.ts'
import { ROUTES } from '../../shared/api/routes.ts'
import { isIsoDate } from '../../shared/kernel/dates.ts'

const document = openApiDocument(ROUTES)

const ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true })
ajv.addFormat('date', isIsoDate)
ajv.addFormat('date-time', (text) => z.iso.datetime().safeParse(text).success)
ajv.addFormat('email', (text) => z.email().safeParse(text).success)
ajv.addFormat('uri', (text) => URL.canParse(text))
// Names for people: what they stand for is in the pattern beside them.
for (const format of ['phone', 'postcode', 'version']) ajv.addFormat(format, true)
ajv.addVocabulary(Object.keys(document))
ajv.addSchema(document, 'portal')

const operations = new Map(
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => [
      operation.operationId,
      { steps: ['paths', path, method, 'responses'], responses: operation.responses },
    ]),
  ),
)

const pointer = (steps: readonly string[]): string =>
  steps
    .map((step) => `/${encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))}`)
    .join('')

/** What is wrong with a value, for a schema of the document; nothing when it is right. */
const faultsAt = (steps: readonly string[], value: unknown): string[] => {
  const validate = ajv.getSchema(`portal#${pointer(steps)}`)
  if (validate === undefined) throw new Error(`No schema at ${steps.join(' ')}`)
  if (validate(value) === true) return []
  return (validate.errors ?? []).map(
    ({ instancePath, message = '', params }) =>
      `${instancePath} ${message} ${JSON.stringify(params)}`,
  )
}

/**
 * Checks a reply of the portal against the OpenAPI document: the operation declares its status, and
 * one of the bodies that it declares for the status accepts the body.
 *
 * @param body the parsed JSON, or the text of a reply that is none.
 */
export const expectContract = (routeId: string, status: number, body: unknown): void => {
  const operation = operations.get(routeId)
  const reply = operation?.responses[String(status)]
  if (operation === undefined || reply === undefined) {
    throw new Error(`The contract of ${routeId} has no reply ${status}`)
  }
  const faults = Object.keys(reply.content).map((mediaType) =>
    faultsAt([...operation.steps, String(status), 'content', mediaType, 'schema'], body),
  )
  const [best = ['no body is declared']] = faults.toSorted((a, b) => a.length - b.length)
  expect(best, `${routeId} ${status} breaks its contract`).toEqual([])
}
