import { openAws } from '../lib/operate/aws.ts'
import { openFunctions } from '../lib/operate/functions.ts'
import { smokeFunctions } from '../lib/operate/smoke.ts'
import { operateOn } from '../lib/operate/target.ts'

/** Asks every function of a stage whether it stands: `PORTAL_STAGE=production npm run smoke`. */
try {
  const { stage, variables } = operateOn()
  const asked = await smokeFunctions(openFunctions(openAws(variables), stage))
  const failed = asked.filter(({ failure }) => failure !== undefined)
  for (const { function: name, failure = '' } of failed) console.error(`${name}: ${failure}`)
  console.info(
    `${String(asked.length - failed.length)} of ${String(asked.length)} functions stand.`,
  )
  if (asked.length === 0 || failed.length > 0) process.exitCode = 1
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
