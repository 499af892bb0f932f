import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { sampleMails } from '../shared/mail-samples/samples.ts'
import { writeMails } from '../shared/mail-samples/write-mails.ts'
import { townFileSchema } from '../shared/setup/model.ts'

/** Writes one mail of each kind, as a family of the demo town gets it: `npm run mails -- DIR`. */
const [folder] = parseArgs({ allowPositionals: true }).positionals
if (folder === undefined) {
  console.error('Usage: npm run mails -- DIR')
  process.exit(2)
}
const TOWN = 'test/demo/cesson.json'
const { catalogue } = townFileSchema.parse(JSON.parse(readFileSync(TOWN, 'utf8')))
const mails = sampleMails({ catalogue, portalUrl: 'https://famille.cesson.example' })
writeMails(folder, mails)
console.info(`${String(mails.length)} mails: ${join(folder, 'index.html')}`)
