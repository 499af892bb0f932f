import { SecretValue, Validations } from 'aws-cdk-lib'
import { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import type { Construct } from 'constructs'
import type { Stage } from './stages.ts'

const nameOf = (stage: Stage): string => `ribambelle-${stage.name}-edge`

/**
 * What CloudFront shows the functions, so that nobody goes around it: made by AWS, in no source and no
 * template, and copied to the region of CloudFront.
 */
export const makeEdgeProof = (scope: Construct, stage: Stage): Secret => {
  const proof = new Secret(scope, 'EdgeProof', {
    description: 'What CloudFront shows the functions of the portal',
    secretName: nameOf(stage),
    generateSecretString: { passwordLength: 48, excludePunctuation: true },
    replicaRegions: [{ region: 'us-east-1' }],
  })
  Validations.of(proof).acknowledge({
    id: 'AwsSolutions-SMG4',
    reason:
      'It opens nothing but the way around the limits for single clients; changed by itself it would turn families away until both sides are deployed.',
  })
  return proof
}

/** The same where it is shown and where it is checked, by its name: no stack has it as a value. */
export const edgeProof = (stage: Stage): SecretValue => SecretValue.secretsManager(nameOf(stage))
