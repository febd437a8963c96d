import { digitSide } from './digits.ts';
import type { PaintedPoint } from './painted.ts';
import type { Scene, View } from './scene.ts';
import { gridSize } from './scene.ts';
import { classCount, reach } from './shapes.ts';

/** Of the classes, in the design's names. */
const colourNames = ['--first', '--second', '--part'];

type Colour = readonly [red: number, green: number, blue: number];

/** An empty canvas, and the colours of the page. */
function begin(canvas: HTMLCanvasElement) {
  const context = canvas.getContext('2d');
  if (context === null) return undefined;
  const colours = colourNames.map((name) => colourOf(canvas, name));
  const [ink, surface] = [colourOf(canvas, '--ink'), colourOf(canvas, '--surface')];
  context.fillStyle = css(surface);
  context.fillRect(0, 0, canvas.width, canvas.height);
  return { context, colours, ink, surface };
}

/** What is drawn while somebody paints. */
export interface Painting {
  readonly points: readonly PaintedPoint[];
  /** Where the keyboard paints, while it does. */
  readonly cursor: { readonly x: number; readonly y: number } | undefined;
}

/** Draws points that somebody paints. */
export function drawPainting(canvas: HTMLCanvasElement, { points, cursor }: Painting): void {
  const own = begin(canvas);
  if (own === undefined) return;
  const { context, colours, ink, surface } = own;
  const scale = canvas.width / (2 * reach);
  for (const { x, y, kind } of points) {
    context.beginPath();
    context.arc((x + reach) * scale, (reach - y) * scale, 8, 0, 2 * Math.PI);
    context.fillStyle = css(colours[kind] as Colour);
    context.fill();
    context.lineWidth = 2;
    context.strokeStyle = css(surface);
    context.stroke();
  }
  if (cursor === undefined) return;
  const [x, y] = [(cursor.x + reach) * scale, (reach - cursor.y) * scale];
  context.lineWidth = 3;
  context.strokeStyle = css(ink);
  context.beginPath();
  for (const [dx, dy] of [
    [1, 0],
    [-1, 0],
    [0, 1],
    [0, -1],
  ] as const) {
    context.moveTo(x + 12 * dx, y + 12 * dy);
    context.lineTo(x + 26 * dx, y + 26 * dy);
  }
  context.stroke();
}

/** Draws what a network says of a scene. */
export function drawScene(canvas: HTMLCanvasElement, scene: Scene, view: View | undefined): void {
  const own = begin(canvas);
  if (own === undefined) return;
  const { context, colours, ink, surface } = own;
  if (scene.kind === 'digits') {
    drawDigits(context, scene, view, { ink, surface, marked: colours[1] as Colour });
    return;
  }
  if (view) drawGrid(context, view, colours, surface);
  drawPoints(context, scene, view, colours, { ink, surface });
}

/** Digits in a row, and rows of them. */
const digitsAside = 8;

/**
 * The first of the digits with wrong labels, above the label that each was given, which is marked where the network predicts it.
 */
function drawDigits(
  context: CanvasRenderingContext2D,
  { data: { features, labels }, trueLabels }: Scene,
  view: View | undefined,
  { ink, surface, marked }: { ink: Colour; surface: Colour; marked: Colour },
): void {
  const size = context.canvas.width / digitsAside;
  const wrong = Array.from(labels.keys()).filter((i) => labels[i] !== trueLabels[i]);
  context.font = `600 ${Math.round(size / 5)}px sans-serif`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.imageSmoothingEnabled = false;
  for (const [place, i] of wrong.slice(0, digitsAside ** 2).entries()) {
    const x = (place % digitsAside) * size;
    const y = Math.floor(place / digitsAside) * size;
    const isMemorised = view?.memorised[i] === 1;
    if (isMemorised) {
      context.fillStyle = css(mix(marked, surface, 0.25));
      context.fillRect(x + 2, y + 2, size - 4, size - 4);
      context.lineWidth = 4;
      context.strokeStyle = css(marked);
      context.strokeRect(x + 4, y + 4, size - 8, size - 8);
    }
    const picture = pictureOf(rowOf(features, i, digitSide ** 2), ink);
    context.drawImage(picture, x + 0.22 * size, y + 0.1 * size, 0.56 * size, 0.56 * size);
    context.fillStyle = css(isMemorised ? marked : ink);
    context.fillText(`given ${labels[i]}`, x + size / 2, y + 0.82 * size);
  }
}

/** Pixels from clear, 0, to ink, 16. */
function pictureOf(pixels: Float32Array, ink: Colour): OffscreenCanvas {
  const image = new ImageData(digitSide, digitSide);
  for (const [i, value] of pixels.entries()) {
    image.data.set([...ink, Math.round((255 * value) / 16)], 4 * i);
  }
  const canvas = new OffscreenCanvas(digitSide, digitSide);
  canvas.getContext('2d')?.putImageData(image, 0, 0);
  return canvas;
}

function mix(a: Colour, b: Colour, share: number): Colour {
  const of = (i: 0 | 1 | 2) => Math.round(share * a[i] + (1 - share) * b[i]);
  return [of(0), of(1), of(2)];
}

/** The colour of the most probable class, the stronger the surer it is. */
function drawGrid(
  context: CanvasRenderingContext2D,
  { grid }: View,
  colours: readonly Colour[],
  surface: Colour,
): void {
  const image = new ImageData(gridSize, gridSize);
  for (let cell = 0; cell < gridSize * gridSize; cell++) {
    let best = 0;
    for (let c = 1; c < classCount; c++) {
      if (at(grid, cell * classCount + c) > at(grid, cell * classCount + best)) best = c;
    }
    const sure = (at(grid, cell * classCount + best) - 1 / classCount) / (1 - 1 / classCount);
    const share = 0.16 + 0.3 * sure;
    image.data.set([...mix(colours[best] as Colour, surface, share), 255], 4 * cell);
  }
  const small = new OffscreenCanvas(gridSize, gridSize);
  small.getContext('2d')?.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = 'high';
  context.drawImage(small, 0, 0, context.canvas.width, context.canvas.height);
}

/** A wrong label has a ring: filled where the network predicts it, else empty. */
function drawPoints(
  context: CanvasRenderingContext2D,
  { data: { features, labels }, trueLabels }: Scene,
  view: View | undefined,
  colours: readonly Colour[],
  { ink, surface }: { readonly ink: Colour; readonly surface: Colour },
): void {
  const scale = context.canvas.width / (2 * reach);
  for (const isWrong of [false, true]) {
    for (let i = 0; i < labels.length; i++) {
      if ((labels[i] !== trueLabels[i]) !== isWrong) continue;
      const [x = 0, y = 0] = rowOf(features, i, 2);
      const colour = css(colours[labels[i] as number] as Colour);
      const isMemorised = view?.memorised[i] === 1;
      context.beginPath();
      context.arc((x + reach) * scale, (reach - y) * scale, isWrong ? 8 : 5, 0, 2 * Math.PI);
      context.fillStyle = isWrong && !isMemorised && view ? css(surface) : colour;
      context.fill();
      context.lineWidth = isWrong ? 4 : 1.5;
      context.strokeStyle = isWrong ? (isMemorised ? css(ink) : colour) : css(surface);
      context.stroke();
    }
  }
}

/** @param features of a scene, which are in memory */
function rowOf(features: Scene['data']['features'], row: number, d: number): Float32Array {
  return (features as Float32Array).subarray(row * d, (row + 1) * d);
}

function at(values: ArrayLike<number>, index: number): number {
  return values[index] as number;
}

function css([red, green, blue]: Colour): string {
  return `rgb(${red} ${green} ${blue})`;
}

/** A colour of the design as it is in the scheme that holds: a canvas knows neither names nor schemes. */
function colourOf(canvas: HTMLCanvasElement, name: string): Colour {
  const context = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  const probe = canvas.ownerDocument.createElement('span');
  probe.className = `ink-of${name}`;
  canvas.parentElement?.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  if (context === null) return [0, 0, 0];
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
  return [red, green, blue];
}
