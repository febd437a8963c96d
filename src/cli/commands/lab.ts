import { Command } from 'commander';
import { checkInteger, field } from '../../core/index.ts';
import type { Source } from '../../server/index.ts';
import type { Streams } from '../make-runs.ts';
import { number } from '../ui/arguments.ts';
import { formatCount } from '../ui/format.ts';
import { writeLine } from '../ui/lines.ts';
import { ReadingLine } from '../ui/reading-line.ts';

interface LabCommandOptions {
  readonly host: string;
  readonly port?: number;
  readonly author?: string;
}

const help = `
What the page shows depends on what it is opened with:
  symloss lab                     the page by itself: losses, and training in the browser
  symloss lab symloss-bench/name  runs of bench, sweep, tune or train: table, curves, live while they are made
  symloss lab symloss-audit       suspects of an audit, to decide on them: kept at once in review.jsonl, as symloss review does

The address that is printed has a key; without it nothing is answered. Ctrl-C ends the server.`;

const warning =
  'other machines reach it, too: whoever has the address reads and decides, and the connection is not encrypted';

/** `symloss lab`: a page in the browser, served from this machine. */
export function labCommand(streams: Streams, version: string): Command {
  return new Command('lab')
    .description(
      'Open the lab in a browser: compare runs while they are made, decide on the suspects of an audit, look at losses. Nothing leaves this machine.',
    )
    .argument('[folder]', 'folder of audit, train, bench, sweep or tune')
    .option(
      '--port <port>',
      'port to listen on, 0 for any that is free; default: 4747, or any that is free',
      number,
    )
    .option(
      '--host <address>',
      'address to listen on; another than 127.0.0.1 lets other machines in that have the printed address',
      '127.0.0.1',
    )
    .option('--author <name>', 'who decides; default: the name of the user')
    .addHelpText('after', help)
    .action((name: string | undefined, options: LabCommandOptions) =>
      runLab(name, options, version, streams),
    );
}

/** Serves until it is stopped. @throws SymlossError for what cannot be shown; the signal's reason when it is aborted */
export async function runLab(
  name: string | undefined,
  { host, port, author }: LabCommandOptions,
  version: string,
  { out, err, signal }: Streams,
): Promise<void> {
  if (port !== undefined) checkInteger(field('port'), port, { min: 0, max: 65_535 });
  const { isLoopback, openSource, startLab } = await import('../../server/index.ts');
  const reading = new ReadingLine(err);
  const source = await openSource(name, { signal, onProgress: reading.show }).finally(() =>
    reading.clear(),
  );
  const lab = await startLab({ source, version, host, port, author, signal });
  try {
    const lines = [...(await sourceLines(source)), `open in a browser: ${lab.url}`];
    lines.push(...lab.urlsForOthers.map((url) => `from other machines: ${url}`));
    if (!isLoopback(host)) lines.push(warning);
    for (const line of [...lines, 'Ctrl-C ends it']) writeLine(out, line);
    await aborted(signal);
  } finally {
    await lab.close();
  }
  signal?.throwIfAborted();
}

async function sourceLines(source: Source): Promise<string[]> {
  switch (source.kind) {
    case 'nothing':
      return [];
    case 'results': {
      const { results } = await source.results.read();
      const { runs, isRunning, planned } = results;
      const of = planned === undefined ? '' : ` of ${formatCount(planned)}`;
      const live = isRunning ? ', a command is at work' : '';
      return [`runs: ${formatCount(runs.length)}${of} in ${source.name}${live}`];
    }
    case 'audit': {
      const { tally, rows } = await source.audit.summary();
      return [
        `audit: ${formatCount(tally.suspects)} suspects of ${formatCount(rows)} rows in ${source.name}, ${formatCount(tally.decided)} decided`,
      ];
    }
  }
}

function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) resolve();
    signal?.addEventListener('abort', () => resolve(), { once: true });
  });
}
