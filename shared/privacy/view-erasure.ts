import type * as z from 'zod'
import {
  ELSEWHERE_TITLES,
  ERASURE_REASONS,
  ERASURE_REQUESTS,
  OUTCOMES,
} from '../kernel/erasure-texts.ts'
import { kindOf } from './kinds.ts'
import type { ErasureReport, ErasureRequest, PurgeReport, ReportLine } from './model.ts'
import type { erasureReply, erasureRequestReply, purgeReply, reportLineReply } from './routes.ts'

/** A request for erasure as the family and staff read it. */
export const viewErasureRequest = ({
  number,
  askedAt,
  dueOn,
  state,
  refusal,
}: ErasureRequest): z.input<typeof erasureRequestReply> => ({
  ...{ number, askedAt, dueOn, state, stateLabel: ERASURE_REQUESTS[state] },
  ...(refusal === undefined ? {} : { refusal: { at: refusal.at, reason: refusal.reason } }),
})

const TITLES: Readonly<Record<string, string>> = ELSEWHERE_TITLES

const viewLine = ({ kind, outcome, count }: ReportLine): z.input<typeof reportLineReply> => ({
  ...{ kind, title: kindOf(kind)?.title ?? TITLES[kind] ?? kind },
  ...{ outcome, outcomeLabel: OUTCOMES[outcome], count },
})

/** An erasure as administrators and the archives read it. */
export const viewErasure = (report: ErasureReport): z.input<typeof erasureReply> => ({
  ...report,
  reasonLabel: ERASURE_REASONS[report.reason],
  lines: report.lines.map(viewLine),
})

/** A run of the purge as administrators and the archives read it. */
export const viewPurge = ({
  day,
  state,
  startedAt,
  doneAt,
  lines,
  warned,
  erased,
  withheld,
  held,
  failed,
}: PurgeReport): z.input<typeof purgeReply> => ({
  ...{ day, state, startedAt, doneAt, lines: lines.map(viewLine) },
  ...{ warned, erased, withheld, held, failed },
})
