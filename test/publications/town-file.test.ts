import { expect, it } from 'vitest'
import { loadTown } from '../../shared/setup/load-town.ts'
import { cesson, GUIDE_DAY } from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'

const { table } = await freshTable()

const load = (content: unknown) =>
  loadTown({ table, createAccount: () => Promise.resolve() }, content, GUIDE_DAY)
const { catalogue, news } = cesson

it.each([
  [
    { ...cesson, news: [...news, { ...news[0], until: '2025-06-30' }] },
    `/news/${String(news.length)}/until`,
  ],
  [
    { ...cesson, news: [{ ...news[0], audience: { kind: 'schools', schoolIds: ['NOWHERE'] } }] },
    '/news/0/audience/schoolIds/0',
  ],
  [
    { ...cesson, catalogue: { ...catalogue, pages: [...catalogue.pages, ...catalogue.pages] } },
    `/catalogue/pages/${String(catalogue.pages.length)}/id`,
  ],
  [
    {
      ...cesson,
      catalogue: {
        ...catalogue,
        town: {
          ...catalogue.town,
          services: [...catalogue.town.services, ...catalogue.town.services],
        },
      },
    },
    `/catalogue/town/services/${String(catalogue.town.services.length)}/id`,
  ],
])('what a town says wrongly is named by its place in the file: %#', async (content, pointer) => {
  const refused = await load(content).catch((error: unknown) => error)
  expect(refused).toMatchObject({ code: 'invalid-request' })
  expect(refused).toHaveProperty('faults.0.pointer', pointer)
})
