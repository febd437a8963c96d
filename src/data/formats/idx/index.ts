import type { Format } from '../format.ts';
import { readLabelsFile, requireLabelsFile } from '../npy/labels.ts';
import { relabelArray } from '../npy/relabel.ts';
import { labelledDataset, unlabelled } from '../shared/dataset.ts';
import { isIdx, readIdxImages } from './idx.ts';

/** Images in a file of the IDX format, labels in another. */
export const idx: Format = {
  name: 'idx',
  about: 'an IDX file',
  kind: 'file',
  detect: ({ start }) => start !== undefined && isIdx(start),
  fields: ['labelsFile'],
  relabel: { extensions: ['npy'], writes: 'labels', write: relabelArray },
  async open(path, options) {
    const labelsFile = requireLabelsFile(path, options);
    const rows = await readIdxImages(path, options);
    return { data: labelledDataset({ path, rows, labels: await readLabelsFile(labelsFile) }) };
  },
  openRows: async (path, _, options) => unlabelled(await readIdxImages(path, options)),
};
