import { dirname, join } from 'node:path';
import { field, SymlossError, show } from '../core/index.ts';
import { findBelow, rootsOf } from '../io/index.ts';
import { applyDecisions, labelChanges } from '../review/index.ts';
import type { ApplyRequest, ApplyResult } from './api/types.ts';
import { Refusal } from './fault.ts';

export interface ApplyPlace {
  /** Of the audit. */
  readonly folder: string;
  /** Below it files may be written: the folder that the lab was started in. */
  readonly within: string;
  readonly signal?: AbortSignal | undefined;
}

/** Writes the data of an audit with the labels as decided, one at a time. */
export class Applying {
  readonly #place: ApplyPlace;
  #isBusy = false;

  constructor(place: ApplyPlace) {
    this.#place = place;
  }

  /** @throws Refusal while it is at it; SymlossError as `applyDecisions` does, and for a file elsewhere */
  async apply(request: ApplyRequest): Promise<ApplyResult> {
    if (this.#isBusy) throw new Refusal(409, 'labels are being written already: wait for the end');
    this.#isBusy = true;
    try {
      return await write(request, this.#place);
    } finally {
      this.#isBusy = false;
    }
  }
}

async function write(
  { out, relabel, drop }: ApplyRequest,
  { folder, within, signal }: ApplyPlace,
): Promise<ApplyResult> {
  const roots = rootsOf('lab', [within]);
  const parent = findBelow(roots, dirname(out));
  if (parent === undefined) {
    const expected = `a file in a folder that is there, below ${show(within)}`;
    throw new SymlossError(field('out'), expected, show(out));
  }
  const file = join(within, out);
  const applied = await applyDecisions({ audit: folder, out: file, relabel, drop, signal });
  await applied.write();
  const { corrections, data, notices } = applied;
  const { changed, dropped, reviewed } = corrections;
  return {
    out: file,
    rows: data.labels.length,
    reviewed: reviewed.size,
    relabelled: [...changed.keys()].filter((row) => !dropped.has(row)).length,
    dropped: dropped.size,
    notices: [...notices, ...corrections.notices],
    changes: labelChanges(data, corrections),
  };
}
