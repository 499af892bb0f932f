import type * as z from 'zod'
import type { Child } from '../families/model.ts'
import { ALLERGY_NAMES, ILLNESS_NAMES, VACCINE_NAMES } from '../kernel/health-texts.ts'
import {
  ALLERGIES,
  ILLNESSES,
  VACCINES,
  type Allergy,
  type HealthRecord,
  type Illness,
  type Vaccine,
} from './model.ts'
import type { healthReply } from './routes.ts'
import { mandatoryVaccines } from './rules.ts'

type Reply = z.input<typeof healthReply>
type Sheet = Pick<
  Reply,
  'vaccinations' | 'illnesses' | 'allergies' | 'doctor' | 'recommendations' | 'carePlan'
>

const NAMES = {
  vaccines: VACCINE_NAMES satisfies Record<Vaccine, string>,
  illnesses: ILLNESS_NAMES satisfies Record<Illness, string>,
  allergies: ALLERGY_NAMES satisfies Record<Allergy, string>,
}

/** A record as the sheet of guide 000 shows it: with every line, answered or not [guide 16, 17, 18]. */
export const viewSheet = (
  record: HealthRecord | undefined,
  { birthDate }: Pick<Child, 'birthDate'>,
): Sheet => {
  const { vaccinations = [], illnesses = [], allergies = [], ...rest } = record ?? {}
  const mandatory = mandatoryVaccines(birthDate)
  return {
    vaccinations: VACCINES.map((vaccine) => ({
      name: NAMES.vaccines[vaccine],
      mandatory: mandatory.includes(vaccine),
      ...(vaccinations.find((each) => each.vaccine === vaccine) ?? { vaccine }),
    })),
    illnesses: ILLNESSES.map((illness) => ({
      name: NAMES.illnesses[illness],
      ...(illnesses.find((each) => each.illness === illness) ?? { illness }),
    })),
    allergies: ALLERGIES.map((kind) => ({
      name: NAMES.allergies[kind],
      ...(allergies.find((each) => each.kind === kind) ?? { kind }),
    })),
    ...rest,
  }
}
