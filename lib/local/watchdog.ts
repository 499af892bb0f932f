import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'

/**
 * Runs a program for as long as the process that started this one lives: standard input is a pipe
 * from it, and it closes however that process ends, SIGKILL included. The program's id is kept in
 * a file, for the case that this process is killed itself.
 */
const [pidFile = '', program = '', ...parameters] = process.argv.slice(2)
const child = spawn(program, parameters, { stdio: ['ignore', 'inherit', 'inherit'] })
writeFileSync(pidFile, String(child.pid))
child.on('exit', (code) => process.exit(code ?? 1))
child.on('error', (error) => {
  console.error(error.message)
  process.exit(1)
})
process.stdin.resume().on('close', () => child.kill('SIGTERM'))
