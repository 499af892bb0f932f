import { App } from 'aws-cdk-lib'
import { Match, Template } from 'aws-cdk-lib/assertions'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { STAGE_NAMES, stages, type Stage } from '../../lib/stages.ts'
import { StatefulStack } from '../../lib/stateful-stack.ts'
import { EXPIRY_ATTRIBUTE } from '../../shared/platform/keys.ts'
import { ROLES } from '../../shared/platform/route.ts'
import { TABLE_DEFINITION } from '../support/table-definition.ts'
import { synthesize } from './portal.ts'

const stackOf = (stage: Stage): Template =>
  Template.fromStack(new StatefulStack(new App(), 'stack', stage))

const template = stackOf(stages.demo)

/** Asks CDK's matchers, whose answer vitest does not count as an assertion. */
const expectResource = (type: string, resource: object, stack = template): void => {
  expect(() => {
    stack.hasResource(type, resource)
  }).not.toThrow()
}
const expectProperties = (type: string, properties: object): void => {
  expectResource(type, { Properties: properties })
}

describe.for([...STAGE_NAMES])('%s', (name) => {
  const retained = { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' }

  test('keeps its data, whatever happens to the stack', () => {
    const stack = stackOf(stages[name])
    stack.resourceCountIs('AWS::DynamoDB::Table', 1)
    expectResource(
      'AWS::DynamoDB::Table',
      {
        ...retained,
        Properties: {
          DeletionProtectionEnabled: true,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        },
      },
      stack,
    )
    expectResource(
      'AWS::Cognito::UserPool',
      {
        ...retained,
        Properties: { DeletionProtection: 'ACTIVE' },
      },
      stack,
    )
    expectResource('AWS::KMS::Key', retained, stack)
    expectResource('AWS::S3::Bucket', retained, stack)
    expect(stages[name].retained).toBe(true)
  })
})

test('a stage that is not retained leaves nothing behind', () => {
  const stack = stackOf({ ...stages.demo, retained: false })
  const gone = { DeletionPolicy: 'Delete' }
  expectResource(
    'AWS::DynamoDB::Table',
    {
      ...gone,
      Properties: { DeletionProtectionEnabled: false },
    },
    stack,
  )
  expectResource(
    'AWS::Cognito::UserPool',
    {
      ...gone,
      Properties: { DeletionProtection: 'INACTIVE' },
    },
    stack,
  )
})

test('the table has the keys, the index, the expiry and the stream that entities and tests use', () => {
  const { BillingMode, KeySchema, GlobalSecondaryIndexes, StreamSpecification } = TABLE_DEFINITION
  expectProperties('AWS::DynamoDB::Table', {
    BillingMode,
    KeySchema,
    GlobalSecondaryIndexes,
    StreamSpecification: { StreamViewType: StreamSpecification.StreamViewType },
    TimeToLiveSpecification: { AttributeName: EXPIRY_ATTRIBUTE, Enabled: true },
  })
})

test('the use of the table’s key is in the audit trail of the account', () => {
  expectProperties('AWS::DynamoDB::Table', { SSESpecification: { SSEEnabled: true } })
})

test('health records have a key of their own, which is renewed', () => {
  template.resourceCountIs('AWS::KMS::Key', 3)
  expectProperties('AWS::KMS::Key', { EnableKeyRotation: true })
})

test('the files of families lie encrypted, closed to the public, and not for ever', () => {
  expectProperties('AWS::S3::Bucket', {
    BucketEncryption: Match.anyValue(),
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
    VersioningConfiguration: Match.absent(),
    LifecycleConfiguration: {
      Rules: [
        Match.objectLike({ Prefix: 'incoming/', ExpirationInDays: 1, Status: 'Enabled' }),
        Match.objectLike({ Prefix: 'received/', ExpirationInDays: 180, Status: 'Enabled' }),
        Match.objectLike({ Prefix: 'posted/', ExpirationInDays: 1, Status: 'Enabled' }),
      ],
    },
    CorsConfiguration: {
      CorsRules: [
        Match.objectLike({
          AllowedMethods: ['POST'],
          AllowedOrigins: [...stages.demo.allowedOrigins],
        }),
      ],
    },
  })
  expectProperties('AWS::S3::BucketPolicy', {
    PolicyDocument: {
      Statement: [
        Match.objectLike({
          Effect: 'Deny',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      ],
    },
  })
})

test('people sign in by e-mail with a long password, and only staff opens accounts', () => {
  expectProperties('AWS::Cognito::UserPool', {
    UsernameAttributes: ['email'],
    UsernameConfiguration: { CaseSensitive: false },
    AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
    AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'verified_email', Priority: 1 }] },
    UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
  })
  const pools = template.findResources('AWS::Cognito::UserPool')
  const policy = z.object({
    Properties: z.object({
      Policies: z.object({ PasswordPolicy: z.object({ MinimumLength: z.number() }) }),
    }),
  })
  for (const pool of Object.values(pools)) {
    const { Properties } = z.parse(policy, pool)
    expect(Properties.Policies.PasswordPolicy.MinimumLength).toBeGreaterThanOrEqual(12)
  }
})

test('the mails of the user pool are French and name the town', () => {
  expectProperties('AWS::Cognito::UserPool', {
    AdminCreateUserConfig: {
      InviteMessageTemplate: {
        EmailSubject: Match.stringLikeRegexp('Votre compte .* Cesson'),
        EmailMessage: Match.stringLikeRegexp('\\{username\\}.*\\{####\\}'),
      },
    },
    EmailVerificationMessage: Match.stringLikeRegexp('Votre code : \\{####\\}'),
  })
})

test('every role is a group of the user pool', () => {
  const group = z.object({ Properties: z.object({ GroupName: z.string() }) })
  const groups = Object.values(template.findResources('AWS::Cognito::UserPoolGroup'))
  expect(groups.map((found) => z.parse(group, found).Properties.GroupName).sort()).toEqual(
    [...ROLES].sort(),
  )
})

test('nobody can write the attributes that say whose file they see', () => {
  expectProperties('AWS::Cognito::UserPool', {
    Schema: Match.arrayWith([
      { Name: 'family', AttributeDataType: 'String', Mutable: true },
      { Name: 'guardian', AttributeDataType: 'String', Mutable: true },
    ]),
  })
  template.resourceCountIs('AWS::Cognito::UserPoolClient', 1)
  // Not an empty list: Cognito takes that for « all the usual ones ».
  expectProperties('AWS::Cognito::UserPoolClient', { WriteAttributes: ['email'] })
})

test('the client signs in by the portal alone, has no secret and betrays no account', () => {
  expectProperties('AWS::Cognito::UserPoolClient', {
    ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    GenerateSecret: false,
    AllowedOAuthFlowsUserPoolClient: false,
    PreventUserExistenceErrors: 'ENABLED',
    EnableTokenRevocation: true,
    IdTokenValidity: 60,
    TokenValidityUnits: { IdToken: 'minutes' },
  })
})

test('the pool is on its cheapest plan, and uses nothing that this plan lacks', () => {
  expectProperties('AWS::Cognito::UserPool', {
    UserPoolTier: 'LITE',
    EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
    // No access tokens of its own making, no threat protection, no sign-in without a password, no
    // memory of passwords.
    LambdaConfig: Match.absent(),
    UserPoolAddOns: Match.absent(),
    Policies: {
      SignInPolicy: Match.absent(),
      PasswordPolicy: Match.objectLike({ PasswordHistorySize: Match.absent() }),
    },
  })
  template.resourceCountIs('AWS::Cognito::UserPoolDomain', 0)
})

test('what the stack hands over does not depend on who takes it', () => {
  // Other outputs are read weakly: they bind neither stack.
  const exported = (outputs: unknown): string[] =>
    Object.entries(z.parse(z.record(z.string(), z.looseObject({})), outputs))
      .filter(([, output]) => 'Export' in output)
      .map(([name]) => name)
      .sort()
  const alone = exported(template.findOutputs('*'))
  expect(exported(synthesize().stateful.outputs)).toEqual(alone)
  expect(alone).toHaveLength(11)
})
