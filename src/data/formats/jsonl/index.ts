import type { Format } from '../format.ts';
import { tableFormat } from '../table/format.ts';
import { startsLikeJson } from './lines.ts';
import { relabelJsonl } from './relabel.ts';
import { JsonTable } from './table.ts';

/** A table of JSON objects, one per line. */
export const jsonl: Format = tableFormat({
  name: 'jsonl',
  about: 'a file of JSON lines',
  extensions: ['jsonl', 'ndjson'],
  detect: ({ start }) => start !== undefined && startsLikeJson(start),
  openTable: (path, reading) => JsonTable.open(path, reading),
  relabel: { extensions: ['jsonl', 'ndjson'], isText: true, writes: 'source', write: relabelJsonl },
});
