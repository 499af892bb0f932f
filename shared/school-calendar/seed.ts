import type { SchoolYear } from '../catalogue/model.ts'
import { schoolYearIdSchema } from '../platform/schemas.ts'
import type { IsoDate } from '../kernel/dates.ts'
import type { OfficialYear, Zone } from './model.ts'

type Holidays = readonly [from: IsoDate, back: IsoDate]

/** The holidays of a school year that differ by zone. */
type Staggered = Readonly<Record<Zone, { readonly winter: Holidays; readonly spring: Holidays }>>

/** A school year as all zones have it, but for winter and spring. */
interface Common {
  readonly id: string
  readonly firstDay: IsoDate
  readonly lastDay: IsoDate
  readonly allSaints: Holidays
  readonly christmas: Holidays
  readonly ascension: Holidays
}

const ZONES: readonly Zone[] = ['A', 'B', 'C']

const named = (name: string, [from, back]: Holidays): SchoolYear['holidays'][number] => ({
  name,
  from,
  back,
})

const yearOf = (common: Common, staggered: Staggered, zone: Zone): OfficialYear => ({
  id: schoolYearIdSchema.parse(common.id),
  zone,
  firstDay: common.firstDay,
  lastDay: common.lastDay,
  holidays: [
    named('Vacances de la Toussaint', common.allSaints),
    named('Vacances de Noël', common.christmas),
    named('Vacances d’Hiver', staggered[zone].winter),
    named('Vacances de Printemps', staggered[zone].spring),
    named('Pont de l’Ascension', common.ascension),
  ],
})

const OF_2025: Common = {
  id: '2025-2026',
  firstDay: '2025-09-01',
  lastDay: '2026-07-03',
  allSaints: ['2025-10-18', '2025-11-03'],
  christmas: ['2025-12-20', '2026-01-05'],
  ascension: ['2026-05-14', '2026-05-18'],
}

const STAGGERED_2025: Staggered = {
  A: { winter: ['2026-02-07', '2026-02-23'], spring: ['2026-04-04', '2026-04-20'] },
  B: { winter: ['2026-02-14', '2026-03-02'], spring: ['2026-04-11', '2026-04-27'] },
  C: { winter: ['2026-02-21', '2026-03-09'], spring: ['2026-04-18', '2026-05-04'] },
}

const OF_2026: Common = {
  id: '2026-2027',
  firstDay: '2026-09-01',
  lastDay: '2027-07-02',
  allSaints: ['2026-10-17', '2026-11-02'],
  christmas: ['2026-12-19', '2027-01-04'],
  ascension: ['2027-05-07', '2027-05-08'],
}

const STAGGERED_2026: Staggered = {
  A: { winter: ['2027-02-13', '2027-03-01'], spring: ['2027-04-10', '2027-04-26'] },
  B: { winter: ['2027-02-20', '2027-03-08'], spring: ['2027-04-17', '2027-05-03'] },
  C: { winter: ['2027-02-06', '2027-02-22'], spring: ['2027-04-03', '2027-04-19'] },
}

/**
 * The official dates as they stood on 18 September 2026 (data set `fr-en-calendrier-scolaire`): what
 * a town is compared with while the data set has never been read.
 */
export const SEED: readonly OfficialYear[] = ZONES.flatMap((zone) => [
  yearOf(OF_2025, STAGGERED_2025, zone),
  yearOf(OF_2026, STAGGERED_2026, zone),
])
