const rules = [
  {
    name: 'no-cycles',
    comment: 'A cycle has no first module to understand or to test.',
    from: {},
    to: { circular: true },
  },
  {
    name: 'resolvable',
    comment: 'Every import leads to a file or an installed package.',
    from: {},
    to: { couldNotResolve: true },
  },
  {
    name: 'declared-packages',
    comment: 'A package that package.json does not name may be gone tomorrow.',
    from: {},
    to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
  },
  {
    name: 'deployed-code-without-development-packages',
    comment: 'Types apart, what runs on AWS needs dependencies, not devDependencies.',
    from: { path: '^(shared|functions)/' },
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'kernel-stands-alone',
    comment: 'The kernel is pure: it imports nothing but itself.',
    from: { path: '^shared/kernel/' },
    to: { pathNot: '^shared/kernel/' },
  },
  {
    name: 'rules-without-machines',
    comment: 'Decisions are pure: no node module, no package but what models need.',
    from: {
      path: '^shared/[^/]+(/|/[a-z-]+-)(rules|model)\\.ts$',
      pathNot: '^shared/reservations/group-rules\\.ts$',
    },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'rules-without-sdk',
    comment: 'Nothing that a decision imports, however far away, may call AWS.',
    from: {
      path: '^shared/[^/]+(/|/[a-z-]+-)(rules|model)\\.ts$',
      pathNot: '^shared/reservations/group-rules\\.ts$',
    },
    to: { path: '^node_modules/(@aws-sdk|@smithy|@middy)/', reachable: true },
  },
  {
    name: 'platform-below-capabilities',
    comment: 'The platform serves every capability and knows none.',
    from: { path: '^shared/platform/' },
    to: { path: '^shared/(?!platform/|kernel/)' },
  },
  {
    name: 'stores-are-private',
    comment: 'Capabilities meet through rules and use cases, never through the stores of others.',
    from: { path: '^shared/([^/]+)/' },
    to: { path: '^shared/[^/]+/[a-z-]*store\\.ts$', pathNot: '^shared/$1/' },
  },
  {
    name: 'capabilities-without-api',
    comment: 'The list of routes is made from the capabilities, not the other way round.',
    from: { path: '^shared/', pathNot: '^shared/api/' },
    to: { path: '^shared/api/' },
  },
  {
    name: 'no-barrels',
    comment: 'A barrel file brings everything into every bundle and makes cycles.',
    from: {},
    to: { path: '^shared/.*/index\\.ts$' },
  },
  {
    name: 'shared-below-all',
    comment: 'What functions share knows nothing of functions, stacks or commands.',
    from: { path: '^shared/' },
    to: { path: '^(functions|lib|bin|test)/' },
  },
  {
    name: 'functions-apart',
    comment: 'A function is deployed alone: it never imports another.',
    from: { path: '^functions/([^/]+)/' },
    to: { path: '^functions/', pathNot: '^functions/$1/' },
  },
  {
    name: 'functions-without-stacks',
    comment: 'A function does not know how it is deployed.',
    from: { path: '^functions/' },
    to: { path: '^(lib|bin|test)/' },
  },
  {
    name: 'lib-knows-names',
    comment: 'The stacks know a function, a table or a route by its name, and share pure helpers.',
    from: { path: '^lib/' },
    to: {
      path: '^(shared|functions|bin|test)/',
      pathNot:
        '^shared/(api/|kernel/|platform/(functions|http-edge|keys|mailer|presign|problem|route|schemas)\\.ts$|[a-z-]+/names\\.ts$)',
    },
  },
  {
    name: 'bin-starts-things',
    comment: 'A command starts a stack or calls a use case; it is no function and no test.',
    from: { path: '^bin/' },
    to: { path: '^(functions|test)/' },
  },
]

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: rules.map((rule) => ({ severity: 'error', ...rule })),
  options: {
    doNotFollow: { path: '^node_modules/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
      extensions: ['.ts', '.js', '.json', '.d.ts'],
    },
  },
}
