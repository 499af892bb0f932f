import type { Write } from '../platform/expressions.ts'
import { withCard } from './card.ts'
import type { Enrolment, FamilyFile } from './model.ts'
import { enrolmentCardEntity, enrolmentEntity } from './store.ts'

/**
 * The writes of new and changed enrolments, each with its card for the registers, for the transaction of
 * whatever they go with.
 */
export const enrolmentWrites = (file: FamilyFile, enrolments: readonly Enrolment[]): Write[] =>
  enrolments.flatMap((enrolment): Write[] => [
    { kind: 'put', item: enrolmentEntity.toItem(enrolment) },
    { kind: 'put', item: enrolmentCardEntity.toItem(withCard(file, enrolment)) },
  ])
