import { SymlossError } from '../../../core/index.ts';
import { reasonOf } from '../../../io/index.ts';
import type { Embedding } from '../../embedding.ts';
import type { ImagePixels, LoadedModel, Vectors } from './model.ts';
import type { NetworkFile } from './model-files.ts';

/*
 * The only file that imports transformers.js, an optional peer: whoever embeds nothing need not install it.
 */

type Transformers = typeof import('@huggingface/transformers');
type Tensor = InstanceType<Transformers['Tensor']>;

/** What is loaded: a folder of this machine, without a look at the network, or an id. */
export interface ModelPlace {
  /** Absolute path, or id. */
  readonly path: string;
  /** Where its network lies; of an id as transformers.js has it. */
  readonly network: NetworkFile | undefined;
}

async function load(where: string): Promise<Transformers> {
  try {
    return await import('@huggingface/transformers');
  } catch (cause) {
    const expected = '@huggingface/transformers, which loads pretrained models';
    throw new SymlossError(where, expected, 'a package that does not load', {
      kind: 'failure',
      hint: 'run npm install @huggingface/transformers',
      cause,
    });
  }
}

/**
 * Where transformers.js keeps a model by its id.
 * @throws SymlossError (failure) where the package is not installed
 */
export async function placesOfId(id: string, where: string): Promise<string[]> {
  const { env } = await load(where);
  return [env.localModelPath, env.cacheDir].flatMap((place) =>
    place === null ? [] : [`${place.replace(/[\\/]$/, '')}/${id}`],
  );
}

/**
 * Loads a model.
 * @param where what messages start with
 * @throws SymlossError where transformers.js is not installed, or cannot load the model
 */
export async function loadModelOf(
  of: Embedding['of'],
  { path, network }: ModelPlace,
  where: string,
): Promise<LoadedModel> {
  const library = await load(where);
  const options = network === undefined ? {} : { ...network, local_files_only: true };
  try {
    return await quietly(library, async () => {
      const config = await library.AutoConfig.from_pretrained(path, options);
      const own = { ...options, config };
      return of === 'text' ? textModel(library, path, own) : imageModel(library, path, own);
    });
  } catch (cause) {
    const isAway = network === undefined && !(cause instanceof library.ModelFileNotFoundError);
    const expected =
      network === undefined
        ? 'the folder of a model, or an id that transformers.js can load'
        : 'a model that transformers.js can load';
    throw new SymlossError(where, expected, `"${causeOf(cause)}"`, {
      kind: isAway ? 'failure' : 'usage',
      hint: isAway ? 'a folder is taken as it is, without the network' : undefined,
      cause,
    });
  }
}

/** "fetch failed" says less than what it was caused by. */
function causeOf(error: unknown): string {
  const inner = error instanceof Error ? error.cause : undefined;
  return inner instanceof Error ? `${reasonOf(error)}: ${reasonOf(inner)}` : reasonOf(error);
}

/** It writes warnings, and the inputs of a model that fails, to the console; what goes wrong is thrown, too. */
async function quietly<T>({ env, LogLevel }: Transformers, work: () => Promise<T>): Promise<T> {
  const level = env.logLevel;
  env.logLevel = LogLevel.NONE;
  try {
    return await work();
  } finally {
    env.logLevel = level;
  }
}

interface ConfigOptions {
  readonly config: InstanceType<Transformers['PretrainedConfig']>;
}

async function textModel(
  library: Transformers,
  path: string,
  options: ConfigOptions,
): Promise<LoadedModel> {
  const tokenizer = await library.AutoTokenizer.from_pretrained(path, options);
  const model = await library.AutoModel.from_pretrained(path, options);
  const most = longestText(tokenizer.model_max_length, options.config);
  return {
    texts: (texts) =>
      quietly(library, async () => {
        const inputs = tokenizer([...texts], {
          padding: true,
          truncation: true,
          ...(most !== undefined && { max_length: most }),
        });
        const outputs = await model(inputs);
        const states: Tensor | undefined = outputs.last_hidden_state ?? outputs.token_embeddings;
        if (states?.dims.length !== 3) throw new Error(`no last_hidden_state: ${shapes(outputs)}`);
        return vectorsOf(library.mean_pooling(states, inputs.attention_mask));
      }),
    images: async () => {
      throw new Error('a model for texts');
    },
    dispose: async () => {
      await model.dispose();
    },
  };
}

/** Tokens that a model takes: some tokenizers say nothing, or 10^30. */
function longestText(ofTokenizer: unknown, config: object): number | undefined {
  const { max_position_embeddings: positions } = config as { max_position_embeddings?: unknown };
  const limits = [ofTokenizer, positions].filter(
    (limit): limit is number => typeof limit === 'number' && limit > 0 && limit < 1e9,
  );
  return limits.length === 0 ? undefined : Math.min(...limits);
}

async function imageModel(
  library: Transformers,
  path: string,
  options: ConfigOptions,
): Promise<LoadedModel> {
  const processor = await library.AutoProcessor.from_pretrained(path, options);
  const { AutoModelForImageFeatureExtraction: ofImages, AutoModel } = library;
  const { model_type: type = '' } = options.config as { model_type?: string };
  const model = await (ofImages.supports(type) ? ofImages : AutoModel).from_pretrained(
    path,
    options,
  );
  return {
    texts: async () => {
      throw new Error('a model for images');
    },
    images: (images) =>
      quietly(library, async () => {
        const raw = images.map((image) => rawImage(library, image));
        const { pixel_values } = await processor(raw);
        return vectorsOf(imageVectors(await model({ pixel_values })));
      }),
    dispose: async () => {
      await model.dispose();
    },
  };
}

function rawImage({ RawImage }: Transformers, { bytes, shape: [c, h, w] }: ImagePixels) {
  return new RawImage(bytes, w, h, c as 1 | 3);
}

/** The vector that a model has for an image, else the mean over tokens, [n, tokens, d], or places, [n, d, h, w]. */
function imageVectors(outputs: Readonly<Record<string, Tensor | undefined>>): Tensor {
  const found = outputs.image_embeds ?? outputs.pooler_output ?? outputs.last_hidden_state;
  if (found?.dims.length === 2) return found;
  if (found?.dims.length === 3) return found.mean(1);
  if (found?.dims.length === 4) return found.flatten(2).mean(2);
  throw new Error(`no image_embeds, pooler_output or last_hidden_state: ${shapes(outputs)}`);
}

function shapes(outputs: object): string {
  const all = Object.entries(outputs).map(([name, value]) => `${name} [${value?.dims}]`);
  return all.length === 0 ? 'no output' : all.join(', ');
}

/** Of length 1. */
function vectorsOf(pooled: Tensor): Vectors {
  const { data, dims } = pooled.to('float32').normalize(2, -1);
  return { data: data as Float32Array, width: dims.at(-1) as number };
}
