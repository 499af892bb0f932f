import * as z from 'zod'
import { attachmentSchema } from '../../shared/attachments/model.ts'
import { saveAttachment } from '../../shared/attachments/store.ts'
import { createFamily } from '../../shared/families/create-family.ts'
import { editMyselfRoute } from '../../shared/families/edit-routes.ts'
import { writeEnquiryRoute } from '../../shared/enquiries/routes.ts'
import { requestEnrolmentRoute } from '../../shared/enrolments/routes.ts'
import { signMandateRoute } from '../../shared/debits/routes.ts'
import { MANDATE_CONSENT } from '../../shared/kernel/debit-texts.ts'
import { linkHouseholdsRoute } from '../../shared/households/routes.ts'
import { onlinePaymentReply, startPaymentRoute } from '../../shared/payments/routes.ts'
import { askErasureRoute } from '../../shared/privacy/routes.ts'
import type { IsoDate } from '../../shared/kernel/dates.ts'
import type { Table } from '../../shared/platform/table.ts'
import { submitWishesRoute } from '../../shared/reservations/routes.ts'
import { fileOf } from '../../shared/setup/load-town.ts'
import { cesson, cessonTown, DUPONT, GUIDE_MORNING, TEST, ticked } from '../support/cesson.ts'
import { claimsOf } from '../support/events.ts'
import { payAtDesk, storeCreditNote, storeInvoice } from '../ledger/fixture.ts'
import { familyIdSchema, guardianIdSchema } from '../../shared/platform/schemas.ts'
import type { Ids } from './calls.ts'
import type { Ask } from './portal.ts'

/** Stands in all that is told of the second household, and nowhere else. */
export const MARK = 'ZZSECOND'

const SECOND: typeof DUPONT = {
  familyId: familyIdSchema.parse('1101'),
  guardianId: guardianIdSchema.parse('g7'),
}

/** Ids of the right form that nothing has. */
export const UNKNOWN: Ids = {
  familyId: '4242',
  guardianId: 'g42',
  childId: 'nobody',
  contactId: 'no-contact',
  enrolmentId: 'no-enrolment-2025',
  attachmentId: 'no-attachment',
  request: '424242',
  enrolmentRequest: '424243',
  change: '424244',
  erasureRequest: '424245',
  invoice: 'ENF202542424242',
  creditNote: 'AV-ENF202542424242',
  mandate: 'ENF-M004242424',
  payment: '424246',
  onlinePayment: 'f'.repeat(32),
  enquiry: '424247',
}

/** Opens a second file of Manon: that of her father, who lives elsewhere. */
const openSecondHousehold = async (table: Table): Promise<void> => {
  const model = cesson.families.find(({ familyId }) => familyId === TEST.familyId)
  if (model === undefined) throw new Error('The demo town has no such family')
  const [guardian] = model.guardians
  const [child] = model.children
  if (guardian === undefined || child === undefined) throw new Error('Nobody is in the file')
  const childId = 'manon-chez-son-pere'
  const address = { street: `12 rue ${MARK}`, postcode: '77240', town: 'Cesson' }
  const entry = {
    ...model,
    familyId: SECOND.familyId,
    name: MARK,
    address,
    guardians: [{ ...guardian, ...SECOND, lastName: MARK, email: `${MARK}@famille.example` }],
    children: [{ ...child, childId }],
    contacts: [{ contactId: 'tante', name: MARK, relation: 'Tante', phone: '+33164000000' }],
    enrolments: model.enrolments
      .filter(({ enrolmentId }) => enrolmentId === 'manon-mercredis-2025')
      .map((enrolment) => ({ ...enrolment, enrolmentId: 'chez-son-pere', childId })),
  }
  await createFamily(table, fileOf(z.parse(z.custom<typeof model>(), entry)))
}

const numbered = z.object({ number: z.int() })
const submitted = z.object({ requests: z.tuple([numbered], numbered) })
const changed = z.object({ change: numbered })
const signed = z.object({ rum: z.string() })

/**
 * Gives families of the demo town what routes ask for by id: a proof, bookings and enrolments that
 * await staff, changes to check, an invoice and a credit note.
 */
export const openFamilies = async (table: Table, ask: Ask) => {
  await openSecondHousehold(table)

  const idsOf = async (
    family: typeof DUPONT,
    held: Pick<Ids, 'guardianId' | 'childId' | 'contactId' | 'enrolmentId'>,
    // Two households may not book the same day for their child.
    day: IsoDate = '2025-09-17',
  ): Promise<Ids> => {
    const { familyId } = family
    const claims = claimsOf(['guardian'], family)
    const sent = async <Schema extends z.ZodType>(
      schema: Schema,
      ...[route, about]: Parameters<Ask>
    ): Promise<z.output<Schema>> => {
      const { statusCode, body = '' } = await ask(route, { claims, ...about })
      if (statusCode !== route.status) throw new Error(`${route.id} answers ${body}`)
      return z.parse<Schema>(schema, JSON.parse(body))
    }
    const attachmentId = `proof-of-${familyId}`
    const at = GUIDE_MORNING.toISOString()
    await saveAttachment(table, {
      ...attachmentSchema.parse({
        familyId,
        attachmentId,
        kind: 'address',
        fileName: 'facture.pdf',
        mediaType: 'application/pdf',
        size: 1000,
        state: 'received',
        addedAt: at,
        addedBy: family.guardianId,
        receivedAt: at,
        version: 1,
      }),
      version: 0,
    })
    const { requests } = await sent(submitted, submitWishesRoute, {
      headers: { 'idempotency-key': 'the-first-booking' },
      body: { wishes: [ticked(held.enrolmentId, { [day]: ['JOURNEE'] })] },
    })
    const asked = await sent(numbered, requestEnrolmentRoute, {
      headers: { 'idempotency-key': 'the-first-enrolment' },
      body: {
        childId: held.childId,
        activityId: 'ETUDES',
        groupId: 'ETUDES_E_PREVERT',
        from: '2025-10-01',
        until: '2026-06-26',
        documents: [{ documentId: 'adresse', attachmentId }],
      },
    })
    const { change } = await sent(changed, editMyselfRoute, {
      parameters: { guardianId: family.guardianId },
      headers: { 'if-match': '"1"' },
      body: { title: 'Mme', firstName: 'Autre', lastName: 'Nom', phone: '06 12 34 56 78' },
    })
    const erasure = await sent(numbered, askErasureRoute, {
      headers: { 'idempotency-key': 'the-first-erasure' },
    })
    const enquiry = await sent(numbered, writeEnquiryRoute, {
      headers: { 'idempotency-key': 'the-first-enquiry' },
      body: { serviceId: 'Enfance', subject: 'Étude', message: 'À quelle heure ?' },
    })
    const invoice = await storeInvoice(table, familyId, '2025-07-01', 2000)
    const creditNote = await storeCreditNote(table, familyId, '2025-07-01', -500)
    const payment = await payAtDesk({ table, town: cessonTown }, familyId, 300, {
      paidOn: '2025-07-10',
      now: GUIDE_MORNING,
    })
    const unpaid = await storeInvoice(table, familyId, '2025-07-02', 1800)
    const { paymentId } = await sent(onlinePaymentReply, startPaymentRoute, {
      headers: { 'idempotency-key': 'the-first-payment' },
      body: { invoices: [unpaid.number] },
    })
    const mandate = await sent(signed, signMandateRoute, {
      headers: { 'idempotency-key': 'the-first-mandate' },
      body: {
        ...{ regieId: 'ENF', day: 5, holder: 'Mme Autre Nom', place: 'Cesson' },
        iban: 'FR7630006000011234567890189',
        consent: { accepted: true, textVersion: MANDATE_CONSENT.version },
      },
    })
    return {
      ...held,
      familyId,
      attachmentId,
      request: String(requests[0].number),
      enrolmentRequest: String(asked.number),
      change: String(change.number),
      erasureRequest: String(erasure.number),
      invoice: invoice.number,
      creditNote: creditNote.number,
      payment: String(payment.number),
      mandate: mandate.rum,
      onlinePayment: paymentId,
      enquiry: String(enquiry.number),
    }
  }

  const own = await idsOf(TEST, {
    guardianId: TEST.guardianId,
    childId: 'manon',
    contactId: 'odile',
    enrolmentId: 'manon-mercredis-2025',
  })
  const other = await idsOf(DUPONT, {
    guardianId: 'g2',
    childId: 'lucas',
    contactId: 'paul',
    enrolmentId: 'lucas-mercredis-2025',
  })
  const held = {
    guardianId: SECOND.guardianId,
    childId: 'manon-chez-son-pere',
    contactId: 'tante',
    enrolmentId: 'chez-son-pere',
  }
  const second = await idsOf(SECOND, held, '2025-09-24')
  const linked = await ask(linkHouseholdsRoute, {
    claims: claimsOf(['agent']),
    parameters: { familyId: own.familyId, childId: own.childId },
    body: { familyId: second.familyId, childId: second.childId, reason: 'Garde alternée' },
  })
  if (linked.statusCode !== linkHouseholdsRoute.status) throw new Error(linked.body)
  return { own, other, second }
}
