import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, readlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { freePort } from '../../../lib/local/free-port.ts'
import { findPortal } from '../../../lib/local/environment.ts'
import { makeSystem, until, type System } from './fixture.ts'

let system: System
let port: number
const children: ChildProcess[] = []
beforeAll(() => {
  system = makeSystem()
})
beforeEach(async () => {
  port = await freePort()
})
afterEach(async () => {
  await Promise.all(
    children.splice(0).map(async (child) => {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'exit')
    }),
  )
  await system.clear()
})
afterAll(() => system.remove())

const folder = (): string => join(system.folder, 'data')
/** Runs a portal in a process of its own, as `npm start` does. */
const run = (): ChildProcess & { readonly output: () => string } => {
  const module = join(import.meta.dirname, '../../../lib/local/portal.ts')
  const code = `
    import { startPortal } from ${JSON.stringify(module)}
    const portal = await startPortal({
      assembly: ${JSON.stringify(system.outdir)}, folder: ${JSON.stringify(folder())}, port: ${port},
      load: () => Promise.resolve(), console: console.error,
    }).catch((error) => { console.error(error.message); process.exit(1) })
    process.on('SIGTERM', () => portal.stop().then(() => process.exit(0)))
    console.log('ready')`
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', code], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data: unknown) => {
      output += String(data)
    })
  }
  children.push(child)
  return Object.assign(child, { output: () => output })
}
const start = async (): Promise<ChildProcess> => {
  port = await freePort()
  const child = run()
  await until(() => child.output().includes('ready') || child.exitCode !== null)
  expect(child.output()).toBe('ready\n')
  return child
}
const enginePid = (): number => Number(readFileSync(join(folder(), 'engine.pid'), 'utf8'))
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return readlinkSync(`/proc/${pid}/exe`).includes('dynoxide')
  } catch {
    return false
  }
}
const connect = () => {
  const file: unknown = JSON.parse(readFileSync(join(folder(), 'environment.json'), 'utf8'))
  const found = z
    .object({ AWS_ENDPOINT_URL_DYNAMODB: z.string(), TABLE_NAME: z.string() })
    .parse(file)
  const client = new DynamoDBClient({
    region: 'eu-west-3',
    endpoint: found.AWS_ENDPOINT_URL_DYNAMODB,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  })
  return { client, TableName: found.TABLE_NAME }
}

describe('the process', () => {
  it('ends with everything it started when it is asked to', async () => {
    const child = await start()
    const engine = enginePid()
    expect(isAlive(engine)).toBe(true)
    expect((await findPortal(folder()))?.portalUrl).toBe(`http://127.0.0.1:${port}`)
    const asked = Date.now()
    child.kill('SIGTERM')
    await once(child, 'exit')
    expect(child.exitCode).toBe(0)
    expect(Date.now() - asked).toBeLessThan(4000)
    expect(isAlive(engine)).toBe(false)
    expect(await findPortal(folder())).toBeUndefined()
  })

  it('leaves no orphan and loses no acknowledged write when it is killed', async () => {
    const acknowledged: string[] = []
    for (const round of [1, 2]) {
      const child = await start()
      const engine = enginePid()
      const { client, TableName } = connect()
      const write = async (index: number): Promise<void> => {
        const pk = `r${round}-${index}`
        const Item = { pk: { S: pk }, entity: { S: 'Invoice' } }
        await client.send(new PutItemCommand({ TableName, Item }))
        acknowledged.push(pk)
      }
      const writing = (async () => {
        for (let index = 0; ; index += 1) await write(index)
      })()
      await until(() => acknowledged.length > round * 40)
      child.kill('SIGKILL')
      await expect(writing).rejects.toThrow()
      await until(() => !isAlive(engine))
    }
    const portal = await system.start()
    await portal.settle(120_000)
    const { client, TableName } = connect()
    const { Items: items = [] } = await client.send(new ScanCommand({ TableName }))
    const stored = items.map(({ pk }) => pk?.S)
    expect(stored).toEqual(expect.arrayContaining(acknowledged))
    const done = system.record().flatMap((entry) => ('done' in entry ? [entry['done']] : []))
    expect(done).toEqual(expect.arrayContaining(acknowledged))
  })

  it('ends an engine that was left alone before it uses the same data', async () => {
    const child = await start()
    const engine = enginePid()
    const watchdog = Number(
      /PPid:\s+(\d+)/.exec(readFileSync(`/proc/${engine}/status`, 'utf8'))?.[1],
    )
    process.kill(watchdog, 'SIGKILL')
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(isAlive(engine)).toBe(true)
    await start()
    expect(isAlive(engine)).toBe(false)
    expect(isAlive(enginePid())).toBe(true)
  })
})

describe('a start that cannot succeed says why', () => {
  it('when the port is in use', async () => {
    const other = createServer().listen(port, '127.0.0.1')
    await once(other, 'listening')
    const child = run()
    const [code] = z
      .tuple([z.number()])
      .rest(z.unknown())
      .parse(await once(child, 'exit'))
    other.close()
    expect(code).toBe(1)
    expect(child.output()).toBe(`Port ${port} is in use: choose another with PORT=…\n`)
    expect(existsSync(join(folder(), 'engine.pid'))).toBe(false)
  })

  it('when the portal of the folder already runs', async () => {
    await system.start()
    await expect(system.start()).rejects.toThrow(/already runs: http:/)
  })

  it('when there is no engine for the machine', async () => {
    const { arch } = process
    Object.defineProperty(process, 'arch', { value: 'mips' })
    try {
      await expect(system.start()).rejects.toThrow(/DYNAMODB_ENDPOINT=http/)
    } finally {
      Object.defineProperty(process, 'arch', { value: arch })
    }
  })

  it('when the town cannot be loaded, and the next start begins again', async () => {
    const broken = { load: () => Promise.reject(new Error('no such town')) }
    await expect(system.start(broken)).rejects.toThrow('no such town')
    expect((await system.start()).fresh).toBe(true)
  })
})

describe('a data folder', () => {
  it('is filled once, before the portal is served', async () => {
    const loads: string[] = []
    const load = (variables: Readonly<Record<string, string>>): Promise<void> => {
      loads.push(variables['TABLE_NAME'] ?? '')
      return Promise.resolve()
    }
    const first = await system.start({ load })
    expect(first.fresh).toBe(true)
    await first.stop()
    const second = await system.start({ load })
    expect(second.fresh).toBe(false)
    await second.stop()
    const third = await system.start({ load, fresh: true })
    expect(third.fresh).toBe(true)
    expect(loads).toEqual([first.variables['TABLE_NAME'], first.variables['TABLE_NAME']])
  })
})
