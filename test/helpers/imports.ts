import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { parseSync } from 'vite';

/** One row of the import rule. The order of the rows is the order of the layers, lowest first. */
export interface Layer {
  /** Folder below `src`, or `web`. A subfolder's row refines the row of its parent and shares its place. */
  readonly folder: string;
  /** Folders that may be imported, beside the layer itself, with all that is in them. Default: every row above. */
  readonly uses?: readonly string[];
  /** Packages that may be imported. Default: all that nobody owns. */
  readonly packages?: readonly string[];
  /** Whether Node's own modules may be imported. Default: yes. */
  readonly node?: false;
}

export interface Rule {
  readonly layers: readonly Layer[];
  /** Package name, or prefix ending in `*`, and the only folder that may import it. */
  readonly owners: Readonly<Record<string, string>>;
  /** Files that import what a user names, so that its specifier is computed. Default: none. */
  readonly loaders?: readonly string[];
}

/** Marks an import whose specifier is computed at run time. */
export const computed = '<computed>';

/**
 * Every module that a file names, in order of appearance: imports and re-exports (those of types
 * too), `import()` in code and in types, `require`, `import.meta.resolve`, and scripts named by
 * `new URL('./x.ts', import.meta.url)`, which is how workers are started.
 * @throws Error when the file does not parse.
 */
export function importsOf(file: string, code: string): string[] {
  const { program, errors } = parseSync(...scriptOf(file, code));
  const fault = errors[0];
  if (fault !== undefined) throw new Error(`${file}: expected valid TypeScript: ${fault.message}`);
  const found: string[] = [];
  visit(program, (node) => {
    const specifier = specifierOf(node);
    if (specifier !== undefined) found.push(specifier);
  });
  return found;
}

/** The script of a Svelte component, other files as they are. */
function scriptOf(file: string, code: string): [file: string, code: string] {
  if (!file.endsWith('.svelte')) return [file, code];
  const scripts = [...code.matchAll(/<script\b[^>]*>(.*?)<\/script>/gs)];
  return [`${file}.ts`, scripts.map(([, script]) => script).join('\n')];
}

/** The ways in which a file breaks the rule, one sentence each. `file` is relative to `src`, or in `web`. */
export function violations(rule: Rule, file: string, code: string): string[] {
  const found: string[] = [];
  const name = isWeb(file) ? file : `src/${file}`;
  for (const specifier of importsOf(file, code)) {
    const fault = faultOf(rule, file, specifier);
    if (fault !== undefined) found.push(`${name} imports ${specifier}: ${fault}`);
  }
  return found;
}

/** Whether a file is in the folder `web`, which lies beside `src`. */
function isWeb(file: string): boolean {
  return file.startsWith('web/');
}

/** The files that each file names, keys and values by their paths. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

/** Who imports whom among the given files, by path, imports of types included. */
export function importGraph(codes: ReadonlyMap<string, string>): ImportGraph {
  return new Map(
    Array.from(codes, ([file, code]) => [
      file,
      importsOf(file, code)
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => posix.join(posix.dirname(file), specifier))
        // scripts of workers are named as they are built
        .map((target) => (codes.has(target) ? target : target.replace(/\.js$/, '.ts')))
        .filter((target) => codes.has(target)),
    ]),
  );
}

/**
 * The import cycles of a graph: every largest group of files each of which reaches all of them by
 * imports (its strongly connected components; of those of one file, the ones that import themselves).
 * Files and groups are in the order of the graph.
 */
export function importCycles(graph: ImportGraph): string[][] {
  const reached = new Map(Array.from(graph.keys(), (file) => [file, reachedFrom(graph, file)]));
  const reaches = (from: string, to: string) => reached.get(from)?.has(to) === true;
  const groups: string[][] = [];
  for (const file of graph.keys()) {
    if (!reaches(file, file) || groups.some((group) => group.includes(file))) continue;
    groups.push([...graph.keys()].filter((other) => reaches(file, other) && reaches(other, file)));
  }
  return groups;
}

/** The files that a file reaches by one import or more. */
export function reachedFrom(graph: ImportGraph, file: string): Set<string> {
  const found = new Set<string>();
  const open = [file];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const target of graph.get(next) ?? []) {
      if (found.has(target)) continue;
      found.add(target);
      open.push(target);
    }
  }
  return found;
}

function faultOf(rule: Rule, file: string, specifier: string): string | undefined {
  const from = layerOf(rule, file);
  if (from === undefined && file.includes('/')) return 'its folder has no row in the table';
  if (specifier === computed) {
    if (rule.loaders?.includes(file)) return undefined;
    return 'expected a literal specifier, received an expression';
  }
  if (specifier.startsWith('.')) {
    const joined = posix.join(posix.dirname(file), specifier);
    // the address of a file of bundled data, which the page fetches
    if (isWeb(file) && /^data\/[^/]+\?url$/.test(joined)) return undefined;
    const isOutside = isWeb(file) ? !/^(src|web)\//.test(joined) : joined.startsWith('..');
    if (isOutside) return 'expected a file in src';
    const target = isWeb(file) ? joined.replace(/^src\//, '') : joined;
    return from === undefined ? undefined : faultOfFolder(rule, from, target);
  }
  if (specifier.startsWith('/') || specifier.startsWith('#') || /^symloss(\/|$)/.test(specifier)) {
    return 'expected a relative specifier';
  }
  if (isBuiltin(specifier)) {
    return from?.node === false ? `${from.folder} does without Node's modules` : undefined;
  }
  return faultOfPackage(rule, file, from, packageOf(specifier));
}

function faultOfFolder(rule: Rule, from: Layer, target: string): string | undefined {
  const own = topOf(from.folder);
  const to = topOf(target);
  if (to === own) return undefined;
  const order = rule.layers.map((layer) => topOf(layer.folder));
  const allowed = from.uses ?? order.slice(0, order.indexOf(own));
  if (allowed.some((folder) => target.startsWith(`${folder}/`))) return undefined;
  return `${own} may use ${allowed.length === 0 ? 'no other folder' : [...new Set(allowed)].join(', ')}`;
}

function faultOfPackage(
  rule: Rule,
  file: string,
  from: Layer | undefined,
  name: string,
): string | undefined {
  for (const [pattern, owner] of Object.entries(rule.owners)) {
    const matches = pattern.endsWith('*')
      ? name.startsWith(pattern.slice(0, -1))
      : name === pattern;
    if (matches && !file.startsWith(`${owner}/`)) return `only ${owner} may`;
  }
  if (from?.packages === undefined || from.packages.includes(name)) return undefined;
  const list = from.packages.length === 0 ? 'no package' : from.packages.join(', ');
  return `${from.folder} may use ${list}`;
}

/** The row with the longest folder that holds the file. */
function layerOf(rule: Rule, file: string): Layer | undefined {
  return rule.layers
    .filter((layer) => file.startsWith(`${layer.folder}/`))
    .sort((a, b) => b.folder.length - a.folder.length)[0];
}

function topOf(path: string): string {
  return path.split('/')[0] as string;
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

type Syntax = { readonly type: string } & Readonly<Record<string, unknown>>;

function isSyntax(value: unknown): value is Syntax {
  return typeof value === 'object' && value !== null && 'type' in value;
}

function visit(value: unknown, enter: (node: Syntax) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) visit(item, enter);
  } else if (isSyntax(value)) {
    enter(value);
    for (const child of Object.values(value)) visit(child, enter);
  }
}

function specifierOf(node: Syntax): string | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ImportExpression':
    case 'TSImportType':
      return literal(node.source);
    case 'ExportNamedDeclaration':
      return node.source === null ? undefined : literal(node.source);
    case 'TSExternalModuleReference':
      return literal(node.expression);
    case 'CallExpression':
      return isResolver(node.callee) ? literal(first(node.arguments)) : undefined;
    case 'NewExpression':
      return isName(node.callee, 'URL') ? script(first(node.arguments)) : undefined;
    default:
      return undefined;
  }
}

/** `require`, `require.resolve`, `import.meta.resolve`. */
function isResolver(callee: unknown): boolean {
  if (isName(callee, 'require')) return true;
  return (
    isSyntax(callee) &&
    callee.type === 'MemberExpression' &&
    isName(callee.property, 'resolve') &&
    isSyntax(callee.object) &&
    (callee.object.type === 'MetaProperty' || isName(callee.object, 'require'))
  );
}

function isName(node: unknown, name: string): boolean {
  return isSyntax(node) && node.type === 'Identifier' && node.name === name;
}

function first(list: unknown): unknown {
  return Array.isArray(list) ? list[0] : undefined;
}

function literal(node: unknown): string {
  if (isSyntax(node) && node.type === 'Literal' && typeof node.value === 'string') {
    return node.value;
  }
  return computed;
}

function script(node: unknown): string | undefined {
  const path = literal(node);
  return /^\.{1,2}\/.*\.[mc]?[jt]s$/.test(path) ? path : undefined;
}
