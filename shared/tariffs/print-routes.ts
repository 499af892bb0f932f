import { letterRoute } from '../documents/letter-reply.ts'
import { defineRoute } from '../platform/route.ts'
import { readPriceTableRoute, simulateForFamilyRoute, simulateRoute } from './routes.ts'

export const printSimulationRoute = defineRoute({
  ...letterRoute,
  id: 'printSimulation',
  method: 'POST',
  path: '/simulations/document',
  access: 'public',
  summary: 'A simulation by figures that anybody gives, as PDF or HTML',
  body: simulateRoute.body,
  errors: simulateRoute.errors,
})

export const printFamilySimulationRoute = defineRoute({
  ...letterRoute,
  id: 'printFamilySimulation',
  method: 'POST',
  path: '/family/simulations/document',
  access: ['guardian'],
  summary: 'A simulation by the figures of my file, as PDF or HTML',
  body: simulateForFamilyRoute.body,
  errors: simulateForFamilyRoute.errors,
})

export const printPriceTableRoute = defineRoute({
  ...letterRoute,
  id: 'printPriceTable',
  method: 'GET',
  path: '/tariffs/{priceListId}/document',
  access: 'public',
  summary: 'A price list with all its units and bands, as PDF or HTML',
  parameters: readPriceTableRoute.parameters,
  errors: readPriceTableRoute.errors,
})
