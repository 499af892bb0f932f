import { afterAll } from 'vitest'
import {
  quotient,
  refusal,
  startApiParticulier,
  type Case,
} from '../../lib/local/api-particulier.ts'
import type { TownCatalogue } from '../../shared/catalogue/calendar.ts'
import { guardianEntity } from '../../shared/families/store.ts'
import { QUOTIENT_CONSENT } from '../../shared/kernel/quotient-texts.ts'
import type { Actor } from '../../shared/platform/http.ts'
import type { Role } from '../../shared/platform/route.ts'
import type { Table } from '../../shared/platform/table.ts'
import { quotientApi, type QuotientApi } from '../../shared/quotients/api-client.ts'
import { giveConsent, withdrawConsent } from '../../shared/quotients/consent.ts'
import { fetchFamilyQuotient, fetchQuotient } from '../../shared/quotients/fetch-quotient.ts'
import type { Birth, Identity } from '../../shared/quotients/model.ts'
import { readQuotients } from '../../shared/quotients/read-quotients.ts'
import {
  fetchQuotientRoute,
  giveConsentRoute,
  readQuotientsRoute,
} from '../../shared/quotients/routes.ts'
import { cesson, cessonTown, guardian, type DUPONT } from '../support/cesson.ts'
import { anotherFamily } from '../support/families.ts'

export const NOW = new Date('2025-10-15T09:00:00Z')

/** A token in the form of those of API Particulier. */
export const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJtYWlyaWUifQ.c2lnbmF0dXJl'

const called = (name: string, answer: Case['answer']): Case => ({
  query: { nomNaissance: name },
  answer,
})

const CNAF = { fournisseur: 'CNAF', valeur: 812, annee: 2025, mois: 10 }

/** People who are answered as the sandbox answers nobody, each by the name at birth. */
export const PEOPLE: readonly Case[] = [
  called('JETONEXPIRE', refusal(401, '00103')),
  called('SANSDROITS', refusal(403, '00100')),
  called('MAIRIEINCONNUE', refusal(422, '00203')),
  called('SANSDOSSIER', refusal(404, '23003')),
  called('ENCOURS', refusal(409, '00015')),
  called('INCONNUE', refusal(422, '00366')),
  called(
    'PLUSTARD',
    refusal(429, '00429', {
      'retry-after': 'Wed, 15 Oct 2025 09:01:30 GMT',
      date: 'Wed, 15 Oct 2025 09:00:00 GMT',
    }),
  ),
  called('INDISPONIBLE', refusal(503, '00501', { 'retry-after': '7' })),
  called('ILLISIBLE', { status: 200, body: '<html>Maintenance</html>' }),
  called('ETRANGE', { status: 418, body: '' }),
  called('AILLEURS', { status: 302, body: '', headers: { location: 'http://127.0.0.1:9/' } }),
  called('LENTE', { ...quotient(CNAF), after: 30_000 }),
  called('SANSBLOC', { status: 200, body: { data: { allocataires: [] }, links: {}, meta: {} } }),
  called('SANSVALEUR', quotient({ ...CNAF, valeur: null })),
  called('NEGATIVE', quotient({ ...CNAF, valeur: -1 })),
  called('SEULE', { status: 200, body: { data: { quotient_familial: CNAF } } }),
  called('SANSMOIS', quotient({ fournisseur: 'CNAF', valeur: 612.5, annee: null, mois: null })),
  called('ZERO', quotient({ ...CNAF, valeur: 0 })),
  called('DURAND', quotient(CNAF)),
  called('AUTREFAMILLE', quotient(CNAF, '2010-04-20')),
]

/** API Particulier on this machine, closed after the test file, and a client of it. */
export const openFunds = async (others: readonly Case[] = PEOPLE) => {
  const funds = await startApiParticulier(others)
  afterAll(funds.stop)
  const client = (settings: Partial<QuotientApi> = {}) =>
    quotientApi({
      url: funds.url,
      token: () => Promise.resolve(TOKEN),
      patience: 4000,
      total: 8000,
      pause: 10,
      ...settings,
    })
  return { funds, client }
}

/** The father of the sandbox, whose fund is the MSA. */
export const PIERRE: Identity = {
  birthName: 'Martin',
  firstNames: ['Pierre'],
  sex: 'M',
  birthDate: '1987-06-27',
  country: '99100',
  commune: '51108',
}

/** Born where the file does not tell. */
export const CHALONS: Birth = { country: '99100', commune: '51108' }

/** A member of staff. */
export const staff = (role: Role): Actor => ({
  account: `account-of-${role}`,
  roles: [role],
  family: undefined,
})

/** The demo town with a rule of its own. */
export const townWith = (meansCount: 'from-the-day' | 'from-the-next-month'): TownCatalogue => ({
  ...cessonTown,
  catalogue: { ...cesson.catalogue, town: { ...cesson.catalogue.town, meansCount } },
})

/** Quotients on a table. */
export const openQuotients = (table: Table, ask: ReturnType<typeof quotientApi>) => {
  const parts = (town = townWith('from-the-next-month')) => ({ table, town, ask })

  /** A family whose first guardian is another person, as the file knows them. */
  const familyOf = async (person: {
    readonly birthName?: string | undefined
    readonly firstName?: string
    readonly title?: 'M.' | 'Mme'
    readonly birthDate?: Identity['birthDate'] | undefined
  }): Promise<typeof DUPONT> => {
    const by = await anotherFamily(table, undefined, [])
    const item = await table.get(guardianEntity.keyOf(by))
    if (item === undefined) throw new Error('There is no guardian')
    await table.put(
      guardianEntity.toItem({
        ...guardianEntity.fromItem(item),
        title: 'M.',
        firstName: 'Pierre',
        lastName: 'MARTIN',
        birthName: 'Martin',
        birthDate: '1987-06-27',
        ...person,
      }),
    )
    return by
  }

  const agree = async (
    by: typeof DUPONT,
    {
      now = NOW,
      textVersion = QUOTIENT_CONSENT.version,
    }: { now?: Date; textVersion?: string } = {},
  ) =>
    giveConsentRoute.reply.parse(
      await giveConsent(table, {
        body: { accepted: true, textVersion },
        actor: guardian(by),
        now,
      }),
    )

  type Body = Partial<Parameters<typeof fetchQuotient>[1]['body']>

  const fetched = async (
    by: typeof DUPONT,
    { now = NOW, town, ...body }: Body & { now?: Date; town?: TownCatalogue } = {},
  ) =>
    fetchQuotientRoute.reply.parse(
      await fetchQuotient(parts(town), {
        body: { birth: CHALONS, ...body },
        actor: guardian(by),
        now,
      }),
    )

  const fetchedByStaff = async (
    by: typeof DUPONT,
    {
      now = NOW,
      role = 'agent',
      reason,
      ...body
    }: Body & { now?: Date; role?: Role; reason?: string } = {},
  ) =>
    fetchQuotientRoute.reply.parse(
      await fetchFamilyQuotient(parts(), {
        parameters: { familyId: by.familyId },
        body: { birth: CHALONS, guardianId: by.guardianId, reason, ...body },
        actor: staff(role),
        now,
      }),
    )

  const read = async (by: typeof DUPONT, now = NOW) =>
    readQuotientsRoute.reply.parse(await readQuotients(table, { actor: guardian(by), now }))

  const withdraw = (by: typeof DUPONT, now = NOW) =>
    withdrawConsent(table, { actor: guardian(by), now })

  return { familyOf, agree, fetched, fetchedByStaff, read, withdraw }
}
