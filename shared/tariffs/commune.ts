import type { Catalogue, Category } from '../catalogue/model.ts'
import { isAmong } from './conditions-rules.ts'

/** The category that the town gives to the children of a commune [guide 52]. */
export const categoryOf = (
  { categories }: Pick<Catalogue, 'categories'>,
  commune: string,
): Category | undefined =>
  categories.find(({ communes }) => communes !== undefined && isAmong(communes, commune)) ??
  categories.find(({ communes }) => communes === undefined)
