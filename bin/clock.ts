import * as z from 'zod'
import { readInstant } from '../lib/local/clock.ts'
import { movedSchema } from '../lib/local/control.ts'
import { dataFolder, findPortal } from '../lib/local/environment.ts'

/** Shows the clock of the running portal, or moves it: `npm run clock -- 2025-10-01T06:01`. */
const [wanted] = process.argv.slice(2)
const portal = await findPortal(dataFolder())
const to = wanted === undefined ? undefined : readInstant(wanted)

const fail = (message: string): never => {
  console.error(message)
  process.exit(1)
}
const show = (instant: string): string =>
  new Date(instant).toLocaleString('en-GB', {
    timeZone: 'Europe/Paris',
    dateStyle: 'full',
    timeStyle: 'short',
  })

if (portal === undefined) fail('No portal is running: start it with npm start')
else if (wanted !== undefined && to === undefined) {
  fail('Say a time of Paris, such as 2025-10-01T06:01')
} else if (to === undefined) {
  const response = await fetch(portal.controlUrl)
  const { now } = z.object({ now: z.string() }).parse(await response.json())
  console.log(`The portal's clock: ${show(now)} (Paris)`)
} else {
  const body = JSON.stringify({ to })
  const response = await fetch(`${portal.controlUrl}/clock`, { method: 'POST', body })
  const { now, moved, fired, settled } = movedSchema.parse(await response.json())
  if (!moved) fail(`The clock only moves forwards; it shows ${show(now)}`)
  console.log(`The portal's clock: ${show(now)} (Paris)`)
  for (const schedule of new Set(fired.map((firing) => firing.schedule))) {
    const times = fired.filter((firing) => firing.schedule === schedule)
    const last = show(times[times.length - 1]?.due ?? now)
    console.log(
      times.length === 1
        ? `fired ${schedule} for ${last}`
        : `fired ${schedule} ${String(times.length)} times, last for ${last}`,
    )
  }
  if (fired.length === 0) console.log('Nothing was due.')
  if (!settled) console.log('Some of the work still goes on.')
}
