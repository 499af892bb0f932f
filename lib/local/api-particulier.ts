import { createServer, type ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { listen, type Served } from './listen.ts'

/** What is answered to somebody. */
export interface CannedAnswer {
  readonly status: number
  /** JSON, or a text that is sent as it is. */
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Milliseconds before it answers. */
  readonly after?: number
}

/** Somebody, by the parameters that must be these exactly, in capitals, and what is answered then. */
export interface Case {
  readonly query: Readonly<Record<string, string>>
  readonly answer: CannedAnswer
}

/** A refusal in the form of API Particulier. */
export const refusal = (
  status: number,
  code: string,
  headers: Readonly<Record<string, string>> = {},
): CannedAnswer => ({
  status,
  body: {
    errors: [
      { code, title: 'Erreur', detail: 'Pour les tests', source: null, meta: { provider: 'CNAV' } },
    ],
  },
  headers,
})

const person = (name: string, first: string, born: string) => ({
  nom_naissance: name,
  nom_usage: null,
  prenoms: first,
  date_naissance: born,
})

/**
 * A quotient with all blocks that a town may be given.
 *
 * @param born the birth date of the child.
 */
export const quotient = (
  block: Readonly<Record<string, unknown>>,
  born = '2020-00-00',
): CannedAnswer => ({
  status: 200,
  body: {
    data: {
      allocataires: [{ ...person('MARTIN', 'PIERRE ALEXIS', '1978-06-27'), sexe: 'M' }],
      enfants: [{ ...person('MARTIN', 'FLEUR EDITH', born), sexe: 'F' }],
      adresse: {
        destinataire: 'Monsieur MARTIN Pierre',
        complement_information: null,
        numero_libelle_voie: '12 AVENUE DES TESTS',
        code_postal_ville: '51000 CHALONS EN CHAMPAGNE',
        pays: 'FRANCE',
      },
      quotient_familial: block,
    },
    links: {},
    meta: {},
  },
})

const bornOn = (date: string, sex: string, commune: string) => {
  const [year = '', month = '', day = ''] = date.split('-')
  return {
    sexeEtatCivil: sex,
    codeCogInseeCommuneNaissance: commune,
    anneeDateNaissance: String(Number(year)),
    moisDateNaissance: String(Number(month)),
    jourDateNaissance: String(Number(day)),
  }
}

const AT_CHARLEVILLE = bornOn('2002-12-05', 'M', '08480')

/** The people of the published sandbox (etalab/siade_staging_data). */
const PUBLISHED: readonly Case[] = [
  {
    query: {
      nomNaissance: 'MARTIN',
      'prenoms[]': 'PIERRE',
      codeCogInseePaysNaissance: '99100',
      ...bornOn('1987-06-27', 'M', '51108'),
    },
    answer: quotient({
      fournisseur: 'MSA',
      valeur: 200,
      annee: 2024,
      mois: 9,
      annee_calcul: 2024,
      mois_calcul: 12,
    }),
  },
  {
    query: {
      nomNaissance: 'LEFEBVRE',
      sexeEtatCivil: 'F',
      codeCogInseeCommuneNaissance: '00404',
    },
    answer: refusal(404, '37003'),
  },
  {
    query: { nomNaissance: 'DESFOUIN', 'prenoms[]': 'RENÉ', ...AT_CHARLEVILLE },
    answer: refusal(429, '00429', { 'retry-after': '42' }),
  },
  {
    query: { nomNaissance: 'DELANOUE', 'prenoms[]': 'JEAN-MARIE', ...AT_CHARLEVILLE },
    answer: refusal(502, '37999'),
  },
  {
    query: { nomNaissance: 'SITUDI', 'prenoms[]': 'CLÉMENT', ...AT_CHARLEVILLE },
    answer: refusal(504, '37001'),
  },
]

/** What the sandbox answers about everybody whom it does not know. */
const GENERIC = quotient({
  fournisseur: 'CNAF',
  valeur: 2550,
  annee: 2023,
  mois: 6,
  annee_calcul: 2023,
  mois_calcul: 8,
})

const MANDATORY = ['nomNaissance', 'prenoms[]', 'codeCogInseePaysNaissance']

const isAsked = (asked: URLSearchParams, query: Case['query']): boolean =>
  Object.entries(query).every(([name, value]) =>
    asked.getAll(name).some((each) => each.toUpperCase() === value),
  )

const answerTo = (
  asked: URLSearchParams,
  authorization: string | undefined,
  cases: readonly Case[],
): CannedAnswer => {
  if (authorization === undefined || !/^Bearer \S+$/.test(authorization)) {
    return refusal(401, '00101')
  }
  if (!/^\d{14}$/.test(asked.get('recipient') ?? '')) return refusal(422, '00203')
  const bornInFrance = asked.get('codeCogInseePaysNaissance') === '99100'
  const mandatory = bornInFrance ? [...MANDATORY, 'codeCogInseeCommuneNaissance'] : MANDATORY
  if (mandatory.some((name) => (asked.get(name) ?? '') === '')) return refusal(422, '00366')
  return cases.find(({ query }) => isAsked(asked, query))?.answer ?? GENERIC
}

const send = async (response: ServerResponse, answer: CannedAnswer): Promise<void> => {
  if (answer.after !== undefined) await wait(answer.after, undefined, { ref: false })
  response.writeHead(answer.status, {
    'content-type': 'application/json',
    'x-response-cached': 'false',
    ...answer.headers,
  })
  response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body))
}

/** API Particulier on this machine, and what it was asked. */
export interface ApiParticulier extends Served {
  /** The questions in their order: address and token. */
  readonly asked: readonly { readonly url: URL; readonly authorization: string | undefined }[]
}

/**
 * Serves the quotient familial of API Particulier as its published sandbox does: by the exact parameters,
 * for any token.
 *
 * @param others answers to people beside those of the sandbox.
 */
export const startApiParticulier = async (
  others: readonly Case[] = [],
): Promise<ApiParticulier> => {
  const asked: { url: URL; authorization: string | undefined }[] = []
  const served = await listen(
    createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://localhost')
      const { authorization } = request.headers
      asked.push({ url, authorization })
      const isKnown =
        request.method === 'GET' && url.pathname === '/v3/dss/quotient_familial/identite'
      const answer = isKnown
        ? answerTo(url.searchParams, authorization, [...others, ...PUBLISHED])
        : refusal(404, '00404')
      void send(response, answer)
    }),
  )
  return { ...served, asked }
}
