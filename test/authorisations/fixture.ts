import { formSchema, type Form } from '../../shared/authorisations/model.ts'
import { AUTHORISATION_KINDS } from '../../shared/families/model.ts'

/** What a guardian chooses for a child; the rest is forbidden, and contacts are left alone. */
interface Choice {
  readonly child?: string
  readonly version: number
  readonly enrolments?: readonly string[]
  readonly allow?: readonly string[]
  readonly collect?: Readonly<Record<string, boolean>>
}

/** A form of one child or several: Léo's studies unless given. */
export const form = (...choices: readonly Choice[]): Form =>
  formSchema.parse({
    children: choices.map(
      ({ child = 'leo', version, enrolments = ['leo-etudes-2025'], allow = [], collect = {} }) => ({
        childId: child,
        version,
        enrolmentIds: enrolments,
        decisions: [
          ...AUTHORISATION_KINDS.map((kind) => ({ kind, allowed: allow.includes(kind) })),
          ...Object.entries(collect).map(([contactId, allowed]) => ({
            kind: 'collect',
            contactId,
            allowed,
          })),
        ],
      }),
    ),
  })

/** Everything that is allowed for Léo as the demo town begins, but one kind. */
export const allBut = (kind: string): string[] =>
  AUTHORISATION_KINDS.filter((each) => each !== kind)
