/**
 * How a series looks. Colours are custom properties, so that they follow the colour scheme; dashes
 * and symbols tell series apart without colour, and beyond eight.
 */
export interface SeriesStyle {
  readonly colour: string;
  readonly dash: string;
  readonly symbol: (typeof symbols)[number];
}

export const colours = 8;
const symbols = ['circle', 'square', 'triangle', 'diamond', 'star', 'cross', 'wye'] as const;
const dashes = ['none', '7 3', '2 3', '9 3 2 3'] as const;

/** By the place in the list of all series, so that a choice among them changes no looks. */
export function styleOf(place: number): SeriesStyle {
  return {
    colour: `var(--series-${place % colours})`,
    dash: dashes[Math.floor(place / colours) % dashes.length] ?? 'none',
    symbol: symbols[place % symbols.length] ?? 'circle',
  };
}
