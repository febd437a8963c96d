import type { CST, Document } from 'yaml';
import { Composer, isNode, Lexer, LineCounter, Parser, visit } from 'yaml';
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
  const tokens = [...parse(text, lines, refuse)];
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

/** Collections within each other, and what stands in the last; a grid has six levels. */
const mostOpen = 50;

/**
 * Parses a text token by token. Parser and composer are recursive, and a stack that overflows within a regular
 * expression ends the process: so the depth is watched.
 * @throws SymlossError for what is nested too deep
 */
function* parse(text: string, lines: LineCounter, refuse: Refuse): Generator<CST.Token> {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  for (const token of new Lexer().lex(text)) {
    yield* parser.next(token);
    if (parser.stack.length > mostOpen) throw refuse('nested too deep', parser.offset, undefined);
  }
  yield* parser.end();
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
