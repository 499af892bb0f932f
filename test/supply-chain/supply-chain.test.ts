import { describe, expect, it } from 'vitest'
import { verdictOf } from './audit-rules.ts'
import { faultsOfLicences, isAllowed } from './licence-rules.ts'
import { installedPackages, lockedPackages, readReviewed } from './packages.ts'
import { settled } from './sbom-rules.ts'
import { makeSbom } from './sbom.ts'

describe('the licences of what production needs', () => {
  it('let a town run and ship all of it', () => {
    const packages = installedPackages()
    expect(packages.length).toBeGreaterThan(50)
    expect(faultsOfLicences(packages, readReviewed())).toEqual([])
  })

  it.for([
    ['MIT', true],
    ['GPL-3.0-only', false],
    ['(MIT OR GPL-3.0-only)', true],
    ['MIT AND GPL-3.0-only', false],
    ['(MIT OR GPL-2.0) AND Apache-2.0', true],
    ['MIT OR (GPL-2.0 AND Apache-2.0)', true],
    ['GPL-2.0 OR (LGPL-3.0 AND MIT)', false],
    ['SEE LICENSE IN README.md AND LICENSE', false],
    ['', false],
  ] as const)('read %s as an expression', ([expression, allowed]) => {
    expect(isAllowed(expression)).toBe(allowed)
  })

  it('are refused where there is none, and where a review is of another version', () => {
    const nameless = { name: 'some', version: '1.0.1', licence: undefined }
    const review = { name: 'some', version: '1.0.0', licence: 'MIT', why: 'Its LICENSE says so.' }
    expect(faultsOfLicences([nameless], { licences: [] })).toEqual(['some@1.0.1: no licence'])
    expect(faultsOfLicences([nameless], { licences: [review] })).toEqual([
      'some@1.0.1: no licence',
      'some@1.0.0: reviewed, and no longer there',
    ])
    expect(faultsOfLicences([{ ...nameless, version: '1.0.0' }], { licences: [review] })).toEqual(
      [],
    )
  })
})

describe('the audit of what production needs', () => {
  const WEAK = JSON.stringify({
    vulnerabilities: {
      parser: {
        name: 'parser',
        severity: 'high',
        via: [
          {
            url: 'https://github.com/advisories/GHSA-aaaa-bbbb-cccc',
            title: 'It never ends',
            severity: 'high',
          },
        ],
      },
      reader: { name: 'reader', severity: 'high', via: ['parser'] },
    },
  })
  const sentence = 'GHSA-aaaa-bbbb-cccc (high) in parser: It never ends'
  const review = {
    id: 'GHSA-aaaa-bbbb-cccc',
    until: '2026-12-31',
    why: 'The portal parses nothing that others write.',
  }
  const weak = { kind: 'weak', faults: [sentence] }

  it('passes what has no known weakness, and fails on the first', () => {
    const nothing = JSON.stringify({ vulnerabilities: {} })
    const none = { advisories: [] }
    expect(verdictOf(nothing, none, '2026-11-23')).toEqual({ kind: 'clean', accepted: [] })
    expect(verdictOf(WEAK, none, '2026-11-23')).toEqual(weak)
  })

  it('lets pass what was reviewed, until its day, and while it is there', () => {
    const reviewed = { advisories: [review] }
    expect(verdictOf(WEAK, reviewed, '2026-12-31')).toEqual({
      kind: 'clean',
      accepted: [review.id],
    })
    expect(verdictOf(WEAK, reviewed, '2027-01-01')).toEqual(weak)
    expect(verdictOf(JSON.stringify({ vulnerabilities: {} }), reviewed, '2026-12-31')).toEqual({
      kind: 'weak',
      faults: ['GHSA-aaaa-bbbb-cccc: reviewed, and no longer there'],
    })
  })

  it.for([
    '',
    'Service Unavailable',
    '{"message": "405 Method Not Allowed", "error": {"summary": "", "detail": ""}}',
    '{"error": {"code": "ENOTFOUND"}}',
  ])('does not take silence for an answer: %s', (output) => {
    expect(verdictOf(output, { advisories: [] }, '2026-11-23')).toEqual({ kind: 'unknown' })
  })
})

describe('the bill of materials', () => {
  it('names each package of the lock file, with what proves it, and no other', () => {
    const { components, dependencies } = makeSbom()
    const names = lockedPackages().map(({ path, version }) => {
      const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
      return `${name}@${version}`
    })
    expect(components.map((component) => component['bom-ref'])).toEqual(
      [...new Set(names)].toSorted(),
    )
    for (const component of components) {
      expect(component).toMatchObject({ hashes: [{ alg: 'SHA-512' }] })
    }
    const [root] = dependencies.filter(({ ref }) => ref.startsWith('ribambelle@'))
    expect(root?.dependsOn.map((ref) => ref.slice(0, ref.lastIndexOf('@')))).toEqual(
      expect.arrayContaining(['zod', 'pdfkit', '@aws-sdk/client-dynamodb']),
    )
  })

  it('is the same for the same lock file, whenever and wherever it is made', () => {
    const bom = (timestamp: string, folder: string) => ({
      bomFormat: 'CycloneDX',
      specVersion: '1.5',
      serialNumber: `urn:uuid:${timestamp}`,
      version: 1,
      metadata: {
        timestamp,
        tools: [],
        component: { 'bom-ref': 'root', name: folder, purl: 'pkg:npm/ribambelle' },
      },
      components: [
        { 'bom-ref': 'zod@4', purl: 'pkg:npm/zod@4' },
        { 'bom-ref': 'ajv@8', purl: 'pkg:npm/ajv@8' },
        {
          'bom-ref': 'vitest@5',
          purl: 'pkg:npm/vitest@5',
          properties: [{ name: 'cdx:npm:package:development', value: 'true' }],
        },
      ],
      dependencies: [
        { ref: 'zod@4' },
        { ref: 'vitest@5', dependsOn: ['zod@4'] },
        { ref: 'root', dependsOn: ['zod@4', 'vitest@5', 'ajv@8'] },
      ],
    })
    const [first, second] = [bom('2026-01-01', 'town'), bom('2027-01-01', 'build')]
    const made = settled(first, 'ribambelle')
    expect(settled(second, 'ribambelle')).toEqual(made)
    expect(made.components.map((component) => component['bom-ref'])).toEqual(['ajv@8', 'zod@4'])
    expect(made.dependencies).toEqual([
      { ref: 'root', dependsOn: ['ajv@8', 'zod@4'] },
      { ref: 'zod@4', dependsOn: [] },
    ])
    expect(made['serialNumber']).toMatch(
      /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
    )
    const other = settled({ ...first, components: [] }, 'ribambelle')
    expect(other['serialNumber']).not.toBe(made['serialNumber'])
  })
})
