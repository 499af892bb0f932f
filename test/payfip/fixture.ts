import { afterAll } from 'vitest'
import type * as z from 'zod'
import { startPayfip } from '../../lib/local/payfip.ts'
import type { Order } from '../../shared/payfip/model.ts'

/** Facts of a runner that lives as long as a test. */
export const memoryState = () => {
  const facts = new Map<string, unknown>()
  return {
    read: <Value>(key: string, schema: z.ZodType<Value>): Value | undefined =>
      facts.has(key) ? schema.parse(facts.get(key)) : undefined,
    write: (key: string, value: unknown): void => {
      facts.set(key, JSON.parse(JSON.stringify(value)))
    },
  }
}

/** The PayFiP of this machine with a clock that a test sets, closed after the test file. */
export const openPayfip = async (begin: Date) => {
  const clock = { now: begin }
  const payfip = await startPayfip(memoryState(), () => clock.now.getTime())
  afterAll(payfip.stop)
  /** Moves the clock forwards by minutes. */
  const pass = (minutes: number): Date => {
    clock.now = new Date(clock.now.getTime() + minutes * 60_000)
    return clock.now
  }
  return { payfip, clock, pass }
}

export const ORDER: Order = {
  client: '090909',
  year: '2026',
  reference: 'F2026000123',
  subject: 'Facture cantine octobre 2026',
  amount: 1000,
  email: 'parent@example.org',
  mode: 'test',
  notifyUrl: 'http://127.0.0.1:9/payfip/notifications',
  returnUrl: 'http://127.0.0.1:9/payfip/return/1',
}
