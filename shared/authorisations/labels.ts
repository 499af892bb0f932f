import { AUTHORISATIONS } from '../kernel/family-texts.ts'
import type { AuthorisationChange } from './model.ts'

/** What a choice is called. */
export const choiceLabel = (allowed: boolean): string =>
  allowed ? AUTHORISATIONS.allowed : AUTHORISATIONS.forbidden

/** What is allowed or forbidden, in words. */
export const aboutLabel = (about: AuthorisationChange['about']): string =>
  about.kind === 'collect' ? AUTHORISATIONS.collect(about) : AUTHORISATIONS.kinds[about.kind]
