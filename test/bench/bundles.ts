import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { bundleFunctions } from '../../lib/bundle.ts'
import { environments, type FunctionName } from '../../shared/platform/functions.ts'

const REPOSITORY = join(import.meta.dirname, '..', '..')

/** The clients and commands of AWS and the large libraries that a function uses: all that its control consists of. */
const CLIENTS = {
  table: `
    import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
    import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
    const table = DynamoDBDocumentClient.from(new DynamoDBClient({}))
    commands.push(() => table.send(new GetCommand({})), () => table.send(new PutCommand({})), () => table.send(new QueryCommand({})), () => table.send(new TransactWriteCommand({})), () => table.send(new UpdateCommand({})))`,
  mail: `
    import { SESClient, SendEmailCommand } from '@aws-sdk/client-ses'
    const mail = new SESClient({})
    commands.push(() => mail.send(new SendEmailCommand({})))`,
  queue: `
    import { SQSClient, SendMessageBatchCommand } from '@aws-sdk/client-sqs'
    const queue = new SQSClient({})
    commands.push(() => queue.send(new SendMessageBatchCommand({})))`,
  identity: `
    import { CognitoIdentityProviderClient, InitiateAuthCommand } from '@aws-sdk/client-cognito-identity-provider'
    const identity = new CognitoIdentityProviderClient({})
    commands.push(() => identity.send(new InitiateAuthCommand({})))`,
  key: `
    import { DecryptCommand, GenerateDataKeyCommand, KMSClient } from '@aws-sdk/client-kms'
    const key = new KMSClient({})
    commands.push(() => key.send(new GenerateDataKeyCommand({})), () => key.send(new DecryptCommand({})))`,
  files: `
    import { CopyObjectCommand, DeleteObjectCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
    import { createPresignedPost } from '@aws-sdk/s3-presigned-post'
    const files = new S3Client({})
    commands.push(() => files.send(new CopyObjectCommand({})), () => files.send(new DeleteObjectCommand({})), () => files.send(new GetObjectCommand({})), () => createPresignedPost(files, {}))`,
  paper: `
    import PDFDocument from 'pdfkit'
    commands.push(() => new PDFDocument())`,
  xml: `
    import { XMLParser } from 'fast-xml-parser'
    commands.push(() => new XMLParser())`,
} as const

const CLIENTS_OF = {
  sessions: ['table', 'identity'],
  accounts: ['table', 'identity', 'mail'],
  town: ['table'],
  family: ['table'],
  previews: ['table'],
  files: ['table'],
  enrolments: ['table'],
  'count-groups': ['table'],
  ledger: ['table'],
  health: ['table', 'key'],
  privacy: ['table', 'key'],
  'erase-families': ['table', 'identity', 'files'],
  'purge-data': ['table', 'identity', 'files'],
  quotients: ['table', 'key'],
  attachments: ['table', 'files'],
  publications: ['table', 'files'],
  'mail-news': ['table'],
  enquiries: ['table'],
  home: ['table'],
  staff: ['table', 'queue'],
  accounting: ['table', 'queue'],
  'cash-desk': ['table'],
  registers: ['table'],
  'print-sheets': ['table', 'paper'],
  'print-documents': ['table', 'key', 'paper'],
  'send-mails': ['table', 'mail'],
  'hear-mails': ['table'],
  'mail-health': ['table'],
  'open-billing-run': ['table', 'queue'],
  'bill-families': ['table', 'queue'],
  'issue-invoices': ['table', 'queue'],
  'mail-invoices': ['table', 'mail'],
  'check-billing': ['table', 'queue'],
  calendars: ['table'],
  'remind-families': ['table'],
  arrears: ['table'],
  'remind-debtors': ['table'],
  'close-days': ['table'],
  'refresh-calendar': ['table', 'queue'],
  'follow-files': ['table'],
  'settle-places': ['table'],
  'sweep-places': ['table'],
  debits: ['table', 'key', 'xml'],
  'collect-debits': ['table', 'key'],
  payments: ['table', 'xml'],
  'reconcile-payments': ['table', 'xml'],
} as const satisfies Record<FunctionName, readonly (keyof typeof CLIENTS)[]>

/** Enough for every function's environment to be valid. */
const VARIABLES = {
  TABLE_NAME: 'table',
  USER_POOL_ID: 'eu-west-3_pool',
  USER_POOL_CLIENT_ID: 'client',
  STAFF_MFA: 'optional',
  MFA_ISSUER: 'Portail',
  MAIL_SENDER: 'portail@ville.example',
  MAIL_CONFIGURATION_SET: 'portal',
  PORTAL_URL: 'https://portail.ville.example',
  BILLING_QUEUE_URL: 'https://queue.example/1/billing',
  ISSUE_QUEUE_URL: 'https://queue.example/1/issue',
  MAIL_QUEUE_URL: 'https://queue.example/1/mail',
  CLOSING_QUEUE_URL: 'https://queue.example/1/closing',
  HEALTH_KEY_ARN: 'arn:aws:kms:eu-west-3:000000000000:key/health',
  TOKEN_KEY_ARN: 'arn:aws:kms:eu-west-3:000000000000:key/token',
  ACCOUNT_KEY_ARN: 'arn:aws:kms:eu-west-3:000000000000:key/account',
  API_PARTICULIER_URL: 'https://particulier.example',
  SCHOOL_CALENDAR_URL: 'https://calendar.example',
  PUBLIC_HOLIDAYS_URL: 'https://holidays.example',
  PAYFIP_URL: 'https://payfip.example',
  PAYFIP_TESTS: 'refused',
  API_URL: 'https://api.ville.example',
  DOCUMENTS_BUCKET: 'documents',
}

const bareHandler = (clients: readonly (keyof typeof CLIENTS)[]): string =>
  `const commands = []
  ${clients.map((client) => CLIENTS[client]).join('\n')}
  export const handler = async (event) => commands[event]()`

/** The bundles of all functions and, beside each, a bare handler with the same clients. */
export interface Bundles {
  readonly names: readonly FunctionName[]
  /** Where the bundle of a function, or its control, lies. */
  readonly path: (kind: 'function' | 'control', name: FunctionName) => string
  /** Minified bytes. */
  readonly size: (kind: 'function' | 'control', name: FunctionName) => number
  readonly remove: () => void
}

const isName = (name: string): name is FunctionName => Object.hasOwn(environments, name)

/** Builds both into a folder of their own, with the options of the deployment. */
export const buildBundles = async (): Promise<Bundles> => {
  const folder = mkdtempSync(join(tmpdir(), 'bundles-'))
  const names = Object.keys(environments).filter(isName)
  await bundleFunctions(join(folder, 'function'))
  for (const name of names) {
    await build({
      stdin: { contents: bareHandler(CLIENTS_OF[name]), resolveDir: REPOSITORY, loader: 'js' },
      outfile: join(folder, 'control', name, 'index.mjs'),
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node24',
      mainFields: ['module', 'main'],
      minify: true,
      logLevel: 'warning',
    })
  }
  const path: Bundles['path'] = (kind, name) => join(folder, kind, name, 'index.mjs')
  return {
    names,
    path,
    size: (kind, name) => statSync(path(kind, name)).size,
    remove: () => {
      rmSync(folder, { recursive: true })
    },
  }
}

const TIMER = `
  const start = performance.now()
  await import(process.argv[1])
  process.stdout.write(String(performance.now() - start))`

/** How long a fresh process takes to evaluate a bundle, in milliseconds. */
export const evaluate = (path: string): number =>
  Number(
    execFileSync(process.execPath, ['--input-type=module', '--eval', TIMER, path], {
      env: { ...process.env, ...VARIABLES, AWS_REGION: 'eu-west-3' },
      encoding: 'utf8',
    }),
  )

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

/** Reads a committed JSON file beside this one; nothing when there is none yet. */
export const readCommitted = (file: URL): unknown => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

/** Writes a JSON file that is committed. */
export const writeCommitted = (file: URL, value: unknown): void => {
  writeFileSync(file, `${JSON.stringify(value, undefined, 2)}\n`)
}

/** Writes some parts of a committed JSON object and leaves the others as they are. */
export const mergeCommitted = (file: URL, parts: Readonly<Record<string, unknown>>): void => {
  const known = readCommitted(file)
  writeCommitted(file, { ...(typeof known === 'object' ? known : {}), ...parts })
}
