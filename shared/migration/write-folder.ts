import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Those of the names that a folder has already, in their order. */
export const namesIn = (folder: string, names: readonly string[]): string[] =>
  names.filter((name) => existsSync(join(folder, name)))

/**
 * Writes files into a folder, which is made if need be: all of them, or none. They are written aside and
 * moved into their place at the end. Only the account of who runs it may read them.
 *
 * @param files texts by their names; none of them is in the folder yet.
 * @throws what the file system throws; nothing of it is left then.
 */
export const writeFolder = (folder: string, files: ReadonlyMap<string, string>): void => {
  const made = mkdirSync(folder, { recursive: true })
  const moved: string[] = []
  try {
    const aside = mkdtempSync(join(folder, '.export-'))
    try {
      for (const [name, text] of files) writeFileSync(join(aside, name), text, { mode: 0o600 })
      for (const name of files.keys()) {
        renameSync(join(aside, name), join(folder, name))
        moved.push(name)
      }
    } finally {
      rmSync(aside, { recursive: true, force: true })
    }
  } catch (error) {
    for (const name of moved) rmSync(join(folder, name), { force: true })
    if (made !== undefined) rmSync(made, { recursive: true, force: true })
    throw error
  }
}
