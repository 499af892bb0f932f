/** The kinds of items of a family file whose changes the trail tells: `follow-files` is shown them. */
export const FOLLOWED_ENTITIES = [
  'Family',
  'Guardian',
  'Child',
  'Contact',
  'AuthorisationSheet',
  'Enrolment',
  'Means',
  'HealthRecord',
] as const

/** What `follow-files` is shown beside: the mark that a removed contact leaves. */
export const FILE_ENTITIES = [...FOLLOWED_ENTITIES, 'RemovedContact'] as const

/** What entries of the trail are about: also the supporting documents that staff were given. */
export const TRAIL_ENTITIES = [...FOLLOWED_ENTITIES, 'Attachment'] as const
