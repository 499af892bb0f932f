import { readdirSync, readFileSync } from 'node:fs'

/** The names of all entities that the code declares, as its text says. */
export const declaredEntities = (): string[] =>
  readdirSync(new URL('../../shared', import.meta.url), { recursive: true })
    .map(String)
    .filter((path) => path.endsWith('.ts'))
    .map((path) => readFileSync(new URL(`../../shared/${path}`, import.meta.url), 'utf8'))
    .flatMap((text) =>
      [
        ...text.matchAll(
          /(?:defineEntity\(\{\s+type: |defineDocument\()'(\w+)'|^const ROSTER = '(\w+)'/gm,
        ),
      ].flatMap(([, entity, roster]) => entity ?? roster ?? []),
    )
