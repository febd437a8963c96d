import type {
  AuditSummary,
  DecisionRequest,
  Info,
  SuspectItem,
  Verdict,
} from '../../../src/server/api/types.ts';
import { messageOf } from '../../parts/message.ts';
import { Conflict, ReviewClient } from './client.ts';
import type { Filter } from './filter.ts';
import { filtered } from './filter.ts';

/** What other reviewers decide is looked for this often, in milliseconds. */
const every = 2000;
const authorKey = 'symloss-lab-author';

export interface Note {
  readonly kind: 'done' | 'fault';
  readonly text: string;
}

/** A review on this page: the suspects, which one is shown, and what is decided on it. */
export class ReviewState {
  readonly client: ReviewClient;
  summary: AuditSummary | undefined = $state.raw();
  /** All suspects, as they stand, by their place in the list of the audit. */
  items: readonly SuspectItem[] = $state.raw([]);
  /** Rows that are listed: those that fitted the filter when it was chosen, so that a decision moves nothing away. */
  listed: readonly number[] = $state.raw([]);
  /** The place in the list. */
  at = $state(0);
  author = $state('');
  isLoaded = $state(false);
  /** While a decision is on its way nothing else is decided: the next one is not in sight yet. */
  isBusy = $state(false);
  note: Note | undefined = $state.raw();
  fault: string | undefined = $state();

  readonly byRow: ReadonlyMap<number, SuspectItem> = $derived(
    new Map(this.items.map((item) => [item.row, item])),
  );
  readonly current: SuspectItem | undefined = $derived(
    this.byRow.get(this.listed[this.at] ?? Number.NaN),
  );

  #filter: Filter | undefined;
  #version = '';

  constructor(info: Info) {
    this.client = new ReviewClient(info);
    this.author = storedAuthor() ?? info.author;
  }

  /** Reads all suspects, the first ones at once. */
  async load(): Promise<void> {
    try {
      this.#setSummary(await this.client.summary(this.author));
      for (let total = 1; this.items.length < total; ) {
        const page = await this.client.suspects(this.items.length);
        total = page.total;
        this.items = [...this.items, ...page.items];
        if (this.listed.length === 0) this.#list();
        if (page.items.length === 0) break;
      }
      this.#list();
      this.isLoaded = true;
    } catch (error) {
      this.fault = messageOf(error);
    }
  }

  /** Looks for decisions of others. @returns ends it */
  watch(): () => void {
    const timer = setInterval(() => {
      if (!document.hidden && this.isLoaded) void this.#refresh();
    }, every);
    return () => clearInterval(timer);
  }

  filter(filter: Filter): void {
    this.#filter = filter;
    this.#list();
  }

  setAuthor(author: string): void {
    this.author = author;
    try {
      localStorage.setItem(authorKey, author);
    } catch {
      // then it holds until the page is closed
    }
  }

  move(to: number): void {
    this.at = Math.max(0, Math.min(this.listed.length, to));
    this.note = undefined;
  }

  show(row: number): void {
    const place = this.listed.indexOf(row);
    if (place >= 0) this.at = place;
    else {
      this.listed = [...this.listed.slice(0, this.at), row, ...this.listed.slice(this.at)];
    }
  }

  /** Writes a decision on the row that is shown, and goes on. */
  async decide(answer: DecisionRequest['answer']): Promise<void> {
    const item = this.current;
    if (item === undefined) return;
    await this.#work(async () => {
      try {
        const { row, verdict } = item;
        const decided = await this.client.decide({
          ...{ row, answer, author: this.author.trim() },
          ...(verdict && { seen: verdict.time }),
        });
        this.#put(decided.item);
        this.#setSummary(await this.client.summary(this.author));
        this.at = Math.min(this.listed.length, this.at + 1);
        this.note = { kind: 'done', text: `Row ${row}: ${said(answer)}` };
      } catch (error) {
        if (error instanceof Conflict) {
          const { isSkipped: _, ...own } = item;
          this.#put({ ...own, verdict: error.decided });
          const text = `${error.decided.author} decided on this row meanwhile: ${verdictText(error.decided)}. Decide again to overrule it.`;
          this.note = { kind: 'fault', text };
        } else throw error;
      }
    });
  }

  /** Takes back one's last decision, and shows its row. */
  async undo(): Promise<void> {
    await this.#work(async () => {
      const { item } = await this.client.undo(this.author.trim());
      this.#put(item);
      this.#setSummary(await this.client.summary(this.author));
      this.show(item.row);
      this.note = { kind: 'done', text: `Row ${item.row}: taken back` };
    });
  }

  async #work(act: () => Promise<void>): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    try {
      await act();
    } catch (error) {
      this.note = { kind: 'fault', text: messageOf(error) };
    } finally {
      this.isBusy = false;
    }
  }

  async #refresh(): Promise<void> {
    try {
      const summary = await this.client.summary(this.author);
      if (summary.version === this.#version) return;
      const { verdicts, skipped } = await this.client.standing();
      const standing = new Map(verdicts.map(({ row, verdict }) => [row, verdict]));
      const left = new Set(skipped);
      this.items = this.items.map((item) => standingItem(item, standing, left));
      this.#setSummary(summary);
    } catch {
      // the next decision says so
    }
  }

  #setSummary(summary: AuditSummary): void {
    this.summary = summary;
    this.#version = summary.version;
  }

  #put(item: SuspectItem): void {
    this.items = this.items.map((own) => (own.row === item.row ? item : own));
  }

  #list(): void {
    if (this.#filter === undefined) return;
    const row = this.current?.row;
    this.listed = filtered(this.items, this.#filter).map((item) => item.row);
    const place = row === undefined ? -1 : this.listed.indexOf(row);
    this.at = Math.max(0, place);
  }
}

function standingItem(
  { verdict: _, isSkipped: __, ...item }: SuspectItem,
  standing: ReadonlyMap<number, Verdict>,
  skipped: ReadonlySet<number>,
): SuspectItem {
  const verdict = standing.get(item.row);
  return {
    ...item,
    ...(verdict && { verdict }),
    ...(skipped.has(item.row) && { isSkipped: true }),
  };
}

/** What was decided, in words. */
export function verdictText({ action, label = '' }: Pick<Verdict, 'action' | 'label'>): string {
  return action === 'exclude' ? 'of no class' : label;
}

function said(answer: DecisionRequest['answer']): string {
  if (answer.action === 'label') return answer.label;
  return answer.action === 'skip' ? 'skipped' : 'of no class';
}

function storedAuthor(): string | undefined {
  try {
    return localStorage.getItem(authorKey) ?? undefined;
  } catch {
    return undefined;
  }
}
