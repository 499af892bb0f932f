import { euros, type Cents } from './money.ts'
import { momentLabel } from './texts.ts'
import { parisDate, parisTime } from './paris.ts'

/** How long something awaits an answer, `jeudi 11/09/2025 à 12:00` by the clocks of Paris. */
const moment = (instant: string): string => {
  const at = new Date(instant)
  return momentLabel(parisDate(at), parisTime(at))
}

/** The words of a parent's first page: what needs attention [guide 35]. */
export const HOME = {
  offer: (about: { child: string; activity: string; until: string }): string =>
    `Une place est proposée à ${about.child} (${about.activity}) : répondez avant le ${moment(about.until)}`,
  overdue: (regie: string, overdue: Cents): string =>
    `${regie} : ${euros(overdue)} à payer, la date limite est passée`,
  documentRefused: (document: string, message: string | undefined): string =>
    `${document} : refusé, envoyez-en un autre${message === undefined ? '' : ` (${message})`}`,
  enquiryAnswered: (number: number, service: string): string =>
    `Votre message n° ${String(number)} a reçu une réponse : ${service}`,
  mail: {
    undeliverable: (email: string): string =>
      `Les e-mails envoyés à ${email} n’arrivent pas : corrigez votre adresse`,
    complained: (email: string): string =>
      `Les e-mails envoyés à ${email} ont été signalés comme indésirables : seuls les plus nécessaires partent encore`,
  },
} as const
