import type { Format } from '../format.ts';
import { unlabelled } from '../shared/dataset.ts';
import { isNpy } from './array.ts';
import { requireLabelsFile } from './labels.ts';
import { readNpy, readNpyRows } from './read.ts';
import { relabelArray } from './relabel.ts';

/** An array of NumPy, labels in another file. */
export const npy: Format = {
  name: 'npy',
  about: 'a .npy file',
  kind: 'file',
  extensions: ['npy'],
  detect: ({ start }) => start !== undefined && isNpy(start),
  fields: ['labelsFile'],
  relabel: { extensions: ['npy'], writes: 'labels', write: relabelArray },
  open: async (path, options) => ({
    data: await readNpy(path, { ...options, labelsFile: requireLabelsFile(path, options) }),
  }),
  openRows: async (path, _, options) => unlabelled(await readNpyRows(path, options)),
};
