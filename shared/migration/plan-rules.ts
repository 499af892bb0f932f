import { placeOf, placesOf } from '../enrolments/child-place-rules.ts'
import type { Enrolment, WholeFile } from '../families/model.ts'
import type { IsoDate } from '../kernel/dates.ts'
import { TRANSACTION_LIMIT } from '../platform/keys.ts'
import type { FamilyId } from '../platform/schemas.ts'
import { broughtBy, withBrought } from './build-rules.ts'
import { emptySheets, type Kind, type Line, type Sheets } from './model.ts'

/** The writes of one transaction, less the number and what says what was taken over. */
const ROOM = TRANSACTION_LIMIT - 2

/**
 * Rows in parts that fit one transaction each; who the family is comes first.
 *
 * @param isThere whether the file is there already: enrolments then go with more writes.
 */
const partsOf = (taken: Sheets, isThere: boolean): Sheets[] => {
  const parts = [emptySheets()]
  let room = ROOM
  const put = <K extends Kind>(kind: K, lines: readonly Line<K>[]): void => {
    for (const line of lines) {
      // An enrolment is written with its card and the count of its group; in a file that is there, with a
      // turn, a planning and its end too.
      const size = kind === 'enrolments' ? (isThere ? 6 : 3) : 1
      if (size > room) {
        parts.push(emptySheets())
        room = ROOM
      }
      room -= size
      parts.at(-1)?.[kind].push(line)
    }
  }
  put('families', taken.families)
  put('guardians', taken.guardians)
  put('children', taken.children)
  put('enrolments', taken.enrolments)
  put('means', taken.means)
  put('invoices', taken.invoices)
  put('credits', taken.credits)
  return parts
}

/** A child that takes its place in a group, or gives it back, and the line by which it does. */
export interface Move {
  readonly line: Line<'enrolments'>
  readonly places: -1 | 1
}

/** The rows of one transaction, and the places that it takes and gives back. */
export interface Part {
  readonly rows: Sheets
  readonly moves: readonly Move[]
}

/** The lines by which children come to have a place, or have none any more. */
const movesOf = (
  { enrolments }: Sheets,
  before: ReadonlySet<string>,
  after: ReadonlySet<string>,
  today: IsoDate,
): Move[] => {
  const move = (place: string, places: Move['places']): Move[] => {
    const own = enrolments.filter(({ row }) => placeOf(row) === place)
    const line = places > 0 ? own.find(({ row }) => row.until >= today) : own[0]
    return line === undefined ? [] : [{ line, places }]
  }
  return [
    ...[...after].filter((place) => !before.has(place)).flatMap((place) => move(place, 1)),
    ...[...before].filter((place) => !after.has(place)).flatMap((place) => move(place, -1)),
  ]
}

/**
 * How the rows of a family are written, one transaction after the other.
 *
 * @param file the family as it is here; nothing where it is new.
 * @param hasEnded whether an enrolment was ended early.
 */
export const planOf = (
  {
    file,
    familyId,
    hasEnded,
  }: {
    readonly file: WholeFile | undefined
    readonly familyId: FamilyId
    readonly hasEnded: (enrolment: Enrolment) => boolean
  },
  taken: Sheets,
  today: IsoDate,
): Part[] => {
  const placesIn = (held: WholeFile | undefined): ReadonlySet<string> =>
    held === undefined ? new Set() : placesOf(held, hasEnded, today)
  let held = file
  let places = placesIn(file)
  return partsOf(taken, file !== undefined).map((rows) => {
    const before = places
    held = withBrought(held, broughtBy(rows, familyId, held))
    places = placesIn(held)
    return { rows, moves: movesOf(rows, before, places, today) }
  })
}
