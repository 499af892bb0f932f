/**
 * Where the files of families lie in their bucket: what somebody has posted, and what was found to be
 * what it claims. The lifecycle of the bucket and the rights of the function go by these beginnings.
 */
export const INCOMING = 'incoming/'
export const RECEIVED = 'received/'
