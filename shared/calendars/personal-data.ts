import { DATA_TITLES } from '../kernel/privacy-texts.ts'
import { dataKind, type DataKind } from '../platform/personal-data.ts'
import { familyLinkEntity } from './store.ts'

/** That a family has a link to its calendar: the link itself is stored nowhere. */
export const CALENDAR_DATA: readonly DataKind[] = [
  dataKind(familyLinkEntity, {
    title: DATA_TITLES.FamilyLink,
    retention: 'file',
    show: () => ({ calendarLink: true }),
  }),
]
