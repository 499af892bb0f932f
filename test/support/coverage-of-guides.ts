import { coverage, testSources } from './guides.ts'

const proofs = [...coverage(testSources())]
const proved = proofs.filter(([, files]) => files.size > 0)
const open = proofs.filter(([, files]) => files.size === 0)

console.log(`Proved by a test: ${proved.length} of ${proofs.length}`)
for (const [feature, files] of proved) console.log(`  ${feature}: ${[...files].join(', ')}`)
console.log(`Without a test: ${open.length}`)
console.log(`  ${open.map(([feature]) => feature).join(', ')}`)
