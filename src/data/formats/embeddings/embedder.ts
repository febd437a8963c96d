import type { Embedder } from '../../embedded.ts';
import type { Embedding } from '../../embedding.ts';
import type { Embed } from './embed-dataset.ts';
import { Models } from './embed-dataset.ts';
import { modelOf } from './embed-rows.ts';
import { vectorsOfImages, vectorsOfTexts } from './make-vectors.ts';

/**
 * Makes the vectors that models take, with transformers.js; nothing is loaded before one is asked for, and nothing is kept
 * in files.
 * @param embed where pretrained models lie now, by column. Default: where they lay in training
 */
export function nodeEmbedder(embed: Embed = {}): Embedder {
  const models = new Models();
  const found = (embedding: Embedding) => modelOf(embedding, models, embed);
  const once = { keep: false };
  return {
    async texts(embedding, texts) {
      const vectors = await vectorsOfTexts(embedding.column, texts, await found(embedding), once);
      return vectors.data;
    },
    async images(embedding, images) {
      const shape = embedding.imageShape ?? [];
      return (await vectorsOfImages(images, shape, await found(embedding), once)).data;
    },
    dispose: () => models.dispose(),
  };
}
