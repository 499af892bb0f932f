import { mockClient } from 'aws-sdk-client-mock'
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider'
import { beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { ROUTES } from '../../shared/api/routes.ts'
import type { httpHandler } from '../../shared/platform/http.ts'
import { ROLES, routeKey } from '../../shared/platform/route.ts'
import { DUPONT, openCesson } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'
import { call, claimsOf, httpEvent, problemIn } from '../support/events.ts'

const { table, tableName, endpoint } = await freshTable()
mockClient(CognitoIdentityProviderClient)

/** The deployed handlers, as their environment makes them. */
const handlers = new Map<string, ReturnType<typeof httpHandler>>()

beforeAll(async () => {
  await openCesson(table)
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', endpoint)
  vi.stubEnv('TABLE_NAME', tableName)
  vi.stubEnv('HEALTH_KEY_ARN', 'key')
  vi.stubEnv('TOKEN_KEY_ARN', 'key')
  vi.stubEnv('ACCOUNT_KEY_ARN', 'key')
  vi.stubEnv('API_PARTICULIER_URL', 'https://particulier.example')
  vi.stubEnv('PAYFIP_URL', 'http://127.0.0.1:9')
  vi.stubEnv('PAYFIP_TESTS', 'taken')
  vi.stubEnv('API_URL', 'https://api.ville.example')
  vi.stubEnv('DOCUMENTS_BUCKET', 'documents')
  vi.stubEnv('CLOSING_QUEUE_URL', 'https://queue.example/1/closing')
  vi.stubEnv('BILLING_QUEUE_URL', 'https://queue.example/1/billing')
  vi.stubEnv('ISSUE_QUEUE_URL', 'https://queue.example/1/issue')
  vi.stubEnv('USER_POOL_ID', 'eu-west-3_pool')
  vi.stubEnv('USER_POOL_CLIENT_ID', 'client')
  vi.stubEnv('STAFF_MFA', 'optional')
  vi.stubEnv('MFA_ISSUER', 'Portail famille')
  vi.stubEnv('MAIL_SENDER', 'portail@ville.example')
  vi.stubEnv('MAIL_CONFIGURATION_SET', 'portal')
  vi.stubEnv('PORTAL_URL', 'https://portail.ville.example')
  const [
    accounting,
    accounts,
    arrears,
    attachments,
    calendars,
    cashDesk,
    debits,
    enquiries,
    enrolments,
    eraseFamilies,
    family,
    files,
    health,
    home,
    ledger,
    mailHealth,
    payments,
    printDocuments,
    previews,
    printSheets,
    privacy,
    publications,
    quotients,
    registers,
    staff,
    sessions,
    town,
  ] = await Promise.all([
    import('../../functions/accounting/index.ts'),
    import('../../functions/accounts/index.ts'),
    import('../../functions/arrears/index.ts'),
    import('../../functions/attachments/index.ts'),
    import('../../functions/calendars/index.ts'),
    import('../../functions/cash-desk/index.ts'),
    import('../../functions/debits/index.ts'),
    import('../../functions/enquiries/index.ts'),
    import('../../functions/enrolments/index.ts'),
    import('../../functions/erase-families/index.ts'),
    import('../../functions/family/index.ts'),
    import('../../functions/files/index.ts'),
    import('../../functions/health/index.ts'),
    import('../../functions/home/index.ts'),
    import('../../functions/ledger/index.ts'),
    import('../../functions/mail-health/index.ts'),
    import('../../functions/payments/index.ts'),
    import('../../functions/print-documents/index.ts'),
    import('../../functions/previews/index.ts'),
    import('../../functions/print-sheets/index.ts'),
    import('../../functions/privacy/index.ts'),
    import('../../functions/publications/index.ts'),
    import('../../functions/quotients/index.ts'),
    import('../../functions/registers/index.ts'),
    import('../../functions/staff/index.ts'),
    import('../../functions/sessions/index.ts'),
    import('../../functions/town/index.ts'),
  ])
  handlers.set('accounting', accounting.handler)
  handlers.set('accounts', accounts.handler)
  handlers.set('arrears', arrears.handler)
  handlers.set('attachments', attachments.handler)
  handlers.set('calendars', calendars.handler)
  handlers.set('cash-desk', cashDesk.handler)
  handlers.set('debits', debits.handler)
  handlers.set('enquiries', enquiries.handler)
  handlers.set('enrolments', enrolments.handler)
  handlers.set('erase-families', eraseFamilies.handler)
  handlers.set('family', family.handler)
  handlers.set('files', files.handler)
  handlers.set('health', health.handler)
  handlers.set('home', home.handler)
  handlers.set('ledger', ledger.handler)
  handlers.set('mail-health', mailHealth.handler)
  handlers.set('payments', payments.handler)
  handlers.set('print-documents', printDocuments.handler)
  handlers.set('previews', previews.handler)
  handlers.set('print-sheets', printSheets.handler)
  handlers.set('privacy', privacy.handler)
  handlers.set('publications', publications.handler)
  handlers.set('quotients', quotients.handler)
  handlers.set('registers', registers.handler)
  handlers.set('staff', staff.handler)
  handlers.set('sessions', sessions.handler)
  handlers.set('town', town.handler)
})

beforeEach(() => {
  vi.spyOn(console, 'info').mockReturnValue()
  vi.spyOn(console, 'error').mockReturnValue()
})

/** Every route with every role, and with nobody signed in. */
const rows = ROUTES.flatMap((route) =>
  [...ROLES, 'nobody' as const].map((role) => ({
    key: routeKey(route),
    role,
    route,
    may: route.access === 'public' || route.access.some((allowed) => allowed === role),
  })),
)

it.each(rows)('$key, called by $role: allowed is $may', async ({ route, role, may }) => {
  const handler = handlers.get(route.function)
  if (handler === undefined) throw new Error('No such function')
  // Claims of a family for all: it is the role that opens a route, not the family.
  const claims = role === 'nobody' ? undefined : claimsOf([role], DUPONT)
  const answer = await call(handler, httpEvent(route, claims === undefined ? {} : { claims }))
  if (may) {
    expect(answer.statusCode).not.toBe(403)
    // Whoever is let in reaches the route itself, not the answer to unknown ones.
    if (answer.statusCode === 404) expect(route.errors).toContain('not-found')
  } else {
    expect(answer.statusCode).toBe(403)
    expect(problemIn(answer).code).toBe('forbidden')
  }
})

it('lets nobody in by an access token, whatever its groups', async () => {
  for (const route of ROUTES.filter(({ access }) => access !== 'public')) {
    const handler = handlers.get(route.function)
    if (handler === undefined) throw new Error('No such function')
    const claims = { ...claimsOf(ROLES, DUPONT), token_use: 'access' }
    expect((await call(handler, httpEvent(route, { claims }))).statusCode).toBe(403)
  }
})
