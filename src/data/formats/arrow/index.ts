import type { Format } from '../format.ts';
import { tableFormat } from '../table/format.ts';
import { relabelArrow } from './relabel.ts';
import { ArrowTable } from './table.ts';

/** Of a stream: the mark of a message, and the length of its head. */
const streamMark = 0xffffffff;
const longestHead = 2 ** 24;

/** A table of Apache Arrow, as a file (Feather) or a stream. */
export const arrow: Format = tableFormat({
  name: 'arrow',
  about: 'an Arrow or Feather file',
  extensions: ['arrow', 'feather', 'arrows', 'ipc'],
  detect: ({ start }) => start !== undefined && startsLikeArrow(start),
  openTable: (path, reading) => ArrowTable.open(path, reading),
  relabel: {
    extensions: ['arrow', 'feather', 'arrows', 'ipc'],
    writes: 'source',
    write: relabelArrow,
  },
});

function startsLikeArrow(start: Buffer): boolean {
  if (/^(ARROW1|FEA1)/.test(start.toString('latin1', 0, 6))) return true;
  if (start.length < 8 || start.readUInt32LE(0) !== streamMark) return false;
  const length = start.readUInt32LE(4);
  return length > 0 && length < longestHead;
}
