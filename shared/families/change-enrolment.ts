import type { Write } from '../platform/expressions.ts'
import { cardOf } from './card.ts'
import type { Enrolment, FamilyFile } from './model.ts'
import { listedEnrolmentEntity } from './store.ts'

/**
 * The writes of new and changed enrolments, each with the card of its child, for the transaction of
 * whatever they go with.
 */
export const enrolmentWrites = (file: FamilyFile, enrolments: readonly Enrolment[]): Write[] =>
  enrolments.map((enrolment) => {
    const child = file.children.find(({ childId }) => childId === enrolment.childId)
    if (child === undefined) throw new Error('An enrolment of a child that the file lacks')
    return {
      kind: 'put',
      item: listedEnrolmentEntity.toItem({ ...enrolment, card: cardOf(file, child) }),
    }
  })
