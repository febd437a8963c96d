import type { Grid } from '../grid/schema.ts';
import { cifar10, cifar10n, cifar100, webvisionMini } from './large.ts';
import { digits, fashionMnist, mnist } from './small.ts';

/**
 * The grids that come with symloss, by name. They are code rather than YAML files: they share their
 * losses and settings, each number stands beside its source, and the compiler checks them.
 */
export const presets: Readonly<Record<string, Grid>> = {
  digits,
  mnist,
  'fashion-mnist': fashionMnist,
  cifar10,
  cifar10n,
  cifar100,
  'webvision-mini': webvisionMini,
};

/** The names of the grids that come with symloss. */
export const presetNames: readonly string[] = Object.keys(presets);
