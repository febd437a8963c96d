import type { ErrorParts } from '../../core/index.ts';
import type { PageData } from '../../report/page-data.ts';

/*
 * What the lab's server and its page say to each other, as JSON. The page imports it: nothing here needs Node. Rows are
 * known by their number in the source, from 1. Shares and probabilities are in [0, 1].
 */

/** The header that carries `Opened.token` in every request that changes something. */
export const tokenHeader = 'x-symloss-token';

/** The name of a `meta` element of the page, where this server sends it and not another one. */
export const serverMark = 'symloss-lab-server';

/** The same where the files of `webgpuFiles` are there: from this server, or on another one that has them. */
export const webgpuMark = 'symloss-lab-webgpu';

/**
 * onnxruntime-web's build for graphics cards, which the page loads where somebody chooses WebGPU: its folder in the address of the
 * page, the script that is imported, and what that loads.
 */
export const webgpuFiles = {
  folder: 'ort',
  script: 'ort.webgpu.bundle.min.mjs',
  wasm: 'ort-wasm-simd-threaded.asyncify.wasm',
} as const;

/** `GET /api/info`: that this is a lab's server, and what it was opened with. */
export interface Info {
  readonly name: 'symloss';
  readonly version: string;
  readonly opened: Opened;
  /** Who decides, unless the page is told otherwise. */
  readonly author: string;
  /** Asked for in `tokenHeader`: other pages cannot read it. */
  readonly token: string;
}

export interface Opened {
  /** `nothing`: the lab was opened by itself. */
  readonly kind: 'audit' | 'results' | 'nothing';
  /** As it was given; empty for nothing. */
  readonly path: string;
}

/** An answer whose status says that something went wrong. */
export interface Fault {
  readonly error: {
    /** One line: what was expected, what came, what to do. */
    readonly message: string;
    /** Of a fault that a user can mend: its texts, for a page that calls settings by its controls. */
    readonly parts?: ErrorParts;
    /** Status 409: the decision that another reviewer made meanwhile. */
    readonly decided?: Verdict;
  };
}

/** `GET /api/results`: the runs of a folder so far; with an `ETag` that changes when a run ends. */
export interface Results {
  readonly folder: string;
  /** Of the grid, or of the command. */
  readonly title: string;
  /** What charts and comparisons are drawn from; absent while no run has ended. */
  readonly page?: PageData;
  readonly runs: readonly RunSummary[];
  /** What reading the records had to do, one plain line each. */
  readonly notices: readonly string[];
  /** Whether a command is at work in the folder, as far as can be seen. */
  readonly isRunning: boolean;
  /** How far runs are that have not ended, where a command is at work and they left checkpoints; those of the loss `auto` leave none. */
  readonly running?: readonly RunningRun[];
  /** Runs of the grid in all, where it is known. */
  readonly planned?: number;
}

/** A run that is being made, as of its last checkpoint. */
export interface RunningRun {
  readonly id: string;
  readonly model: string;
  readonly loss: string;
  readonly noise: string;
  readonly seed: number;
  /** The last epoch that was over. */
  readonly epoch: number;
  /** Of the run in all. */
  readonly epochs: number;
  readonly testAccuracy?: number;
  /** ISO 8601. */
  readonly written: string;
}

/** One run that ended. */
export interface RunSummary {
  readonly id: string;
  readonly data: string;
  readonly model: string;
  readonly loss: string;
  readonly noise: string;
  readonly seed: number;
  readonly status: 'done' | 'diverged' | 'failed';
  /** The message of a run without a result. */
  readonly error?: string;
  readonly epochs: number;
  readonly testAccuracy?: number;
  readonly chosenAccuracy?: number;
  readonly memorised?: number;
  /** Share of wrong labels in training and validation part, where known. */
  readonly wrongShare?: number;
  readonly seconds: number;
  /** ISO 8601. */
  readonly started: string;
}

/** `GET /api/runs/:id`: all that is recorded of a run. */
export interface RunDetails extends RunSummary {
  readonly settings: Readonly<Record<string, string | number>>;
  readonly environment: Readonly<Record<string, string | number>>;
  /** Columns of equal length, by epoch. */
  readonly curves: Readonly<Record<string, readonly (number | null)[]>>;
  /** Class by class on the test part, else on the validation part. */
  readonly classes?: readonly ClassResult[];
}

export interface ClassResult {
  readonly class: string;
  readonly rows: number;
  readonly recall?: number;
  readonly precision?: number;
}

/** `GET /api/audit`: what was found, and how far the review is; with an `ETag` that changes with every decision. */
export interface AuditSummary {
  /** Changes with every decision. */
  readonly version: string;
  readonly folder: string;
  readonly source: string;
  readonly classes: readonly string[];
  readonly rows: number;
  /** What rows are shown as. */
  readonly shownAs: 'picture' | 'text' | 'cells';
  /** Share of labels that are wrong, as estimated. */
  readonly wrongShare?: number;
  /** What else it may be: from and to, 95 % of what is probable. */
  readonly wrongShareInterval?: readonly [low: number, high: number];
  /** Share of labels that confident learning takes for right. */
  readonly health?: number;
  /** `transition[true][given]`, rows sum to 1; absent where it is of one rate, and says nothing of single pairs. */
  readonly transition?: readonly (readonly number[])[];
  /** Where the noise was estimated as one rate for all classes: the share of labels that are wrong, on average over the classes. */
  readonly noiseRate?: number;
  readonly expectedPrecision?: number;
  /** What else it may be, likewise. */
  readonly precisionInterval?: readonly [low: number, high: number];
  readonly tally: Tally;
  /** Suspects by given and suggested class, the most frequent first. */
  readonly pairs: readonly Pair[];
  /** Of an audit of data that several people labelled, the most suspects first. */
  readonly annotators?: readonly AnnotatorCount[];
  /** Those who decided so far. */
  readonly authors: readonly string[];
  /** Rows that reviewers decided differently. */
  readonly conflicts: number;
  /** Of the author of the request: what undo would take back. */
  readonly undoes?: number;
}

/** How far a review is, and how many of the decided labels were wrong. */
export interface Tally {
  readonly suspects: number;
  readonly decided: number;
  readonly wrong: number;
  /** 95 % interval of the share that is wrong. */
  readonly interval?: readonly [number, number];
}

export interface Pair {
  readonly given: string;
  readonly suggested: string;
  readonly suspects: number;
}

/** How many suspects have a label in doubt that the annotator gave. */
export interface AnnotatorCount {
  readonly name: string;
  readonly suspects: number;
}

/** `GET /api/suspects`: which of them, by their places in the list of the audit. The page filters and sorts. */
export interface SuspectsQuery {
  readonly offset?: number;
  /** At most 500; default: 100. */
  readonly limit?: number;
}

export interface Suspects {
  /** Of the audit. */
  readonly total: number;
  readonly items: readonly SuspectItem[];
}

export interface SuspectItem {
  readonly row: number;
  /** Its place in the list, from 1. */
  readonly rank: number;
  readonly given: string;
  readonly suggested: string;
  readonly pWrong: number;
  readonly pSuggested: number;
  /** In words. */
  readonly reason?: string;
  /** Where several people labelled the data: the label of each who labelled the row. */
  readonly annotations?: readonly { readonly annotator: string; readonly label: string }[];
  readonly verdict?: Verdict;
  /** Whether somebody skipped it, and nobody decided. */
  readonly isSkipped?: true;
}

/** What stands of a row. */
export interface Verdict {
  readonly action: 'label' | 'exclude';
  /** The class, of `label`. */
  readonly label?: string;
  readonly author: string;
  /** ISO 8601. */
  readonly time: string;
}

/** `GET /api/standing`: what decisions made of the rows so far; with the `ETag` of `GET /api/audit`. */
export interface StandingAnswer {
  readonly verdicts: readonly { readonly row: number; readonly verdict: Verdict }[];
  /** Rows that somebody skipped, and nobody decided. */
  readonly skipped: readonly number[];
}

/** `GET /api/rows/:row`: what a row is, for people. A picture is at `/api/rows/:row/picture`. */
export interface RowDetails {
  readonly row: number;
  readonly ids: readonly { readonly name: string; readonly text: string }[];
  readonly picture?: { readonly width: number; readonly height: number };
  readonly cells?: readonly Value[];
}

/** A value of a row, in parts: those that speak for the suggested class are marked. */
export interface Value {
  readonly name: string;
  /** Whether it is a text to read, not a short value. */
  readonly isText: boolean;
  /** Empty where it is missing. */
  readonly parts: readonly { readonly text: string; readonly isMarked: boolean }[];
}

/** `GET /api/rows/:row/neighbours`: the nearest other rows by their features, the nearest first. */
export interface Neighbours {
  /** Absent where rows lie in a file and are not compared. */
  readonly items?: readonly {
    readonly row: number;
    readonly label: string;
    readonly distance: number;
  }[];
}

/** `POST /api/decisions` */
export interface DecisionRequest {
  readonly row: number;
  readonly answer:
    | { readonly action: 'label'; readonly label: string }
    | { readonly action: 'exclude' | 'skip' };
  readonly author: string;
  /** The time of the verdict that the reviewer saw on the row; absent where there was none. Another one is a conflict. */
  readonly seen?: string | undefined;
}

/** Of `POST /api/decisions` and `POST /api/undo`: the row as it stands now. */
export interface Decided {
  readonly item: SuspectItem;
  readonly tally: Tally;
}

/** `POST /api/undo`: takes back the author's last decision. */
export interface UndoRequest {
  readonly author: string;
}

/** `POST /api/apply`: writes the data with the labels as decided, and by rules. */
export interface ApplyRequest {
  /** A new file below the folder that the lab was started in. */
  readonly out: string;
  /** Rows that nobody decided on get the suggested class where it is at least so probable. */
  readonly relabel?: number | undefined;
  /** Of the others, those are left out whose label is at least so probably wrong. */
  readonly drop?: number | undefined;
}

export interface ApplyResult {
  readonly out: string;
  readonly rows: number;
  readonly reviewed: number;
  readonly relabelled: number;
  readonly dropped: number;
  /** Decisions that do not count any more, one plain line each. */
  readonly notices: readonly string[];
  readonly changes: readonly {
    readonly given: string;
    readonly label: string;
    readonly rows: number;
  }[];
}

/** `POST /api/gain`: trains with the labels before and after the corrections, and compares both on the same test rows. */
export interface GainRequest {
  /** Trainings of each. Default: 3. */
  readonly seeds?: number | undefined;
  readonly relabel?: number | undefined;
  readonly drop?: number | undefined;
}

/** `GET /api/gain`, and the answer to `POST /api/gain`: how far the last one is. */
export type GainState =
  | { readonly state: 'none' }
  | { readonly state: 'running' /** That is done. */; readonly share: number }
  | { readonly state: 'failed'; readonly message: string }
  | { readonly state: 'done'; readonly result: GainResult };

export interface GainResult {
  readonly seeds: number;
  readonly loss: string;
  readonly rows: {
    readonly train: number;
    readonly dropped: number;
    readonly changed: number;
    readonly test: number;
  };
  /** What true labels are known from. */
  readonly truth: string;
  /** What is tested on, where it is not a share of the rows. */
  readonly testName?: string;
  /** Share of the test labels that look wrong. */
  readonly wrongShare?: number;
  /** Accuracies, means over the seeds; the first says what was gained. */
  readonly measures: readonly GainMeasure[];
}

export interface GainMeasure {
  /** `corrected`: labels that the models of the audit made, which is no measure of a gain. */
  readonly against: 'trueLabels' | 'given' | 'reviewed' | 'corrected';
  readonly rows: number;
  readonly before: number;
  readonly after: number;
  readonly gain: number;
  /** 95 % interval of the gain. */
  readonly interval?: readonly [number, number];
}
