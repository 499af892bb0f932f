import { mkdirSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { SESClient } from '@aws-sdk/client-ses'
import { CognitoError } from 'cognito-local/lib/errors.js'
import signingKey from 'cognito-local/lib/keys/cognitoLocal.public.json' with { type: 'json' }
import { DefaultConfig } from 'cognito-local/lib/server/config.js'
import { Router } from 'cognito-local/lib/server/Router.js'
import { DateClock, type Clock } from 'cognito-local/lib/services/clock.js'
import {
  CognitoServiceFactoryImpl,
  USER_POOL_AWS_DEFAULTS,
} from 'cognito-local/lib/services/cognitoService.js'
import type { Context } from 'cognito-local/lib/services/context.js'
import type { DataStore } from 'cognito-local/lib/services/dataStore/dataStore.js'
import type { Messages } from 'cognito-local/lib/services/messages.js'
import { otp } from 'cognito-local/lib/services/otp.js'
import { JwtTokenGenerator } from 'cognito-local/lib/services/tokenGenerator.js'
import type { Triggers } from 'cognito-local/lib/services/triggers/triggers.js'
import { UserPoolServiceFactoryImpl } from 'cognito-local/lib/services/userPoolService.js'
import { createHash } from 'node:crypto'
import * as z from 'zod'
import { escapeHtml } from '../../shared/kernel/html.ts'
import { sesMailer } from '../../shared/platform/mailer.ts'
import { awsTargets, type Target } from './identity-targets.ts'
import { listen, type Served } from './listen.ts'
import type { Log } from './log.ts'
import type { State } from './state.ts'
import { REGION, type Assembly, type Resource } from './template.ts'

const ISSUER_DOMAIN = `https://cognito-idp.${REGION}.amazonaws.com`

/** Who writes for a pool that has no sender of its own. */
const SENDER = 'no-reply@verificationemail.com'

/** The keys that sign the tokens, as the pool publishes them. */
export const jwks = { keys: [signingKey.jwk] }

/** Ids in the form of AWS, the same at every start, so that stored tokens and accounts stay good. */
const digest = (name: string, length: number): string =>
  createHash('sha256').update(name).digest('hex').slice(0, length)
export const userPoolId = ({ name }: Resource): string => `${REGION}_${digest(name, 9)}`
export const userPoolClientId = ({ name }: Resource): string => digest(name, 26)

const poolSchema = z.object({
  UsernameAttributes: z.array(z.string()).default([]),
  AutoVerifiedAttributes: z.array(z.string()).default([]),
  Schema: z
    .array(
      z.object({
        Name: z.string(),
        AttributeDataType: z.string().default('String'),
        Mutable: z.boolean().default(true),
      }),
    )
    .default([]),
  MfaConfiguration: z.enum(['OFF', 'ON', 'OPTIONAL']).default('OFF'),
  Policies: z
    .object({
      PasswordPolicy: z.looseObject({ TemporaryPasswordValidityDays: z.number().default(7) }),
    })
    .prefault({ PasswordPolicy: {} }),
})
/** The mails that the pool writes by itself. */
const mailsSchema = z.object({
  AdminCreateUserConfig: z
    .object({
      InviteMessageTemplate: z
        .object({ EmailMessage: z.string().optional(), EmailSubject: z.string().optional() })
        .default({}),
    })
    .default({ InviteMessageTemplate: {} }),
  EmailVerificationMessage: z.string().default('Your code is {####}'),
  EmailVerificationSubject: z.string().default('Your code'),
})
const units = z.enum(['seconds', 'minutes', 'hours', 'days'])
const clientSchema = z.object({
  UserPoolId: z.string(),
  ExplicitAuthFlows: z.array(z.string()).default([]),
  IdTokenValidity: z.number().optional(),
  AccessTokenValidity: z.number().optional(),
  RefreshTokenValidity: z.number().default(30),
  TokenValidityUnits: z
    .object({
      IdToken: units.optional(),
      AccessToken: units.optional(),
      RefreshToken: units.optional(),
    })
    .default({}),
})
const groupSchema = z.object({
  GroupName: z.string(),
  UserPoolId: z.string(),
  Precedence: z.number().default(0),
})

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null
const documentSchema = z.string().transform((json) => {
  const dates = (name: string, value: unknown): unknown =>
    name.endsWith('Date') && typeof value === 'string' ? new Date(value) : value
  return z.record(z.string(), z.unknown()).parse(JSON.parse(json, dates))
})

/**
 * A store of cognito-local in the runner's state. Its own writes a file in place: killed in the
 * middle of a sign-in, it loses every account. A key is a collection, or an entry of one.
 */
const openDocument = (state: State, key: string, defaults: object): DataStore => {
  const root = state.read(key, documentSchema) ?? { ...defaults }
  const place = (path: string | string[]): [Record<string, unknown>, string] => {
    const [collection = '', name] = [path].flat()
    if (name === undefined) return [root, collection]
    const found = root[collection]
    const entries = isRecord(found) ? found : {}
    root[collection] = entries
    return [entries, name]
  }
  const save = (): Promise<void> => {
    state.write(key, JSON.stringify(root))
    return Promise.resolve()
  }
  return {
    getRoot: <T>() => Promise.resolve(z.custom<T>().parse(root)),
    get: <T>(_: Context, path: string | string[], otherwise?: T) => {
      const [parent, name] = place(path)
      return Promise.resolve(z.custom<T>().parse(parent[name] ?? otherwise ?? null))
    },
    set: (_, path, value) => {
      const [parent, name] = place(path)
      parent[name] = value
      return save()
    },
    delete: (_, path) => {
      const [parent, name] = place(path)
      Reflect.deleteProperty(parent, name)
      return save()
    },
  }
}

const noTrigger = (): Promise<never> => Promise.reject(new Error('There are no triggers locally'))
const triggers: Triggers = {
  enabled: () => false,
  customMessage: noTrigger,
  customEmailSender: noTrigger,
  postAuthentication: noTrigger,
  postConfirmation: noTrigger,
  preSignUp: noTrigger,
  preTokenGeneration: noTrigger,
  userMigration: noTrigger,
}

/**
 * The user pools, groups and clients of a template, served by cognito-local. Its tokens carry the
 * issuer that AWS would write, so that the template's authoriser is checked as it stands.
 */
export const startIdentity = async (
  assembly: Assembly,
  state: State,
  folder: string,
  mailboxUrl: string,
  log: Log,
  clock: Clock = new DateClock(),
): Promise<Served> => {
  const note = (about: unknown, line?: string): void => {
    log.write(
      'cognito',
      `${line ?? ''} ${typeof about === 'string' ? about : JSON.stringify(about)}`,
    )
  }
  const logger = {
    child: () => logger,
    debug: () => undefined,
    info: note,
    warn: note,
    error: note,
  }
  const context: Context = { logger }
  const stores = {
    create: (_: Context, id: string, defaults: object) =>
      Promise.resolve(openDocument(state, `cognito:${id}`, defaults)),
  }
  // cognito-local looks for pools in this folder; the runner makes them from the template instead.
  const empty = join(folder, 'cognito')
  mkdirSync(empty, { recursive: true })
  const cognito = await new CognitoServiceFactoryImpl(
    empty,
    stores,
    new UserPoolServiceFactoryImpl(clock, stores),
  ).create(context, {})
  const mailbox = new SESClient({
    endpoint: mailboxUrl,
    region: REGION,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
  const mailer = sesMailer(mailbox, { sender: SENDER, configurationSet: 'none' })
  const messages: Messages = {
    deliver: async (
      _context,
      source,
      _client,
      pool,
      _user,
      code,
      _metadata,
      { Destination: to },
    ) => {
      const resource = assembly
        .ofType('AWS::Cognito::UserPool')
        .find((each) => userPoolId(each) === pool)
      const mails = mailsSchema.parse(resource?.read(mailsSchema) ?? {})
      const invitation = mails.AdminCreateUserConfig.InviteMessageTemplate
      const isInvitation = source === 'AdminCreateUser'
      const subject = isInvitation ? invitation.EmailSubject : mails.EmailVerificationSubject
      const message = isInvitation ? invitation.EmailMessage : mails.EmailVerificationMessage
      const html = (message ?? '{username} {####}')
        .replaceAll('{####}', escapeHtml(code))
        .replaceAll('{username}', escapeHtml(to))
      const words = html.replaceAll(/<br>|<\/p>/g, '\n').replaceAll(/<[^>]*>/g, '')
      await mailer({ to, subject: subject ?? 'Your account', html, text: words })
    },
  }

  for (const resource of assembly.ofType('AWS::Cognito::UserPool')) {
    const { Schema: schema, ...settings } = resource.read(poolSchema)
    const own = schema.map(({ Name: name, ...attribute }) => ({
      Name: `custom:${name}`,
      ...attribute,
    }))
    const options = {
      ...USER_POOL_AWS_DEFAULTS,
      ...settings,
      Id: userPoolId(resource),
      SchemaAttributes: [...(USER_POOL_AWS_DEFAULTS.SchemaAttributes ?? []), ...own],
    }
    await cognito.createUserPool(context, options)
    await (await cognito.getUserPool(context, options.Id)).updateOptions(context, options)
  }
  for (const resource of assembly.ofType('AWS::Cognito::UserPoolClient')) {
    const { TokenValidityUnits: given, ...client } = resource.read(clientSchema)
    const pool = await cognito.getUserPool(context, client.UserPoolId)
    await pool.saveAppClient(context, {
      ...client,
      ClientId: userPoolClientId(resource),
      ClientName: resource.name,
      CreationDate: clock.get(),
      LastModifiedDate: clock.get(),
      IdTokenValidity: client.IdTokenValidity ?? 1,
      AccessTokenValidity: client.AccessTokenValidity ?? 1,
      TokenValidityUnits: {
        IdToken: given.IdToken ?? 'hours',
        AccessToken: given.AccessToken ?? 'hours',
        RefreshToken: given.RefreshToken ?? 'days',
      },
    })
  }
  for (const resource of assembly.ofType('AWS::Cognito::UserPoolGroup')) {
    const { UserPoolId: id, ...group } = resource.read(groupSchema)
    const pool = await cognito.getUserPool(context, id)
    const members = (await pool.getGroupByGroupName(context, group.GroupName))?.members ?? []
    const now = clock.get()
    await pool.saveGroup(context, { ...group, CreationDate: now, LastModifiedDate: now, members })
  }

  const tokenGenerator = new JwtTokenGenerator(clock, triggers, { IssuerDomain: ISSUER_DOMAIN })
  const router = Router({
    clock,
    cognito,
    config: DefaultConfig,
    messages,
    otp,
    tokenGenerator,
    triggers,
  })
  const original =
    (target: string): Target =>
    (request) =>
      router(target)(context, request)
  const own = awsTargets({ context, cognito, messages, clock, original })
  const answer = async (target: string, body: string): Promise<unknown> => {
    const result = await (own.get(target) ?? original(target))(JSON.parse(body))
    if (!isRecord(result)) return result
    const tokens = result['AuthenticationResult']
    if (!isRecord(tokens)) return result
    const { exp, iat } = z
      .object({ exp: z.number(), iat: z.number() })
      .parse(decodePayload(z.string().parse(tokens['IdToken'])))
    return {
      ...result,
      AuthenticationResult: { ...tokens, ExpiresIn: exp - iat, TokenType: 'Bearer' },
    }
  }
  return listen(
    createServer((request, response) => {
      const target = String(request.headers['x-amz-target']).split('.').at(-1) ?? ''
      const send = (status: number, body: unknown): void => {
        response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' })
        response.end(JSON.stringify(body, epochSeconds))
      }
      text(request)
        .then((body) => answer(target, body))
        .then(
          (result) => {
            send(200, result)
          },
          (error: unknown) => {
            if (!(error instanceof CognitoError)) {
              log.warn('cognito', `${target}: ${String(error)}`)
              send(500, { __type: 'InternalErrorException', message: String(error) })
              return
            }
            send(400, { __type: error.code, message: error.message })
          },
        )
    }),
  )
}

const decodePayload = (token: string): unknown =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())

const epochSeconds = function (this: unknown, key: string, value: unknown): unknown {
  const original = isRecord(this) ? this[key] : undefined
  return original instanceof Date ? Math.floor(original.getTime() / 1000) : value
}
