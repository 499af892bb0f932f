import { compare } from '../kernel/decimal.ts'
import type { Fault } from '../kernel/errors.ts'
import { TARIFF_FAULTS } from '../kernel/tariff-texts.ts'
import { FAULTS } from '../kernel/texts.ts'
import { constant } from './formula-rules.ts'
import type { Formula } from './model.ts'

type Of<Kind extends Formula['kind']> = Extract<Formula, { kind: Kind }>
type Band = Of<'bands'>['bands'][number]

const NOTHING = '0'

/** What a band leaves open before it or takes twice, after the end of those before it. */
const faultsOfBand = (pointer: string, end: string | undefined, { from, below }: Band): Fault[] => {
  const detail = (text: string): Fault[] => [{ pointer, detail: text }]
  if (end === undefined) return detail(TARIFF_FAULTS.afterLast(from))
  if (below !== undefined && compare(constant(below), constant(from)) <= 0) {
    return detail(FAULTS.invalid)
  }
  const gap = compare(constant(from), constant(end))
  if (gap > 0) return detail(TARIFF_FAULTS.hole(end, from))
  return gap < 0 ? detail(TARIFF_FAULTS.overlap(from, firstOf(end, below))) : []
}

const firstOf = (end: string, below: string | undefined): string =>
  below !== undefined && compare(constant(below), constant(end)) < 0 ? below : end

/** Bands that do not price each quotient from 0 on exactly once, with the place where. */
const faultsOfBands = (at: string, { bands }: Of<'bands'>): Fault[] => {
  let end: string | undefined = NOTHING
  const faults: Fault[] = []
  for (const [index, band] of bands.entries()) {
    faults.push(...faultsOfBand(`${at}/bands/${String(index)}`, end, band))
    end = band.below
  }
  if (end === undefined) return faults
  const pointer = `${at}/bands/${String(bands.length - 1)}/below`
  return [...faults, { pointer, detail: TARIFF_FAULTS.noLast(end) }]
}

const faultsOfLimits = (
  at: string,
  { least, most }: { readonly least?: number | undefined; readonly most?: number | undefined },
): Fault[] =>
  least !== undefined && most !== undefined && least > most
    ? [{ pointer: `${at}/most`, detail: TARIFF_FAULTS.leastAboveMost }]
    : []

/** A rate whose highest price is asked for and that nothing limits. */
const faultsOfHighest = (at: string, { unknown, most, from }: Of<'effort'>): Fault[] =>
  unknown === 'highest' && most === undefined && from === undefined
    ? [{ pointer: `${at}/unknown`, detail: TARIFF_FAULTS.noHighest }]
    : []

/** What a formula cannot be computed from, whatever refers to other units apart. */
export const faultsOfFormula = (at: string, formula: Formula): Fault[] => {
  switch (formula.kind) {
    case 'bands':
      return faultsOfBands(at, formula)
    case 'effort':
      return [...faultsOfLimits(at, formula), ...faultsOfHighest(at, formula)]
    case 'time':
      return [...faultsOfLimits(at, formula), ...faultsOfFormula(`${at}/step`, formula.step)]
    default:
      return []
  }
}
