import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import * as z from 'zod'
import { parisDate, parisTime } from '../../shared/kernel/paris.ts'
import { listen, type Served } from './listen.ts'
import { CHOICES, messagePage, MISHAPS, payPage } from './payfip-page.ts'
import { answered, fault, readCall, type Reply } from './payfip-soap.ts'
import type { State } from './state.ts'

const MINUTE = 60_000

/** For how long the page of an operation opens. */
const PAGE = 15 * MINUTE

const operationSchema = z.object({
  idOp: z.string(),
  openedAt: z.number(),
  client: z.string(),
  year: z.string(),
  reference: z.string(),
  subject: z.string(),
  amount: z.string(),
  email: z.string(),
  mode: z.string(),
  notifyUrl: z.string(),
  returnUrl: z.string(),
  /** What came of it, by which code and when; the amount that is told, where it is another. */
  result: z.object({ code: z.string(), at: z.number(), amount: z.string().optional() }).optional(),
})
/** What somebody is to pay. */
export type Operation = z.infer<typeof operationSchema>

const keptSchema = z.record(z.string(), operationSchema)

/** What else may come of a call than the service would answer: made by `fault` and the like. */
export interface Trouble {
  /** The operation of the service; all of them without. */
  readonly operation?: string
  /** Nothing goes on as usual. */
  readonly reply?: Reply
  /** How many calls it befalls; one unless given. */
  readonly times?: number
}

/** PayFiP on this machine. */
export interface LocalPayfip extends Served {
  /** Has the next calls answered otherwise. */
  readonly disturb: (trouble: Trouble) => void
  /** Everything that it was asked to have paid, the first first. */
  readonly operations: () => readonly Operation[]
  /** What somebody does on the page, with the notification, without a browser. */
  readonly choose: (
    idOp: string,
    code: string,
    mishaps?: readonly string[],
  ) => Promise<string | undefined>
  /** The names of the operations of the service that were called, the first first. */
  readonly called: () => readonly string[]
}

/** Digits as PayFiP writes the day: `12122019`. */
const dayOf = (instant: number): string =>
  parisDate(new Date(instant)).split('-').reverse().join('')

const hourOf = (instant: number): string => parisTime(new Date(instant)).replace(':', '')

/** The first rule that what is to be paid breaks, by the code of the refusal. */
const refusalOf = (fields: Readonly<Record<string, string>>): string | undefined => {
  const rules: readonly (readonly [string, string, RegExp])[] = [
    ['T1', 'numcli', /^\d{6}$/],
    ['R3', 'refdet', /^[A-Za-z0-9]{6,30}$/],
    ['M1', 'montant', /^\d+$/],
    ['A1', 'mel', /./],
    ['A2', 'mel', /^(?=.{6,80}$)[^@\s]+@[^@\s]+\.[^@\s]+$/],
    ['S1', 'saisie', /^[TXW]$/],
    ['N1', 'urlnotif', /^https?:\/\//],
    ['D1', 'urlredirect', /^https?:\/\//],
    ['O1', 'objet', /^[A-Za-z0-9 ]{0,100}$/],
    ['E1', 'exer', /^\d{4}$/],
  ]
  const broken = rules.find(([, name, rule]) => !rule.test(fields[name] ?? ''))
  if (broken !== undefined) return broken[0]
  const amount = Number(fields['montant'])
  if (amount < 100) return 'M3'
  return amount > 9_999_999 ? 'M5' : undefined
}

const SENTENCES: Readonly<Record<string, string>> = {
  A2: 'Adresse mel incorrecte.',
  M3: 'Le montant est inférieur à 1 euro.',
  P1: 'IdOp incorrect.',
  P5: 'Résultat de la transaction non connu.',
  R3: 'Le format du paramètre REFDET n’est pas conforme.',
  T2: 'Le numéro de client n’existe pas.',
}

const refused = (code: string): Reply =>
  fault('FonctionnelleErreur', code, { libelle: SENTENCES[code] ?? `Erreur ${code}.` })

/** What is disturbed by `POST /pannes` with `kind`, for whoever tries the portal out. */
const TROUBLES: Readonly<Record<string, Reply>> = {
  '502': { status: 502, type: 'text/html', body: '<html><body>Bad Gateway</body></html>' },
  timeout: { status: 504, type: 'text/plain', body: '', after: 60_000 },
  technique: fault('TechDysfonctionnementErreur', '999', { libelle: 'Erreur technique.' }),
  indisponible: fault('TechIndisponibiliteErreur', '', { libelle: 'Service indisponible.' }),
  protocole: fault('TechProtocolaireErreur', '', { libelle: 'Requête mal formée.' }),
}

/**
 * Serves PayFiP for régies, its service and its page, as its guides and those who use it tell: an
 * operation opens for 15 minutes; what was not paid is dropped at night; who gave up may come back and
 * pay. Whoever pays says on the page how it ends and what goes wrong.
 *
 * @param state where operations are kept, so that they outlive a restart.
 * @param now the portal's time, in milliseconds.
 */
export const startPayfip = async (
  state: Pick<State, 'read' | 'write'>,
  now: () => number,
): Promise<LocalPayfip> => {
  const troubles: { trouble: Trouble; left: number }[] = []
  const called: string[] = []
  const kept = (): z.infer<typeof keptSchema> => state.read('payfip', keptSchema) ?? {}
  const keep = (operation: Operation): void => {
    state.write('payfip', { ...kept(), [operation.idOp]: operation })
  }
  /** An operation, unless it was dropped in a night since it was opened. */
  const find = (idOp: string): Operation | undefined => {
    const operation = kept()[idOp]
    const isDone = operation?.result !== undefined && operation.result.code !== 'A'
    const isToday =
      operation !== undefined &&
      parisDate(new Date(operation.openedAt)) === parisDate(new Date(now()))
    return isDone || isToday ? operation : undefined
  }

  const services: Readonly<Record<string, (fields: Readonly<Record<string, string>>) => Reply>> = {
    creerPaiementSecurise: (fields) => {
      const code = refusalOf(fields)
      if (code !== undefined) return refused(code)
      const idOp = randomUUID()
      keep(
        operationSchema.parse({
          idOp,
          openedAt: now(),
          client: fields['numcli'],
          year: fields['exer'],
          reference: fields['refdet'],
          subject: fields['objet'],
          amount: fields['montant'],
          email: fields['mel'],
          mode: fields['saisie'],
          notifyUrl: fields['urlnotif'],
          returnUrl: fields['urlredirect'],
        }),
      )
      return answered('creerPaiementSecurise', { idOp })
    },
    recupererDetailPaiementSecurise: ({ idOp = '' }) => {
      const operation = find(idOp)
      if (operation === undefined) return refused('P1')
      const { result } = operation
      if (result === undefined) return refused('P5')
      const isPaid = ['P', 'V', 'D'].includes(result.code)
      return answered('recupererDetailPaiementSecurise', {
        dattrans: dayOf(result.at),
        exer: operation.year,
        heurtrans: hourOf(result.at),
        idOp,
        mel: operation.email,
        montant: result.amount ?? operation.amount,
        numauto: isPaid ? `${String(result.at).slice(-12)}-tip` : undefined,
        numcli: operation.client,
        objet: operation.subject,
        refdet: operation.reference,
        resultrans: result.code,
        saisie: operation.mode,
      })
    },
    recupererDetailClient: ({ numCli = '' }) =>
      /^\d{6}$/.test(numCli)
        ? answered('recupererDetailClient', {
            libelleN1: 'TRESORERIE',
            libelleN2: 'REGIE ENFANCE',
            numcli: numCli,
          })
        : refused('T2'),
  }

  const serve = (body: string): Reply => {
    const { operation, fields } = readCall(body)
    called.push(operation)
    const found = troubles.find(
      ({ trouble, left }) => left > 0 && (trouble.operation ?? operation) === operation,
    )
    if (found !== undefined) {
      found.left -= 1
      if (found.trouble.reply !== undefined) return found.trouble.reply
    }
    return services[operation]?.(fields) ?? fault('TechProtocolaireErreur', '', {})
  }

  const notify = async ({ notifyUrl, idOp }: Operation): Promise<void> => {
    try {
      await fetch(notifyUrl, {
        method: 'POST',
        body: new URLSearchParams({ idop: idOp }),
        signal: AbortSignal.timeout(10_000),
      })
    } catch {
      // Nobody is told twice: what is lost is found by whoever asks.
    }
  }

  const choose: LocalPayfip['choose'] = async (idOp, code, mishaps = []) => {
    const operation = find(idOp)
    const isOver = operation?.result !== undefined && operation.result.code !== 'A'
    if (operation === undefined || isOver || now() - operation.openedAt > PAGE) return undefined
    if (code === '') return undefined
    const amount = mishaps.includes('other-amount')
      ? String(Number(operation.amount) + 100)
      : undefined
    keep({ ...operation, result: { code, at: now(), amount } })
    if (!mishaps.includes('lost')) await notify(operation)
    if (mishaps.includes('twice')) await notify(operation)
    return mishaps.includes('stranded') ? undefined : operation.returnUrl
  }

  const html = (status: number, body: string): Reply => ({
    status,
    type: 'text/html; charset=utf-8',
    body,
  })

  const show = (idOp: string): Reply => {
    const operation = find(idOp)
    if (operation === undefined) return html(404, messagePage('P1 : IdOp incorrect.'))
    if (now() - operation.openedAt > PAGE) {
      return html(
        410,
        messagePage('P4 : cette page n’est plus valable, elle a plus de 15 minutes.'),
      )
    }
    if (operation.result !== undefined && operation.result.code !== 'A') {
      return html(409, messagePage('P3 : ce paiement a déjà une réponse.'))
    }
    return html(200, payPage(operation))
  }

  const chosen = z.object({
    idop: z.string(),
    result: z.enum(CHOICES.map(({ code }) => code)),
    mishaps: z.array(z.enum(MISHAPS.map(({ name }) => name))),
  })

  const post = async (form: URLSearchParams): Promise<Reply & { readonly location?: string }> => {
    const { idop, result, mishaps } = chosen.parse({
      idop: form.get('idop'),
      result: form.get('result'),
      mishaps: form.getAll('mishap'),
    })
    const shown = show(idop)
    if (shown.status !== 200) return shown
    const location = await choose(idop, result, mishaps)
    if (location === undefined) return html(200, messagePage('Vous pouvez fermer cette fenêtre.'))
    return { ...html(303, ''), location: `${location}?idop=${idop}` }
  }

  const answer = async (
    request: IncomingMessage,
  ): Promise<Reply & { readonly location?: string }> => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    const body = await text(request)
    switch (`${request.method ?? ''} ${url.pathname}`) {
      case 'POST /tpa/services/securite':
        return serve(body)
      case 'GET /tpa/paiementws.web':
        return show(url.searchParams.get('idop') ?? '')
      case 'POST /tpa/paiementws.web':
        return post(new URLSearchParams(body))
      case 'POST /pannes': {
        const form = new URLSearchParams(body)
        const reply = TROUBLES[form.get('kind') ?? '']
        if (reply === undefined) return html(400, messagePage(Object.keys(TROUBLES).join(', ')))
        troubles.push({ trouble: { reply }, left: Number(form.get('times') ?? 1) })
        return html(200, messagePage('La panne est prévue.'))
      }
      default:
        return html(404, messagePage('Il n’y a rien ici.'))
    }
  }

  const send = (
    response: ServerResponse,
    { status, type, body, location }: Reply & { readonly location?: string },
  ): void => {
    const headers = location === undefined ? {} : { location }
    response.writeHead(status, { 'content-type': type, ...headers })
    response.end(body)
  }

  const served = await listen(
    createServer((request, response) => {
      answer(request)
        .catch((error: unknown) => html(400, messagePage(String(error))))
        .then(async (reply) => {
          if (reply.after !== undefined) await wait(reply.after, undefined, { ref: false })
          send(response, reply)
        })
        .catch(() => response.destroy())
    }),
  )
  return {
    ...served,
    disturb: (trouble) => {
      troubles.push({ trouble, left: trouble.times ?? 1 })
    },
    operations: () => Object.values(kept()),
    choose,
    called: () => called,
  }
}
