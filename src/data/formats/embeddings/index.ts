export type { Embed, EmbedOptions } from './embed-dataset.ts';
export { embedDataset, embedWith, Models } from './embed-dataset.ts';
export { embedRows, inputBeforeEmbedding } from './embed-rows.ts';
export { nodeEmbedder } from './embedder.ts';
