import { z } from 'zod';
import { thumbnail } from '../../data/formats/index.ts';
import { integer } from '../../run/faults.ts';
import type { Review, Suspect } from '../review.ts';
import type { Picture, RowView } from '../row-view.ts';
import { rowView } from '../row-view.ts';

/** A suspect as it is handed to another program. */
export interface Item {
  readonly suspect: Suspect;
  readonly mark: ItemMark;
  /** Which row it is, and how it is labelled, in words. */
  readonly about: string;
  readonly shown: ShownRow;
}

/** What is shown of a row: one text, a picture as a `data:` address, or cells by the names of their columns. */
export type ShownRow =
  | { readonly kind: 'text' | 'picture'; readonly text: string }
  | { readonly kind: 'cells'; readonly cells: Readonly<Record<string, string>> };

/** What says which row it is, where it comes back with a decision. */
export const itemMarkSchema = z.looseObject({
  row: integer(1),
  given: z.string(),
  content: z.string(),
});
export type ItemMark = z.infer<typeof itemMarkSchema>;

/** Of its files and programs, as they name where something comes from. */
export const maker = 'symloss audit';

export async function itemOf(
  { data, placeOf, contentOf }: Review,
  suspect: Suspect,
): Promise<Item> {
  const { row, given } = suspect;
  const view = rowView(data, placeOf(row) as number);
  const ids = view.ids.map(({ name, text }) => `${name} ${text}`);
  return {
    suspect,
    mark: { row, given, content: contentOf(row) },
    about: `${[`row ${row}`, ...ids].join(', ')}: labelled ${given}`,
    shown: await shownOf(view),
  };
}

async function shownOf({ picture, cells = [] }: RowView): Promise<ShownRow> {
  if (picture !== undefined) return { kind: 'picture', text: await addressOf(picture) };
  const [only] = cells;
  if (cells.length === 1 && only?.isText) return { kind: 'text', text: only.text ?? '' };
  const all = cells.map(({ name, text = '' }) => [name, text]);
  return { kind: 'cells', cells: Object.fromEntries(all) };
}

/** The longer side of a picture, in pixels: at most, and about what small ones are enlarged to. */
const [largestSide, visibleSide] = [512, 256];

async function addressOf(picture: Picture): Promise<string> {
  const { pixels, channels, height, width } = enlarged(picture);
  const { type, bytes } = await thumbnail(pixels, [channels, height, width], largestSide);
  return `data:${type};base64,${Buffer.from(bytes).toString('base64')}`;
}

/** A small picture with squares for pixels: programs show pictures by their size. */
function enlarged({ pixels, channels, height, width }: Picture): Picture {
  const factor = Math.max(1, Math.floor(visibleSide / Math.max(height, width)));
  const [h, w] = [height * factor, width * factor];
  const large = new Uint8Array(channels * h * w);
  for (let i = 0; i < large.length; i++) {
    const [c, y, x] = [Math.floor(i / (h * w)), Math.floor(i / w) % h, i % w];
    const row = c * height + Math.floor(y / factor);
    large[i] = pixels[row * width + Math.floor(x / factor)] as number;
  }
  return { pixels: large, channels, height: h, width: w };
}

/** The choice that says that a row is of no class: a name that no class has. */
export function excludeChoice(classes: readonly string[]): string {
  let name = 'of no class';
  while (classes.includes(name)) name = `(${name})`;
  return name;
}
