/**
 * Where the files of what the town publishes lie in the bucket of documents: what staff have posted, and
 * what was found to be what it claims. The lifecycle of the bucket and the rights of the function go by
 * these beginnings.
 */
export const POSTED = 'posted/'
export const PUBLISHED = 'published/'
