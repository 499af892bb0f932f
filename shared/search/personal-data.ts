import { DATA_TITLES } from '../kernel/privacy-texts.ts'
import { dataKind, type DataKind } from '../platform/personal-data.ts'
import { searchEntryEntity } from './store.ts'

/** By which words staff find a family. */
export const SEARCH_DATA: readonly DataKind[] = [
  dataKind(searchEntryEntity, {
    title: DATA_TITLES.SearchEntry,
    retention: 'file',
    show: { notShown: 'Words of the file under which staff find it: the file itself is shown.' },
  }),
]
