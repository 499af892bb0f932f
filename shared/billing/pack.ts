import { createHash } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'

/**
 * What packed documents have in common, so that the first line of each is as short as the others. It
 * belongs to the format: documents that were packed with it are not readable without.
 */
const WORDS = Buffer.from(
  [
    'prix unique · taux d’effort · hors délai · absence non justifiée · présence sans réservation',
    ' · majoration · réduction · Régularisation de  · Tarifs 2026 · Repas, tranche de quotient de  ',
    'à  · quotient  du 01/09/2026 · catégorie Enfant · 2,08 €',
    '"kind":"unit","supplement","fee","pack","day-credit","aid","minimum","carried"',
    '"document":{"dueOn":"202","reviews":[],"units":[{"activityId":"","unitId":"","quantity":',
    '"oneEuroMeals":0,"carryOver":"corrects":"',
    '{"number":"ENF202600000001","dueOn":"2026-10-31","familyId":"","regieId":"ENF","regie":"Régie ',
    ' Enfance","month":"2026-09","issuedOn":"2026-10-01","payer":{"name":"","address":{"street":" rue ',
    'de la ","postcode":"","town":""},"emails":["@example.fr"]},"lines":[{"kind":"unit","month":"2026-09",',
    '"childId":"","child":"","activityId":"RESTAURATION","activity":"Restauration scolaire","unitIds":[',
    '"REPAS"],"label":"Repas","days":"1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 ',
    '25 26 27 28 29 30 31","quantity":12,"unitPrice":,"amount":,"account":"7067","priceList":"Tarifs ',
    '2026","why":""},{"kind":"unit"],"total":}',
  ].join(''),
)

/** The most bytes that a packed value may unfold to: more is no document. */
const LARGEST = 8 * 1024 * 1024

/** A value as JSON, deflated: a tenth of its size. Equal values of equal order are equal bytes. */
export const pack = (value: unknown): Uint8Array<ArrayBuffer> =>
  deflateRawSync(JSON.stringify(value), { dictionary: WORDS, level: 9 })

/** The value that was packed, unchecked. */
export const unpack = (body: Uint8Array): unknown =>
  JSON.parse(inflateRawSync(body, { dictionary: WORDS, maxOutputLength: LARGEST }).toString('utf8'))

/** The SHA-256 of packed bytes, in hexadecimal. */
export const hashOfBody = (body: Uint8Array): string =>
  createHash('sha256').update(body).digest('hex')
