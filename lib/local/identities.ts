import * as z from 'zod'
import { tableName } from './engine.ts'
import { functionArn } from './functions.ts'
import { userPoolClientId, userPoolId } from './identity.ts'
import { keyArn } from './kms.ts'
import { bucketName } from './s3.ts'
import { queueArn, queueUrl } from './sqs.ts'
import { topicArn } from './topics.ts'
import { ACCOUNT, REGION, type Identity, type Resource } from './template.ts'

const namedFunction = z.object({ FunctionName: z.string().optional() })

/** What the runner reads of an alias. */
export const aliasSchema = z.object({ FunctionName: z.string(), Name: z.string() })

/** What the runner reads of a queue. */
export const queueSchema = z.object({
  QueueName: z.string().optional(),
  FifoQueue: z.literal(false).optional(),
  VisibilityTimeout: z.number().default(30),
  DelaySeconds: z.number().default(0),
  Tags: z.array(z.object({ Key: z.string(), Value: z.string() })).default([]),
  RedrivePolicy: z
    .object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.coerce.number() })
    .optional(),
})

/** The name that a queue resource gives, or gets. */
export const queueName = (resource: Resource): string =>
  resource.read(queueSchema.pick({ QueueName: true })).QueueName ?? resource.name

/** What each resource of the template is called on this machine. */
export const identify =
  (urls: { readonly portal: string; readonly sqs: string }) =>
  (resource: Resource): Identity | undefined => {
    const { name, type } = resource
    switch (type) {
      case 'AWS::Lambda::Function': {
        const ref = resource.read(namedFunction).FunctionName ?? name
        return { ref, attributes: { Arn: functionArn(ref) } }
      }
      case 'AWS::Lambda::Alias': {
        // Any version of a function is the one that there is on this machine.
        const { FunctionName: target, Name: alias } = resource.read(aliasSchema)
        return { ref: `${functionArn(target)}:${alias}`, attributes: {} }
      }
      case 'AWS::DynamoDB::Table':
      case 'AWS::DynamoDB::GlobalTable': {
        const ref = tableName(resource)
        const Arn = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${ref}`
        return { ref, attributes: { Arn, StreamArn: `${Arn}/stream/local` } }
      }
      case 'AWS::SQS::Queue': {
        const QueueName = queueName(resource)
        const QueueUrl = queueUrl(urls.sqs, QueueName)
        return { ref: QueueUrl, attributes: { Arn: queueArn(QueueName), QueueName, QueueUrl } }
      }
      case 'AWS::SNS::Topic':
        return { ref: topicArn(name), attributes: { TopicArn: topicArn(name), TopicName: name } }
      case 'AWS::KMS::Key':
        return { ref: name, attributes: { Arn: keyArn(name), KeyId: name } }
      case 'AWS::S3::Bucket': {
        const ref = bucketName(resource)
        return { ref, attributes: { Arn: `arn:aws:s3:::${ref}` } }
      }
      case 'AWS::Cognito::UserPool': {
        const ref = userPoolId(resource)
        const Arn = `arn:aws:cognito-idp:${REGION}:${ACCOUNT}:userpool/${ref}`
        const ProviderName = `cognito-idp.${REGION}.amazonaws.com/${ref}`
        const ProviderURL = `https://${ProviderName}`
        return { ref, attributes: { Arn, UserPoolId: ref, ProviderName, ProviderURL } }
      }
      case 'AWS::Cognito::UserPoolClient': {
        const ref = userPoolClientId(resource)
        return { ref, attributes: { ClientId: ref } }
      }
      case 'AWS::ApiGatewayV2::Api':
        return { ref: 'local', attributes: { ApiId: 'local', ApiEndpoint: urls.portal } }
      default:
        return { ref: name, attributes: { Arn: `arn:aws:local:${REGION}:${ACCOUNT}:${name}` } }
    }
  }
