import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { coverage } from './guides.ts'

const root = join(import.meta.dirname, '..')

const sources = new Map(
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts') && !file.startsWith('support'))
    .sort()
    .map((file) => [file, readFileSync(join(root, file), 'utf8')]),
)

const proofs = [...coverage(sources)]
const proved = proofs.filter(([, files]) => files.size > 0)
const open = proofs.filter(([, files]) => files.size === 0)

console.log(`Proved by a test: ${proved.length} of ${proofs.length}`)
for (const [feature, files] of proved) console.log(`  ${feature}: ${[...files].join(', ')}`)
console.log(`Without a test: ${open.length}`)
console.log(`  ${open.map(([feature]) => feature).join(', ')}`)
