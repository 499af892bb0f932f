import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { freePort } from '../../lib/local/free-port.ts'

/** A running engine. */
export interface RunningEngine {
  readonly endpoint: string
  readonly stop: () => Promise<void>
}

const binary = (): string => {
  const name = `@dynoxide/${process.platform}-${process.arch}`
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`)
    return join(dirname(manifest), 'dynoxide')
  } catch (error) {
    throw new Error(
      `No engine for this platform: ${name} is not installed. Set DYNAMODB_ENDPOINT to a DynamoDB Local.`,
      { cause: error },
    )
  }
}

const answers = async (endpoint: string): Promise<boolean> => {
  try {
    await fetch(endpoint)
    return true
  } catch {
    return false
  }
}

/** Starts an engine in memory on a free port; it ends with `stop` or with this process. */
export const startDynoxide = async (): Promise<RunningEngine> => {
  const port = await freePort()
  // The engine would outlive a killed parent: the shell ends it when its standard input closes.
  const shell = spawn(
    'sh',
    [
      '-c',
      '"$0" --host 127.0.0.1 --port "$1" > /dev/null & cat > /dev/null; kill $!',
      binary(),
      String(port),
    ],
    { stdio: ['pipe', 'ignore', 'pipe'] },
  )
  shell.stderr.setEncoding('utf8').on('data', (said: string) => {
    if (said.includes('panicked')) process.stderr.write(said)
  })
  const endpoint = `http://127.0.0.1:${port}`
  for (let tries = 0; !(await answers(endpoint)); tries += 1) {
    if (tries > 3000) throw new Error('The engine did not start')
    await wait(10)
  }
  return {
    endpoint,
    stop: async () => {
      const ended = once(shell, 'exit')
      shell.stdin.end()
      await ended
    },
  }
}
