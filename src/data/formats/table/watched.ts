import type { StoreOptions } from '../shared/byte-store.ts';
import type { TableFile } from '../shared/table-file.ts';

/** A table that tells how far it is read. */
export function watched(file: TableFile, onProgress: StoreOptions['onProgress']): TableFile {
  if (onProgress === undefined) return file;
  const { path, columns, otherColumns, comma, rowCount, widths } = file;
  return {
    ...{ path, columns },
    ...(otherColumns && { otherColumns }),
    ...(comma && { comma }),
    ...(rowCount !== undefined && { rowCount }),
    ...(widths && { widths }),
    get shareRead() {
      return file.shareRead;
    },
    async *chunks() {
      let rows = 0;
      for await (const chunk of file.chunks()) {
        yield chunk;
        rows += chunk.rows;
        const share = rowCount === undefined ? file.shareRead : rows / rowCount;
        onProgress({ source: path, rows, ...(share !== undefined && { share }) });
      }
    },
    place: (row) => file.place(row),
  };
}
