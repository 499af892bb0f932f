import type { Condition, Write } from '../platform/expressions.ts'
import { withCard } from './card.ts'
import type { Enrolment, WholeFile } from './model.ts'
import { enrolmentCardEntity, enrolmentEntity } from './store.ts'

/**
 * The writes of new and changed enrolments, each with its card for the registers, for the transaction of
 * whatever they go with.
 *
 * @param when what must hold of each; nothing where a turn keeps others away.
 */
export const enrolmentWrites = (
  file: WholeFile,
  enrolments: readonly Enrolment[],
  when?: Condition,
): Write[] =>
  enrolments.flatMap((enrolment): Write[] => [
    {
      kind: 'put',
      item: enrolmentEntity.toItem(enrolment),
      ...(when === undefined ? {} : { when }),
    },
    { kind: 'put', item: enrolmentCardEntity.toItem(withCard(file, enrolment)) },
  ])

/**
 * The writes of an enrolment that ends early, or that is cancelled and leaves the file and the registers.
 *
 * @param ended what is left of it; nothing where it is cancelled.
 */
export const endedWrites = (
  file: WholeFile,
  { familyId, enrolmentId }: Enrolment,
  ended: Enrolment | undefined,
): Write[] =>
  ended === undefined
    ? [
        { kind: 'delete', key: enrolmentEntity.keyOf({ familyId, enrolmentId }) },
        { kind: 'delete', key: enrolmentCardEntity.keyOf({ familyId, enrolmentId }) },
      ]
    : enrolmentWrites(file, [ended])
