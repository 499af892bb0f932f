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
import type { Construct } from 'constructs'
import { EXPIRY_ATTRIBUTE, TABLE_INDEX, TABLE_KEYS } from '../shared/platform/keys.ts'
import { ROLES } from '../shared/platform/route.ts'
import { ACCOUNT_MAILS } from '../shared/kernel/texts.ts'
import type { Stage } from './stages.ts'

/** What must outlive every deployment: the town's data and its people's accounts. */
export class StatefulStack extends Stack {
  readonly table: Table
  readonly userPool: UserPool
  readonly userPoolClient: UserPoolClient

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

    // An export that comes and goes with its consumers locks both stacks: the consumer's stack
    // cannot be deployed first, nor the export removed while it is imported. Declared here, the
    // exports stay whatever the other stack uses, and CloudFormation still refuses to replace a
    // table or a pool that is in use.
    this.exportValue(this.table.tableName)
    this.exportValue(this.table.tableArn)
    this.exportValue(this.table.tableStreamArn)
    this.exportValue(this.userPool.userPoolId)
    this.exportValue(this.userPoolClient.userPoolClientId)
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
      mfa: Mfa.OFF,
      featurePlan: FeaturePlan.ESSENTIALS,
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
          'Parents sign in with a password alone, as on every portal of this kind; a second factor for the staff needs a sign-in dialogue first.',
      },
      {
        id: 'AwsSolutions-COG8',
        reason:
          'The Plus plan is paid per person and month; Cognito’s own lock-out and the throttling of the API limit the guessing of passwords.',
      },
    )
    return userPool
  }

  private createClient(): UserPoolClient {
    return this.userPool.addClient('Portal', {
      authFlows: { userPassword: true },
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
