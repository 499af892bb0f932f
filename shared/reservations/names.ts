/** The entities whose changes concern places: what the stream hands to those who settle them. */
export const PLACE_ENTITIES = ['Planning', 'Roster', 'Waiting', 'Receipt'] as const
