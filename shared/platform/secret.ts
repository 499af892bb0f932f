import { randomBytes } from 'node:crypto'

/** 192 bits, so that nobody finds one by trying; in base64url they are 32 characters. */
const BYTES = 24

/** Makes a secret that may stand in an address. */
export type NewSecret = () => string

/** A secret from the system's source of chance. */
export const newSecret: NewSecret = () => randomBytes(BYTES).toString('base64url')
