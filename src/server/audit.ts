import { join } from 'node:path';
import { z } from 'zod';
import type { OpenOptions } from '../data/formats/index.ts';
import { readJson } from '../io/index.ts';
import type { Decision, Review, Suspect } from '../review/index.ts';
import { auditFiles, conflicts, lastOf, openReview, tally } from '../review/index.ts';
import { inputFiles } from '../run/input-files.ts';
import { annotatorCounts, suspectAnnotations } from './annotations.ts';
import type {
  AnnotatorCount,
  AuditSummary,
  Decided,
  DecisionRequest,
  Pair,
  StandingAnswer,
  Suspects,
  Tally,
  UndoRequest,
} from './api/types.ts';
import { Refusal } from './fault.ts';
import { stateOf } from './file-state.ts';
import type { CheckedQuery } from './requests.ts';
import { ReviewLog } from './review-log.ts';
import { AuditRows } from './rows.ts';
import type { SuspectAnnotations } from './suspect-list.ts';
import { itemOf, listSuspects, pairsOf, standingOf, verdictOf } from './suspect-list.ts';

/** What is shown of `audit.json`; other versions may lack it. */
const estimatesSchema = z.object({
  estimated: z
    .object({
      wrongShare: z.number().optional(),
      wrongShareInterval: z.tuple([z.number(), z.number()]).optional(),
      transition: z.array(z.array(z.number())).optional(),
      noiseRate: z.number().optional(),
      confidentLearning: z.object({ health: z.number().optional() }).optional(),
    })
    .optional(),
  suspects: z
    .object({
      expectedPrecision: z.number().optional(),
      precisionInterval: z.tuple([z.number(), z.number()]).optional(),
    })
    .optional(),
});

/** Estimates of an audit that the page shows. */
type Estimates = Pick<
  AuditSummary,
  | 'wrongShare'
  | 'wrongShareInterval'
  | 'health'
  | 'transition'
  | 'noiseRate'
  | 'expectedPrecision'
  | 'precisionInterval'
>;

/** An audit that is open in the lab. */
export class AuditSource {
  readonly review: Review;
  readonly rows: AuditRows;
  readonly #log: ReviewLog;
  readonly #suspects: ReadonlyMap<number, Suspect>;
  readonly #pairs: readonly Pair[];
  readonly #annotations: SuspectAnnotations | undefined;
  readonly #annotators: readonly AnnotatorCount[] | undefined;
  readonly #estimates: Estimates;
  /** The files that the data were read from, as they were. */
  readonly #inputs: ReadonlyMap<string, string>;

  private constructor(review: Review, estimates: Estimates, inputs: ReadonlyMap<string, string>) {
    this.review = review;
    this.rows = new AuditRows(review);
    this.#log = new ReviewLog(review);
    this.#suspects = new Map(review.suspects.map((suspect) => [suspect.row, suspect]));
    this.#pairs = pairsOf(review.suspects);
    this.#annotations = suspectAnnotations(review);
    this.#annotators = this.#annotations && annotatorCounts(review, this.#annotations);
    this.#estimates = estimates;
    this.#inputs = inputs;
  }

  /** @throws SymlossError as `openReview` does, and where the decisions so far are of other data */
  static async open(
    folder: string,
    signal?: AbortSignal,
    onProgress?: OpenOptions['onProgress'],
  ): Promise<AuditSource> {
    const review = await openReview(folder, signal, onProgress);
    const { config } = review.audit;
    const files = await inputFiles(config, { folder: config.folder, signal });
    const inputs = new Map<string, string>();
    for (const file of files) if (file !== undefined) inputs.set(file, await stateOf(file));
    const source = new AuditSource(review, await estimatesOf(folder), inputs);
    await source.#log.read();
    return source;
  }

  /** Changes with every decision. */
  state(): Promise<string> {
    return this.#log.state();
  }

  /** @param author whose last decision undo would take back */
  async summary(author?: string): Promise<AuditSummary> {
    const { audit } = this.review;
    const version = await this.state(); // what is decided meanwhile has another one
    const decisions = await this.#log.read();
    const undoes = author === undefined ? undefined : this.#lastOf(decisions, author)?.row;
    return {
      ...{ version, folder: audit.folder, source: audit.config.source, classes: audit.classes },
      ...{ rows: audit.rows.length, shownAs: this.rows.shownAs, ...this.#estimates },
      tally: this.#tally(decisions),
      pairs: this.#pairs,
      ...(this.#annotators && { annotators: this.#annotators }),
      authors: [...new Set(decisions.map((own) => own.author))].sort(),
      conflicts: [...conflicts(decisions).keys()].filter((row) => this.#suspects.has(row)).length,
      ...(undoes !== undefined && { undoes }),
    };
  }

  async suspects(query: CheckedQuery): Promise<Suspects> {
    const standing = standingOf(await this.#log.read());
    return listSuspects(this.review.suspects, standing, query, this.#annotations);
  }

  /** What stands of all rows. */
  async standing(): Promise<StandingAnswer> {
    const { verdicts, skipped } = standingOf(await this.#log.read());
    return {
      verdicts: [...verdicts].map(([row, verdict]) => ({ row, verdict: verdictOf(verdict) })),
      skipped: [...skipped],
    };
  }

  /** Writes a decision down. @throws Refusal where the row has changed, or somebody else decided meanwhile */
  async decide({ row, answer, author, seen }: DecisionRequest): Promise<Decided> {
    const suspect = this.#suspects.get(row);
    if (suspect === undefined) throw new Refusal(404, `row ${row} is no suspect of the audit`);
    if (answer.action === 'label' && !this.review.audit.classes.includes(answer.label)) {
      throw new Refusal(400, `no class of the audit is called ${JSON.stringify(answer.label)}`);
    }
    await this.#checkInputs();
    const decisions = await this.#log.add(author, async (before) => {
      const verdict = standingOf(before).verdicts.get(row);
      if (verdict !== undefined && verdict.time !== seen && verdict.author !== author) {
        const what = verdict.action === 'label' ? JSON.stringify(verdict.label) : 'of no class';
        const message = `${verdict.author} decided on row ${row} meanwhile: ${what}`;
        throw new Refusal(409, message, verdictOf(verdict));
      }
      return { suspect, answer };
    });
    return this.#decided(suspect, decisions);
  }

  /** Takes back the author's last decision, as a decision of its own. @throws Refusal where there is none */
  async undo({ author }: UndoRequest): Promise<Decided> {
    await this.#checkInputs();
    let undone: Suspect | undefined;
    const decisions = await this.#log.add(author, async (before) => {
      const last = this.#lastOf(before, author);
      if (last === undefined) throw new Refusal(404, `nothing to take back of ${author}`);
      undone = this.#suspects.get(last.row) as Suspect;
      return { suspect: undone, answer: { action: 'undo' } };
    });
    return this.#decided(undone as Suspect, decisions);
  }

  #lastOf(decisions: readonly Decision[], author: string): Decision | undefined {
    return lastOf(
      decisions.filter(({ row }) => this.#suspects.has(row)),
      author,
    );
  }

  #decided(suspect: Suspect, decisions: readonly Decision[]): Decided {
    const item = itemOf(suspect, standingOf(decisions), this.#annotations);
    return { item, tally: this.#tally(decisions) };
  }

  #tally(decisions: readonly Decision[]): Tally {
    const { interval, ...own } = tally({ suspects: this.review.suspects, decisions });
    return { ...own, ...(interval && { interval }) };
  }

  /** @throws Refusal where the data on the disk are not those that are shown any more */
  async #checkInputs(): Promise<void> {
    for (const [file, state] of this.#inputs) {
      if ((await stateOf(file)) === state) continue;
      throw new Refusal(
        409,
        `${file} has changed since it was opened: end symloss lab and start it again; audit the data again where it says so`,
      );
    }
  }
}

async function estimatesOf(folder: string): Promise<Estimates> {
  const read = estimatesSchema.safeParse(await readJson(join(folder, auditFiles.estimates)));
  if (!read.success) return {};
  const { estimated, suspects } = read.data;
  const { wrongShare, wrongShareInterval, transition, noiseRate, confidentLearning } =
    estimated ?? {};
  const health = confidentLearning?.health;
  const { expectedPrecision, precisionInterval } = suspects ?? {};
  return {
    ...(wrongShare !== undefined && { wrongShare }),
    ...(wrongShareInterval !== undefined && { wrongShareInterval }),
    ...(noiseRate !== undefined && { noiseRate }),
    ...(transition !== undefined && noiseRate === undefined && { transition }),
    ...(health !== undefined && { health }),
    ...(expectedPrecision !== undefined && { expectedPrecision }),
    ...(precisionInterval !== undefined && { precisionInterval }),
  };
}
