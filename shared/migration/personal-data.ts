import { DATA_TITLES } from '../kernel/privacy-texts.ts'
import { dataKind, type DataKind } from '../platform/personal-data.ts'
import { movedInEntity } from './store.ts'

/** What moving in keeps in a family's partition. */
export const MIGRATION_DATA: readonly DataKind[] = [
  dataKind(movedInEntity, {
    title: DATA_TITLES.MovedIn,
    retention: 'file',
    show: ({ former }) => ({ former }),
  }),
]
