import { createServer } from 'node:http'
import { afterAll, expect, it } from 'vitest'
import { listen } from '../../lib/local/listen.ts'
import { openAws } from '../../lib/operate/aws.ts'
import { openFunctions } from '../../lib/operate/functions.ts'
import { smokeFunctions } from '../../lib/operate/smoke.ts'

/** What Lambda answers, by method, path and query. */
const answers = new Map<string, readonly [status: number, body: string, error?: string]>([
  [
    'GET /functions/',
    [
      200,
      JSON.stringify({
        Functions: ['answers', 'broken', 'guarded', 'works'].map((name) => ({
          FunctionName: `ribambelle-demo-${name}`,
        })),
      }),
    ],
  ],
  ['GET /functions/ribambelle-demo-answers/aliases/live', [200, '{"Name":"live"}']],
  [
    'POST /functions/ribambelle-demo-answers/invocations?Qualifier=live',
    [200, '{"function":"answers","ok":true}'],
  ],
  // What is live is broken, and the newest is not: callers get what is live.
  ['GET /functions/ribambelle-demo-broken/aliases/live', [200, '{"Name":"live"}']],
  [
    'POST /functions/ribambelle-demo-broken/invocations?Qualifier=live',
    [200, '{"errorType":"Error","errorMessage":"TABLE_NAME"}', 'Unhandled'],
  ],
  ['POST /functions/ribambelle-demo-broken/invocations', [200, '{"function":"broken","ok":true}']],
  ['GET /functions/ribambelle-demo-guarded/aliases/live', [403, 'AccessDeniedException']],
  ['POST /functions/ribambelle-demo-works/invocations', [200, '{"function":"works","ok":true}']],
])

const lambda = await listen(
  createServer((request, response) => {
    const asked = `${request.method ?? ''} ${(request.url ?? '').replace('/2015-03-31', '')}`
    const [status, body, error] = answers.get(asked) ?? [404, 'ResourceNotFoundException']
    response.writeHead(status, error === undefined ? {} : { 'x-amz-function-error': error })
    response.end(body)
  }),
)
afterAll(lambda.stop)

it('asks what callers get: the live version, and the newest where no other is called', async () => {
  const ask = openAws({
    AWS_REGION: 'eu-west-3',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL: lambda.url,
  })
  expect(await smokeFunctions(openFunctions(ask, 'demo'))).toEqual([
    { function: 'ribambelle-demo-answers:live', failure: undefined },
    { function: 'ribambelle-demo-broken:live', failure: 'Error: TABLE_NAME' },
    // Keeps nobody from asking the others.
    {
      function: 'ribambelle-demo-guarded',
      failure: 'lambda answered 403: AccessDeniedException',
    },
    { function: 'ribambelle-demo-works', failure: undefined },
  ])
})
