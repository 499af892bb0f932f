import { execFile } from 'node:child_process'
import { join } from 'node:path'

/**
 * Runs `npm run town` as a person types it.
 *
 * @param environment all of it but the path.
 */
export const townCommand = (
  parameters: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<{ readonly status: unknown; readonly output: string; readonly errors: string }> =>
  new Promise((settle) => {
    execFile(
      process.execPath,
      [join('bin', 'town.ts'), ...parameters],
      {
        cwd: join(import.meta.dirname, '..', '..'),
        env: { PATH: process.env['PATH'], ...environment },
      },
      (error, output, errors) => {
        settle({ status: error?.code ?? 0, output, errors })
      },
    )
  })
