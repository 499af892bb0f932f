import { townCatalogue } from '../../shared/catalogue/current.ts'
import { answerEnquiry, answerVisitor } from '../../shared/enquiries/answer-enquiry.ts'
import {
  listFamilyEnquiries,
  listOpenEnquiries,
  listOwnEnquiries,
} from '../../shared/enquiries/list-enquiries.ts'
import {
  answerEnquiryRoute,
  answerVisitorRoute,
  continueEnquiryRoute,
  listEnquiriesRoute,
  listFamilyEnquiriesRoute,
  listOpenEnquiriesRoute,
  writeAsVisitorRoute,
  writeEnquiryRoute,
} from '../../shared/enquiries/routes.ts'
import {
  continueEnquiry,
  writeAsVisitor,
  writeEnquiry,
} from '../../shared/enquiries/write-enquiry.ts'
import { environmentOf, environments } from '../../shared/platform/functions.ts'
import { httpHandler, on } from '../../shared/platform/http.ts'
import { documentClient, openTable } from '../../shared/platform/table.ts'

const { TABLE_NAME } = environmentOf(environments.enquiries)
const table = openTable(documentClient(), TABLE_NAME)
const town = townCatalogue(table)
const known = async () => ({ table, catalogue: (await town()).catalogue })

export const handler = httpHandler(
  on(writeEnquiryRoute, async (call) => writeEnquiry(await known(), call)),
  on(listEnquiriesRoute, (call) => listOwnEnquiries(table, call)),
  on(continueEnquiryRoute, async (call) => continueEnquiry(await known(), call)),
  on(writeAsVisitorRoute, async (call) => writeAsVisitor(await known(), call)),
  on(listOpenEnquiriesRoute, async (call) => listOpenEnquiries(await known(), call)),
  on(listFamilyEnquiriesRoute, async (call) => listFamilyEnquiries(await known(), call)),
  on(answerEnquiryRoute, async (call) => answerEnquiry(await known(), call)),
  on(answerVisitorRoute, async (call) => answerVisitor(await known(), call)),
)
