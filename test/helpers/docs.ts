import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformWithOxc } from 'vite';

/** A code block of a Markdown page that is meant to be run. */
export interface Example {
  /** Line of its opening fence, counted from 1. */
  readonly line: number;
  readonly language: 'ts' | 'js';
  readonly code: string;
  /** What it must print: the next block, when that is a `text` block under the same heading. */
  readonly output?: string;
}

interface Fence {
  readonly line: number;
  readonly info: readonly string[];
  readonly body: string;
  /** Whether `<!-- run -->` is the last thing before the fence. */
  readonly marked: boolean;
  /** Number of headings before the fence. */
  readonly section: number;
}

/**
 * The runnable examples of a page: every fenced block whose info string is `ts run` or `js run`, or
 * is `ts` or `js` with `<!-- run -->` on the line before it.
 * @throws Error when a fence never closes.
 */
export function examplesOf(markdown: string): Example[] {
  const fences = fencesOf(markdown);
  const found: Example[] = [];
  for (const [i, fence] of fences.entries()) {
    const [language, ...words] = fence.info;
    if (language !== 'ts' && language !== 'js') continue;
    if (!fence.marked && !words.includes('run')) continue;
    const next = fences[i + 1];
    const example = { line: fence.line, language, code: fence.body } as const;
    const printed = next?.info[0] === 'text' && next.section === fence.section;
    found.push(printed ? { ...example, output: next.body } : example);
  }
  return found;
}

/** All fenced blocks in order (CommonMark: three or more backticks or tildes, maybe indented). */
function fencesOf(markdown: string): Fence[] {
  const lines = markdown.split(/\r?\n/);
  const found: Fence[] = [];
  let last = '';
  let section = 0;
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as string;
    const open = /^( *)(`{3,}|~{3,})\s*([^`]*)$/.exec(line);
    if (open === null) {
      if (/^#{1,6}\s/.test(line)) section++;
      if (line.trim() !== '') last = line.trim();
      continue;
    }
    const [, indent = '', fence = '', info = ''] = open;
    const start = i + 1;
    const isClose = (text: string): boolean =>
      new RegExp(`^ *\\${fence[0]}{${fence.length},}\\s*$`).test(text);
    do i++;
    while (i < lines.length && !isClose(lines[i] as string));
    if (i === lines.length) throw new Error(`line ${start}: expected a closing fence`);
    const body = lines
      .slice(start, i)
      .map((text) => (text.startsWith(indent) ? text.slice(indent.length) : text.trimStart()));
    const marked = /^<!--\s*run\s*-->$/.test(last);
    const words = info.trim().split(/\s+/);
    found.push({ line: start, info: words, body: body.join('\n'), marked, section });
    last = '';
  }
  return found;
}

/** What a child process did. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const out = fileURLToPath(new URL('../../out/', import.meta.url));

const fileName = (name: string, { line }: Example) => `${name.replace(/[^\w.-]+/g, '-')}-${line}`;

/** What TypeScript says of examples, as strict as it can be about values that may be missing, by the types of `dist`; '' where all is well. */
export function typeErrors(examples: readonly (Example & { readonly page: string })[]): string {
  const folder = join(out, 'docs-types');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const example of examples.filter(({ language }) => language === 'ts')) {
    const file = join(folder, `${fileName(example.page, example)}.mts`);
    writeFileSync(file, `${example.code}\nexport {};\n`);
  }
  const options = { target: 'es2023', module: 'nodenext', strict: true, noEmit: true };
  const more = { noUncheckedIndexedAccess: true, skipLibCheck: true, types: ['node'] };
  const compilerOptions = { ...options, ...more };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
  const tsc = join(out, '../node_modules/@typescript/native/bin/tsc'); // as the script `tsc`: its exports leave it out
  return spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' }).stdout;
}

/**
 * Runs an example with `node`, in the folder `cwd`. Types are stripped; `typeErrors` checks them. The script is
 * written below the package's root, and outside `node_modules`, where Node resolves `symloss` to
 * this package through its own `exports`.
 */
export async function runExample(name: string, example: Example, cwd: string): Promise<Outcome> {
  const folder = join(out, 'docs');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${fileName(name, example)}.mjs`);
  const source = `${name}-${example.line}.${example.language}`;
  const { code } = await transformWithOxc(example.code, source, { sourcemap: false });
  writeFileSync(file, code);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [file], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (exit) => resolve({ code: exit, stdout, stderr }));
  });
}

/** Text without trailing blanks and line ends, for comparing what was printed. */
export function normalise(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => line.trimEnd())
    .join('\n')
    .trim();
}
