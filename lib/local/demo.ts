import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import { addDays, addMonths, firstDayOf, monthOf } from '../../shared/kernel/dates.ts'
import { parisDate } from '../../shared/kernel/paris.ts'
import { isoDateSchema } from '../../shared/platform/schemas.ts'
import { readInstant } from './clock.ts'
import type { Portal } from './portal.ts'

const enrolment = z.object({
  enrolmentId: z.string(),
  activityId: z.string(),
  from: z.string(),
  until: z.string(),
})
/** What the start and the welcome need of the town's file. */
const townSchema = z.object({
  catalogue: z.object({
    schoolYears: z.array(z.object({ firstDay: isoDateSchema, lastDay: isoDateSchema })).min(1),
    priceLists: z.array(
      z.object({ id: z.string(), name: z.string(), from: isoDateSchema, until: isoDateSchema }),
    ),
    activities: z.array(
      z.object({
        id: z.string(),
        units: z.array(z.object({ id: z.string() })).min(1),
        opening: z.object({ weekdays: z.array(z.number()).min(1) }),
        decision: z.string(),
      }),
    ),
  }),
  families: z.array(z.object({ familyId: z.string(), enrolments: z.array(enrolment) })),
  accounts: z.array(
    z.object({
      email: z.string(),
      password: z.string(),
      roles: z.array(z.string()),
      familyId: z.string().optional(),
    }),
  ),
})
export type Town = z.infer<typeof townSchema>

/** Reads the demo town's file. */
export const readTown = (file: unknown): Town => townSchema.parse(file)

/**
 * The time at which a new portal starts if today has nothing left to book: the first morning of
 * October in the last school year of the town, when September is billed. Undefined while there is something, in milliseconds.
 */
export const startOfDemo = ({ catalogue }: Town, today: Date): number | undefined => {
  const last = catalogue.schoolYears.reduce((a, b) => (a.lastDay > b.lastDay ? a : b))
  // The last days of a year lie behind their deadlines already.
  const isOver = addDays(last.lastDay, -14) < parisDate(today)
  return isOver ? readInstant(`${last.firstDay.slice(0, 4)}-10-01T10:00`) : undefined
}

/** Three lines for a shell that sign in, read the planning and book a meal on a weekday. */
const exampleLines = (town: Town, portalUrl: string, now: Date): readonly string[] => {
  const guardian = town.accounts.find(({ roles }) => roles.includes('guardian'))
  const family = town.families.find(({ familyId }) => familyId === guardian?.familyId)
  const today = parisDate(now)
  const open = family?.enrolments.toSorted((a, b) => a.from.localeCompare(b.from)) ?? []
  const bookable = open
    .filter(({ until }) => until > today)
    .flatMap((one) => {
      const activity = town.catalogue.activities.find(({ id }) => id === one.activityId)
      return activity?.decision === 'automatic' ? [{ ...one, activity }] : []
    })
  const [{ enrolmentId, activity } = { enrolmentId: '', activity: undefined }] = bookable
  const units = activity?.units.slice(0, 1).map(({ id }) => id)
  const week = activity?.opening.weekdays.slice(0, 2).map((weekday) => ({ weekday, units }))
  const { email, password } = guardian ?? { email: '', password: '' }
  const wishes = [{ kind: 'recurrence', enrolmentId, weeks: [week] }]
  const json = "-H 'content-type: application/json'"
  return [
    `TOKEN=$(curl -s ${portalUrl}/sessions ${json} -d '${JSON.stringify({ login: email, password })}' ` +
      `| sed 's/.*"idToken":"\\([^"]*\\)".*/\\1/')`,
    `curl -s ${portalUrl}/planning -H "authorization: Bearer $TOKEN"`,
    `curl -s ${portalUrl}/submissions -H "authorization: Bearer $TOKEN" ${json} ` +
      `-H 'idempotency-key: ${randomUUID()}' -d '${JSON.stringify({ wishes })}'`,
  ]
}

/** What a newcomer reads once the portal is up. */
export const welcome = (town: Town, portal: Portal, notes: readonly string[]): string => {
  const now = new Date(portal.now())
  const clock = now.toLocaleString('en-GB', {
    timeZone: 'Europe/Paris',
    dateStyle: 'full',
    timeStyle: 'short',
  })
  const logins = town.accounts.map(
    ({ email, password, roles }) => `  ${roles.join(', ').padEnd(14)} ${email}  ${password}`,
  )
  const lines = [
    `  API        ${portal.portalUrl}`,
    `  Reference  ${portal.portalUrl}/docs`,
    `  Mailbox    ${portal.mailboxUrl}`,
    `  Clock      ${clock} (Paris)`,
    `             Invoices come on the 1st: npm run clock -- ${firstDayOf(addMonths(monthOf(parisDate(now)), 1))}T06:01`,
    ...notes.map((note) => `             ${note}`),
    '',
    'Sign in as',
    ...logins,
    '',
    'Try, in another terminal:',
    ...exampleLines(town, portal.portalUrl, now),
    '',
    'Ctrl-C stops it and keeps the data; npm start -- --fresh begins again.',
  ]
  return lines.join('\n')
}
