import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { SymlossError } from '../../../core/index.ts';
import { exists, reasonOf } from '../../../io/index.ts';
import type { Embedding } from '../../embedding.ts';
import { list } from '../../text.ts';

/** Where the network of a model lies in its folder, as transformers.js asks for it. */
export interface NetworkFile {
  readonly subfolder: string;
  readonly model_file_name: string;
  readonly dtype: (typeof precisions)[number][1];
}

export interface ModelFiles {
  readonly network: NetworkFile;
  /** All that decide about its vectors, relative to the folder. */
  readonly names: readonly string[];
}

/** Files beside the network. */
const companions: { readonly [O in Embedding['of']]: readonly string[] } = {
  text: ['config.json', 'tokenizer.json', 'tokenizer_config.json'],
  image: ['config.json', 'preprocessor_config.json'],
};

/** Where programs that write ONNX put networks; the first that is there is taken. */
const subfolders = ['onnx', ''];
/** Of a model for texts and images, `vision_model` is the part for images. */
const bases: { readonly [O in Embedding['of']]: readonly string[] } = {
  text: ['model'],
  image: ['vision_model', 'model'],
};
/** How the names of networks end, by the type of their numbers; the most exact first. */
const precisions = [
  ['', 'fp32'],
  ['_fp16', 'fp16'],
  ['_quantized', 'q8'],
  ['_int8', 'int8'],
  ['_uint8', 'uint8'],
  ['_q4', 'q4'],
  ['_q4f16', 'q4f16'],
  ['_bnb4', 'bnb4'],
] as const;

/**
 * The files of a model in a folder.
 * @throws SymlossError naming those that are not there
 */
export async function filesOfModel(folder: string, of: Embedding['of']): Promise<ModelFiles> {
  const found = await findNetwork(folder, of);
  const beside = await Promise.all(
    companions[of].map(async (name) => ((await exists(join(folder, name))) ? [] : [name])),
  );
  const missing = [...beside.flat(), ...(found === undefined ? ['onnx/model.onnx'] : [])];
  if (found === undefined || missing.length > 0) {
    const what = of === 'text' ? 'texts' : 'images';
    const expected = `a folder with a model for ${what}: ${[...companions[of], 'onnx/model.onnx'].join(', ')}`;
    throw new SymlossError(folder, expected, `none of the name ${list(missing)}`, {
      hint: 'models that transformers.js reads have these files; optimum-cli export onnx makes them of others',
    });
  }
  const { network, path } = found;
  const place = join(folder, network.subfolder);
  const file = path.slice(path.lastIndexOf('/') + 1);
  const data = (await readdir(place)).filter((name) => name.startsWith(`${file}_data`)).sort();
  const prefix = network.subfolder === '' ? '' : `${network.subfolder}/`;
  return { network, names: [...companions[of], path, ...data.map((name) => prefix + name)] };
}

async function findNetwork(folder: string, of: Embedding['of']) {
  for (const subfolder of subfolders) {
    for (const base of bases[of]) {
      for (const [suffix, dtype] of precisions) {
        const path = `${subfolder === '' ? '' : `${subfolder}/`}${base}${suffix}.onnx`;
        if (!(await exists(join(folder, path)))) continue;
        return { network: { subfolder, model_file_name: base, dtype }, path };
      }
    }
  }
  return undefined;
}

/** SHA-256 of the names and contents of files, in hexadecimal digits. @throws SymlossError for one that cannot be read */
export async function hashOfFiles(folder: string, names: readonly string[]): Promise<string> {
  const all = createHash('sha256');
  for (const name of names) {
    const own = createHash('sha256');
    const path = join(folder, name);
    try {
      await pipeline(createReadStream(path), own);
    } catch (cause) {
      throw new SymlossError(path, 'a readable file of a model', reasonOf(cause), {
        kind: 'failure',
        cause,
      });
    }
    all.update(`${name}\n${own.digest('hex')}\n`);
  }
  return all.digest('hex');
}
