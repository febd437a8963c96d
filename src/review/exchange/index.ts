import { argilla } from './argilla.ts';
import type { ExchangeFormat } from './format.ts';
import { labelStudio } from './label-studio.ts';

export type { Item } from './items.ts';
export { itemOf } from './items.ts';

/** Programs that suspects are exchanged with, by their names. */
export const exchangeFormats = [labelStudio, argilla] as const satisfies readonly ExchangeFormat[];
export type { ExchangeFormat } from './format.ts';
