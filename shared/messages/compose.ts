import { labelsOf, type ActivityLabels } from '../catalogue/look-up.ts'
import type { Catalogue } from '../catalogue/model.ts'
import { dayOfMonth, monthOf, type IsoDate } from '../kernel/dates.ts'
import { MAILS } from '../kernel/mail-texts.ts'
import { monthLabel, REQUEST_STATES } from '../kernel/texts.ts'
import type { UnitId } from '../platform/schemas.ts'
import { CHANGES, type Request } from '../reservations/model.ts'
import { datedUnits } from '../reservations/view.ts'
import { paragraph, written, type Block } from './layout.ts'
import type { Mail } from './model.ts'

/** What mails need to know beside the event. */
export interface Sender {
  readonly catalogue: Catalogue
  /** Where families open the portal, without a slash at its end. */
  readonly portalUrl: string
}

/** The units of a child on a day. */
export interface DatedUnits {
  readonly date: IsoDate
  readonly units: readonly UnitId[]
}

/** A mail of an event, its blocks as text and as HTML, signed by the portal. */
export const compose = (
  { catalogue }: Sender,
  event: Omit<Mail, 'text' | 'html'>,
  blocks: readonly Block[],
): Mail => ({ ...event, ...written(event.subject, blocks, catalogue.town.portalName) })

/** Days as a line for each month. `unitName` names the units of each day where that is needed. */
export const daysByMonth = (
  days: readonly DatedUnits[],
  unitName?: ActivityLabels['unit'],
): string[] =>
  [...new Set(days.map(({ date }) => monthOf(date)))].map((month) => {
    const labels = days
      .filter(({ date }) => monthOf(date) === month)
      .map(({ date, units }) => {
        const day = String(dayOfMonth(date))
        return unitName === undefined ? day : `${day} (${units.map(unitName).join(', ')})`
      })
    return `${monthLabel(month)} : ${labels.join(', ')}`
  })

/**
 * A request as its mail shows it: once decided, by the days that were decided, and each of them as
 * the decision left it.
 */
const shownIn = (request: Request): Request => {
  const { decision } = request
  if (decision === undefined) return request
  const outcomes = new Map(request.units.map(({ unitId, changes }) => [unitId, changes]))
  return {
    ...request,
    units: decision.units.map(({ unitId, changes }) => ({
      unitId,
      changes: Array.from(changes, (asked, index) => {
        const outcome = outcomes.get(unitId)?.[index] ?? CHANGES.unchanged
        return asked === CHANGES.unchanged || outcome === CHANGES.unchanged ? asked : outcome
      }).join(''),
    })),
  }
}

/** A request with its state and its days, each under what became of it. */
export const requestBlocks = ({ catalogue }: Sender, asked: Request): Block[] => {
  const request = shownIn(asked)
  const labels = labelsOf(catalogue, request)
  const [onlyUnit, ...otherUnits] = request.units
  const severalUnits = otherUnits.length > 0
  const unit = severalUnits || onlyUnit === undefined ? '' : ` (${labels.unit(onlyUnit.unitId)})`
  const sections = [
    [CHANGES.added, MAILS.addedDays[request.state]],
    [CHANGES.removed, MAILS.removedDays[request.state]],
    [CHANGES.kept, MAILS.removedDays.refused],
    [CHANGES.waiting, MAILS.waitingDays],
    [CHANGES.offered, MAILS.offeredDays],
    [CHANGES.kept, MAILS.removedDays.refused],
    [CHANGES.unplaced, request.decision === undefined ? MAILS.unplacedDays : MAILS.ungrantedDays],
  ] as const
  return [
    { kind: 'heading', text: MAILS.requestTitle(request.number) },
    paragraph(
      `${MAILS.requestAbout({ ...request, ...labels })}${unit} — ${REQUEST_STATES[request.state]}`,
    ),
    ...sections.flatMap(([letter, title]): Block[] => {
      const days = datedUnits(request, letter)
      return days.length === 0
        ? []
        : [
            paragraph(title),
            { kind: 'list', items: daysByMonth(days, severalUnits ? labels.unit : undefined) },
          ]
    }),
  ]
}
