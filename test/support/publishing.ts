import { writeAsVisitor, writeEnquiry } from '../../shared/enquiries/write-enquiry.ts'
import { hashOf } from '../../shared/platform/hash.ts'
import type { Table } from '../../shared/platform/table.ts'
import { saveMailing, saveTownDocument } from '../../shared/publications/store.ts'
import { QUESTION, VISITOR } from '../enquiries/fixture.ts'
import { AGENT, TARIFFS } from '../publications/fixture.ts'
import { cesson, DUPONT, guardian } from './cesson.ts'

/** Publishes a document, and has a parent and a visitor write to a service of the town. */
export const usePublishing = async (table: Table, now: Date): Promise<void> => {
  const at = now.toISOString()
  await saveTownDocument(table, {
    ...TARIFFS,
    documentId: 'tarifs-2025-0123456789',
    state: 'published',
    file: '1-9e107d9d372bb6826bd81d3542a419d6',
    publishedAt: at,
    version: 1,
    changed: { at, by: AGENT.account },
  })
  await saveMailing(table, {
    newsId: hashOf('news').slice(0, 32),
    begunAt: at,
    endedAt: at,
    version: 1,
  })
  const deps = { table, catalogue: cesson.catalogue }
  const headers = { 'idempotency-key': 'a-first-enquiry' }
  await writeEnquiry(deps, { actor: guardian(DUPONT), headers, body: QUESTION, now })
  await writeAsVisitor(deps, { headers, body: VISITOR, now })
}
