/** Bytes with a meaning in every CSV file. */
const QUOTE = 0x22;
const CR = 0x0d;
const LF = 0x0a;
const SPACE = 0x20;

/** How many records' field counts are kept, for guessing the delimiter. */
const SAMPLE = 20;

// Where the scanner stands.
const FIELD_START = 0;
const PLAIN = 1;
const QUOTED = 2;
/** After a quote inside quotes: the end of the field, or half of an escaped quote. */
const QUOTE_END = 3;

/**
 * Reads the structure of a CSV file (RFC 4180) and nothing else: how many records there are and how
 * many fields each has. It is what a reader is held to, so that no guess of the reader's can lose a
 * row or a column. Empty lines are no records, except that in a file of one column they are rows
 * with an empty cell. Records are counted from 0, the header line.
 */
export class CsvScanner {
  /** Records that ended so far. */
  records = 0;
  /** Fields of the header. */
  fields = 0;
  /** Fields of the first records. */
  readonly sample: number[] = [];
  /** The first record whose number of fields is not the header's. */
  ragged: { readonly record: number; readonly fields: number } | undefined;
  /** The first record with text after a closing quote. */
  misquoted: number | undefined;
  /** Bytes of the longest record. */
  longest = 0;
  readonly delimiter: string;
  readonly #delimiter: number;
  readonly #endings = new Set<string>();
  #at: number = FIELD_START;
  #field = 0;
  #bytes = 0;
  #blank = true;
  #afterCr = false;

  /** @param delimiter one ASCII character */
  constructor(delimiter: string) {
    this.delimiter = delimiter;
    this.#delimiter = delimiter.charCodeAt(0);
  }

  /** Whether lines end in more than one way. */
  get mixedEndings(): boolean {
    return this.#endings.size > 1;
  }

  /** The record that a quoted field was open in at the end of the file. */
  get unterminated(): number | undefined {
    return this.#at === QUOTED ? this.records : undefined;
  }

  push(bytes: Uint8Array): void {
    const delimiter = this.#delimiter;
    let at = this.#at;
    let start = 0;
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i] as number;
      if (this.#afterCr) {
        this.#afterCr = false;
        this.#endings.add(byte === LF ? '\r\n' : '\r');
        start = i;
        if (byte === LF) continue;
      }
      if (at === QUOTED) {
        if (byte === QUOTE) at = QUOTE_END;
      } else if (byte === delimiter) {
        this.#field++;
        at = FIELD_START;
        this.#blank = false;
      } else if (byte === LF || byte === CR) {
        if (byte === LF) this.#endings.add('\n');
        else this.#afterCr = true;
        this.#bytes += i - start;
        start = i;
        this.#endRecord();
        at = FIELD_START;
      } else if (at !== PLAIN) {
        this.#blank = false;
        if (byte === QUOTE) at = QUOTED;
        else if (byte !== SPACE) {
          if (at === QUOTE_END) this.misquoted ??= this.records;
          at = PLAIN;
        }
      }
    }
    this.#bytes += bytes.length - start;
    this.#at = at;
  }

  /** Ends the last record, if its line end is missing. */
  end(): void {
    if (this.#at !== QUOTED && !this.#blank) this.#endRecord();
  }

  #endRecord(): void {
    const fields = this.#field + 1;
    const header = this.records === 0;
    this.longest = Math.max(this.longest, this.#bytes);
    this.#bytes = 0;
    this.#field = 0;
    if (this.#blank && (header || this.fields > 1)) return;
    this.#blank = true;
    if (header) this.fields = fields;
    else if (fields !== this.fields) this.ragged ??= { record: this.records, fields };
    if (this.sample.length < SAMPLE) this.sample.push(fields);
    this.records++;
  }
}

/**
 * The delimiter of a file: the one of `, ; tab |` that the header has and with which most of the
 * first records have as many fields as the header; at equality the one with more fields.
 * @param head the first bytes of the file, without byte order mark
 * @param whole whether that is all of the file
 */
export function guessDelimiter(head: Uint8Array, whole: boolean): string {
  let best = ',';
  let bestShare = 0;
  let bestFields = 1;
  for (const delimiter of [',', ';', '\t', '|']) {
    const scanner = new CsvScanner(delimiter);
    scanner.push(head);
    // A cut last record is no evidence, unless it is the only one.
    if (whole || scanner.records === 0) scanner.end();
    const { sample, fields } = scanner;
    if (fields < 2) continue;
    const share = sample.filter((count) => count === fields).length / sample.length;
    if (share > bestShare || (share === bestShare && fields > bestFields)) {
      best = delimiter;
      bestShare = share;
      bestFields = fields;
    }
  }
  return best;
}
