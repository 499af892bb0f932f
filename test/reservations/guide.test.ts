import { beforeAll, describe, expect, it } from 'vitest'
import { labelsOf } from '../../shared/catalogue/look-up.ts'
import { dayLabel } from '../../shared/kernel/texts.ts'
import { listRequests } from '../../shared/reservations/list-requests.ts'
import { CHANGES, type Submission } from '../../shared/reservations/model.ts'
import { previewWishes } from '../../shared/reservations/preview-wishes.ts'
import { submitWishes } from '../../shared/reservations/submit-wishes.ts'
import { datedUnits, viewRequest } from '../../shared/reservations/view.ts'
import {
  cessonTown,
  DUPONT,
  GUIDE_MORNING,
  guardian,
  guideWishes,
  openCesson,
  ticked,
} from '../support/cesson.ts'
import { freshTable } from '../support/engine.ts'

const { table } = await freshTable()
const deps = { table, town: cessonTown }

/** The recap pages as the guide prints them: a label for each day. */
const labels = (submission: Submission, number: number): string[] =>
  submission.requests
    .filter((_, index) => index === number)
    .flatMap((request) =>
      datedUnits(request, CHANGES.added).map(({ date, units }) =>
        [dayLabel(date), ...units.map(labelsOf(cessonTown.catalogue, request).unit)].join(' '),
      ),
    )

describe('the bookings of guide 002', () => {
  let occasional: Submission
  let regular: Submission

  beforeAll(async () => {
    await openCesson(table)
    occasional = await submitWishes(deps, {
      by: DUPONT,
      wishes: [
        ticked('lucas-restauration-2025', { '2025-09-02': ['REPAS'], '2025-09-04': ['REPAS'] }),
      ],
      idempotencyKey: 'guide-occasional',
      now: new Date('2025-07-15T08:09:00Z'),
    })
    regular = await submitWishes(deps, {
      by: DUPONT,
      wishes: guideWishes,
      idempotencyKey: 'guide-regular',
      now: GUIDE_MORNING,
    })
  })

  it('books two days ticked one by one and accepts them at once [guide 26, 40, 45, 46]', () => {
    expect(labels(occasional, 0)).toEqual(['mardi 02/09/2025 Repas', 'jeudi 04/09/2025 Repas'])
    expect(occasional.requests).toMatchObject([
      { child: 'Lucas', from: '2025-09-02', to: '2025-09-04', state: 'accepted' },
    ])
  })

  it('makes one numbered request for each child and activity, with the dates and states of the guide [guide 36, 37, 38, 41, 43, 46, 48]', () => {
    const first = regular.requests[0]?.number ?? 0
    expect(
      regular.requests.map((request) => {
        const { number, child, activity, facility, from, to, stateLabel } = viewRequest(
          cessonTown.catalogue,
          regular,
          request,
        )
        return [number - first, child, activity, facility, from, to, stateLabel]
      }),
    ).toEqual([
      [
        0,
        'Léo',
        'Etudes Surveillées',
        'Elémentaire Jacques Prévert',
        '2025-09-08',
        '2026-06-25',
        'Traitée positivement',
      ],
      [
        1,
        'Léo',
        'Restauration Scolaire',
        'Restaurant Jacques Prévert',
        '2025-09-02',
        '2026-07-02',
        'Traitée positivement',
      ],
      [
        2,
        'Lucas',
        'Accueil Pre/Post Scolaire',
        'Maternelle Jacques Prévert',
        '2025-09-02',
        '2026-07-02',
        'Traitée positivement',
      ],
      [
        3,
        'Lucas',
        'Restauration Scolaire',
        'Restaurant Jacques Prévert',
        '2025-09-08',
        '2026-07-03',
        'Traitée positivement',
      ],
    ])
  })

  it('books the days of the recap page of the studies, day by day [guide 44, 45]', () => {
    const page = labels(regular, 0)
    const start = page.indexOf('lundi 01/12/2025 ETUDES')
    expect(page.slice(start, start + 20)).toEqual([
      'lundi 01/12/2025 ETUDES',
      'jeudi 04/12/2025 ETUDES',
      'lundi 08/12/2025 ETUDES',
      'jeudi 11/12/2025 ETUDES',
      'lundi 15/12/2025 ETUDES',
      'jeudi 18/12/2025 ETUDES',
      'lundi 05/01/2026 ETUDES',
      'jeudi 08/01/2026 ETUDES',
      'lundi 12/01/2026 ETUDES',
      'jeudi 15/01/2026 ETUDES',
      'lundi 19/01/2026 ETUDES',
      'jeudi 22/01/2026 ETUDES',
      'lundi 26/01/2026 ETUDES',
      'jeudi 29/01/2026 ETUDES',
      'lundi 02/02/2026 ETUDES',
      'jeudi 05/02/2026 ETUDES',
      'lundi 09/02/2026 ETUDES',
      'jeudi 12/02/2026 ETUDES',
      'lundi 16/02/2026 ETUDES',
      'jeudi 19/02/2026 ETUDES',
    ])
    // The guide shows the second of four pages: twenty days on each.
    expect(start % 20).toBe(0)
    expect(Math.ceil(page.length / 20)).toBe(4)
  })

  it('books the days of the recap page of the meals, day by day [guide 44, 45]', () => {
    expect(labels(regular, 1).slice(0, 16)).toEqual([
      'mardi 02/09/2025 Repas',
      'jeudi 04/09/2025 Repas',
      'mardi 09/09/2025 Repas',
      'jeudi 11/09/2025 Repas',
      'mardi 16/09/2025 Repas',
      'jeudi 18/09/2025 Repas',
      'mardi 23/09/2025 Repas',
      'jeudi 25/09/2025 Repas',
      'mardi 30/09/2025 Repas',
      'jeudi 02/10/2025 Repas',
      'mardi 07/10/2025 Repas',
      'jeudi 09/10/2025 Repas',
      'mardi 14/10/2025 Repas',
      'jeudi 16/10/2025 Repas',
      'mardi 04/11/2025 Repas',
      'jeudi 06/11/2025 Repas',
    ])
  })

  it('shows the requests newest first, page by page [guide 19, 20, 46]', async () => {
    const call = { actor: guardian(DUPONT), now: GUIDE_MORNING }
    const first = await listRequests(deps, { ...call, query: { limit: 3, before: undefined } })
    const second = await listRequests(deps, { ...call, query: { limit: 3, before: first.next } })
    const numbers = [...first.requests, ...second.requests].map(({ number }) => number)
    expect(first.requests).toHaveLength(3)
    expect(second).not.toHaveProperty('next')
    expect(numbers).toEqual(
      [...regular.requests, ...occasional.requests]
        .map(({ number }) => number)
        .toSorted((a, b) => b - a),
    )
  })

  it('previews a submission without storing anything [guide 27, 45]', async () => {
    const call = {
      actor: guardian(DUPONT),
      body: { wishes: [ticked('lucas-accueil-2025', { '2025-09-01': ['ACC_MATIN'] })] },
      now: GUIDE_MORNING,
    }
    const once = await previewWishes(deps, call)
    const twice = await previewWishes(deps, call)
    expect(once.requests).toMatchObject([
      { child: 'Lucas', added: [{ date: '2025-09-01', units: ['Acc Matin'] }], removed: [] },
    ])
    expect(twice).toEqual(once)
  })
})
