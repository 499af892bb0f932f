import { Stack, Validations } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import * as z from 'zod'

const importSchema = z.object({ 'Fn::ImportValue': z.string() })

/**
 * Says why a function has rights on whole folders, named as the policy will: by the bucket's export.
 *
 * @param bucketArn as other stacks refer to it.
 * @param folders as prefixes, with the slash at their end.
 */
export const acknowledgeFolders = (
  handling: Construct,
  bucketArn: string,
  folders: readonly string[],
): void => {
  const { 'Fn::ImportValue': bucket } = importSchema.parse(Stack.of(handling).resolve(bucketArn))
  Validations.of(handling).acknowledge(
    ...folders.map((folder) => ({
      id: `AwsSolutions-IAM5[Resource::${bucket}/${folder}*]`,
      reason: 'Each file has a name of its own: all of a folder is what can be allowed.',
    })),
  )
}
