import { DATA_TITLES } from '../kernel/privacy-texts.ts'
import { dataKind, type DataKind } from '../platform/personal-data.ts'
import { onceEntity } from './once.ts'

/** What the numbering of requests keeps in a family's partition. */
export const REQUEST_DATA: readonly DataKind[] = [
  dataKind(onceEntity, {
    title: DATA_TITLES.Once,
    retention: 'technical',
    show: { notShown: 'The key and the hash of a call, forgotten after a day.' },
  }),
]
