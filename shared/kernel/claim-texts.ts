import { euros, type Cents } from './money.ts'

/** The words of what third parties owe (CAF, CCAS), in French. */
export const CLAIMS = {
  states: {
    claimed: 'À réclamer',
    'part-paid': 'Payé en partie',
    paid: 'Payé',
    'to-deduct': 'À déduire de la prochaine créance',
  },
  unknownPayer: 'Ce tiers ne doit rien pour ce mois.',
  moreThanClaimed: (left: Cents): string => `Il reste ${euros(left)} à recevoir de ce tiers.`,
  paidInFuture: 'La date du paiement ne peut pas être à venir.',
  columns: [
    'Régie',
    'Mois facturé',
    'Tiers',
    'Document',
    'Dossier famille',
    'Famille',
    'Enfant',
    'Mois',
    'Activité',
    'Jours',
    'Nombre de jours',
    'Montant',
  ],
  total: 'Total',
} as const
