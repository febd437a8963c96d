export type { IdColumn } from '../dataset.ts';
export type { CifarOptions } from './cifar/index.ts';
export { readCifar } from './cifar/index.ts';
export type { CsvOptions, CsvRows } from './csv/read.ts';
export { readCsv, readRows } from './csv/read.ts';
export { digits } from './digits/index.ts';
export type { Embed, EmbedOptions } from './embeddings/index.ts';
export { embedDataset, nodeEmbedder } from './embeddings/index.ts';
export type {
  Consensus,
  DataField,
  Format,
  Missing,
  ModelColumn,
  ModelInput,
  Opened,
  OpenedRows,
  OpenOptions,
  OpenRowsOptions,
  Source,
} from './format.ts';
export { consensusRules, missingRules } from './format.ts';
export { readIdxImages, readIdxLabels } from './idx/idx.ts';
export { fashionMnistClasses, readIdxFolder } from './idx-folder/index.ts';
export type { FolderImages } from './image-folder/index.ts';
export { readFolderImages, readImageFolder } from './image-folder/index.ts';
export type { NpyOptions } from './npy/read.ts';
export { readNpy, readNpyRows } from './npy/read.ts';
export type { NpzOptions } from './npz/index.ts';
export { readNpz, readNpzRows } from './npz/index.ts';
export { openDataset, openInputPieces, openInputs } from './open.ts';
export type { ParquetImageOptions } from './parquet/images.ts';
export { readParquetImageRows, readParquetImages } from './parquet/images.ts';
export { readParquetColumns } from './parquet/read-columns.ts';
export type { WrittenColumn } from './parquet/write.ts';
export { parquetBytes, parquetPieces } from './parquet/write.ts';
export { datasetNames, isDatasetName } from './published/index.ts';
export type { RecordCell, RecordOptions } from './records/records.ts';
export { fromRecords } from './records/records.ts';
export { formats } from './registry.ts';
export type { RelabelledSource, RelabelledTable } from './relabel.ts';
export { canRelabel, relabelledSource, relabelledTable } from './relabel.ts';
export type { ReadProgress, StoreOptions } from './shared/byte-store.ts';
export type { DecodeOptions } from './shared/decode-images.ts';
export { badImageRules } from './shared/decode-images.ts';
export type { AddedColumn, Relabelling, RelabelOptions } from './shared/relabelling.ts';
export { piecesOf } from './shared/relabelling.ts';
export { openRowFile, openRows, readFileRows } from './shared/row-file.ts';
export type { FeatureRows, ImageRows } from './shared/rows.ts';
export type { Thumbnail } from './shared/thumbnail.ts';
export { thumbnail } from './shared/thumbnail.ts';
export type { SourceFilesOptions } from './source-files.ts';
export { checkSource, sourceFiles } from './source-files.ts';
export { standardInput } from './sources/standard-input.ts';
export type { ColumnRole } from './table/column-role.ts';
export { columnRoles } from './table/column-role.ts';
export type { TableLabels } from './table/read-labels.ts';
export { tableColumns } from './table-columns.ts';
