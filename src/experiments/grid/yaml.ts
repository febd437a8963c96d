import type { CST, Document } from 'yaml';
import { Composer, isNode, LineCounter, Parser, visit } from 'yaml';
import { SymlossError } from '../../core/index.ts';

/** Where in the text something is that a path such as `losses[1]` leads to: `line 3, column 5`, or nothing. */
type Locate = (path: string) => string;

/** What a file of YAML or JSON holds. */
export interface YamlFile {
  readonly content: unknown;
  readonly locate: Locate;
}

/**
 * Reads YAML or JSON.
 * @throws SymlossError with line and column for what is neither, is nested too deep, or has aliases that
 * are unknown, hold themselves or grow without bound
 */
export function parseYaml(file: string, text: string): YamlFile {
  if (text.length > mostCharacters) {
    throw new SymlossError(file, `at most ${mostCharacters} characters`, String(text.length));
  }
  const lines = new LineCounter();
  const refuse = (reason: string, at: number | undefined, cause: unknown) =>
    new SymlossError(placeIn(file, lines, at), 'YAML', `text with a fault (${reason})`, { cause });
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  checkDepth(tokens, refuse);
  const composer = new Composer({ stringKeys: true, logLevel: 'error' });
  // an empty text is a document, too
  const documents = [...composer.compose(tokens, true, text.length)] as [Document.Parsed];
  const [document, other] = [documents[0], documents.at(1)];
  const [fault] = document.errors;
  if (fault !== undefined) throw refuse(fault.message, fault.pos[0], fault);
  if (other !== undefined) throw refuse('several documents', other.range[0], undefined);
  checkAliases(document, refuse);
  try {
    return { content: document.toJS() as unknown, locate: (path) => locate(path, document, lines) };
  } catch (cause) {
    // aliases of aliases that would grow without bound; of others nothing is left to fail
    throw refuse(cause instanceof Error ? cause.message : String(cause), undefined, cause);
  }
}

type Refuse = (reason: string, at: number | undefined, cause: unknown) => SymlossError;

/** No grid that a person wrote is longer. */
const mostCharacters = 1_000_000;

/** A grid has six levels. */
const deepest = 50;

/**
 * Looks at the tokens before they are composed: that is recursive, and a stack that overflows within a
 * regular expression ends the process.
 * @throws SymlossError for what is nested too deep
 */
function checkDepth(tokens: readonly CST.Token[], refuse: Refuse): void {
  const open = tokens.map((token): [CST.Token | null | undefined, number] => [token, 0]);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [token, depth] = next;
    if (!token) continue;
    if (depth > deepest) throw refuse('nested too deep', token.offset, undefined);
    if ('value' in token) open.push([token.value, depth]);
    if (!('items' in token)) continue;
    for (const { key, value } of token.items) open.push([key, depth + 1], [value, depth + 1]);
  }
}

/** @throws SymlossError for an alias without an anchor before it, or within its own */
function checkAliases(document: Document, refuse: Refuse): void {
  visit(document, {
    Alias(_, alias, parents) {
      const target = alias.resolve(document);
      const at = alias.range?.[0];
      if (target === undefined) throw refuse(`no anchor &${alias.source} before it`, at, undefined);
      if (parents.includes(target)) throw refuse(`*${alias.source} within itself`, at, undefined);
    },
  });
}

/** `grid.yaml, line 3, column 5` */
function placeIn(file: string, lines: LineCounter, at: number | undefined): string {
  if (at === undefined) return file;
  const { line, col } = lines.linePos(at);
  return `${file}, line ${line}, column ${col}`;
}

/** The place in the text of what a path leads to, or of what it leads into. */
function locate(path: string, document: Document, lines: LineCounter): string {
  const keys = [...path.matchAll(/\[(\d+)\]|\w+/g)].map(([key, place]) =>
    place === undefined ? key : Number(place),
  );
  for (let depth = keys.length; depth > 0; depth--) {
    const node = document.getIn(keys.slice(0, depth), true);
    if (!isNode(node) || !node.range) continue;
    const { line, col } = lines.linePos(node.range[0]);
    return `line ${line}, column ${col}`;
  }
  return '';
}

/** What `act` makes of a file, its errors with the line and column of what they name. */
export async function located<T>(
  file: string,
  locate: Locate,
  act: () => T | Promise<T>,
): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    if (!(cause instanceof SymlossError) || !cause.where.startsWith(`${file}, `)) throw cause;
    const { where, expected, received, hint, kind } = cause;
    const rest = where.slice(file.length + 2);
    const [path = ''] = /^(?:\w|\.|\[\d+\])+/.exec(rest) ?? [];
    const place = locate(path);
    const full = place === '' ? where : `${file}, ${place}, ${rest}`;
    throw new SymlossError(full, expected, received, { hint, kind, cause });
  }
}
