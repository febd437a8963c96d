import { classCount, reach } from './shapes.ts';
import type { Scene, View } from './training.ts';
import { gridSize } from './training.ts';

/** Of the classes, in the design's names. */
const colourNames = ['--first', '--second', '--part'];

type Colour = readonly [red: number, green: number, blue: number];

/** Draws regions and points. A wrong label has a ring: filled where the network predicts it, else empty. */
export function drawRegions(canvas: HTMLCanvasElement, scene: Scene, view: View | undefined): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  const colours = colourNames.map((name) => colourOf(canvas, name));
  const [ink, surface] = [colourOf(canvas, '--ink'), colourOf(canvas, '--surface')];
  context.fillStyle = css(surface);
  context.fillRect(0, 0, canvas.width, canvas.height);
  if (view) drawGrid(context, view, colours, surface);
  drawPoints(context, scene, view, colours, { ink, surface });
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
    const colour = colours[best] as Colour;
    for (let i = 0; i < 3; i++) {
      image.data[4 * cell + i] = share * at(colour, i) + (1 - share) * at(surface, i);
    }
    image.data[4 * cell + 3] = 255;
  }
  const small = new OffscreenCanvas(gridSize, gridSize);
  small.getContext('2d')?.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = 'high';
  context.drawImage(small, 0, 0, context.canvas.width, context.canvas.height);
}

function drawPoints(
  context: CanvasRenderingContext2D,
  { points: { features, labels, trueLabels } }: Scene,
  view: View | undefined,
  colours: readonly Colour[],
  { ink, surface }: { readonly ink: Colour; readonly surface: Colour },
): void {
  const scale = context.canvas.width / (2 * reach);
  for (const isWrong of [false, true]) {
    for (const [i, [x, y]] of features.entries()) {
      if ((labels[i] !== trueLabels[i]) !== isWrong) continue;
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
