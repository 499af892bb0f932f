import { S3Client } from '@aws-sdk/client-s3'
import { townCatalogue } from '../../shared/catalogue/current.ts'
import { s3Files } from '../../shared/platform/files.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { httpHandler, on } from '../../shared/platform/http.ts'
import { newSecret } from '../../shared/platform/secret.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'
import { editNews, publishNews, withdrawNews } from '../../shared/publications/edit-news.ts'
import {
  announceDocument,
  editDocument,
  publishDocument,
  withdrawDocument,
} from '../../shared/publications/publish-document.ts'
import {
  linkTownDocument,
  listPublicDocuments,
  listWrittenDocuments,
} from '../../shared/publications/read-documents.ts'
import { readInformation, readPage } from '../../shared/publications/read-information.ts'
import {
  listFamilyNews,
  listPublicNews,
  listWrittenNews,
} from '../../shared/publications/read-news.ts'
import {
  announceDocumentRoute,
  editDocumentRoute,
  editNewsRoute,
  linkTownDocumentRoute,
  listFamilyNewsRoute,
  listNewsRoute,
  listTownDocumentsRoute,
  listWrittenDocumentsRoute,
  listWrittenNewsRoute,
  publishDocumentRoute,
  publishNewsRoute,
  readInformationRoute,
  readPageRoute,
  withdrawDocumentRoute,
  withdrawNewsRoute,
} from '../../shared/publications/routes.ts'

const { TABLE_NAME, DOCUMENTS_BUCKET } = environmentOf(environments.publications)
const table = openTable(documentClient(), TABLE_NAME)
const files = s3Files(new S3Client({}), DOCUMENTS_BUCKET)
const town = townCatalogue(table)
const known = async () => ({ table, catalogue: (await town()).catalogue })

export const handler = httpHandler(
  on(listNewsRoute, async (call) => listPublicNews(await known(), call)),
  on(listFamilyNewsRoute, async (call) => listFamilyNews(await known(), call)),
  on(listWrittenNewsRoute, async (call) => listWrittenNews(await known(), call)),
  on(publishNewsRoute, async (call) => publishNews(await known(), call)),
  on(editNewsRoute, async (call) => editNews(await known(), call)),
  on(withdrawNewsRoute, async (call) => withdrawNews(await known(), call)),
  on(listTownDocumentsRoute, (call) => listPublicDocuments(table, call)),
  on(linkTownDocumentRoute, (call) => linkTownDocument({ table, files }, call)),
  on(listWrittenDocumentsRoute, (call) => listWrittenDocuments(table, call)),
  on(announceDocumentRoute, (call) => announceDocument({ table, files, newSecret }, call)),
  on(publishDocumentRoute, (call) => publishDocument({ table, files }, call)),
  on(editDocumentRoute, (call) => editDocument(table, call)),
  on(withdrawDocumentRoute, (call) => withdrawDocument({ table, files }, call)),
  on(readInformationRoute, async () => readInformation((await town()).catalogue)),
  on(readPageRoute, async (call) => readPage((await town()).catalogue, call)),
)
