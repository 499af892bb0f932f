import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import * as z from 'zod'
import { freePort } from '../../lib/local/free-port.ts'
import { expectContract } from './contract.ts'

const REPOSITORY = join(import.meta.dirname, '..', '..')

const environmentSchema = z.object({
  portalUrl: z.string(),
  mailboxUrl: z.string(),
  controlUrl: z.string(),
})

const mailboxSchema = z.object({
  emails: z.array(
    z.object({
      subject: z.string(),
      destination: z.object({ to: z.array(z.string()) }),
      body: z.object({ text: z.string() }),
    }),
  ),
})

/** A reply of the portal, checked against the OpenAPI document. */
export interface PortalReply {
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
}

/** The whole portal as `npm start` runs it, on data of its own, removed after the test file. */
export interface PortalProcess {
  /** Starts it at a time of Paris, or where its clock stood; resolves when it serves. */
  readonly start: (now?: string) => Promise<void>
  readonly url: () => string
  /** Ends it as a power cut would. */
  readonly kill: () => Promise<void>
  /** Asks it to stop, as Ctrl-C does, and returns its exit code. */
  readonly stop: () => Promise<number | null>
  /** Calls a route by its id in the OpenAPI document and checks the reply against it. */
  readonly call: (
    route: string,
    request: string,
    options?: {
      readonly token?: string | undefined
      readonly body?: unknown
      readonly headers?: Readonly<Record<string, string>>
    },
  ) => Promise<PortalReply>
  /** Waits until every event has been worked on, then reads the mailbox. */
  readonly mails: () => Promise<z.infer<typeof mailboxSchema>['emails']>
  readonly moveClock: (to: string) => Promise<void>
  /** What every part of it has logged, by the name of the part. */
  readonly logs: () => ReadonlyMap<string, string>
}

/** Prepares a portal; nothing runs before `start`. */
export const portalProcess = async (): Promise<PortalProcess> => {
  const folder = mkdtempSync(join(tmpdir(), 'portal-'))
  const port = await freePort()
  let child: ChildProcess | undefined
  let where = { portalUrl: '', mailboxUrl: '', controlUrl: '' }

  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child?.exitCode !== null || child.signalCode !== null) return null
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
    return child.exitCode
  }
  afterAll(async () => {
    await end('SIGTERM')
    rmSync(folder, { recursive: true, force: true })
  })

  const run = (script: string, args: string[], now?: string): ChildProcess => {
    return spawn(process.execPath, [join(REPOSITORY, 'bin', script), ...args], {
      cwd: REPOSITORY,
      env: {
        ...process.env,
        PORT: String(port),
        PORTAL_DATA: folder,
        ...(now === undefined ? {} : { PORTAL_NOW: now }),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  }

  return {
    start: async (now) => {
      const started = run('local.ts', [], now)
      child = started
      let output = ''
      await new Promise<void>((settle, fail) => {
        started.stderr?.on('data', (data: Buffer) => (output += data.toString()))
        started.stdout?.on('data', (data: Buffer) => {
          output += data.toString()
          if (output.includes('The portal is up')) settle()
        })
        started.on('exit', (code) => {
          fail(new Error(`The portal ended with ${String(code)}: ${output}`))
        })
      })
      where = environmentSchema.parse(
        JSON.parse(readFileSync(join(folder, 'environment.json'), 'utf8')),
      )
    },
    url: () => where.portalUrl,
    kill: async () => {
      await end('SIGKILL')
    },
    stop: () => end('SIGTERM'),
    call: async (route, request, { token, body, headers = {} } = {}) => {
      const [method = '', path = ''] = request.split(' ')
      const response = await fetch(`${where.portalUrl}${path}`, {
        method,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      const isJson = response.headers.get('content-type')?.includes('json') === true
      const reply: unknown = isJson && route !== 'readOpenApi' ? JSON.parse(text) : text
      expectContract(route, response.status, reply)
      return { status: response.status, headers: response.headers, body: reply }
    },
    mails: async () => {
      await fetch(`${where.controlUrl}/settle`, { method: 'POST' })
      const response = await fetch(`${where.mailboxUrl}/store`)
      return mailboxSchema.parse(await response.json()).emails
    },
    logs: () =>
      new Map(
        readdirSync(join(folder, 'logs')).map((name) => [
          name.replace(/\.log$/, ''),
          readFileSync(join(folder, 'logs', name), 'utf8'),
        ]),
      ),
    moveClock: async (to) => {
      const mover = run('clock.ts', [to])
      const [code] = z
        .tuple([z.number()])
        .rest(z.unknown())
        .parse(await once(mover, 'exit'))
      if (code !== 0) throw new Error('The clock did not move')
    },
  }
}
