import type * as z from 'zod'
import type { TownCatalogue } from '../catalogue/calendar.ts'
import { PortalError } from '../kernel/errors.ts'
import { ONLINE } from '../kernel/payment-texts.ts'
import type { Payfip } from '../payfip/model.ts'
import type { Call } from '../platform/http.ts'
import type { checkRegieRoute } from './routes.ts'

/**
 * Asks PayFiP whether it knows the number of a régie, and by which name: to be tried before families
 * pay.
 *
 * @throws PortalError `not-found` for a régie that the town does not have; `means-not-allowed` for one
 * without settings of PayFiP; `online-refused` with what PayFiP has against it; `unavailable`.
 */
export const checkPayfip = async (
  { town, payfip }: { town: TownCatalogue; payfip: Pick<Payfip, 'describe'> },
  { parameters: { regieId } }: Pick<Call<typeof checkRegieRoute>, 'parameters'>,
): Promise<z.input<(typeof checkRegieRoute)['reply']>> => {
  const regie = town.catalogue.town.regies.find(({ id }) => id === regieId)
  if (regie === undefined) throw new PortalError('not-found')
  if (regie.payfip === undefined) {
    throw new PortalError('means-not-allowed', { detail: ONLINE.notOnline })
  }
  const { client, mode } = regie.payfip
  const answer = await payfip.describe(client)
  switch (answer.kind) {
    case 'silent':
      throw new PortalError('unavailable', { detail: ONLINE.silent, retryAfterSeconds: 60 })
    case 'fault':
      throw new PortalError('online-refused', { detail: ONLINE.refused(answer.fault.message) })
    case 'done':
      return {
        regieId,
        client,
        mode,
        ...(answer.value.label === undefined ? {} : { label: answer.value.label }),
      }
  }
}
