import { catalogueSchema } from '../../shared/catalogue/model.ts'
import type { Crowd } from '../../shared/enrolments/capacity.ts'
import { endEnrolment } from '../../shared/enrolments/end-enrolment.ts'
import { importTown } from '../../shared/migration/import-town.ts'
import { refusalLine } from '../../shared/migration/report.ts'
import type { Kind } from '../../shared/migration/model.ts'
import { findNumber } from '../../shared/migration/store.ts'
import type { TownCatalogue } from '../../shared/catalogue/calendar.ts'
import {
  activityIdSchema,
  enrolmentIdSchema,
  groupIdSchema,
  isoDateSchema,
  schoolYearIdSchema,
  type FamilyId,
} from '../../shared/platform/schemas.ts'
import type { Table } from '../../shared/platform/table.ts'
import { ACCOUNTANT } from '../ledger/fixture.ts'
import { cesson, cessonTown } from '../support/cesson.ts'
import { folderOf } from '../support/moving.ts'

/** The day on which the town of the tests moves in: 1 September 2025, ten in Paris. */
export const MOVE = new Date('2025-09-01T08:00:00Z')

let last = 0

/** The files of one plain family of a number that no other test has, with lines of its own. */
export const plainFamily = (
  more: Partial<Record<Kind, string>> = {},
): { readonly former: string; readonly texts: Partial<Record<Kind, string>> } => {
  last += 1
  const former = `P${String(last)}`
  const fill = (text: string): string => text.replaceAll('%', former)
  const plain: Partial<Record<Kind, string>> = {
    families: 'famille;nom;adresse;code_postal;ville\n%;LE GOFF;12 rue des Écoles;77240;Cesson\n',
    guardians:
      'famille;responsable;civilite;prenom;nom;courriel\n%;R1;Mme;Anne-Lise;LE GOFF;%@ancien.example\n',
    children:
      'famille;enfant;prenom;nom;date_de_naissance;ecole;categorie\n%;E1;Maël;LE GOFF;12/05/2017;E_PREVERT;ENFANT\n',
    enrolments:
      'famille;inscription;enfant;activite;groupe;du;au\n%;I1;E1;RESTAURATION;RESTO_R_PREVERT;01/09/2025;03/07/2026\n',
  }
  const texts = { ...plain, ...more }
  return {
    former,
    texts: Object.fromEntries(Object.entries(texts).map(([kind, text]) => [kind, fill(text)])),
  }
}

/** What an invoice file says, under its titles. */
export const invoiceFile = (...lines: readonly string[]): string =>
  [
    'famille;regie;facture;mois;emise_le;echeance;libelle;montant;deja_regle;reste_du',
    ...lines,
    '',
  ].join('\n')

/** Imports texts; what is refused is told as the command tells it. */
export const move = async (
  table: Table,
  texts: Readonly<Partial<Record<Kind, string>>>,
  {
    write = true,
    town = cessonTown,
    now = MOVE,
  }: { write?: boolean; town?: TownCatalogue; now?: Date } = {},
) => {
  const report = await importTown({ table, town }, folderOf(texts), { write, now })
  return { ...report, refused: report.refusals.map(refusalLine) }
}

/** The number here of a family that was taken over. */
export const numberOf = async (table: Table, former: string): Promise<FamilyId> => {
  const familyId = await findNumber(table, former)
  if (familyId === undefined) throw new Error('The family was not taken over')
  return familyId
}

/** The big ones on Wednesdays, in the school year of the move. */
export const MERCREDIS = {
  activityId: activityIdSchema.parse('MERCREDIS'),
  groupId: groupIdSchema.parse('GRANDS'),
  schoolYear: schoolYearIdSchema.parse('2025-2026'),
} satisfies Crowd

/** The demo town, which takes so many big ones on Wednesdays. */
export const townWithPlaces = (capacity: number): TownCatalogue => {
  const activities = cesson.catalogue.activities.map((activity) =>
    activity.id === MERCREDIS.activityId
      ? {
          ...activity,
          enrolment: {
            ...activity.enrolment,
            groups: [{ groupId: MERCREDIS.groupId, ages: { from: 6, to: 12 }, capacity }],
          },
        }
      : activity,
  )
  const catalogue = catalogueSchema.parse({ ...cesson.catalogue, activities })
  return { ...cessonTown, catalogue }
}

/** A file of enrolments. */
export const enrolmentFile = (...lines: readonly string[]): string =>
  ['famille;inscription;enfant;activite;groupe;du;au', ...lines, ''].join('\n')

/** A family whose child comes on Wednesdays. */
export const wednesdays = (): ReturnType<typeof plainFamily> =>
  plainFamily({ enrolments: enrolmentFile('%;I1;E1;MERCREDIS;GRANDS;01/09/2025;03/07/2026') })

/** Ends the enrolment `I1` of a family in the portal. */
export const endOn = async (
  table: Table,
  { former, lastDay, town = cessonTown }: { former: string; lastDay: string; town?: TownCatalogue },
): Promise<unknown> =>
  endEnrolment(
    { table, town },
    {
      parameters: {
        familyId: await numberOf(table, former),
        enrolmentId: enrolmentIdSchema.parse('I1'),
      },
      body: { lastDay: isoDateSchema.parse(lastDay), reason: 'Déménagement' },
      actor: ACCOUNTANT,
      now: MOVE,
    },
  )
