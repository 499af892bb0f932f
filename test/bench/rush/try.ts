import { startDynoxide } from '../../support/dynoxide.ts'
import { runControl, runRush } from './scenario.ts'
import { missed } from './figures.ts'
const engine = await startDynoxide()
const a = await runRush(
  { endpoint: engine.endpoint, tableName: 'rush' },
  { families: 200, sessions: 1, places: 12 },
  32,
)
console.log(a.figures, a.details, missed(a.figures))
console.table(a.details.writes)
const c = await runControl(
  { endpoint: engine.endpoint, tableName: 'control' },
  { families: 200, sessions: 1, places: 12 },
  32,
)
console.log(c.figures, c.details)
console.table(c.details.writes)
await engine.stop()
