import { dirname } from 'node:path';
import { SymlossError } from '../../../core/index.ts';
import type { Format } from '../format.ts';
import { isKnownFormat } from '../shared/bad-image.ts';
import { unlabelled } from '../shared/dataset.ts';
import { decodeFiles } from '../shared/decode-files.ts';
import { decodeFields } from '../shared/decode-images.ts';
import { fileSize } from '../shared/file-bytes.ts';
import { imageExtensions } from '../shared/image-names.ts';

/** Single images, or those that match a pattern: to predict for. To train on, they lie in folders named by their classes. */
function images(about: string, several?: readonly string[]): Format {
  return {
    ...{ name: 'image-file', about, kind: 'file', extensions: imageExtensions },
    detect: ({ start }) => start !== undefined && isKnownFormat(start),
    join: (paths) => images('several images', paths),
    fields: decodeFields,
    async open(path) {
      throw new SymlossError(path, 'images with labels', about, {
        hint: 'sort the images into folders named by their classes, and give the folder that holds them',
      });
    },
    async openRows(path, _, options) {
      const paths = several ?? [path];
      if (several === undefined) await fileSize(path, 'an image'); // says it when there is none
      const beside = dirname(paths[0] as string);
      const rows = await decodeFiles(path, paths, beside, options);
      const opened = unlabelled(rows);
      return { ...opened, paths: Array.from(opened.kept, (row) => paths[row] as string) };
    },
  };
}

/** JPEG, PNG and WebP. */
export const imageFile: Format = images('an image');
