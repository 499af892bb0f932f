import type { Route } from '../shared/platform/route.ts'
import type { Stage } from './stages.ts'

/** By which people sign in: each takes a secret that somebody may guess. */
const SIGN_IN: ReadonlySet<string> = new Set(['openSession', 'answerChallenge'])

/** The forms that anybody may send and that mail, keep something or take a secret. */
const FORMS: ReadonlySet<string> = new Set([
  'requestAccount',
  'forgetPassword',
  'resetPassword',
  'confirmEmail',
  'writeAsVisitor',
])

/** What machines send for many people at once: the servers of PayFiP, and those of mail programs. */
const MACHINES: ReadonlySet<string> = new Set(['notifyPayment', 'unsubscribe'])

/** What holds a route back beside the limit of all of them; nothing for most. */
export const throttleOf = (route: Route, stage: Stage): Stage['throttle'] | undefined => {
  if (route.access !== 'public') return undefined
  if ('mediaTypes' in route.reply) return stage.printThrottle
  if (SIGN_IN.has(route.id)) return stage.signInThrottle
  // More than the firewall lets one address send: no machine keeps the others out.
  if (MACHINES.has(route.id)) return stage.signInThrottle
  return FORMS.has(route.id) ? stage.formThrottle : undefined
}

/** Whether people send it so seldom that many from one address are somebody's program. */
export const isSeldomSent = (route: Route): boolean =>
  route.access === 'public' && (SIGN_IN.has(route.id) || FORMS.has(route.id))
