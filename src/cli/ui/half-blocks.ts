import type { Picture } from '../../review/index.ts';

/** From black to white, of equal steps. */
const shades = ' ░▒▓█';

export interface PictureSpace {
  /** Columns and lines of the terminal that it may take. */
  readonly columns: number;
  readonly lines: number;
  /** Whether the terminal shows 24-bit colours. */
  readonly isColoured: boolean;
}

/**
 * A picture in characters: each is two pixels, one above the other. With colours the upper half block in the colour of the upper
 * pixel on that of the lower one; without, a shade of the mean of both. Large pictures are averaged down, small ones enlarged
 * by whole factors.
 */
export function pictureLines(picture: Picture, space: PictureSpace): string[] {
  const { width, height, at } = fitted(picture, space.columns, 2 * space.lines);
  const lines: string[] = [];
  for (let y = 0; y < height; y += 2) {
    const cells = Array.from({ length: width }, (_, x) => {
      const upper = at(x, y);
      const lower = y + 1 < height ? at(x, y + 1) : undefined;
      return space.isColoured ? coloured(upper, lower) : shade(upper, lower);
    });
    lines.push(space.isColoured ? `${cells.join('')}\x1b[0m` : cells.join('').trimEnd());
  }
  return lines;
}

/** Red, green and blue from 0 to 255. */
type Colour = readonly [number, number, number];

function coloured(upper: Colour, lower: Colour | undefined): string {
  const ground = lower === undefined ? '\x1b[49m' : `\x1b[48;2;${lower.join(';')}m`;
  return `\x1b[38;2;${upper.join(';')}m${ground}▀`;
}

function shade(upper: Colour, lower: Colour = upper): string {
  const light = (luma(upper) + luma(lower)) / 2;
  return shades[Math.min(shades.length - 1, Math.floor((light * shades.length) / 256))] as string;
}

/** Rec. 601. */
const luma = ([r, g, b]: Colour): number => 0.299 * r + 0.587 * g + 0.114 * b;

interface Fitted {
  readonly width: number;
  readonly height: number;
  at(x: number, y: number): Colour;
}

/** A picture of at most so many pixels: by a whole factor larger, or of means. */
function fitted(picture: Picture, columns: number, rows: number): Fitted {
  const { width, height, channels, pixels } = picture;
  const scale = Math.min(columns / width, rows / height);
  const factor = scale >= 1 ? Math.min(Math.floor(scale), mostEnlarged) : scale;
  const size = (pixelsOf: number) => Math.max(1, Math.floor(pixelsOf * factor));
  const mean = (c: number, x: number, y: number): number => {
    const [x0, y0] = [Math.floor(x / factor), Math.floor(y / factor)];
    const x1 = Math.min(width, Math.max(x0 + 1, Math.floor((x + 1) / factor)));
    const y1 = Math.min(height, Math.max(y0 + 1, Math.floor((y + 1) / factor)));
    let sum = 0;
    for (let j = y0; j < y1; j++) {
      for (let i = x0; i < x1; i++) sum += pixels[(c * height + j) * width + i] as number;
    }
    return Math.round(sum / ((x1 - x0) * (y1 - y0)));
  };
  return {
    width: size(width),
    height: size(height),
    at(x, y) {
      if (channels < 3) {
        const grey = mean(0, x, y);
        return [grey, grey, grey];
      }
      return [mean(0, x, y), mean(1, x, y), mean(2, x, y)];
    },
  };
}

/** Times that a side is enlarged, at most. */
const mostEnlarged = 4;
