import * as z from 'zod'
import { AwsError } from './aws.ts'

/** What AWS calls it when somebody may not ask what they ask. */
const FORBIDDEN = /AccessDenied|AuthorizationError|NotAuthorized|UnauthorizedOperation/
const UNKNOWN =
  /ExpiredToken|InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|CredentialsProvider/
const TOO_OFTEN = /Throttl|TooManyRequests|RequestLimitExceeded|LimitExceeded/

const causeSchema = z.object({ cause: z.object({ code: z.string() }) })

const isTimeout = ({ name }: Error): boolean => name === 'TimeoutError' || name === 'AbortError'

/** Whether AWS refuses the credentials themselves. */
export const isOfNobody = (error: unknown): boolean =>
  error instanceof AwsError && (error.status === 403 || UNKNOWN.test(error.message))

/**
 * Why a question to AWS, or to the network, was not answered: the end of a sentence.
 *
 * @param right that is needed to ask it, as policies name it; nothing for what needs none.
 */
export const whyUnanswered = (error: unknown, right: string | undefined): string => {
  if (!(error instanceof Error)) return String(error)
  const text = `${error.name} ${error.message}`
  if (UNKNOWN.test(text)) return 'AWS does not take the credentials (any more)'
  if (FORBIDDEN.test(text) || (error instanceof AwsError && error.status === 403)) {
    return `who asks may not${right === undefined ? '' : `: allow ${right}`}`
  }
  if (TOO_OFTEN.test(text)) return 'AWS was asked too often: try again'
  if (error instanceof AwsError) return `${error.service} answered ${String(error.status)}`
  if (isTimeout(error)) return 'nothing answered in time: try again'
  if (error instanceof z.ZodError || error instanceof SyntaxError) {
    return 'the answer cannot be read'
  }
  const code = causeSchema.safeParse(error).data?.cause.code
  return code === undefined ? error.message : `the connection failed (${code})`
}
