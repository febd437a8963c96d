import { chdir, cwd } from 'node:process';
import { SymlossError } from '../../../src/core/index.ts';
import type { Target } from '../target.ts';

/** Compiled: its training thread is a JavaScript file. */
const compiled = new URL('../../../dist/node/program.js', import.meta.url).href;

/** Long enough to refuse what is wrong; what is right has begun to work by then. */
const patience = 300; // milliseconds

const table = Buffer.from(
  `a,y\n${Array.from({ length: 60 }, (_, i) => `${i / 2},${i % 3}`).join('\n')}\n`,
);

const commands: Target = {
  name: 'command line',
  every: 4, // with fewer, a run of 2000 may refuse none
  seeds: () =>
    [
      'train data.csv --label y --loss sgce:q=0.7 --epochs 5 --noise symmetric:0.4 --out out',
      'train data.csv --label y --compare ce,gce:q=0.7 --seeds 2 --batch-size 32 --out out',
      'bench digits --dry-run --budget quick --losses ce --noises none --seeds 2 --out out',
      'sweep data.csv --label y --parameter q --values 0.1,0.4 --losses gce --dry-run --out out',
      'tune data.csv --label y --losses ce,gce --space q=0.1/0.4 --trials 2 --out out',
      'corrupt data.csv --label y --noise symmetric:0.4 --seed 1 --out made.csv',
      'losses --json',
    ].map((text) => ({ arguments: Buffer.from(text.split(' ').join('\n')), 'data.csv': table })),
  kindOf: () => 'text',
  read: (folder, input) =>
    // a real command line holds no NUL
    runProgram(
      folder,
      (input['arguments'] as Buffer).toString('utf8').replaceAll('\0', '').split('\n'),
    ),
};

/**
 * Runs a command in a folder, and stops it after a while.
 * @returns whether it ended by itself
 * @throws what it refuses
 */
export async function runProgram(
  folder: string,
  given: readonly string[],
  milliseconds = patience,
): Promise<boolean> {
  const { buildProgram } = (await import(
    /* @vite-ignore */ compiled
  )) as typeof import('../../../src/cli/program.ts');
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(new Error('enough')), milliseconds);
  const nowhere = { write: () => true };
  const before = cwd();
  chdir(folder);
  try {
    const program = buildProgram(
      { out: nowhere, err: nowhere, signal: over.signal } as never,
      () => {},
    );
    await program.parseAsync(given, { from: 'user' });
    return true;
  } catch (error) {
    const { message, code = '' } = error as Error & { code?: string };
    if (over.signal.aborted && message.startsWith('enough')) return false;
    if (!code.startsWith('commander.')) throw error; // its class is in the bundle
    if (!/help|version/.test(code)) throw new SymlossError('arguments', 'x', 'others');
    return true;
  } finally {
    clearTimeout(timer);
    chdir(before);
  }
}

export const commandTargets: readonly Target[] = [commands];
