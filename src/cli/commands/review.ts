import { basename, join, parse, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { field, jsonText, SymlossError, show } from '../../core/index.ts';
import { checkOutputs, makeFolder, writeTogether } from '../../io/index.ts';
import type {
  DecisionLog,
  Effect,
  ExchangeFormat,
  Review,
  Session,
  Suspect,
} from '../../review/index.ts';
import {
  appendDecision,
  appendDecisions,
  auditFiles,
  current,
  decisionOf,
  exchangeFormats,
  importDecisions,
  itemOf,
  openReview,
  press,
  readReviewLog,
  reviewNotices,
  rowView,
  startSession,
  tally,
  userName,
  withDecision,
} from '../../review/index.ts';
import { inputFiles } from '../../run/input-files.ts';
import type { Streams } from '../make-runs.ts';
import { formatCount } from '../ui/format.ts';
import type { Keyboard } from '../ui/keys.ts';
import { withKeys } from '../ui/keys.ts';
import { writeLine } from '../ui/lines.ts';
import { ReadingLine } from '../ui/reading-line.ts';
import type { Terminal } from '../ui/review-lines.ts';
import {
  answerLine,
  classLines,
  conflictLines,
  helpLines,
  keysLine,
  suspectLines,
  tallyLine,
  typedLine,
} from '../ui/review-lines.ts';
import { terminalSize } from '../ui/terminal-size.ts';

interface ReviewOptions {
  /** Default: the name of the user. */
  readonly author?: string;
  readonly again: boolean;
  readonly export?: string;
  readonly out?: string;
  readonly overwrite: boolean;
  readonly decisions?: string;
}

/** Opened when it is needed only: other commands read standard input as a file. */
const ownKeyboard = (): Keyboard => process.stdin;

/** `symloss review`: people decide on the suspects of an audit. */
export function reviewCommand(streams: Streams): Command {
  const formats = exchangeFormats.map(({ name }) => name);
  return new Command('review')
    .description(
      'Go through the suspects of an audit, the most suspect first, and decide on each: what is decided is kept in the folder of the audit.',
    )
    .argument('<audit>', 'folder that audit wrote')
    .option('--author <name>', 'who decides; default: the name of the user')
    .option('--again', 'suspects that are decided, too', false)
    .addOption(
      new Option(
        '--export <format>',
        'write the suspects for another program to decide on them there',
      ).choices(formats),
    )
    .option('--out <file>', 'JSON file to export to')
    .option('--overwrite', 'replace an earlier file', false)
    .option(
      '--decisions <file>',
      'add decisions that were made elsewhere: an export of Label Studio or Argilla (JSON), or another review.jsonl',
    )
    .action(async (folder: string, options: ReviewOptions) => {
      checkUse(options);
      if (options.export !== undefined) await exportSuspects(folder, options, streams);
      else if (options.decisions !== undefined) await addDecisions(folder, options, streams);
      else await runReview(folder, options, streams, ownKeyboard());
    });
}

/** @throws SymlossError for options that mean nothing beside each other */
function checkUse({ export: format, out, decisions }: ReviewOptions): void {
  if (format !== undefined && decisions !== undefined) {
    throw new SymlossError('option --decisions', 'nothing beside --export', 'both');
  }
  if (format !== undefined && out === undefined) {
    throw new SymlossError('option --out', 'a file to export to', 'nothing');
  }
  if (format === undefined && out !== undefined) {
    throw new SymlossError('option --out', '--export beside it', 'nothing');
  }
}

interface Opened extends DecisionLog {
  readonly review: Review;
}

/** The audit and what is decided so far. */
async function open(folder: string, { out, err, signal }: Streams): Promise<Opened> {
  const reading = new ReadingLine(err);
  const review = await openReview(folder, signal, reading.show).finally(() => reading.clear());
  const log = await readReviewLog(review);
  for (const line of [...log.notices, ...reviewNotices(review)]) writeLine(out, line);
  return { ...log, review };
}

/**
 * Asks about suspects on a terminal until all are decided or somebody quits.
 * @throws SymlossError where there is no terminal, and as `openReview` and `readDecisions` do
 */
async function runReview(
  folder: string,
  { author = userName(), again }: ReviewOptions,
  streams: Streams,
  keyboard: Keyboard,
): Promise<void> {
  const { out, signal } = streams;
  checkTerminal(out, keyboard);
  const { review, decisions } = await open(folder, streams);
  const { suspects, audit } = review;
  if (suspects.length === 0) {
    writeLine(out, `${folder}: no label is suspect enough to ask about`);
    return;
  }
  const session = startSession({ author, again, suspects, decisions, classes: audit.classes });
  const terminalReview = new TerminalReview(review, session, out);
  await withKeys(keyboard, signal, async (keys) => {
    terminalReview.open();
    for await (const key of keys) if (await terminalReview.press(key)) break;
  });
  signal?.throwIfAborted(); // by Ctrl-C, which is a key here
  terminalReview.close();
}

/** Writes suspects for another program, and beside them what that has to be told. */
async function exportSuspects(
  folder: string,
  { export: name, out: file = '', overwrite, again }: ReviewOptions,
  streams: Streams,
): Promise<void> {
  const { review, decisions } = await open(folder, streams);
  const { config, classes } = review.audit;
  const format = exchangeFormats.find((own) => own.name === name) as ExchangeFormat;
  const { dir, name: stem } = parse(file);
  const setup = join(dir, stem + format.setup.ending);
  if (resolve(setup) === resolve(file)) {
    const expected = `another file than ${show(setup)}, which is written beside it`;
    throw new SymlossError(field('out'), expected, show(file), { hint: `take ${stem}.json` });
  }
  const own = Object.values(auditFiles).map((own) => join(folder, own));
  const inputs = [...(await inputFiles(config, config)), ...own, review.decisionsPath];
  await checkOutputs([file, setup], { inputs, replace: overwrite });
  const { queue } = startSession({
    ...{ author: '', again, decisions, classes, suspects: review.suspects },
  });
  const rows = new Set(queue.map(({ row }) => row));
  const asked = review.suspects.filter(({ row }) => rows.has(row));
  const items = [];
  for (const suspect of asked) items.push(await itemOf(review, suspect));
  const [first] = items;
  if (first === undefined) {
    const isEmpty = review.suspects.length === 0;
    throw new SymlossError(folder, 'suspects to decide on', isEmpty ? 'none' : 'none left', {
      hint: isEmpty
        ? 'no label is suspect enough for the list of the audit: audit with a smaller --precision'
        : 'all are decided: --again exports them all the same',
    });
  }
  if (dir !== '') await makeFolder(dir);
  await writeTogether(
    [
      [file, jsonText(format.write(items, classes))],
      [setup, format.setup.text(first.shown.kind, classes, basename(file))],
    ],
    { replace: overwrite },
  );
  streams.out.write(
    `suspects: ${file} (${formatCount(items.length)})\n${format.setup.about}: ${setup}\n`,
  );
}

/** Adds decisions of a file, all or none. */
async function addDecisions(
  folder: string,
  { decisions: file = '', author = userName() }: ReviewOptions,
  streams: Streams,
): Promise<void> {
  const { review, decisions: known } = await open(folder, streams);
  const time = new Date().toISOString();
  const { decisions, repeated, notices } = await importDecisions(file, review, {
    ...{ author, time, known },
  });
  await appendDecisions(review.decisionsPath, decisions);
  const { out } = streams;
  for (const line of notices) writeLine(out, line);
  const again = repeated === 0 ? '' : `; ${formatCount(repeated)} were there already`;
  writeLine(out, `${formatCount(decisions.length)} decisions added${again}`);
  const all = [...known, ...decisions];
  writeLine(out, tallyLine(tally({ suspects: review.suspects, decisions: all })));
  for (const line of conflictLines(all)) writeLine(out, line);
  writeLine(out, `decisions: ${review.decisionsPath}`);
}

/** @throws SymlossError */
function checkTerminal(out: Streams['out'], { isTTY }: Keyboard): void {
  if (isTTY && (out as { isTTY?: boolean }).isTTY) return;
  const where = isTTY ? 'standard output' : 'standard input';
  throw new SymlossError(where, 'a terminal, to ask on', 'none', {
    hint: 'without one decide elsewhere: --export writes the suspects for Label Studio or Argilla, --decisions reads what was decided',
  });
}

/** Carries out what keys ask for. */
class TerminalReview {
  readonly #review: Review;
  readonly #out: Streams['out'];
  readonly #suspects: ReadonlyMap<number, Suspect>;
  #session: Session;
  /** Whether the line that is being typed stands on the screen. */
  #isTyping = false;

  constructor(review: Review, session: Session, out: Streams['out']) {
    this.#review = review;
    this.#out = out;
    this.#suspects = new Map(review.suspects.map((suspect) => [suspect.row, suspect]));
    this.#session = session;
  }

  open(): void {
    this.#show(false);
  }

  /** @returns whether it ends here */
  async press(key: string): Promise<boolean> {
    const before = this.#session;
    const { session, effects } = press(before, key);
    this.#session = session;
    for (const effect of effects) if (await this.#carryOut(effect)) return true;
    return false;
  }

  close(): void {
    this.#lines(['', tallyLine(tally(this.#session)), `decisions: ${this.#review.decisionsPath}`]);
  }

  async #carryOut(effect: Effect): Promise<boolean> {
    switch (effect.kind) {
      case 'decide': {
        const { suspect, answer } = effect;
        this.#lines([answerLine(suspect, answer)]);
        const decision = decisionOf(this.#review, suspect, answer, this.#session);
        await appendDecision(this.#review.decisionsPath, decision);
        this.#session = withDecision(this.#session, decision);
        return false;
      }
      case 'show':
        this.#show(effect.full);
        return false;
      case 'classes':
        this.#lines(classLines(this.#session.classes, this.#terminal));
        return false;
      case 'typed':
        this.#out.write(`\r\x1b[2K${typedLine(this.#session, this.#terminal)}`);
        this.#isTyping = true;
        return false;
      case 'say':
        this.#lines([effect.text]);
        return false;
      case 'help':
        this.#lines(helpLines);
        return false;
      case 'quit':
        // as a signal would, so that the exit code says so
        if (effect.isInterrupt) process.emit('SIGINT', 'SIGINT');
        return true;
    }
  }

  #show(full: boolean): void {
    const suspect = this.#suspects.get(current(this.#session)?.row ?? 0);
    const { data, placeOf } = this.#review;
    const progress = tallyLine(tally(this.#session));
    if (suspect === undefined) {
      this.#lines(['', `${progress}: nothing is left; u takes back, q quits`]);
      return;
    }
    const view = rowView(data, placeOf(suspect.row) as number);
    const terminal = this.#terminal;
    const lines = suspectLines(suspect, view, { terminal, full });
    this.#lines(['', ...lines, '', progress, keysLine]);
  }

  get #terminal(): Terminal {
    const out = this.#out as Partial<NodeJS.WriteStream>;
    return { ...terminalSize(out), isColoured: (out.getColorDepth?.() ?? 1) >= 24 };
  }

  #lines(lines: readonly string[]): void {
    const start = this.#isTyping ? '\n' : '';
    this.#isTyping = false;
    this.#out.write(`${start}${lines.join('\n')}\n`);
  }
}
