import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib'
import {
  AccountRecovery,
  ClientAttributes,
  FeaturePlan,
  Mfa,
  StringAttribute,
  UserPool,
  type UserPoolClient,
} from 'aws-cdk-lib/aws-cognito'
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb'
import { Key } from 'aws-cdk-lib/aws-kms'
import { BlockPublicAccess, Bucket, BucketEncryption, HttpMethods } from 'aws-cdk-lib/aws-s3'
import type { Construct } from 'constructs'
import { INCOMING, RECEIVED } from '../shared/attachments/names.ts'
import { POSTED } from '../shared/publications/names.ts'
import { EXPIRY_ATTRIBUTE, TABLE_INDEX, TABLE_KEYS } from '../shared/platform/keys.ts'
import { ROLES } from '../shared/platform/route.ts'
import { ACCOUNT_MAILS } from '../shared/kernel/texts.ts'
import { makeEdgeProof } from './edge-proof.ts'
import type { Stage } from './stages.ts'

/** What must outlive every deployment: the town's data and its people's accounts. */
export class StatefulStack extends Stack {
  readonly table: Table
  readonly userPool: UserPool
  readonly userPoolClient: UserPoolClient
  /** Of health records only: who may read the table cannot read them. */
  readonly healthKey: Key
  /** Of the tokens that the town signs in to other services with. */
  readonly tokenKey: Key
  /** Of the bank accounts of families. */
  readonly accountKey: Key
  /** The files of supporting documents, until they are controlled. */
  readonly documents: Bucket
  /** The ARN of `documents` as other stacks refer to it. */
  readonly documentsArn: string

  constructor(scope: Construct, id: string, stage: Stage) {
    super(scope, id, {
      description: `Ribambelle ${stage.name}: the data and the accounts of ${stage.town}`,
      env: { region: stage.region },
      tags: { project: 'ribambelle', stage: stage.name },
      terminationProtection: stage.retained,
    })
    this.table = this.createTable(stage)
    this.userPool = this.createUserPool(stage)
    this.userPoolClient = this.createClient()
    this.healthKey = new Key(this, 'HealthKey', {
      description: `Seals the health records of the children of ${stage.town}`,
      enableKeyRotation: true,
      removalPolicy: keepOrDestroy(stage),
    })
    this.tokenKey = new Key(this, 'TokenKey', {
      description: `Seals what ${stage.town} signs in to other services with`,
      enableKeyRotation: true,
      removalPolicy: keepOrDestroy(stage),
    })
    this.accountKey = new Key(this, 'AccountKey', {
      description: `Seals the bank accounts that the families of ${stage.town} let it debit`,
      enableKeyRotation: true,
      removalPolicy: keepOrDestroy(stage),
    })
    this.documents = this.createDocuments(stage)
    if (stage.edge !== undefined) makeEdgeProof(this, stage)

    // An export that comes and goes with its consumers locks both stacks: the consumer's stack
    // cannot be deployed first, nor the export removed while it is imported. Declared here, the
    // exports stay whatever the other stacks use, and CloudFormation still refuses to replace a
    // table or a pool that is in use.
    this.exportValue(this.table.tableName)
    this.exportValue(this.table.tableArn)
    this.exportValue(this.table.tableStreamArn)
    this.exportValue(this.userPool.userPoolId)
    this.exportValue(this.userPool.userPoolArn)
    this.exportValue(this.userPoolClient.userPoolClientId)
    this.exportValue(this.healthKey.keyArn)
    this.exportValue(this.tokenKey.keyArn)
    this.exportValue(this.accountKey.keyArn)
    this.exportValue(this.documents.bucketName)
    this.documentsArn = this.exportValue(this.documents.bucketArn)
  }

  private createTable(stage: Stage): Table {
    const table = new Table(this, 'Table', {
      partitionKey: { name: TABLE_KEYS.partition, type: AttributeType.STRING },
      sortKey: { name: TABLE_KEYS.sort, type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      // AWS's key for the account rather than DynamoDB's own: its use is in the audit trail.
      encryption: TableEncryption.AWS_MANAGED,
      stream: StreamViewType.NEW_AND_OLD_IMAGES,
      timeToLiveAttribute: EXPIRY_ATTRIBUTE,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: stage.retained,
      removalPolicy: keepOrDestroy(stage),
    })
    table.addGlobalSecondaryIndex({
      indexName: TABLE_INDEX.name,
      partitionKey: { name: TABLE_INDEX.partition, type: AttributeType.STRING },
      sortKey: { name: TABLE_INDEX.sort, type: AttributeType.STRING },
      projectionType: ProjectionType.ALL,
    })
    return table
  }

  private createUserPool(stage: Stage): UserPool {
    const userPool = new UserPool(this, 'UserPool', {
      signInAliases: { email: true },
      signInCaseSensitive: false,
      // Only the town's staff opens accounts: a family is known to the town before to the portal.
      selfSignUpEnabled: false,
      standardAttributes: { email: { required: true, mutable: true } },
      customAttributes: {
        family: new StringAttribute({ mutable: true }),
        guardian: new StringAttribute({ mutable: true }),
      },
      autoVerify: { email: true },
      // A new address counts once its owner has confirmed it; until then the old one signs in.
      keepOriginal: { email: true },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(7),
      },
      // Staff must have one where the stage says so; the portal sees to it, as the pool knows no roles.
      mfa: Mfa.OPTIONAL,
      mfaSecondFactor: { otp: true, sms: false },
      // The cheapest: passwords, codes of an app and groups are all that the portal uses of it.
      featurePlan: FeaturePlan.LITE,
      userInvitation: ACCOUNT_MAILS.invitation(stage.town, stage.portalUrl),
      userVerification: ACCOUNT_MAILS.verification(stage.town),
      deletionProtection: stage.retained,
      removalPolicy: keepOrDestroy(stage),
    })
    for (const role of ROLES) userPool.addGroup(role, { groupName: role })
    Validations.of(userPool).acknowledge(
      {
        id: 'AwsSolutions-COG2',
        reason:
          'Parents sign in with a password alone, as on every portal of this kind; staff have a second factor, which the portal asks for.',
      },
      {
        id: 'AwsSolutions-COG8',
        reason:
          'The Plus plan is paid per person and month; Cognito’s own lock-out and the throttling of the API limit the guessing of passwords.',
      },
    )
    return userPool
  }

  private createDocuments(stage: Stage): Bucket {
    const bucket = new Bucket(this, 'Documents', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      // A file that is deleted once it is controlled must not live on as an older version.
      versioned: false,
      lifecycleRules: [
        { id: 'never-received', prefix: INCOMING, expiration: Duration.days(1) },
        { id: 'never-controlled', prefix: RECEIVED, expiration: Duration.days(180) },
        { id: 'never-published', prefix: POSTED, expiration: Duration.days(1) },
      ],
      cors: [
        {
          allowedMethods: [HttpMethods.POST],
          allowedOrigins: [...stage.allowedOrigins],
          allowedHeaders: ['content-type'],
        },
      ],
      removalPolicy: keepOrDestroy(stage),
    })
    Validations.of(bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'The portal notes in the trail of the family who was given which file; a second log would hold the same for longer.',
    })
    return bucket
  }

  private createClient(): UserPoolClient {
    return this.userPool.addClient('Portal', {
      // By the portal's functions only: who asks the pool directly would go around the second factor.
      authFlows: { adminUserPassword: true },
      generateSecret: false,
      disableOAuth: true,
      idTokenValidity: Duration.hours(1),
      accessTokenValidity: Duration.hours(1),
      refreshTokenValidity: Duration.days(30),
      enableTokenRevocation: true,
      preventUserExistenceErrors: true,
      // Named, because the default would grow: whoever may write `custom:family` chooses the family
      // whose file they see.
      writeAttributes: new ClientAttributes().withStandardAttributes({ email: true }),
    })
  }
}

const keepOrDestroy = (stage: Stage): RemovalPolicy =>
  stage.retained ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY
