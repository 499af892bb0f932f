import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { createPresignedPost } from '@aws-sdk/s3-presigned-post'
import { presignedLink } from './presign.ts'

/** What a browser posts a file with: the fields go before the file, all in one form. */
export interface Upload {
  readonly url: string
  readonly fields: Readonly<Record<string, string>>
}

/** What is known of a stored file without reading all of it. */
export interface FileHead {
  /** Bytes. */
  readonly size: number
  /** Which content it has: another content has another one. */
  readonly etag: string
  /** The first bytes, 16 at most. */
  readonly start: Uint8Array
}

/** Where files of people lie: not in the table, and never on the way through a function. */
export interface FileStore {
  /** Lets one file be stored under a key: of this media type, of 1 to `size` bytes, for `seconds`. */
  readonly offerUpload: (
    key: string,
    about: { readonly mediaType: string; readonly size: number; readonly seconds: number },
  ) => Promise<Upload>
  /** What lies under a key; nothing where nobody has stored anything. */
  readonly inspect: (key: string) => Promise<FileHead | undefined>
  /** Copies a file whose content is still the one of `etag`; false when it is not. */
  readonly copy: (from: string, to: string, etag: string) => Promise<boolean>
  readonly remove: (key: string) => Promise<void>
  /** An address from which a file is saved under a name, without an account, for `seconds`. */
  readonly link: (
    key: string,
    about: { readonly fileName: string; readonly mediaType: string; readonly seconds: number },
  ) => Promise<string>
}

const HEAD = 16

const isNamed = (error: unknown, ...names: readonly string[]): boolean =>
  error instanceof Error && names.includes(error.name)

/** `attachment` has browsers save the file: nothing of it runs or shows on the portal's pages. */
const dispositionOf = (fileName: string): string =>
  `attachment; filename*=UTF-8''${encodeURIComponent(fileName).replaceAll(/['()*]/g, '_')}`

/**
 * Files in a bucket of S3. Links and forms are signed by the time of the machine, as the SDK signs all
 * its calls: S3 compares it with its own.
 */
export const s3Files = (client: S3Client, bucket: string): FileStore => {
  const formFor = (key: string, mediaType: string, size: number, seconds: number) =>
    createPresignedPost(client, {
      Bucket: bucket,
      Key: key,
      Fields: { 'Content-Type': mediaType },
      Conditions: [['content-length-range', 1, size]],
      Expires: seconds,
    })
  return {
    offerUpload: async (key, { mediaType, size, seconds }) => {
      const { url, fields } = await formFor(key, mediaType, size, seconds)
      return { url, fields }
    },

    inspect: async (key) => {
      try {
        const { Body, ContentRange, ETag } = await client.send(
          new GetObjectCommand({
            Bucket: bucket,
            Key: key,
            Range: `bytes=0-${String(HEAD - 1)}`,
          }),
        )
        const size = Number(/\/(\d+)$/.exec(ContentRange ?? '')?.[1])
        if (Body === undefined || ETag === undefined || !Number.isSafeInteger(size)) {
          throw new Error('S3 does not tell what it holds')
        }
        return { size, etag: ETag, start: await Body.transformToByteArray() }
      } catch (error) {
        if (isNamed(error, 'NoSuchKey')) return undefined
        throw error
      }
    },

    copy: async (from, to, etag) => {
      try {
        await client.send(
          new CopyObjectCommand({
            Bucket: bucket,
            Key: to,
            CopySource: `${bucket}/${from}`,
            CopySourceIfMatch: etag,
          }),
        )
        return true
      } catch (error) {
        if (isNamed(error, 'NoSuchKey', 'PreconditionFailed')) return false
        throw error
      }
    },

    remove: async (key) => {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }))
    },

    link: async (key, { fileName, mediaType, seconds }) => {
      // The form's address is that of the bucket, wherever the SDK finds it.
      const { url } = await formFor(key, mediaType, 1, seconds)
      return presignedLink(`${url.replace(/\/$/, '')}/${key}`, {
        credentials: await client.config.credentials(),
        region: await client.config.region(),
        answer: {
          'response-content-disposition': dispositionOf(fileName),
          'response-content-type': mediaType,
        },
        seconds,
        now: new Date(),
      })
    },
  }
}
