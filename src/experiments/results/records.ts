import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { SymlossError, show } from '../../core/index.ts';
import { checkNoLink, makeFolder, openToAppend, readIfThere, reasonOf } from '../../io/index.ts';
import { firstFault, formatPath } from '../../run/faults.ts';
import type { RunRecord } from '../../run/record.ts';
import { runRecordSchema } from '../../run/record.ts';

export const recordsFile = 'records.jsonl';

/** The runs of a folder that have ended: `records.jsonl`, one JSON line each, only ever added to. */
export class RecordStore {
  /** What reading the file had to do, one plain line each. */
  readonly notices: readonly string[];
  readonly #file: string;
  readonly #records: Map<string, RunRecord>;
  /** Where the next line goes, in bytes: a torn one after it is cut off. */
  #end: number;
  #needsCut: boolean;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(file: string, content: Content) {
    this.#file = file;
    this.notices = content.notices;
    this.#records = content.records;
    this.#end = content.end;
    this.#needsCut = content.isTorn;
  }

  /**
   * Opens the records of a folder, making it if needed. A last line without its end, which a crash
   * leaves behind, is dropped with a notice.
   * @throws SymlossError naming file and line where a line is no record of this version, or for a symbolic link
   */
  static async open(folder: string): Promise<RecordStore> {
    await makeFolder(folder);
    const file = join(folder, recordsFile);
    await checkNoLink(file, 'a file to add records to');
    return new RecordStore(
      file,
      readRecords(
        (await readIfThere(file, { expected: 'a readable file of records', kind: 'failure' })) ??
          Buffer.alloc(0),
        file,
      ),
    );
  }

  /** Whether a run needs no other attempt: it is done, or it diverged, which is its result. */
  has(id: string): boolean {
    const record = this.#records.get(id);
    return record !== undefined && (record.status === 'done' || record.diverged);
  }

  /** The last record of every run, in the order in which runs ended first. */
  all(): RunRecord[] {
    return [...this.#records.values()];
  }

  /**
   * Adds a line and waits until the disk has it. Appends follow each other.
   * @throws SymlossError (failure) if that fails; the line is then not there
   */
  append(record: RunRecord): Promise<void> {
    const done = this.#last.then(() => this.#write(record));
    this.#last = done.catch(() => {});
    return done;
  }

  async #write(record: RunRecord): Promise<void> {
    const line = Buffer.from(`${JSON.stringify(record)}\n`);
    let handle: FileHandle | undefined;
    try {
      handle = await openToAppend(this.#file);
      if (this.#needsCut) await handle.truncate(this.#end);
      this.#needsCut = true; // until this line is whole
      await handle.appendFile(line);
      await handle.sync();
    } catch (cause) {
      throw new SymlossError(this.#file, 'a file to add a record to', reasonOf(cause), {
        kind: 'failure',
        cause,
      });
    } finally {
      await handle?.close();
    }
    this.#needsCut = false;
    this.#end += line.length;
    this.#records.set(record.id, record);
  }
}

interface Content {
  readonly records: Map<string, RunRecord>;
  readonly end: number;
  readonly isTorn: boolean;
  readonly notices: readonly string[];
}

/** @throws SymlossError naming file and line */
function readRecords(bytes: Buffer, file: string): Content {
  const end = bytes.lastIndexOf('\n') + 1;
  const isTorn = end < bytes.length;
  const torn = bytes.toString('utf8', end, end + recordStart.length);
  const records = new Map<string, RunRecord>();
  const lines = bytes.toString('utf8', 0, end).split('\n').slice(0, -1);
  for (const [i, line] of lines.entries()) {
    const record = readRecord(line, `${file}, line ${i + 1}`);
    records.set(record.id, record); // the last one of a run wins
  }
  // what is cut off must be the beginning of a record, or what a power cut left of one
  if (isTorn && !recordStart.startsWith(torn) && !/^\0+$/.test(torn)) {
    const where = `${file}, line ${lines.length + 1}`;
    throw new SymlossError(where, 'a record of a run', 'text of another kind', { hint });
  }
  const notice = `${file}: the last line was cut short, as by a crash, and is left out; its run is made again`;
  return { records, end, isTorn, notices: isTorn ? [notice] : [] };
}

const hint = 'take the file away, or choose another folder';
/** How every line begins. */
const recordStart = '{"format":"symloss-run"';

function readRecord(line: string, where: string): RunRecord {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new SymlossError(where, 'a record of a run', 'no JSON', { hint, cause });
  }
  const { format, version } = (value ?? {}) as { format?: unknown; version?: unknown };
  if (format !== 'symloss-run') {
    throw new SymlossError(where, 'a record of a run', 'JSON of another kind', { hint });
  }
  if (version !== 1) {
    throw new SymlossError(where, 'a record of version 1', show(version), {
      hint: 'another version of symloss wrote it; use that one, or another folder',
    });
  }
  const result = runRecordSchema.safeParse(value);
  if (result.success) return result.data;
  const { path, expected, received } = firstFault(result.error, value);
  throw new SymlossError(`${where}, ${formatPath(path)}`, expected, received, { hint });
}
