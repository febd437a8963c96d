import { userInfo } from 'node:os';
import { Command } from 'commander';
import { SymlossError } from '../../core/index.ts';
import type { Answer, Decision, Effect, Review, Session, Suspect } from '../../review/index.ts';
import {
  appendDecision,
  checkDecisions,
  current,
  openReview,
  press,
  readDecisions,
  rowView,
  startSession,
  tally,
  withDecision,
} from '../../review/index.ts';
import type { Streams } from '../make-runs.ts';
import type { Keyboard } from '../ui/keys.ts';
import { keysOf } from '../ui/keys.ts';
import { writeLine } from '../ui/lines.ts';
import { ReadingLine } from '../ui/reading-line.ts';
import type { Terminal } from '../ui/review-lines.ts';
import {
  answerLine,
  classLines,
  helpLines,
  keysLine,
  suspectLines,
  tallyLine,
  typedLine,
} from '../ui/review-lines.ts';

interface ReviewOptions {
  readonly author?: string;
  readonly again: boolean;
}

/** `symloss review`: people decide on the suspects of an audit. */
export function reviewCommand(streams: Streams, keyboard: Keyboard = process.stdin): Command {
  return new Command('review')
    .description(
      'Go through the suspects of an audit, the most suspect first, and decide on each: what is decided is kept in the folder of the audit.',
    )
    .argument('<audit>', 'folder that audit wrote')
    .option('--author <name>', 'who decides; default: the name of the user')
    .option('--again', 'ask about suspects that are decided, too', false)
    .action(async (folder: string, options: ReviewOptions) => {
      await runReview(folder, options, streams, keyboard);
    });
}

/**
 * Asks about suspects on a terminal until all are decided or somebody quits.
 * @throws SymlossError where there is no terminal, and as `openReview` and `readDecisions` do
 */
export async function runReview(
  folder: string,
  { author = userName(), again }: ReviewOptions,
  { out, err, signal }: Streams,
  keyboard: Keyboard,
): Promise<void> {
  checkTerminal(out, keyboard);
  const reading = new ReadingLine(err);
  const review = await openReview(folder, signal, reading.show).finally(() => reading.clear());
  const { decisions, notices } = await readDecisions(review.decisionsPath);
  checkDecisions(decisions, review, (i) => `${review.decisionsPath}, decision ${i + 1}`);
  for (const line of notices) writeLine(out, line);
  const { suspects, audit } = review;
  const session = startSession({ author, again, suspects, decisions, classes: audit.classes });
  const desk = new Desk(review, session, out);
  desk.open();
  const keys = keysOf(keyboard, signal);
  for await (const key of keys) if (await desk.press(key)) break;
  desk.close();
}

/** @throws SymlossError */
function checkTerminal(out: Streams['out'], { isTTY }: Keyboard): void {
  if (isTTY && (out as { isTTY?: boolean }).isTTY) return;
  const where = isTTY ? 'standard output' : 'standard input';
  throw new SymlossError(where, 'a terminal, to ask on', 'none', {
    hint: 'without one decide elsewhere: --export writes the suspects for Label Studio or Argilla, --decisions reads what was decided',
  });
}

function userName(): string {
  try {
    return userInfo().username || 'unknown';
  } catch {
    return 'unknown'; // a user without an entry, as in containers
  }
}

/** Carries out what keys ask for. */
class Desk {
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
        const decision = this.#decisionOf(suspect, answer);
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
        if (effect.isInterrupt) process.emit('SIGINT');
        return true;
    }
  }

  #decisionOf({ row, given }: { row: number; given: string }, answer: Answer): Decision {
    const { author, decisions } = this.#session;
    // a clock that was put back must not bring what is decided now before what it changes
    const times = decisions.filter((own) => own.row === row).map(({ time }) => Date.parse(time));
    const time = new Date(Math.max(Date.now(), ...times)).toISOString();
    return { row, given, ...answer, content: this.#review.contentOf(row), time, author };
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
    this.#lines(['', ...lines, '', progress, keysLine(suspect, terminal)]);
  }

  get #terminal(): Terminal {
    const out = this.#out as Partial<NodeJS.WriteStream>;
    const { columns = 80, rows = 24 } = out;
    return { columns, rows, isColoured: (out.getColorDepth?.() ?? 1) >= 24 };
  }

  #lines(lines: readonly string[]): void {
    const start = this.#isTyping ? '\n' : '';
    this.#isTyping = false;
    this.#out.write(`${start}${lines.join('\n')}\n`);
  }
}
