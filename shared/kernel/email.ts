/**
 * An e-mail address as it is compared and kept as a key: without what stands around it, in small letters.
 * Providers and the user pool tell no capital letters apart.
 */
export const normalEmail = (email: string): string => email.trim().toLowerCase()

/** Whether two addresses are one. */
export const isSameEmail = (a: string, b: string): boolean => normalEmail(a) === normalEmail(b)
