import { writeSync } from 'node:fs'
import { openTable } from '../../shared/platform/table.ts'
import { openClient } from '../bench/rush/table.ts'
import { jobSchema, workOff } from './kill-run.ts'

/**
 * A process that works off the run of a month and is killed in the middle. It says each job that it
 * has done, a line each.
 */
const [endpoint = '', tableName = '', first = ''] = process.argv.slice(2)
const documents = openClient(endpoint)

await workOff(openTable(documents, tableName), jobSchema.parse(JSON.parse(first)), (job) => {
  writeSync(process.stdout.fd, `${JSON.stringify(job)}\n`)
})
documents.destroy()
