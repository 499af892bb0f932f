import type { Child } from '../families/model.ts'
import type { IsoDate } from '../kernel/dates.ts'
import type { Fault } from '../kernel/errors.ts'
import { HEALTH_FAULTS } from '../kernel/health-texts.ts'
import { FAULTS } from '../kernel/texts.ts'
import { VACCINES, type HealthRecord, type Vaccine } from './model.ts'

/** Those that were mandatory before 2018. */
const MANDATORY_BEFORE: readonly Vaccine[] = ['diphtheria', 'polio', 'tetanus']

/** The first birthday of the children for whom all eleven are mandatory. */
const SINCE: IsoDate = '2018-01-01'

/**
 * The vaccines without which a child may be refused: diphtheria, tetanus and poliomyelitis, and for
 * children born since 2018 all eleven, of which three are one vaccine here; never BCG (CSP, L3111-2).
 */
export const mandatoryVaccines = (birthDate: IsoDate): readonly Vaccine[] =>
  birthDate < SINCE ? MANDATORY_BEFORE : VACCINES.filter((vaccine) => vaccine !== 'bcg')

/** The positions at which a list names something for the second time. */
const repeats = (names: readonly string[]): number[] =>
  names.flatMap((name, position) => (names.indexOf(name) < position ? [position] : []))

/**
 * What is wrong with a health record, beside its form: dates before birth or to come, dates and details
 * of what was not, an allergy without a word on it, and what is told twice.
 *
 * @param today an ISO date of Paris.
 */
export const faultsOfRecord = (
  { vaccinations, illnesses, allergies }: HealthRecord,
  { birthDate }: Pick<Child, 'birthDate'>,
  today: IsoDate,
): Fault[] => {
  const faults: Fault[] = []
  const note = (pointer: string, detail: string): void => {
    faults.push({ pointer: `/body/${pointer}`, detail })
  }
  const checkDate = (pointer: string, on: IsoDate | undefined, happened: boolean): void => {
    if (on === undefined) return
    if (!happened) note(`${pointer}/on`, HEALTH_FAULTS.dateWithout)
    else if (on > today) note(`${pointer}/on`, HEALTH_FAULTS.future)
    else if (on < birthDate) note(`${pointer}/on`, HEALTH_FAULTS.beforeBirth(birthDate))
  }
  const checkTwice = (list: string, field: string, names: readonly string[]): void => {
    for (const position of repeats(names)) {
      const pointer = `${list}/${String(position)}/${field}`
      note(pointer, FAULTS.twice(names[position] ?? ''))
    }
  }
  vaccinations.forEach(({ on, done }, position) => {
    checkDate(`vaccinations/${String(position)}`, on, done)
  })
  illnesses.forEach(({ on, had, details }, position) => {
    const pointer = `illnesses/${String(position)}`
    checkDate(pointer, on, had)
    if (details !== undefined && !had) note(`${pointer}/details`, HEALTH_FAULTS.detailsWithout)
  })
  allergies.forEach(({ has, details }, position) => {
    const pointer = `allergies/${String(position)}/details`
    if (has && details === undefined) note(pointer, HEALTH_FAULTS.specify)
    if (!has && details !== undefined) note(pointer, HEALTH_FAULTS.detailsWithout)
  })
  checkTwice(
    'vaccinations',
    'vaccine',
    vaccinations.map(({ vaccine }) => vaccine),
  )
  checkTwice(
    'illnesses',
    'illness',
    illnesses.map(({ illness }) => illness),
  )
  checkTwice(
    'allergies',
    'kind',
    allergies.map(({ kind }) => kind),
  )
  return faults
}
