import { killableEngine, runKill } from './kill.ts'
const engine = await killableEngine()
console.log(
  await runKill(engine, { families: 100, sessions: 4, places: 10 }, { clients: 16, share: 0.2 }),
)
await engine.remove()
